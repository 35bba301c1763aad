import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** The floors of the house: each imports only from those below it, and from nothing that stands beside them. */
const floor = (files, forbidden, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }] },
});
const above = {
  tensor: ['@/model/*', '@/mechanisms/*', '@/marks/*', '@/widgets/*', '@/shell/*', '@/site/*', '@/pages/*', 'svelte', 'svelte/*', 'd3-*'],
  model: ['@/mechanisms/*', '@/marks/*', '@/widgets/*', '@/shell/*', '@/site/*', '@/pages/*', 'svelte', 'svelte/*', 'd3-*'],
  mechanisms: ['@/marks/*', '@/widgets/*', '@/shell/*', '@/site/*', '@/pages/*', 'svelte', 'svelte/*', 'd3-*'],
  marks: ['@/model/*', '@/mechanisms/*', '@/widgets/*', '@/shell/*', '@/site/*', '@/pages/*'],
  // What a widget is (the contract and its parameters) is all that widgets know of the shell.
  widgets: ['@/shell/*', '!@/shell/contract', '!@/shell/parameters', '@/site/*', '@/pages/*'],
  shell: ['@/mechanisms/*', '@/site/*', '@/pages/*'],
};
const lower = (name) => `src/${name} imports only from the floors below it; see the README.`;

export default ts.config(
  { ignores: ['dist', '.astro', 'node_modules', 'tests/peers', 'test-results', 'public'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'svelte/no-at-html-tags': 'error',
      // Links stay within what the site itself wrote.
      'svelte/no-navigation-without-resolve': 'off',
      // Maps made and read within one derived value need not be reactive.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-useless-mustaches': 'off',
    },
  },
  floor(['src/tensor/**'], above.tensor, lower('tensor')),
  floor(['src/model/**'], above.model, lower('model')),
  floor(['src/mechanisms/**'], above.mechanisms, lower('mechanisms')),
  floor(['src/marks/**'], above.marks, lower('marks')),
  floor(['src/widgets/**'], above.widgets, lower('widgets')),
  floor(['src/shell/**'], above.shell, lower('shell')),
  // Mechanisms are deterministic: their only chance is the seeded one.
  {
    files: ['src/tensor/**', 'src/model/**', 'src/mechanisms/**', 'src/widgets/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use @/tensor/random with a seed.' },
        { object: 'Date', property: 'now', message: 'A result must not depend on when it is computed.' },
      ],
      'no-restricted-globals': ['error', 'window', 'document', 'location', 'navigator', 'fetch', 'localStorage'],
    },
  },
);

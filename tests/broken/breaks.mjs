/**
 * For every check, a way to break the site that it must notice. `npm run broken` tries each on a copy: the check has to fail there, and
 * for that reason (`says` is part of what it then prints).
 *
 * `file` is a source, which is then built anew, or a built file below dist/ (a pattern with * names the first that fits). `from` is replaced by `to`.
 */
export const breaks = [
  {
    check: 'a change is said once, when the reader pauses',
    file: 'src/shell/Figure.svelte',
    from: '}, 700);',
    to: '}, 0);',
    run: ['playwright', 'test', 'spoken', '-g', 's4'],
    says: 'not while keys are pressed',
  },
  {
    check: 'one voice',
    file: 'src/shell/Stepper.svelte',
    from: ' aria-live="off"',
    to: '',
    run: ['playwright', 'test', 'spoken', '-g', 's4'],
    says: 'spoken.spec.ts',
  },
  {
    check: 'work is what simulate takes',
    file: 'src/widgets/sparse-attention/hip-attention/widget.ts',
    from: '1800 * trials(length)',
    to: '18 * trials(length)',
    built: false,
    run: ['vitest', 'run', 'tests/widgets/widgets.test.ts', '-t', 'hip-attention.*about as long'],
    says: 'operations',
  },
  {
    check: 'work is capped in links',
    file: 'src/shell/link.ts',
    from: 'work <= mostWork',
    to: 'work >= 0',
    built: false,
    run: ['vitest', 'run', 'tests/shell/change.test.ts'],
    says: 'is capped in links',
  },
];

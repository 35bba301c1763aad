/**
 * For every check, a way to break the site that it must notice. `npm run broken` tries each on a copy: the check has to fail there, and
 * for that reason (`says` is part of what it then prints).
 *
 * `file` is a source, which is then built anew, or a built file below dist/ (a pattern with * names the first that fits). `from` is replaced by `to`.
 */
export const breaks = [
  {
    check: 'pictures as text: a line that moved',
    file: 'src/marks/Axis.svelte',
    from: 'y={at + 16}',
    to: 'y={at + 18}',
    built: false,
    run: ['vitest', 'run', 'tests/widgets/pictures.test.ts'],
    says: 'is drawn as it was',
  },
  {
    check: 'floors: no file imports upwards',
    file: 'src/tensor/fft.ts',
    from: 'import',
    to: "import '../marks/format';\nimport",
    built: false,
    run: ['depcruise', '--config', '.dependency-cruiser.mjs', 'src'],
    says: 'floor-tensor',
  },
  {
    check: 'policy: inline scripts do not run',
    file: 'src/site/security/policy.ts',
    from: `'script-src': "'self'"`,
    to: `'script-src': "'self' 'unsafe-inline'"`,
    run: ['playwright', 'test', 'security', '-g', '/papers/$'],
    says: 'inline',
  },
  {
    check: 'policy: who may frame a page',
    file: 'dist/_headers',
    from: "frame-src 'self'; manifest-src 'self'; frame-ancestors 'self'\n/teach/*",
    to: "frame-src 'self'; manifest-src 'self'\n/teach/*",
    run: ['playwright', 'test', 'security', '-g', 'framed by anybody'],
    says: 'security.spec.ts',
  },
  {
    check: 'markup is not written into pages',
    file: 'src/shell/failed.ts',
    from: 'line.hidden = false;',
    to: "line.hidden = false;\n  line.innerHTML = 'x';",
    built: false,
    run: ['vitest', 'run', 'tests/site/security.test.ts'],
    says: 'shell/failed.ts',
  },
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

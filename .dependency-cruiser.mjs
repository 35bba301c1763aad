/**
 * The floors of the house: each imports only from those below it. What stands beside them (tests, commands) imports what it likes and is
 * imported by none. Pages (.astro) are the topmost floor, so nothing is lost where they cannot be looked into. Components are read as compiled, without the types
 * they import; those the linter holds to the same floors.
 */
const floor = (name, forbidden, but = []) => ({
  name: `floor-${name}`,
  comment: `src/${name} imports only from the floors below it; see the README.`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: forbidden, pathNot: but },
});
const packages = (...names) => names.map((name) => `^node_modules/${name}`);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    floor('tensor', ['^src/(?!tensor/)', '^content/', '^seeds/', ...packages('svelte', 'd3-', 'astro')]),
    floor('model', ['^src/(?!tensor/|model/)', '^content/', '^seeds/', ...packages('svelte', 'd3-', 'astro')]),
    floor('mechanisms', ['^src/(?!tensor/|model/|mechanisms/)', '^content/', '^seeds/', ...packages('svelte', 'd3-', 'astro')]),
    floor('marks', ['^src/(?!tensor/|marks/)', ...packages('astro')]),
    // What a widget is (the contract and its parameters) is all that widgets know of the shell.
    floor('widgets', ['^src/(shell|site|pages|commands)/', ...packages('astro')], ['^src/shell/(contract|parameters)\\.ts$']),
    floor('shell', ['^src/(mechanisms|site|pages|commands|widgets)/', ...packages('astro')]),
    floor('site', ['^src/(pages|commands)/']),
    {
      name: 'widgets-apart',
      comment: 'A widget knows nothing of another; what two need belongs to a floor below.',
      severity: 'error',
      from: { path: '^src/widgets/([^/]+/[^/]+)/' },
      to: { path: '^src/widgets/', pathNot: '^src/widgets/$1/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolved',
      comment: 'What is imported must be there.',
      severity: 'error',
      from: { path: '^src/' },
      // Packages are the type checker’s to find: their own tables of names are not read here.
      to: { couldNotResolve: true, path: '^(\\.|@/|@tests/|src/)', pathNot: ['\\?(url|raw)$'] },
    },
    {
      name: 'no-tests-in-the-site',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^tests/', pathNot: ['^tests/golden/[^/]+\\.json$', '^tests/broken/'] },
    },
    {
      name: 'ships-what-it-depends-on',
      comment: 'What readers get must stand under "dependencies".',
      severity: 'error',
      from: { path: '^src/(tensor|model|mechanisms|marks|widgets|shell)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is done with.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/(tensor|model|mechanisms|marks|shell)/',
        pathNot: ['\\.d\\.ts$'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.mjs', '.js', '.svelte', '.json'],
      conditionNames: ['import', 'svelte', 'default'],
    },
  },
};

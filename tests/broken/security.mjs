/** Security and licences: how each check is broken. */
export const security = [
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
    check: 'a request to somebody else',
    file: 'src/site/components/Page.astro',
    from: '<main id="main" class="page">',
    to: '<img src="https://example.org/x.png" alt="" /><main id="main" class="page">',
    run: ['playwright', 'test', 'pages', '-g', '/credits/ passes'],
    says: 'example.org',
  },
  {
    check: 'credits: a part of a package that is not named',
    file: 'src/site/credits/packages.ts',
    from: "  clsx: 'figures and controls',\n",
    to: '',
    built: false,
    run: ['astro', 'build'],
    says: 'does not name it',
  },
  {
    check: 'credits: a licence that is not permissive',
    file: 'src/site/credits/packages.ts',
    from: "'ISC', ",
    to: '',
    built: false,
    run: ['vitest', 'run', 'tests/site/credits.test.ts'],
    says: 'not permissive',
  },
  {
    check: 'a known fault in a dependency',
    file: 'node_modules/.bin/npm',
    from: null,
    to: `#!/bin/sh
echo '{ "vulnerabilities": { "d3-array": { "severity": "high", "via": [] } } }'
`,
    run: ['playwright', 'test', '--config=tests/audit/playwright.config.ts', '/dependencies.audit.ts'],
    says: 'd3-array (high)',
  },
];

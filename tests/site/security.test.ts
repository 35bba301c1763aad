import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headersOf } from '@/commands/headers.mjs';
import { embedPolicy, headersFile, pagePolicy } from '@/site/security/policy';

const entries = [
  '/',
  '/404.html',
  '/_astro/',
  '/cards/',
  '/embed/',
  '/embed.js',
  '/favicon.svg',
  '/index.html',
  '/offline/',
  '/papers/',
  '/sw.js',
];
const headers = headersOf(headersFile(entries));
const policy = (path: string) => headers(path)['Content-Security-Policy'];

describe('the headers of the site', () => {
  it('give every page one policy, that forbids what is inline and what is foreign', () => {
    for (const path of ['/', '/index.html', '/404.html', '/papers/', '/papers/s4/few/']) {
      expect(policy(path)).toBe(`${pagePolicy}; frame-ancestors 'self'`);
      expect(policy(path)).toMatch(/default-src 'none'/);
      expect(policy(path)).toMatch(/script-src 'self'(;|$)/);
      expect(policy(path)).not.toMatch(/unsafe-eval|https?:|\*/);
    }
  });

  it('let anybody frame an embed, and read what is meant for other sites', () => {
    expect(policy('/embed/s4/')).toBe('frame-ancestors *');
    expect(headers('/embed/s4/')).toMatchObject({ 'Cross-Origin-Resource-Policy': 'cross-origin', 'X-Content-Type-Options': 'nosniff' });
    expect(headers('/papers/s4/')['Cross-Origin-Resource-Policy']).toBeUndefined();
  });

  it('keep for ever only what is named by what it holds', () => {
    expect(headers('/_astro/core.abc.js')['Cache-Control']).toContain('immutable');
    for (const path of ['/', '/papers/s4/', '/embed.js', '/sw.js']) expect(headers(path)['Cache-Control'] ?? '').not.toContain('immutable');
  });

  it('join the values of two lines, as hosts do, and refuse a file that is not in order', () => {
    expect(headersOf('/*\n  A: 1\n/a/*\n  A: 2\n')('/a/b')).toEqual({ A: '1, 2' });
    expect(() => headersOf('  A: 1')).toThrow();
  });
});

it('a single file runs its own scripts and no other', () => {
  expect(embedPolicy(['alert(1)'])).toContain("script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='");
  expect(embedPolicy(['a'])).not.toMatch(/script-src[^;]*'(self|unsafe)/);
});

it('sources write no markup of their own making into a page', () => {
  const files = import.meta.glob(['../../src/**/*.{ts,svelte,astro}'], { query: '?raw', import: 'default', eager: true }) as Record<
    string,
    string
  >;
  // Markup that the server made from a component, or whose every value is escaped where it is written.
  const allowed = [
    'site/components/Head.astro',
    'site/components/Figure.astro',
    'site/components/Once.astro',
    'site/components/Picture.astro',
    // Panels of a figure, drawn by the server; a rule made of a name of letters; formulas by KaTeX.
    'site/components/Excerpt.astro',
    'site/components/Thread.astro',
    'pages/glossary/index.astro',
    'site/teach/Example.astro',
    'pages/teach/index.astro',
  ];
  const found = Object.entries(files)
    .filter(([, text]) =>
      /\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|set:html)\b|document\.write|\{@html/.test(text),
    )
    .map(([path]) => path.replace('../../src/', ''));
  expect(found.sort()).toEqual(allowed.sort());
  expect(readFileSync('src/site/head.ts', 'utf8')).toContain('attribute(');
});

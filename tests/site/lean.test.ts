import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('nothing is watched inside: what changes is replaced whole, because the scripts of a page bring no more', () => {
  const files = globSync('src/**/*.{svelte,svelte.ts}');
  expect(files.length).toBeGreaterThan(100);
  const watched = files.flatMap((file) => {
    const states = [...readFileSync(file, 'utf8').matchAll(/\$state(?:<([^>]*)>)?\(([^)]*)/g)];
    return states
      .filter(([, type = '', value = '']) => /[[{]|Array|Map|Set|Record/.test(type) || /^\s*[[{]|\bnew /.test(value))
      .map(([line]) => `${file}: ${line}`);
  });
  expect(watched).toEqual([]);
});

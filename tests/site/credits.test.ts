import { describe, expect, it } from 'vitest';
import { credits, packageOf, permissive } from '@/site/credits/packages';

describe('credits', () => {
  it.each(credits().map((credit) => [credit.name, credit] as const))('%s: a version, a permissive licence, a home', (_, credit) => {
    expect(credit.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(permissive).toContain(credit.licence);
    expect(credit.home).toMatch(/^https:\/\//);
    if (credit.text) expect(credit.text.length).toBeGreaterThan(200);
  });

  it('knows the package of a module, the innermost where they are nested', () => {
    expect(packageOf('/a/node_modules/d3-array/src/max.js')).toBe('d3-array');
    expect(packageOf('/a/node_modules/@x/y/z.js?raw')).toBe('@x/y');
    expect(packageOf('/a/node_modules/b/node_modules/c/d.js')).toBe('c');
    expect(packageOf('/a/src/marks/format.ts')).toBeUndefined();
  });
});

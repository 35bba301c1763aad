import { describe, expect, it } from 'vitest';
import { prepare, design, distancesUpTo, ridge, curve, target } from '@/mechanisms/positional-extrapolation/giraffe-fit';
import { gathered, reachOf, rowsOf, type Pattern } from '@/mechanisms/positional-extrapolation/lm-infinite';
import { channels, cosine, fittedLogit, planted, toyHead } from '@/mechanisms/positional-extrapolation/lm-infinite-toy';
import { rope } from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference } from '@/tensor/compare';
import { entropy } from '@/tensor/softmax';

const most = (x: Float64Array) => Math.max(...x.map(Math.abs));

describe('the fitted logit', () => {
  const wave = target('wave', 64);

  it('explodes past the trained distances and does not under the ceiling', () => {
    const { free, capped } = fittedLogit(wave, 256, 63);
    expect(most(free)).toBeCloseTo(21.4, 1);
    expect(most(capped)).toBeCloseTo(0.777, 3);
    expect(capped.at(-1)).toBeCloseTo(-0.00566, 5);
    expect(maxDifference(free.subarray(0, 64), wave)).toBeLessThan(0.02);
  });

  it('is the fit by eigenvectors', () => {
    const x = design(rope(32), distancesUpTo(64));
    const other = curve(design(rope(32), distancesUpTo(256)), ridge(prepare(x), wave, 1e-6));
    expect(maxDifference(fittedLogit(wave, 256, 64).free, other)).toBeLessThan(1e-4);
  });

  it('under the ceiling is the free curve as far as that, and then its value there', () => {
    const { free, capped } = fittedLogit(wave, 200, 64);
    expect([...capped.subarray(0, 65)]).toEqual([...free.subarray(0, 65)]);
    expect(new Set(capped.subarray(64)).size).toBe(1);
  });
});

describe('the synthetic head', () => {
  const sizes = { length: 192, strength: 2, needle: 90, seed: 1 };
  const row = (pattern: Pattern, i: number, change: Partial<typeof sizes> = {}, starting: number = planted) =>
    rowsOf(toyHead({ ...sizes, ...change }), reachOf(pattern, 32, starting))(i);
  const on = ({ keys, weights }: ReturnType<typeof row>, keep: (key: number) => boolean) =>
    weights.reduce((sum, w, s) => sum + (keep(keys[s]!) ? w : 0), 0);

  it('its first tokens draw mass, more with more strength, and none at strength 0', () => {
    const share = (strength: number) => {
      const rowAt = rowsOf(toyHead({ ...sizes, strength }), reachOf('full', 32, planted));
      let sum = 0;
      for (let i = 100; i < 190; i++) sum += on(rowAt(i), (key) => key < planted) / 90;
      return sum;
    };
    expect(share(0)).toBeLessThan(0.05);
    expect(share(2)).toBeGreaterThan(0.3);
    expect(share(4)).toBeGreaterThan(share(2) + 0.1);
  });

  it('without its first tokens the output turns away, with them it does not, and without what is planted in them it does neither', () => {
    const direction = (pattern: Pattern, seed: number, strength: number) => {
      const head = toyHead({ ...sizes, strength, seed });
      const rowAt = rowsOf(head, reachOf(pattern, 32, planted));
      const outputs = Array.from({ length: 192 }, (_, i) => gathered(rowAt(i), head.v));
      const mean = new Float64Array(channels);
      for (const o of outputs.slice(8, 32)) o.forEach((x, c) => (mean[c]! += x / 24));
      const cosines = outputs.slice(40).map((o) => cosine(o, mean));
      return cosines.reduce((a, b) => a + b, 0) / cosines.length;
    };
    for (let seed = 0; seed < 8; seed++) {
      expect(direction('lambda', seed, 2)).toBeGreaterThan(0.85);
      expect(direction('full', seed, 2)).toBeGreaterThan(0.8);
      expect(direction('window', seed, 2)).toBeLessThan(0.65);
      for (const pattern of ['full', 'window', 'lambda'] as const) expect(direction(pattern, seed, 0)).toBeGreaterThan(0.8);
    }
  });

  it('the needle gets most of the last query, but nothing where it is hidden', () => {
    const share = (pattern: Pattern, needle = 90) => on(row(pattern, 191, { needle }), (key) => key === needle);
    expect(share('full')).toBeGreaterThan(0.5);
    expect(share('ceiling')).toBeGreaterThan(0.5);
    expect(share('lambda')).toBe(0);
    expect(share('lambda', 180)).toBeGreaterThan(0.5);
    expect(share('lambda', 2)).toBeGreaterThan(0.5);
  });

  it('its entropy grows with the position where every key is seen, and not under a mask, which without the sink has more of it', () => {
    /** Growth from queries 40 to 90 to queries 130 to 180, as a mean over seeds. */
    const growth = (pattern: Pattern) => {
      let sum = 0;
      for (let seed = 0; seed < 8; seed++) {
        const rowAt = rowsOf(toyHead({ ...sizes, strength: 1, seed }), reachOf(pattern, 32, planted));
        for (let i = 0; i < 50; i++) sum += (entropy(rowAt(130 + i).weights) - entropy(rowAt(40 + i).weights)) / 400;
      }
      return sum;
    };
    expect(growth('full')).toBeGreaterThan(0.5);
    expect(growth('ceiling')).toBeGreaterThan(0.5);
    expect(Math.abs(growth('lambda'))).toBeLessThan(0.12);
    expect(Math.abs(growth('window'))).toBeLessThan(0.12);
    const late = (pattern: Pattern) => entropy(row(pattern, 150).weights);
    expect(late('window')).toBeGreaterThan(late('lambda') + 0.3);
  });
});

it('cosine is 1 along, -1 against, 0 across and with nothing', () => {
  expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
  expect(cosine([1, 2], [-2, -4])).toBeCloseTo(-1, 12);
  expect(cosine([1, 2], [2, -1])).toBe(0);
  expect(cosine([1, 2], [0, 0])).toBe(0);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frequencies,
  granularity,
  granularityLimit,
  meanScore,
  paperBase,
  reach,
  score,
  scoreBand,
  trend,
  turned,
  wavelengths,
  wideGranularity,
  type Change,
} from '@/mechanisms/positional-extrapolation/effective-long-context-scaling';
import {
  breakEven,
  costPerToken,
  publishedTotals,
  relativeCost,
  runCost,
  runTokens,
  shapes,
  type ModelShape,
} from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-cost';
import {
  doubling,
  gainOfDoubling,
  lossAt,
  lossLaws,
  reducible,
} from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-loss';
import { plant, plantedAt, readWith } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-text';
import { ntk, ntkBase, rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import { decode } from '@/model/alphabet';
import { answer } from '@/model/needle';
import { passage, resident } from '@/model/resident';
import { lossesOf } from '@/model/text';
import { maxDifference } from '@/tensor/compare';
import { dot } from '@/tensor/matmul';
import golden from '../golden/effective-long-context-scaling.json';

const options = { dim: 128, base: paperBase, factor: 8 };
const of = (change: Change, more: Partial<typeof options> = {}) => frequencies(change, { ...options, ...more });

describe('Llama 3 turns queries and keys alike', () => {
  const vector = (dim: number, phase: number) =>
    Float64Array.from({ length: dim }, (_, c) => Math.sin(1.1 * (c < dim / 2 ? 2 * c : 2 * c - dim + 1) + phase));

  it.each(golden.cases)('$name', ({ params: { dim, base, distances }, expected }) => {
    const theta = of('abf', { dim, base });
    expect(
      maxDifference(
        theta.map((f, i) => f / expected.theta[i]!),
        new Float64Array(dim / 2).fill(1),
      ),
    ).toBeLessThan(1e-6);
    const k = vector(dim, 2);
    distances.forEach((distance, i) => {
      // Single precision holds an angle of 32,767 radians to some thousandth.
      const tolerance = 1e-6 + 3e-8 * distance;
      expect(Math.abs(score(theta, distance) - expected.ones[i]!)).toBeLessThan(tolerance);
      expect(Math.abs(dot(rotate(vector(dim, 0), distance, theta), 0, k, 0, dim) / Math.sqrt(dim) - expected.formula[i]!)).toBeLessThan(
        tolerance,
      );
    });
  });
});

describe('the score over distance', () => {
  it.each<[Change, number[]]>([
    ['rope', [11.3137, 5.3994, 1.7992, -0.0787, -0.3156, -1.0581]],
    ['pi', [11.3137, 7.4902, 4.7242, 1.1908, 2.3734, 0.4394]],
    ['abf', [11.3137, 6.9125, 5.5693, 3.3155, 2.1156, 0.3704]],
  ])('of %s has the values of 128 channels', (change, expected) => {
    const found = [0, 100, 1000, 5000, 10000, 30000].map((r) => score(of(change), r));
    expect(maxDifference(found, expected)).toBeLessThan(5.1e-5);
  });

  it('is the product of turned vectors of ones over the root of their width', () => {
    const ones = new Float64Array(128).fill(1);
    for (const change of ['rope', 'pi', 'abf'] as const)
      for (const [m, n] of [
        [7, 7],
        [100, 3],
        [5000, 900],
      ] as const)
        expect(score(of(change), m - n)).toBeCloseTo(
          dot(rotate(ones, m, of(change)), 0, rotate(ones, n, of(change)), 0, 128) / Math.sqrt(128),
          9,
        );
  });

  it('with positions divided is that of RoPE at the divided distance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 262144 }), fc.integer({ min: 1, max: 64 }), (r, factor) => {
        expect(score(of('pi', { factor }), r)).toBeCloseTo(score(of('rope'), r / factor), 8);
      }),
    );
  });

  it('never exceeds that of a token with itself, and does not only fall', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 262144 }),
        fc.constantFrom(32, 64, 128),
        fc.double({ min: 1e4, max: 1e7, noNaN: true }),
        (r, dim, base) => {
          const theta = of('abf', { dim, base });
          expect(score(theta, 0)).toBeCloseTo(Math.sqrt(dim), 12);
          expect(Math.abs(score(theta, r))).toBeLessThan(Math.sqrt(dim));
        },
      ),
    );
    const theta = of('rope');
    const rises = Array.from({ length: 2000 }, (_, r) => score(theta, 3000 + r + 1) > score(theta, 3000 + r)).filter(Boolean).length;
    expect(rises).toBeGreaterThan(500);
  });

  it('has a mean in closed form', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom<Change>('rope', 'pi', 'abf'),
        (from, n, change) => {
          let sum = 0;
          for (let r = from; r < from + n; r++) sum += score(of(change), r);
          expect(meanScore(of(change), from, from + n - 1)).toBeCloseTo(sum / n, 8);
        },
      ),
    );
    // A pair that does not turn.
    expect(meanScore(new Float64Array(2), 5, 9)).toBeCloseTo(2, 12);
  });

  it('in stretches covers every distance once, with its mean within its band', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300000 }), fc.integer({ min: 1, max: 100 }), (last, count) => {
        const band = scoreBand(of('abf', { dim: 32 }), { last, stretches: count, samples: 4 });
        expect(band[0]!.from).toBe(1);
        expect(band.at(-1)!.to).toBe(last);
        band.forEach((s, i) => {
          expect(s.to).toBeGreaterThanOrEqual(s.from);
          if (i) expect(s.from).toBe(band[i - 1]!.to + 1);
          expect(s.low).toBeLessThanOrEqual(s.mean);
          expect(s.high).toBeGreaterThanOrEqual(s.mean);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('lies within its band wherever it is asked for by name', () => {
    const also = [1, 50, 1000, 4096, 5000, 20000, 32768, 100000, 200000];
    fc.assert(
      fc.property(
        fc.constantFrom(32, 128),
        fc.constantFrom<Change>('rope', 'pi', 'abf'),
        fc.integer({ min: 1, max: 16 }),
        (dim, change, times) => {
          const theta = of(change, { dim, factor: times, base: times * 1e4 });
          const band = scoreBand(theta, { last: 2 ** 18, stretches: 64, samples: 4, also });
          for (const distance of also) {
            const { low, high } = band.find(({ to }) => distance <= to)!;
            expect(score(theta, distance)).toBeGreaterThanOrEqual(low);
            expect(score(theta, distance)).toBeLessThanOrEqual(high);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has a trend that falls alike with every doubling and is zero at 0.56 times the base', () => {
    for (const base of [1e4, paperBase, 1e7]) {
      expect(trend(base, reach(base))).toBeCloseTo(0, 12);
      expect(reach(base) / base).toBeCloseTo(0.5615, 4);
      expect(trend(base, 200) - trend(base, 400)).toBeCloseTo(Math.LN2 / Math.log(base), 12);
      // What a head of very many channels does, averaged over what oscillates.
      const wide = rope(16384, base);
      const mean = (r: number) => meanScore(wide, Math.round(r * 0.9), Math.round(r * 1.1)) / Math.sqrt(16384);
      for (const r of [300, 1000]) expect(Math.abs(mean(r) - trend(base, r))).toBeLessThan(0.002);
    }
    // At 128 channels, within a twentieth.
    const crossing = (theta: Float64Array) => {
      let r = 100;
      while (meanScore(theta, Math.round(r * 0.8), Math.round(r * 1.25)) > 0) r *= 1.01;
      return r;
    };
    expect(Math.abs(crossing(of('rope')) / reach(1e4) - 1)).toBeLessThan(0.05);
    expect(Math.abs(crossing(of('pi')) / (8 * reach(1e4)) - 1)).toBeLessThan(0.05);
    expect(Math.abs(crossing(of('abf')) / reach(paperBase) - 1)).toBeLessThan(0.06);
  });
});

describe('pairs', () => {
  it('have the longest wavelengths and as many turns as computed by hand', () => {
    expect(wavelengths(of('rope')).at(-1)!).toBeCloseTo(54410.1, 1);
    expect(wavelengths(of('abf')).at(-1)!).toBeCloseTo(2559195.5, 1);
    expect([4096, 32768].map((length) => turned(of('rope'), length))).toEqual([46, 60]);
    expect([4096, 32768].map((length) => turned(of('abf'), length))).toEqual([32, 42]);
    // Eight times as long, positions divided by eight: the same pairs.
    expect(turned(of('pi'), 32768)).toBe(turned(of('rope'), 4096));
  });

  it('slow down from the fastest, which stays, to the slowest; NTK-aware scaling is such a base', () => {
    const ratio = Array.from(of('rope'), (f, i) => f / of('abf')[i]!);
    expect(ratio[0]).toBe(1);
    for (let i = 1; i < 64; i++) expect(ratio[i]!).toBeGreaterThan(ratio[i - 1]!);
    expect(ratio[63]).toBeCloseTo(50 ** (126 / 128), 8);
    expect(maxDifference(of('abf', { base: ntkBase(128, 8) }), ntk(128, 8))).toBeLessThan(1e-15);
  });
});

describe('granularity', () => {
  it('has the values of 128 channels and the limits of the theorem', () => {
    const cases: [Change, Partial<typeof options>, number, number][] = [
      ['rope', {}, 0.109383, 0.108574],
      ['pi', { factor: 4 }, 0.029025, 0.027143],
      ['abf', {}, 0.078816, 0.076206],
    ];
    for (const [change, more, value, limit] of cases) {
      expect(granularity(of(change, more))).toBeCloseTo(value, 6);
      expect(granularityLimit(change, { ...options, ...more })).toBeCloseTo(limit, 6);
    }
  });

  it('is how far a vector of ones steps sideways to its next position, not the sine of the angle between the two', () => {
    for (const change of ['rope', 'pi', 'abf'] as const) {
      const theta = of(change);
      // The imaginary part of the product of complex pairs, over the norm squared.
      let across = 0;
      const a = rotate(new Float64Array(128).fill(1), 12, theta);
      const b = rotate(new Float64Array(128).fill(1), 11, theta);
      for (let i = 0; i < 64; i++) across += a[i + 64]! * b[i]! - a[i]! * b[i + 64]!;
      expect(granularity(theta)).toBeCloseTo(across / 128, 10);
      // Sideways is along the vector with every pair turned by a quarter, which is at right angles to it.
      const side = rotate(b, 1, new Float64Array(64).fill(Math.PI / 2));
      expect(dot(side, 0, b, 0, 128)).toBeCloseTo(0, 10);
      expect(Math.abs(dot(side, 0, a, 0, 128)) / 128).toBeCloseTo(granularity(theta), 10);
      const cosine = score(theta, 1) / Math.sqrt(128);
      expect(Math.sqrt(1 - cosine ** 2)).toBeGreaterThan(2 * granularity(theta));
    }
  });

  it('tends to the exact limit in wide heads, which is below that of the theorem by up to 6 per cent', () => {
    for (const [base, factor] of [
      [1e4, 1],
      [1e4, 4],
      [paperBase, 1],
      [1e7, 16],
    ] as const) {
      const wide = rope(2 ** 17, base).map((f) => f / factor);
      const exact = wideGranularity(base, factor);
      expect(Math.abs(granularity(wide) / exact - 1)).toBeLessThan(2e-4);
      const stated = 1 / factor / Math.log(base);
      expect(exact / stated).toBeGreaterThan(0.94);
      expect(exact / stated).toBeLessThan(1);
    }
  });

  it('falls in proportion to the factor when positions are divided, and by a logarithm when the base is raised', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 1000, noNaN: true }), (times) => {
        const divided = granularity(of('pi', { factor: times }));
        const raised = granularity(of('abf', { base: times * 1e4 }));
        // sin x is nearly x, and below it.
        expect(divided).toBeLessThan(1.1 * (granularity(of('rope')) / times));
        expect(divided).toBeGreaterThan(granularity(of('rope')) / times);
        expect(raised).toBeGreaterThan(divided);
        expect(raised / granularity(of('rope'))).toBeGreaterThan(Math.log(1e4) / Math.log(times * 1e4));
      }),
    );
  });
});

describe('the cost of training', () => {
  const llama: ModelShape = { ...shapes['7B'], parameters: 6.7e9 };
  const curriculum = { short: 4096, long: 32768 };

  it('with 6.7 billion weights is what was computed by hand', () => {
    expect(costPerToken(llama, 4096).total / 4.6642e10).toBeCloseTo(1, 4);
    expect(costPerToken(llama, 32768).total / 9.174e10).toBeCloseTo(1, 4);
    const relative = (counting: 'full' | 'causal') =>
      [0.2, 0.4, 0.8].map((share) => relativeCost(llama, { ...curriculum, share, counting }));
    expect(maxDifference(relative('full'), [0.9017, 0.8034, 0.6067])).toBeLessThan(6e-5);
    expect(maxDifference(relative('causal'), [0.9316, 0.8633, 0.7266])).toBeLessThan(6e-5);
  });

  it('is 72 l h^2 (1 + c / 6h), and gives the four published totals to all their digits', () => {
    for (const shape of Object.values(shapes))
      for (const c of [512, 4096, 131072])
        expect(costPerToken(shape, c).total / (72 * shape.layers * shape.width ** 2 * (1 + c / (6 * shape.width)))).toBeCloseTo(1, 12);
    for (const { share, cost } of publishedTotals)
      expect(Number(runCost(shapes['7B'], { ...curriculum, share }).toPrecision(4))).toBe(cost);
    expect(runTokens).toBe(419_430_400_000);
  });

  it('of attention equals the rest at six times the width, twice that in the causal half', () => {
    expect(breakEven(shapes['70B'])).toBe(49152);
    for (const shape of Object.values(shapes)) {
      const { weights, attention } = costPerToken(shape, breakEven(shape, 'causal'), 'causal');
      expect(attention / weights).toBeCloseTo(1, 12);
      expect(breakEven(shape, 'causal')).toBeCloseTo(12 * shape.width, 6);
    }
  });

  it('of a curriculum is 1 without a short part, affine in the share, and saves less in wider models', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...Object.values(shapes)), (share, shape) => {
        const at = (s: number) => relativeCost(shape, { ...curriculum, share: s });
        expect(at(0)).toBe(1);
        expect(at(share)).toBeCloseTo(1 + share * (at(1) - 1), 12);
        expect(at(1)).toBeCloseTo(costPerToken(shape, 4096).total / costPerToken(shape, 32768).total, 12);
      }),
    );
    const saved = (['7B', '13B', '34B'] as const).map((size) => 1 - relativeCost(shapes[size], { ...curriculum, share: 0.8 }));
    expect(saved[0]!).toBeGreaterThan(saved[1]!);
    expect(saved[1]!).toBeGreaterThan(saved[2]!);
  });
});

describe('the loss law', () => {
  it('has the values computed by hand', () => {
    expect([4096, 32768].map((c) => Number(lossAt(lossLaws['7B'], c).toFixed(4)))).toEqual([1.6615, 1.5998]);
    expect([4096, 32768].map((c) => Number(lossAt(lossLaws['70B'], c).toFixed(4)))).toEqual([1.4126, 1.3717]);
  });

  it('loses the same share of its reducible part with every doubling', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.constantFrom(...Object.values(lossLaws)), (c, law) => {
        expect(reducible(law, 2 * c) / reducible(law, c)).toBeCloseTo(doubling(law), 10);
        expect(lossAt(law, c) - lossAt(law, 2 * c)).toBeCloseTo(gainOfDoubling(law, c), 10);
        expect(lossAt(law, c)).toBeGreaterThan(law.gamma);
      }),
    );
  });
});

describe('a model whose base is changed at inference', () => {
  const model = resident('rope');
  const { window } = model.shape;
  const text = plant(passage('emma'), 448, 3);
  const read = (change: Change, more: Partial<typeof options> = {}) =>
    readWith(model, text, change, { ...options, dim: 32, ...more, width: 64, window });

  it('reads a text with a line near its beginning, and the question at its end', () => {
    const words = decode(text.ids);
    const line = words.slice(plantedAt(text) - 1, plantedAt(text) + 9);
    expect(line).toMatch(/^\[[a-z]{3}=[0-9]{4}\]$/);
    expect(line.slice(5, 9)).toBe(decode(text.answer));
    expect(words.endsWith(line.slice(0, 5))).toBe(true);
    expect(text.ids.length).toBe(448);
    expect(plantedAt(text)).toBeLessThan(30);
  });

  it('reads as it was trained with the base that it has, and counts neither line nor question', () => {
    const own = lossesOf(model, text.ids);
    const line = plantedAt(text);
    const counted = Array.from(own, (nats, i) => ({ nats, token: i + 1 })).filter(
      ({ token }) => !(token >= line && token < line + 10) && token < 443,
    );
    const mean = (from: number, to: number) => {
      const some = counted.filter(({ token }) => token >= from && token < to);
      return some.reduce((sum, { nats }) => sum + nats, 0) / some.length;
    };
    const found = read('abf', { base: model.shape.base });
    expect(found.inside).toBeCloseTo(mean(0, window), 6);
    expect(found.outside).toBeCloseTo(mean(window, 448), 6);
    expect(found.loss.length).toBe(7);
    expect(found.loss[6]).toBeCloseTo(mean(384, 448), 6);
    expect(found.given).toEqual([...answer(model, text, { positions: { frequencies: () => rope(32) } })]);
  }, 60_000);

  it('reads on past its window with a larger one and finds the line, and does not with divided positions', () => {
    const plain = read('rope');
    const abf = read('abf', { base: 100_000 });
    const pi = read('pi', { factor: 2 });
    expect(abf.outside).toBeLessThan(plain.outside - 0.4);
    expect(abf.inside).toBeLessThan(plain.inside + 0.2);
    expect(abf.right).toBe(4);
    expect(plain.right).toBeLessThan(4);
    expect(pi.inside).toBeGreaterThan(plain.inside + 1);
    expect(pi.right).toBeLessThan(4);
  }, 60_000);

  it('refuses heads of another width, and a text that ends in the window', () => {
    expect(() => readWith(model, text, 'rope', { ...options, width: 8, window })).toThrow(RangeError);
    expect(() => readWith(model, plant(passage('emma'), 256, 1), 'rope', { ...options, dim: 32, width: 8, window })).toThrow(RangeError);
  });
});

describe('refused', () => {
  it.each([
    ['odd channels', () => of('abf', { dim: 7 })],
    ['a base of 0', () => of('abf', { base: 0 })],
    ['division by 0', () => of('pi', { factor: 0 })],
    ['a mean of nothing', () => meanScore(of('rope'), 5, 4)],
    ['no stretch', () => scoreBand(of('rope'), { last: 100, stretches: 0, samples: 4 })],
    ['a share above 1', () => relativeCost(shapes['7B'], { share: 1.1, short: 1, long: 2 })],
    ['no context', () => costPerToken(shapes['7B'], 0)],
    ['no context to predict from', () => lossAt(lossLaws['7B'], 0)],
  ])('%s', (_, run) => expect(run).toThrow(RangeError));
});

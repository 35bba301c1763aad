import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asymptoticVariance,
  average,
  chain,
  conditional,
  crossEntropyRate,
  entropyRate,
  fromLogits,
  mix,
  next,
  randomChain,
  sampler,
  sampleText,
  stationary,
  surprises,
  temper,
  type Chain,
} from '@/mechanisms/long-output-generation/markov';
import { maxDifference } from '@/tensor/compare';
import { random } from '@/tensor/random';
import { entropy } from '@/tensor/softmax';
import { fromRows, generate, row, toRows } from '@/tensor/tensor';

const anyChain = fc
  .record({
    n: fc.integer({ min: 2, max: 9 }),
    sharpness: fc.double({ min: 0, max: 3, noNaN: true }),
    seed: fc.integer(),
  })
  .map(({ n, sharpness, seed }) => randomChain(n, sharpness, random(seed)));
const symbols = (p: Chain) => p.shape[0]!;

describe('chains', () => {
  it('refuses rows that are no distributions', () => {
    expect(() =>
      chain([
        [0.5, 0.5],
        [0.4, 0.5],
      ]),
    ).toThrow(RangeError);
    expect(() =>
      chain([
        [1.5, -0.5],
        [0.5, 0.5],
      ]),
    ).toThrow(RangeError);
    expect(() =>
      chain([
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
    ).toThrow(RangeError);
    expect(
      toRows(
        chain([
          [0.5, 0.5],
          [1, 0],
        ]),
      ),
    ).toEqual([
      [0.5, 0.5],
      [1, 0],
    ]);
  });

  it('tempers: T = 1 changes nothing, a high T flattens, a low T sharpens, and sampling twice multiplies temperatures', () => {
    fc.assert(
      fc.property(anyChain, fc.double({ min: 0.3, max: 3, noNaN: true }), (p, t) => {
        expect(maxDifference(temper(p, 1).data, p.data)).toBeLessThan(1e-12);
        const warmer = Array.from({ length: symbols(p) }, (_, i) => entropy(row(temper(p, t * 1.5), i)) - entropy(row(temper(p, t), i)));
        expect(Math.min(...warmer)).toBeGreaterThan(-1e-9);
        expect(maxDifference(temper(temper(p, t), 1 / t).data, p.data)).toBeLessThan(1e-9);
      }),
    );
    expect(
      toRows(
        temper(
          chain([
            [0.2, 0.8],
            [1, 0],
          ]),
          0.5,
        ),
      ),
    ).toEqual([
      [expect.closeTo(0.04 / 0.68), expect.closeTo(0.64 / 0.68)],
      [1, 0],
    ]);
    expect(() => temper(chain([[1]]), 0)).toThrow(RangeError);
  });

  it('mixes row by row', () => {
    const [a, b] = [
      chain([
        [1, 0],
        [0.5, 0.5],
      ]),
      chain([
        [0, 1],
        [0.1, 0.9],
      ]),
    ];
    expect(toRows(mix(a, b, 0.25))).toEqual([
      [0.75, 0.25],
      [0.4, expect.closeTo(0.6)],
    ]);
    expect(() => mix(a, randomChain(3, 1, random(1)), 0.5)).toThrow(RangeError);
  });
});

describe('long-run averages', () => {
  it('finds the stationary distribution: a step leaves it as it is', () => {
    fc.assert(
      fc.property(anyChain, (p) => {
        const share = stationary(p);
        const after = Array.from(share, (_, j) =>
          average(
            share,
            toRows(p).map((r) => r[j]!),
          ),
        );
        expect(maxDifference(after, share)).toBeLessThan(1e-14);
        expect(share.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
      }),
    );
    // Two symbols: shares are proportional to the chances of coming in. Works to the last digit where the chain hardly
    // ever moves.
    expect(
      maxDifference(
        stationary(
          chain([
            [0.7, 0.3],
            [0.2, 0.8],
          ]),
        ),
        [0.4, 0.6],
      ),
    ).toBeLessThan(1e-15);
    expect(
      maxDifference(
        stationary(
          chain([
            [1 - 3e-13, 3e-13],
            [1e-13, 1 - 1e-13],
          ]),
        ),
        [0.25, 0.75],
      ),
    ).toBeLessThan(1e-15);
  });

  it('gives a symbol that is only passed through at the start no share, and refuses a chain in two parts', () => {
    expect(
      Array.from(
        stationary(
          chain([
            [1, 0],
            [0.5, 0.5],
          ]),
        ),
      ),
    ).toEqual([1, 0]);
    expect(() =>
      stationary(
        chain([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toThrow(RangeError);
  });

  it('has closed-form entropy rates', () => {
    // A uniform chain; a deterministic cycle; a symmetric two-state chain.
    expect(entropyRate(randomChain(4, 0, random(1)))).toBeCloseTo(Math.log(4), 14);
    expect(
      entropyRate(
        chain([
          [0, 1, 0],
          [0, 0, 1],
          [1, 0, 0],
        ]),
      ),
    ).toBe(0);
    expect(
      entropyRate(
        chain([
          [0.9, 0.1],
          [0.1, 0.9],
        ]),
      ),
    ).toBeCloseTo(entropy([0.9, 0.1]), 14);
  });

  it('never gives another writer a smaller cross-entropy than its entropy rate', () => {
    fc.assert(
      fc.property(anyChain, fc.integer(), (p, seed) => {
        const q = randomChain(symbols(p), 1, random(seed));
        expect(crossEntropyRate(p, q)).toBeGreaterThanOrEqual(entropyRate(p) - 1e-12);
        expect(crossEntropyRate(p, p)).toBeCloseTo(entropyRate(p), 12);
      }),
    );
  });

  it('takes conditional expectations, in which what cannot happen counts nothing', () => {
    const p = chain([
      [1, 0],
      [0.25, 0.75],
    ]);
    expect(Array.from(conditional(p, surprises(p)))).toEqual([0, expect.closeTo(entropy([0.25, 0.75]))]);
  });

  it('has the asymptotic variance of a two-state chain in closed form', () => {
    // f = 1 at symbol 1: pi0 pi1 (1 + r) / (1 - r), with r the second eigenvalue. Positive correlation makes means
    // slower to settle.
    for (const [up, down] of [
      [0.3, 0.2],
      [0.9, 0.8],
      [0.05, 0.1],
    ] as const) {
      const p = chain([
        [1 - up, up],
        [down, 1 - down],
      ]);
      const f = fromRows(['from', 'to'] as const, [
        [0, 1],
        [0, 1],
      ]);
      const share = up / (up + down);
      const r = 1 - up - down;
      expect(asymptoticVariance(p, f)).toBeCloseTo((share * (1 - share) * (1 + r)) / (1 - r), 12);
    }
  });

  it('has for a martingale difference just the mean of the conditional variances', () => {
    fc.assert(
      fc.property(anyChain, (p) => {
        const n = symbols(p);
        const s = surprises(p);
        const h = conditional(p, s);
        const f = generate(['from', 'to'] as const, [n, n], (i, j) => s.data[i! * n + j!]! - h[i!]!);
        const squares = generate(['from', 'to'] as const, [n, n], (i, j) => f.data[i! * n + j!]! ** 2);
        expect(asymptoticVariance(p, f)).toBeCloseTo(average(stationary(p), conditional(p, squares)), 9);
      }),
    );
  });
});

describe('sampling', () => {
  it('has alias tables whose columns add up to the chain, to rounding', () => {
    fc.assert(
      fc.property(anyChain, (p) => {
        const n = symbols(p);
        const { keep, alias } = sampler(p);
        const rebuilt = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            rebuilt[i * n + j]! += keep[i * n + j]! / n;
            rebuilt[i * n + alias[i * n + j]!]! += (1 - keep[i * n + j]!) / n;
          }
        }
        expect(maxDifference(rebuilt, p.data)).toBeLessThan(1e-14);
      }),
    );
  });

  it('never draws what has probability 0, at either end of a column', () => {
    const table = sampler(
      chain([
        [0, 1, 0],
        [0.5, 0, 0.5],
        [0, 0, 1],
      ]),
    );
    for (const u of [0, 1 / 3 - 1e-16, 1 / 3, 0.5, 2 / 3, 1 - 2 ** -53]) {
      expect(next(table, 0, u)).toBe(1);
      expect(next(table, 1, u)).not.toBe(1);
      expect(next(table, 2, u)).toBe(2);
    }
  });

  it('draws transitions in their proportions, and the same text from the same seed', () => {
    const p = fromLogits(generate(['i', 'j'] as const, [4, 4], (i, j) => Math.sin(1 + 3 * i! + 5 * j!)));
    const length = 40000;
    const text = sampleText(sampler(p), 0, length, random(7));
    expect(sampleText(sampler(p), 0, length, random(7))).toEqual(text);
    const counts = new Float64Array(16);
    text.forEach((to, t) => counts[(t ? text[t - 1]! : 0) * 4 + to]!++);
    for (let i = 0; i < 4; i++) {
      const total = row(fromRows(['i', 'j'] as const, [Array.from(counts.slice(4 * i, 4 * i + 4))]), 0).reduce((a, b) => a + b);
      expect(Math.abs(total / length - stationary(p)[i]!)).toBeLessThan(0.015);
      for (let j = 0; j < 4; j++) {
        const chance = p.data[4 * i + j]!;
        expect(Math.abs(counts[4 * i + j]! / total - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / total));
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alibi,
  alibiBias,
  alibiSlopes,
  byDistance,
  sinusoid,
  t5Bias,
  t5Bucket,
  t5FirstDistances,
} from '@/mechanisms/positional-extrapolation/biases';
import {
  attentionOf,
  firstUnseen,
  positionTerm,
  unseenShare,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization';
import {
  betweenHeads,
  jsd,
  kl,
  meanOverRows,
  reversedJsd,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-compare';
import {
  decodePosition,
  firstShare,
  relativeHead,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-construct';
import { encodings } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import { maxDifference } from '@/tensor/compare';
import { softmax } from '@/tensor/softmax';
import { toRows } from '@/tensor/tensor';
import { golden, rowsOf } from './positional-encoding-length-generalization-golden';

const options = { heads: 8, head: 0, buckets: 32, maxDistance: 128, channels: 16 };

describe('golden: encodings as the reference code computes them', () => {
  it.each(golden('slopes'))('$name', ({ params: { heads }, expected }) => {
    expect(maxDifference(alibiSlopes(heads!), expected.slopes!)).toBeLessThan(1e-12);
  });

  it.each(golden('alibi'))('$name: up to a constant in each row, which a softmax does not see', ({ params: { heads, n }, expected }) => {
    for (let h = 0; h < heads!; h++) {
      const bias = toRows(alibiBias(alibiSlopes(heads!)[h]!, n!));
      for (let t = 0; t < n!; t++)
        for (let i = 0; i <= t; i++) expect(bias[t]![i]! - (expected.bias![h]![i]! - expected.bias![h]![t]!)).toBeCloseTo(0, 5);
    }
  });

  it.each(golden('bucket'))('$name', ({ params: { buckets, maxDistance }, expected }) => {
    expect(expected.buckets!.map((_, r) => t5Bucket(r, { buckets, maxDistance }))).toEqual(expected.buckets);
  });

  it.each(golden('sinusoid'))('$name', ({ params: { width }, expected }) => {
    expected.positions!.forEach((p, k) => expect(maxDifference(sinusoid(p, width!), expected.rows![k]!)).toBeLessThan(5e-6));
  });

  it.each(golden('divergence'))('$name', ({ params: { phase, other, n }, expected }) => {
    const [p, q] = [rowsOf(phase!, n!), rowsOf(other!, n!)];
    expect(
      maxDifference(
        p.map((row, t) => reversedJsd(row, q[t]!)),
        expected.released!,
      ),
    ).toBeLessThan(1e-10);
    expect(
      maxDifference(
        p.map((row, t) => kl(row, q[t]!) + kl(q[t]!, row)),
        expected.symmetric!,
      ),
    ).toBeLessThan(1e-10);
    expect(
      maxDifference(
        p.map((row, t) => jsd(row, q[t]!)),
        expected.jsd!,
      ),
    ).toBeLessThan(1e-10);
  });
});

describe('ALiBi', () => {
  it('has the published slopes, and those of other numbers of heads are not sorted', () => {
    expect(Array.from(alibiSlopes(8))).toEqual([0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625]);
    expect(Array.from(alibiSlopes(4))).toEqual([0.25, 0.0625, 0.015625, 0.00390625]);
    expect(Array.from(alibiSlopes(6))).toEqual([0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125]);
    const twelve = alibiSlopes(12);
    expect(Array.from(twelve.subarray(0, 8))).toEqual(Array.from(alibiSlopes(8)));
    expect(maxDifference(twelve.subarray(8), [0.70710678, 0.35355339, 0.1767767, 0.08838835])).toBeLessThan(1e-8);
  });

  it('with + m i and with - m (t - i) a softmax gives the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (scores, slope) => {
          const t = scores.length - 1;
          const byKey = softmax(scores.map((s, i) => s + slope * i));
          const byDistance = softmax(scores.map((s, i) => s + alibi(t - i, slope)));
          expect(maxDifference(byKey, byDistance)).toBeLessThan(1e-12);
        },
      ),
    );
  });
});

describe('T5 buckets', () => {
  it('begin where they should', () => {
    expect(Array.from(t5FirstDistances().subarray(16))).toEqual([16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113]);
    expect([t5Bucket(127), t5Bucket(128), t5Bucket(1000)]).toEqual([31, 31, 31]);
    expect(Array.from({ length: 13 }, (_, r) => t5Bucket(r, { buckets: 8, maxDistance: 16 }))).toEqual([
      0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7,
    ]);
  });

  it('never fall with the distance, are exact in the first half, and stay within their number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 1, max: 500 }), (buckets, more) => {
        const sizes = { buckets, maxDistance: Math.floor(buckets / 2) + more };
        let before = 0;
        for (let r = 0; r < 300; r++) {
          const bucket = t5Bucket(r, sizes);
          expect(bucket).toBeGreaterThanOrEqual(before);
          expect(bucket).toBeLessThan(buckets);
          if (r < Math.floor(buckets / 2)) expect(bucket).toBe(r);
          if (r >= sizes.maxDistance) expect(bucket).toBe(buckets - 1);
          before = bucket;
        }
      }),
    );
  });

  it('a bias depends on the distance alone, and the future has none', () => {
    const table = Array.from({ length: 8 }, (_, b) => Math.sin(b));
    const rows = toRows(t5Bias(table, 20, { buckets: 8, maxDistance: 16 }));
    for (let t = 0; t < 20; t++)
      for (let i = 0; i < 20; i++) expect(rows[t]![i]).toBe(i > t ? NaN : table[t5Bucket(t - i, { buckets: 8, maxDistance: 16 })]);
  });
});

describe('the sinusoidal table', () => {
  it('has its sines first', () => {
    const expected = [0.14112001, 0.29552021, 0.0299955, 0.003, -0.9899925, 0.95533649, 0.99955003, 0.9999955];
    expect(maxDifference(sinusoid(3, 8), expected)).toBeLessThan(1e-8);
  });

  it('has rows of one length, and products that depend on the distance', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.nat(500), (p, q, by) => {
        const product = (a: number, b: number) => sinusoid(a, 24).reduce((sum, x, c) => sum + x * sinusoid(b, 24)[c]!, 0);
        expect(product(p, p)).toBeCloseTo(12, 9);
        expect(product(p, q)).toBeCloseTo(product(p + by, q + by), 8);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is new past the trained length', () => {
  it('ALiBi and RoPE: every distance from there on; T5: none once its last bucket was met; no positions: nothing', () => {
    expect(firstUnseen('alibi', 20, options)).toBe(20);
    expect(firstUnseen('rope', 20, options)).toBe(20);
    expect(firstUnseen('t5', 20, options)).toBe(21);
    expect(firstUnseen('t5', 20, { buckets: 8, maxDistance: 16 })).toBe(Infinity);
    expect(firstUnseen('t5', 113, options)).toBe(113);
    expect(firstUnseen('t5', 114, options)).toBe(Infinity);
    expect(firstUnseen('nope', 20, options)).toBe(Infinity);
    expect(unseenShare('nope', 40, 20, options)).toBe(0);
    expect(unseenShare('ape', 40, 20, options)).toBe(1);
    expect(unseenShare('ape', 20, 20, options)).toBe(0);
    // Distances 20 to 39 among the pairs of 40 positions: 20 + 19 + ... + 1, of those that end past position 20.
    expect(unseenShare('alibi', 40, 20, options)).toBeCloseTo(210 / 610, 12);
  });

  it('a term that firstUnseen calls seen occurs inside, and the first it calls unseen does not', () => {
    for (const encoding of ['t5', 'alibi', 'rope'] as const)
      for (const trained of [2, 5, 12, 20, 30]) {
        const first = firstUnseen(encoding, trained, options);
        const row = toRows(positionTerm(encoding, 128, options)).at(-1)!;
        const inside = new Set(Array.from({ length: trained }, (_, r) => row[127 - r]!));
        for (let r = 0; r < Math.min(first, 128); r++) expect(inside.has(row[127 - r]!)).toBe(true);
        if (first < 128) expect(inside.has(row[127 - first]!)).toBe(false);
      }
  });

  it('terms are causal; without positions, attention is even; ALiBi and no positions are what their closed forms say', () => {
    for (const encoding of encodings) {
      const term = positionTerm(encoding, 12, options);
      toRows(term).forEach((row, t) => row.forEach((value, i) => expect(Number.isNaN(value)).toBe(i > t)));
    }
    expect(maxDifference(attentionOf(positionTerm('nope', 12, options), 11), new Float64Array(12).fill(1 / 12))).toBeLessThan(1e-15);
    const row = attentionOf(positionTerm('alibi', 12, options), 11);
    for (let i = 0; i < 11; i++) expect(row[i]! / row[i + 1]!).toBeCloseTo(Math.exp(-0.5), 12);
  });

  it('without positions and without a mask, permuted keys get permuted weights', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 12 }), fc.nat(), (scores, seed) => {
        const order = scores.map((_, i) => i).sort((a, b) => Math.sin(seed + a * 12.9) - Math.sin(seed + b * 12.9));
        const weights = softmax(scores);
        expect(
          maxDifference(
            softmax(order.map((i) => scores[i]!)),
            order.map((i) => weights[i]!),
          ),
        ).toBeLessThan(1e-15);
      }),
    );
  });
});

describe('positions without positions', () => {
  it('an even head on the first token gives 1/(t + 1), exactly', () => {
    firstShare(200).forEach((share, t) => expect(share).toBe(1 / (t + 1)));
  });

  it('the perceptron meets every trained position, and past them stays or goes on as it did', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.constantFrom('clamp' as const, 'linear' as const), (trained, beyond) => {
        for (let p = 1; p <= trained; p++) expect(decodePosition(1 / p, trained, beyond)).toBeCloseTo(p, 9);
      }),
    );
    const at = (p: number, beyond: 'clamp' | 'linear') => decodePosition(1 / p, 20, beyond);
    expect([21, 30, 40].map((p) => at(p, 'clamp'))).toEqual([20, 20, 20].map((x) => expect.closeTo(x, 9)));
    expect(at(21, 'linear')).toBeCloseTo(20.905, 3);
    expect(at(30, 'linear')).toBeCloseTo(26.333, 3);
    expect(at(40, 'linear')).toBeCloseTo(29.5, 9);
    // Between knots it is a straight line.
    expect(decodePosition((1 / 4 + 1 / 5) / 2, 20, 'linear')).toBeCloseTo(4.5, 12);
    expect(() => decodePosition(0.5, 1, 'clamp')).toThrow(RangeError);
  });

  it('a head that compares exact positions is ALiBi with that slope', () => {
    const rows = relativeHead(
      Array.from({ length: 6 }, (_, t) => t + 1),
      0.5,
    );
    expect(maxDifference(rows[3]!, [0.10153632, 0.1674051, 0.27600434, 0.45505423])).toBeLessThan(1e-8);
    rows.forEach((row, t) =>
      expect(
        maxDifference(
          row,
          attentionOf(
            byDistance(6, (r) => alibi(r, 0.5)),
            t,
          ),
        ),
      ).toBeLessThan(1e-15),
    );
  });
});

describe('divergences', () => {
  const distribution = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }).map((x) => {
    const sum = x.reduce((a, b) => a + b, 0);
    return x.map((v) => v / sum);
  });

  it('of a uniform map and ALiBi with slope 0.5, six rows', () => {
    const even = relativeHead(new Float64Array(6), 1);
    const sloped = relativeHead([0, 1, 2, 3, 4, 5], 0.5);
    expect(meanOverRows(even, sloped)).toBeCloseTo(0.03217931, 8);
  });

  it('lies in [0, log 2], is symmetric, and 0 where both are the same; the other way round has no such bound', () => {
    fc.assert(
      fc.property(distribution, distribution, (p, q) => {
        const found = jsd(p, q);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(Math.LN2);
        expect(found).toBeCloseTo(jsd(q, p), 14);
        expect(jsd(p, p)).toBe(0);
        if (Math.max(...p.map((x, i) => Math.abs(x - q[i]!))) > 1e-4) expect(found).toBeGreaterThan(0);
      }),
    );
    expect(jsd([1, 0], [0, 1])).toBeCloseTo(Math.LN2, 15);
    expect(reversedJsd([1 - 1e-9, 1e-9], [1e-9, 1 - 1e-9])).toBeGreaterThan(5);
    expect(() => jsd([1], [0.5, 0.5])).toThrow(RangeError);
    expect(() => meanOverRows([[1]], [])).toThrow(RangeError);
  });

  it('between networks: all pairs of heads, the first before the second', () => {
    const [a, b, c] = [rowsOf(0, 5), rowsOf(1, 5), rowsOf(2, 5)];
    expect(betweenHeads([a, b, c], [c, a, b])).toBeCloseTo((meanOverRows(a, a) + meanOverRows(a, b) + meanOverRows(b, b)) / 3, 12);
  });
});

it.each([
  ['no heads', () => alibiSlopes(0)],
  ['a distance in the future', () => t5Bucket(-1)],
  ['no room to grow', () => t5Bucket(1, { buckets: 32, maxDistance: 16 })],
  ['a table of another size', () => t5Bias([1, 2], 4)],
  ['an odd width', () => sinusoid(1, 7)],
])('refuses: %s', (_, run) => expect(run).toThrow(RangeError));

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arc,
  dynamicAlpha,
  linear,
  ntk,
  ntkBase,
  power,
  rope,
  rotate,
  similarity,
  thresholds,
  truncated,
  unseenArc,
  yarn,
  yarnMagnitude,
  yarnRange,
} from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference } from '@/tensor/compare';
import { dot } from '@/tensor/matmul';
import file from '../golden/rotary.json';

interface Case {
  name: string;
  params: Record<string, number> & { method: string };
  expected: { theta?: number[]; cos?: number[]; sin?: number[]; range?: number[]; magnitude?: number };
}
const { cases: golden } = file as unknown as { cases: Case[] };

/** Largest |a - b| / |b|: frequencies span four orders of magnitude, so an absolute difference would not see the slow ones. */
const relative = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  maxDifference(
    Array.from(a, (x, i) => (b[i] === 0 ? x : x / b[i]!)),
    Array.from(b, (x) => (x === 0 ? 0 : 1)),
  );

const sum = (x: Float64Array) => x.reduce((a, b) => a + b, 0);
const dims = fc.integer({ min: 2, max: 64 }).map((pairs) => 2 * pairs);
const vector = (dim: number) => fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: dim, maxLength: dim });

describe('the authors of YaRN agree', () => {
  it.each(golden)('$name', ({ params: p, expected }) => {
    if (p.method === 'linear') {
      const theta = linear(p.dim!, p.scale!);
      expect(
        maxDifference(
          theta.map((f) => Math.cos(p.position! * f)),
          expected.cos!,
        ),
      ).toBeLessThan(1e-5);
      expect(
        maxDifference(
          theta.map((f) => Math.sin(p.position! * f)),
          expected.sin!,
        ),
      ).toBeLessThan(1e-5);
    } else if (p.method === 'ntk') {
      expect(relative(ntk(p.dim!, p.alpha!, p.base!), expected.theta!)).toBeLessThan(1e-6);
    } else if (p.method === 'dynamic') {
      expect(relative(ntk(p.dim!, dynamicAlpha(p.length!, p.trained!, p.factor!)), expected.theta!)).toBeLessThan(1e-6);
    } else {
      const options = { scale: p.scale!, trained: p.trained!, base: p.base!, fast: p.fast!, slow: p.slow! };
      expect(yarnRange(p.dim!, options)).toEqual(expected.range);
      expect(yarnMagnitude(p.scale!)).toBeCloseTo(expected.magnitude!, 12);
      expect(relative(yarn(p.dim!, options), expected.theta!)).toBeLessThan(1e-6);
    }
  });
});

describe('known values', () => {
  it('d = 8: RoPE, linear 4, NTK-aware 4', () => {
    expect(relative(rope(8), [1, 0.1, 0.01, 0.001])).toBeLessThan(1e-12);
    expect(relative(linear(8, 4), [0.25, 0.025, 0.0025, 0.00025])).toBeLessThan(1e-12);
    expect(relative(ntk(8, 4), [1, 0.06299605, 0.0039685, 0.00025])).toBeLessThan(1e-6);
    expect(ntkBase(8, 4)).toBeCloseTo(63496.042, 3);
  });

  it('YaRN, d = 16, L = 256, s = 4', () => {
    expect(yarnRange(16, { trained: 256 })).toEqual([0, 4]);
    const expected = [1, 0.25693506, 0.0625, 0.01383496, 0.0025, 0.00079057, 0.00025, 0.00007906];
    expect(relative(yarn(16, { scale: 4, trained: 256 }), expected)).toBeLessThan(1e-4);
    expect(yarnMagnitude(4)).toBeCloseTo(1.13862944, 8);
    expect(yarnMagnitude(1)).toBe(1);
    expect(yarnRange(128, { trained: 2048 })).toEqual([16, 41]);
    expect(yarnRange(128, { trained: 4096 })).toEqual([20, 46]);
  });

  it('the truncated basis, d = 128, T = 2048: 41 pairs kept, 14 flattened, 9 zeroed', () => {
    const { keep, slow, zero } = thresholds({ context: 2048 });
    expect(relative([keep, slow, zero], [0.00306796, 0.000191748, 0.000383495])).toBeLessThan(3e-6);
    const theta = truncated(128, { context: 2048 });
    const plain = rope(128);
    expect(theta.filter((f, i) => f === plain[i]).length).toBe(41);
    expect(theta.filter((f) => f === slow).length).toBe(14);
    expect(theta.filter((f) => f === 0).length).toBe(9);
  });

  it('the truncated basis, d = 16, T = 64', () => {
    expect(maxDifference(truncated(16, { context: 64 }), [1, 0.31622777, 0.1, 0.00613592, 0, 0, 0, 0])).toBeLessThan(1e-8);
    expect(truncated(16, { context: 64, divisor: Infinity })[3]).toBe(0);
  });

  it('the power basis, k = 0.5, d = 16; the last pair keeps a share of its frequency', () => {
    const expected = [1, 0.29580399, 0.08660254, 0.025, 0.00707107, 0.00193649, 0.0005, 0.0001118];
    expect(maxDifference(power(16, 0.5), expected)).toBeLessThan(1e-8);
    expect(power(128, 0.5)[63]! / rope(128)[63]!).toBeCloseTo((2 / 128) ** 0.5, 12);
  });

  it('similarity at 16, 64, 128 and 512, d = 16', () => {
    const at = (theta: Float64Array) => [16, 64, 128, 512].map((r) => similarity(theta, r));
    expect(maxDifference(at(rope(16)), [0.526747, 0.613441, 0.240675, 0.129361])).toBeLessThan(1e-6);
    expect(maxDifference(at(linear(16, 4)), [0.69496, 0.526747, 0.442668, 0.240675])).toBeLessThan(1e-6);
    expect(maxDifference(at(truncated(16, { context: 64 })), [0.54358, 0.811212, 0.50655, 0.339213])).toBeLessThan(1e-6);
    expect(maxDifference(at(power(16, 0.5)), [0.520133, 0.74856, 0.371219, 0.416391])).toBeLessThan(1e-6);
  });

  it.each([
    [128, 4096, [51.27, 0.007, 9.53, 0, 0.007]],
    [32, 256, [15.17, 0.03, 5.96, 3.26, 0.03]],
  ])('angles not seen in training at four times the length, d = %i, L = %i', (dim, trained, expected) => {
    const plain = rope(dim);
    const bases = [plain, linear(dim, 4), ntk(dim, 4), ntk(dim, 7), yarn(dim, { scale: 4, trained })];
    const found = bases.map((theta) => sum(unseenArc(theta, 4 * trained, plain, trained)));
    found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(expected[i]! < 0.1 ? 0.0006 : 0.006));
  });
});

describe('invariants', () => {
  it('scale, alpha, exponent at their neutral value are plain RoPE', () => {
    fc.assert(
      fc.property(dims, (dim) => {
        const plain = rope(dim);
        for (const theta of [linear(dim, 1), ntk(dim, 1), power(dim, 0), yarn(dim, { scale: 1, trained: 512 })]) {
          expect(relative(theta, plain)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('every basis is positive or 0 and never gets faster along the pairs', () => {
    fc.assert(
      fc.property(dims, fc.double({ min: 1, max: 32, noNaN: true }), fc.integer({ min: 8, max: 8192 }), (dim, scale, trained) => {
        const bases = [
          rope(dim),
          linear(dim, scale),
          ntk(dim, scale),
          power(dim, scale / 8),
          truncated(dim, { context: trained }),
          yarn(dim, { scale, trained }),
        ];
        for (const theta of bases) {
          expect(theta.length).toBe(dim / 2);
          for (let i = 0; i < theta.length; i++) {
            expect(theta[i]!).toBeGreaterThanOrEqual(0);
            if (i) expect(theta[i]!).toBeLessThanOrEqual(theta[i - 1]! * (1 + 1e-12));
          }
        }
      }),
    );
  });

  it('NTK-aware keeps the fastest pair and divides the slowest by alpha; YaRN stays between RoPE and linear', () => {
    fc.assert(
      fc.property(dims, fc.double({ min: 1, max: 64, noNaN: true }), fc.integer({ min: 16, max: 8192 }), (dim, scale, trained) => {
        const plain = rope(dim);
        const aware = ntk(dim, scale);
        expect(aware[0]).toBe(1);
        expect(aware.at(-1)! * scale).toBeCloseTo(plain.at(-1)!, 10);
        yarn(dim, { scale, trained }).forEach((f, i) => {
          expect(f).toBeLessThanOrEqual(plain[i]! * (1 + 1e-12));
          expect(f).toBeGreaterThanOrEqual((plain[i]! / scale) * (1 - 1e-12));
        });
      }),
    );
  });

  it('linear scaling is RoPE at a fraction of the position', () => {
    fc.assert(
      fc.property(dims, fc.integer({ min: 0, max: 4096 }), fc.integer({ min: 1, max: 16 }), (dim, r, scale) => {
        expect(similarity(linear(dim, scale), r)).toBeCloseTo(similarity(rope(dim), r / scale), 9);
      }),
    );
  });

  it('a rotation keeps the norm, and the logit of two rotated vectors depends on the distance alone', () => {
    fc.assert(
      fc.property(
        vector(16),
        vector(16),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 500 }),
        (q, k, m, n, shift) => {
          const theta = rope(16);
          const logit = (i: number, j: number) => dot(rotate(q, i, theta), 0, rotate(k, j, theta), 0, 16);
          const norm = (x: ArrayLike<number>) => Math.hypot(...Array.from(x));
          expect(norm(rotate(q, m, theta))).toBeCloseTo(norm(q), 12);
          expect(logit(m + shift, n + shift)).toBeCloseTo(logit(m, n), 10);
        },
      ),
    );
  });

  it('similarity is the dot product of two rotated vectors of ones over d, and the magnitude counts twice', () => {
    const theta = rope(32);
    const ones = new Float64Array(32).fill(1);
    for (const [m, n] of [
      [0, 0],
      [17, 3],
      [900, 2],
    ] as const) {
      expect(dot(rotate(ones, m, theta), 0, rotate(ones, n, theta), 0, 32) / 32).toBeCloseTo(similarity(theta, m - n), 12);
    }
    const scaled = dot(rotate(ones, 9, theta, 1.5), 0, rotate(ones, 4, theta, 1.5), 0, 32) / 32;
    expect(scaled).toBeCloseTo(2.25 * similarity(theta, 5), 12);
  });

  it('an arc grows to one turn and stays there; nothing is unseen at the trained length', () => {
    const theta = rope(32);
    expect(arc(theta, 1)).toEqual(new Float64Array(16));
    expect(Math.max(...arc(theta, 100000))).toBe(2 * Math.PI);
    expect(sum(unseenArc(theta, 64, theta, 64))).toBe(0);
    expect(sum(unseenArc(theta, 256, theta, 64))).toBeGreaterThan(1);
  });

  it('dynamic NTK leaves short inputs alone', () => {
    expect(dynamicAlpha(100, 128)).toBe(1);
    expect(dynamicAlpha(512, 128)).toBe(4);
    expect(dynamicAlpha(512, 128, 2)).toBe(7);
  });

  it.each([
    ['odd dim', () => rope(7)],
    ['no pairs', () => rope(0)],
    ['base 0', () => rope(8, 0)],
    ['scale 0', () => linear(8, 0)],
    ['alpha below 0', () => ntk(8, -1)],
    ['one pair has no NTK', () => ntk(2, 4)],
    ['exponent below 0', () => power(8, -1)],
    ['context 0', () => truncated(8, { context: 0 })],
    ['base 1 has no range', () => yarn(8, { scale: 2, trained: 64, base: 1 })],
    ['wrong width', () => rotate([1, 2, 3], 1, rope(8))],
    ['pairs differ', () => unseenArc(rope(8), 4, rope(16), 4)],
  ])('refuses: %s', (_, run) => expect(run).toThrow(RangeError));
});

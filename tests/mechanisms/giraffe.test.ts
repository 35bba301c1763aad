import fc from 'fast-check';
import { Matrix as Dense, solve as leastSquares } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  bands,
  frequencies,
  randomDistances,
  randomisedPositions,
  similarityCurve,
  similarityMap,
  xposBases,
  xposDecay,
  xposScale,
  type Basis,
} from '@/mechanisms/positional-extrapolation/giraffe';
import {
  curve,
  design,
  distancesUpTo,
  fitLogits,
  penaltyPath,
  prepare,
  ridge,
  target,
  type FitOptions,
} from '@/mechanisms/positional-extrapolation/giraffe-fit';
import { rope, rotate, truncate, truncated } from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference, relativeError } from '@/tensor/compare';
import { dot } from '@/tensor/matmul';
import { tensor, toRows } from '@/tensor/tensor';
import file from '../golden/giraffe.json';

interface Case {
  name: string;
  params: Record<string, number> & { method: string };
  expected: { theta?: number[]; positions?: number[]; zeta?: number[]; logits?: number[][] };
}
const { cases: golden } = file as unknown as { cases: Case[] };
const cases = (method: string) => golden.filter(({ params }) => params.method === method);

/** Largest |a - b| / |b|; where b is 0, |a|. */
const relative = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  maxDifference(
    Array.from(a, (x, i) => (b[i] === 0 ? x : x / b[i]!)),
    Array.from(b, (x) => (x === 0 ? 0 : 1)),
  );

const draws = (n: number, phase: number, size: number) =>
  Float64Array.from({ length: n }, (_, i) => size * (0.5 + 0.49 * Math.sin(1.3 * i + phase)));

/** Row i of the closed form, from interleaved pairs (2c, 2c + 1) to the half-split layout (c, c + dim/2). */
const halfSplit = (i: number, dim: number, phase: number) =>
  Float64Array.from({ length: dim }, (_, c) => Math.sin(0.7 * i + 1.1 * (c < dim / 2 ? 2 * c : 2 * c - dim + 1) + phase));

describe('the authors of Giraffe agree', () => {
  it.each(cases('basis'))('$name', ({ params: { dim, scale, exponent, context }, expected }) => {
    // The code scales, then applies the power, then truncates; a power of 0 and a context of 0 leave that step out.
    const powered = frequencies('power', { dim: dim!, context: 1, scale: scale!, exponent: exponent! });
    expect(relative(context ? truncate(powered, { context }) : powered, expected.theta!)).toBeLessThan(1e-6);
    if (!exponent && context) {
      const through = frequencies('truncated', { dim: dim!, context: context / scale!, scale: scale! });
      expect(relative(through, expected.theta!)).toBeLessThan(1e-6);
    }
    if (!exponent && !context)
      expect(relative(frequencies('linear', { dim: dim!, context: 1, scale: scale! }), expected.theta!)).toBeLessThan(1e-6);
  });

  it.each(cases('truncate'))('$name', ({ params: { dim, keep, slow, cut }, expected }) => {
    // With a context of 2 pi, frequencies and turns in the context are the same number.
    const options = { context: 2 * Math.PI, keep: keep!, divisor: 1 / slow!, cut: cut! };
    expect(relative(truncate(rope(dim!), options), expected.theta!)).toBeLessThan(1e-6);
  });

  it.each(cases('random'))('$name', ({ params: { n, phase, size }, expected }) => {
    expect(relative(randomisedPositions(draws(n!, phase!, size!)), expected.positions!)).toBeLessThan(1e-6);
  });

  it.each(cases('xpos'))('$name', ({ params: { n, dim, scaleBase }, expected }) => {
    const zeta = xposBases(dim!);
    expect(relative(zeta, expected.zeta!)).toBeLessThan(1e-6);
    const theta = rope(dim!);
    for (let m = 0; m < n!; m++) {
      const q = xposScale(rotate(halfSplit(m, dim!, 0), m, theta), m, zeta, scaleBase!);
      for (let j = 0; j < n!; j++) {
        const k = xposScale(rotate(halfSplit(j, dim!, 2), j, theta), j, zeta, -scaleBase!);
        expect(Math.abs(dot(q, 0, k, 0, dim!) - expected.logits![m]![j]!)).toBeLessThan(1e-5);
      }
    }
  });
});

describe('bases', () => {
  const all: Basis[] = ['rope', 'linear', 'ntk', 'yarn', 'power', 'truncated'];

  it('at scale 1, linear, NTK-aware and YaRN are RoPE', () => {
    for (const basis of ['linear', 'ntk', 'yarn'] as const) {
      expect(relative(frequencies(basis, { dim: 32, context: 64, scale: 1 }), rope(32))).toBeLessThan(1e-12);
    }
  });

  it('linear, power and truncated at scale s are those at 1 over s', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 16, noNaN: true }), fc.integer({ min: 16, max: 256 }), (scale, context) => {
        for (const basis of ['linear', 'power', 'truncated'] as const) {
          const one = frequencies(basis, { dim: 32, context, scale: 1 });
          const scaled = frequencies(basis, { dim: 32, context, scale });
          expect(
            relative(
              scaled.map((f) => f * scale),
              one,
            ),
          ).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it('a pair counts in one band, as its frequency shows', () => {
    const options = { context: 64 };
    const found = bands(rope(32), options);
    const theta = truncated(32, options);
    const count = (band: string) => found.filter((b) => b === band).length;
    expect([count('kept'), count('flattened'), count('zeroed')]).toEqual([5, 3, 8]);
    found.forEach((band, i) => {
      if (band === 'kept') expect(theta[i]).toBe(rope(32)[i]);
      if (band === 'flattened') expect(theta[i]).toBeCloseTo((2 * Math.PI) / (16 * 64), 15);
      if (band === 'zeroed') expect(theta[i]).toBe(0);
    });
  });

  it('similarity starts at 1, stays within [-1, 1], and its map is symmetric with the curve on its rows', () => {
    for (const basis of all) {
      const theta = frequencies(basis, { dim: 32, context: 64, scale: 4 });
      const values = similarityCurve(theta, 64);
      expect(values[0]).toBe(1);
      for (const v of values) expect(Math.abs(v)).toBeLessThanOrEqual(1);
      const map = similarityMap(theta, distancesUpTo(64));
      for (let r = 0; r < 64; r++) {
        expect(map.data[r * 64]).toBeCloseTo(values[r]!, 12);
        expect(map.data[r]).toBeCloseTo(values[r]!, 12);
      }
    }
  });
});

describe('xPos', () => {
  const zeta = xposBases(16);

  it('has the published bases and decay', () => {
    const expected = [0.28571429, 0.375, 0.46428571, 0.55357143, 0.64285714, 0.73214286, 0.82142857, 0.91071429];
    expect(maxDifference(zeta, expected)).toBeLessThan(1e-8);
    expect(xposDecay(zeta, 64, 512)[0]).toBeCloseTo(0.85504997, 8);
    // Of the fastest pair, whatever the size.
    for (const dim of [16, 32, 64, 128]) expect(xposDecay(xposBases(dim), 512, 512)[0]).toBeCloseTo(2 / 7, 15);
  });

  it('its logit depends on the distance alone, and is the rotary one with every pair times its decay', () => {
    const theta = rope(16);
    const q = halfSplit(3, 16, 0);
    const k = halfSplit(5, 16, 2);
    const logit = (m: number, n: number) =>
      dot(xposScale(rotate(q, m, theta), m, zeta, 512), 0, xposScale(rotate(k, n, theta), n, zeta, -512), 0, 16);
    expect(logit(900, 836)).toBeCloseTo(logit(64, 0), 10);
    const decay = xposDecay(zeta, 64, 512);
    const rotated = rotate(q, 64, theta);
    let expected = 0;
    for (let c = 0; c < 16; c++) expected += decay[c % 8]! * rotated[c]! * k[c]!;
    expect(logit(64, 0)).toBeCloseTo(expected, 12);
  });
});

it('similarity under xPos is the mean logit of pairs that point one way', () => {
  const theta = rope(16);
  const zeta = xposBases(16);
  const x = Float64Array.from({ length: 16 }, (_, c) => (c < 8 ? 1 : 0));
  const curve = similarityCurve(theta, 40, { zeta, scaleBase: 32 });
  for (const r of [0, 1, 17, 39]) {
    const q = xposScale(rotate(x, r + 5, theta), r + 5, zeta, 32);
    const k = xposScale(rotate(x, 5, theta), 5, zeta, -32);
    expect(curve[r]).toBeCloseTo(dot(q, 0, k, 0, 16) / 8, 12);
  }
});

describe('randomised positions', () => {
  it('increase and end at n at the latest', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 0.999999, noNaN: true }), { minLength: 1, maxLength: 100 }), (u) => {
        const positions = randomisedPositions(u);
        for (let i = 1; i < positions.length; i++) expect(positions[i]!).toBeGreaterThan(positions[i - 1]!);
        expect(positions.at(-1)!).toBeLessThanOrEqual(u.length * (1 + 1e-12));
      }),
    );
  });

  it('are left alone when they end early', () => {
    expect(Array.from(randomisedPositions([0.25, 0.25, 0.25]))).toEqual([0.5, 1, 1.5]);
    expect(Array.from(randomisedPositions([1, 1, 1, 1]))).toEqual([1, 2, 3, 4]);
  });

  it('distances start at 0, increase, and stay below the trained length', () => {
    const distances = randomDistances(8, 64, 3);
    for (let s = 0; s < 8; s++) {
      const row = distances.data.subarray(64 * s, 64 * (s + 1));
      expect(row[0]).toBe(0);
      for (let j = 1; j < 64; j++) expect(row[j]!).toBeGreaterThan(row[j - 1]!);
      expect(row[63]!).toBeLessThan(64);
    }
    expect(randomDistances(8, 64, 3)).toEqual(distances);
  });
});

describe('the ridge fit', () => {
  const wave = target('wave', 64);
  const plain = rope(32);

  it('is the least-squares solution with sqrt(epsilon) rows below X', () => {
    const x = design(plain, distancesUpTo(64));
    for (const epsilon of [1e-1, 1e-3, 1e-5]) {
      const stacked = tensor(['row', 'feature'] as const, [96, 32]);
      stacked.data.set(x.data);
      for (let i = 0; i < 32; i++) stacked.data[(64 + i) * 32 + i] = Math.sqrt(epsilon);
      const right = tensor(['row', 'one'] as const, [96, 1]);
      right.data.set(wave);
      expect(
        relativeError(ridge(prepare(x), wave, epsilon), leastSquares(new Dense(toRows(stacked)), new Dense(toRows(right))).to1DArray()),
      ).toBeLessThan(1e-6);
    }
  });

  it('makes the gradient of the penalised squares vanish', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(1e-4, 1e-2, 1e-1), (seed, epsilon) => {
        const y = target('knots', 64, seed);
        const x = design(plain, distancesUpTo(64));
        const w = ridge(prepare(x), y, epsilon);
        const residual = curve(x, w).map((v, r) => v - y[r]!);
        for (let i = 0; i < 32; i++) {
          let gradient = epsilon * w[i]!;
          for (let r = 0; r < 64; r++) gradient += x.data[r * 32 + i]! * residual[r]!;
          expect(Math.abs(gradient)).toBeLessThan(1e-8);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('a logit of rotated vectors is such a curve, so the curve is one a head can have', () => {
    const q = halfSplit(1, 32, 0.3);
    const k = halfSplit(2, 32, 1);
    const weights = new Float64Array(32);
    for (let i = 0; i < 16; i++) {
      weights[i] = q[i]! * k[i]! + q[i + 16]! * k[i + 16]!;
      weights[16 + i] = q[i]! * k[i + 16]! - q[i + 16]! * k[i]!;
    }
    const drawn = curve(design(plain, distancesUpTo(100)), weights);
    for (const r of [0, 1, 7, 99]) expect(dot(rotate(q, r, plain), 0, k, 0, 32)).toBeCloseTo(drawn[r]!, 10);
  });

  const fit = (options: Partial<FitOptions>) => fitLogits({ theta: plain, target: wave, length: 256, epsilon: 1e-6, ...options });
  const basis = (name: Basis, scale = 1, divisor = 16) => frequencies(name, { dim: 32, context: 64, scale, divisor });

  it('on the wave: RoPE and truncated leave the range, rho = 0 and linear do not', () => {
    const found = [fit({}), fit({ theta: basis('truncated') }), fit({ theta: basis('truncated', 1, Infinity) })];
    const expected = [
      [0.0116, 21.37],
      [0.0131, 98.96],
      [0.431, 0.767],
    ];
    found.forEach(({ error, outside }, i) => {
      expect(error).toBeCloseTo(expected[i]![0]!, i === 2 ? 3 : 4);
      expect(Math.abs(outside / expected[i]![1]! - 1)).toBeLessThan(0.001);
    });
    const interpolated = fit({ evaluated: basis('linear', 4) });
    expect(Math.max(interpolated.inside, interpolated.outside)).toBeCloseTo(0.777, 3);
  });

  it('linear scaling by s at evaluation draws the trained curve s times as wide', () => {
    const { trained } = fit({});
    const { logits } = fit({ evaluated: basis('linear', 4) });
    for (let r = 0; r < 64; r++) expect(logits[4 * r]).toBeCloseTo(trained[r]!, 9);
  });

  it('training at scale 4 leaves the range past T; evaluating that model at 16 does not', () => {
    expect(fit({ theta: basis('linear', 4) }).outside).toBeGreaterThan(10);
    const wider = fit({ theta: basis('linear', 4), evaluated: basis('linear', 16) });
    expect(Math.max(wider.inside, wider.outside)).toBeLessThan(0.9);
  });

  const median = (x: number[]) => x.toSorted((a, b) => a - b)[Math.floor(x.length / 2)]!;
  const outsideOfKnots = (epsilon: number, options: (seed: number) => Partial<FitOptions> = () => ({})) =>
    median(
      Array.from({ length: 20 }, (_, seed) => {
        const { inside, outside } = fit({ target: target('knots', 64, seed), epsilon, ...options(seed) });
        return Math.max(inside, outside);
      }),
    );

  it('over 20 targets: rho = 0 and linear stay within the range at any penalty tried, the others leave it', () => {
    for (const epsilon of [1e-8, 1e-6, 1e-4]) {
      expect(outsideOfKnots(epsilon, () => ({ evaluated: basis('linear', 4) }))).toBeLessThan(1.05);
      expect(outsideOfKnots(epsilon, () => ({ theta: basis('truncated', 1, Infinity) }))).toBeLessThan(1.4);
      for (const theta of [plain, basis('power'), basis('truncated')])
        expect(outsideOfKnots(epsilon, () => ({ theta }))).toBeGreaterThan(4);
    }
    // At 1e-8 the fit is ill-conditioned: orders of magnitude only.
    expect(Math.log10(outsideOfKnots(1e-8))).toBeGreaterThan(2.5);
    expect(Math.log10(outsideOfKnots(1e-8, () => ({ theta: basis('power') })))).toBeGreaterThan(2.5);
    expect(Math.log10(outsideOfKnots(1e-8, () => ({ theta: basis('truncated') })))).toBeGreaterThan(1.5);
  });

  it('a larger penalty gives smaller weights, a worse fit and, for RoPE on these targets, a smaller explosion', () => {
    const fits = [1e-8, 1e-6, 1e-4, 1e-2, 1e-1].map((epsilon) => fit({ epsilon }));
    for (let i = 1; i < fits.length; i++) {
      expect(fits[i]!.norm).toBeLessThan(fits[i - 1]!.norm);
      expect(fits[i]!.error).toBeGreaterThan(fits[i - 1]!.error);
    }
    const outside = [1e-8, 1e-4, 1e-2].map((epsilon) => outsideOfKnots(epsilon));
    expect(outside[1]!).toBeLessThan(outside[0]! / 10);
    expect(outside[2]!).toBeLessThan(outside[1]!);
  });

  it('what leaves the range are the pairs that never made a turn; the others stay within the amplitudes they showed in training', () => {
    const { logits, turned, unturned, weights } = fit({});
    const most = (x: Float64Array) => Math.max(...x.map(Math.abs));
    expect(most(unturned.slice(64))).toBeGreaterThan(15);
    expect(most(turned.slice(64))).toBeLessThan(1.1 * most(turned.slice(0, 64)));
    expect(most(turned)).toBeLessThan(4);
    let amplitudes = 0;
    for (let i = 0; i < 5; i++) amplitudes += Math.hypot(weights[i]!, weights[16 + i]!);
    expect(most(turned)).toBeLessThan(amplitudes);
    expect(
      maxDifference(
        turned.map((v, r) => v + unturned[r]!),
        logits,
      ),
    ).toBeLessThan(1e-12);
    // Inside, the two nearly cancel: each is larger than the curve they draw together.
    expect(most(unturned.slice(0, 64))).toBeGreaterThan(2);
    expect(most(fit({ theta: basis('truncated', 1, Infinity) }).unturned)).toBeLessThan(0.1);
  });

  it('a path over penalties is the fits one by one', () => {
    const epsilons = [1e-6, 1e-2];
    const path = penaltyPath({ theta: plain, target: wave, length: 256 }, epsilons);
    expect(path).toEqual(epsilons.map((epsilon) => fit({ epsilon })));
  });

  it('softmax over the exploded logits gives most attention past the trained length', () => {
    const { attention } = fit({});
    expect(attention.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(attention.slice(64).reduce((a, b) => a + b, 0)).toBeGreaterThan(0.99);
    expect(Math.max(...attention)).toBeGreaterThan(0.05);
    expect(Math.max(...fit({ evaluated: basis('linear', 4) }).attention)).toBeLessThan(0.02);
  });

  it('a short xPos base damps what leaves the range', () => {
    const zeta = xposBases(32);
    const outside = (scaleBase: number) => fit({ epsilon: 1e-4, decay: { zeta, scaleBase } }).outside;
    expect(outside(32)).toBeLessThan(1);
    expect(outside(512)).toBeGreaterThan(5);
  });

  it('fits on randomised positions within their noise, and with whole positions gets the same as without', () => {
    const seen = randomDistances(20, 64, 1);
    expect(fit({ seen }).error).toBeLessThan(0.15);
    const whole = tensor(['sample', 'token'] as const, [1, 64], distancesUpTo(64));
    expect(fit({ seen: whole })).toEqual(fit({}));
  });

  it('targets stay within [-1, 1] and start where they say', () => {
    for (const kind of ['wave', 'recency', 'bump', 'knots'] as const) {
      for (const length of [16, 64, 256]) {
        const y = target(kind, length, 5);
        expect(y.length).toBe(length);
        for (const v of y) expect(Math.abs(v)).toBeLessThanOrEqual(1);
      }
    }
    expect(target('recency', 64)[0]).toBe(1);
    expect(target('wave', 128)[32]).toBe(target('wave', 64)[16]);
    expect(target('knots', 64, 1)).not.toEqual(target('knots', 64, 2));
  });

  it.each([
    ['target of the wrong length', () => ridge(prepare(design(plain, distancesUpTo(8))), wave, 1)],
    ['no penalty', () => fit({ epsilon: 0 })],
    ['shorter than trained', () => fit({ length: 32 })],
    ['xPos width', () => xposScale([1, 2], 1, xposBases(8), 512)],
  ])('refuses: %s', (_, run) => expect(run).toThrow(RangeError));
});

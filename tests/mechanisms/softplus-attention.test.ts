import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  factor,
  normalise,
  offsetFor,
  reweigh,
  scoresOf,
  softplus,
  softplusAttention,
  spared,
  stages,
  weigh,
  type Positive,
  type Row,
  type Scale,
  type StageOne,
  type StageTwo,
} from '@/mechanisms/positional-extrapolation/softplus-attention';
import { background, grow, haystack, haystacks, outcome } from '@/mechanisms/positional-extrapolation/softplus-attention-toy';
import { attention, causal } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { normals } from '@/tensor/random';
import { entropy } from '@/tensor/softmax';
import { at, generate, row, tensor } from '@/tensor/tensor';
import file from '../golden/softplus-attention.json';

interface Case {
  name: string;
  params: { n: number; d: number; power?: number; offset?: number } & Partial<StageOne>;
  expected: { row: number; first: number[]; weights: number[]; output: number[] }[];
}

/** The inputs of the reference vectors. */
const pattern = (n: number, d: number) => ({
  q: generate(['query', 'channel'] as const, [n, d], (i, c) => Math.sin(0.7 * i! + 1.3 * c! + 0.1)),
  k: generate(['key', 'channel'] as const, [n, d], (i, c) => Math.cos(0.5 * i! + 0.9 * c! + 0.2)),
  v: generate(['key', 'channel'] as const, [n, d], (i, c) => Math.sin(0.3 * i! - 0.6 * c! + 0.4)),
});
const run = (n: number, d: number, one: Partial<StageOne> = {}, two?: StageTwo) => {
  const { q, k, v } = pattern(n, d);
  return softplusAttention(q, k, v, one, two);
};
const sum = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0);

describe('a second implementation agrees', () => {
  it.each((file.cases as unknown as Case[]).map((one) => [one.name, one] as const))('%s', (_, { params, expected }) => {
    const { n, d, power, offset, ...one } = params;
    const { first, weights, output } = run(n, d, one, power === undefined ? undefined : { power, offset });
    for (const { row: i, ...wanted } of expected) {
      expect(maxDifference(row(first, i).subarray(0, i + 1), wanted.first)).toBeLessThan(1e-11);
      expect(maxDifference(row(weights, i).subarray(0, i + 1), wanted.weights)).toBeLessThan(1e-11);
      expect(maxDifference(row(output, i), wanted.output)).toBeLessThan(1e-11);
    }
  });
});

describe('six queries in four channels', () => {
  const stageOne = run(6, 4);
  const cubed = run(6, 4, {}, { power: 3 });
  const sharp = run(6, 4, {}, { power: 15 });
  const seen = (matrix: typeof stageOne.weights, i: number) => Array.from(row(matrix, i).subarray(0, i + 1));
  const near = (a: ArrayLike<number>, b: number[]) => expect(maxDifference(a, b)).toBeLessThan(1e-8);

  it('stage one', () => {
    near(seen(stageOne.weights, 5), [0.01902562, 0.03487464, 0.08239354, 0.19018678, 0.31063067, 0.36288875]);
    near(seen(stageOne.weights, 1), [0.52631427, 0.47368573]);
    expect(seen(stageOne.weights, 0)).toEqual([1]);
    near(row(stageOne.output, 5), [0.93636346, 0.76536021, 0.32699462, -0.2255996]);
  });

  it('stage two, p = 3', () => {
    near(seen(cubed.weights, 5), [0, 0, 0, 0.00123307, 0.2827681, 0.71599883]);
    near(seen(cubed.weights, 3), [0, 0.17579666, 0.82420334, 0]);
    // The third row has no offset.
    near(seen(cubed.weights, 2), [0.38501723, 0.3829378, 0.23204496]);
  });

  it('stage two, p = 15', () => {
    near(seen(sharp.weights, 5).slice(4), [0.00951564, 0.99048436]);
    near(row(sharp.output, 5), [0.94680702, 0.96239645, 0.64179311, 0.09699297]);
  });

  it('what is above the diagonal is 0', () => {
    for (const { weights } of [stageOne, cubed, sharp]) for (let i = 0; i < 6; i++) expect(sum(row(weights, i).subarray(i + 1))).toBe(0);
  });
});

const positives: Positive[] = ['softplus', 'exp', 'sigmoid', 'relu'];
const scales: Scale[] = ['length', 'plain', 'entropy'];
const anyRow = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9999 }), fc.double({ min: 0.1, max: 8, noNaN: true }))
  .map(([keys, seed, size]): Row => {
    const cosines = normals(seed, keys).map((x) => Math.tanh(x / 2));
    return { cosines, logits: cosines.map((c) => c * size) };
  });
const anyOne = fc.record({
  positive: fc.constantFrom(...positives),
  scale: fc.constantFrom(...scales),
  dim: fc.constantFrom(4, 32, 64),
  trained: fc.constantFrom(16, 256),
});
const anyTwo = fc.record({ power: fc.integer({ min: 1, max: 30 }), offset: fc.double({ min: 0, max: 2, noNaN: true }) });

describe('any row', () => {
  it('sums to 1, or is all 0 where nothing is above the offset', () => {
    fc.assert(
      fc.property(anyRow, anyOne, anyTwo, (of, one, two) => {
        const { first, weights } = stages(of, one, two);
        const kept = first.some((a) => a * first.length - offsetFor(first.length, two.offset) > 1e-9);
        if (kept) expect(sum(weights)).toBeCloseTo(1, 9);
        else expect(sum(weights)).toBeLessThan(1 + 1e-9);
        expect(weights.every((w) => w >= 0)).toBe(true);
        if (one.positive !== 'relu') {
          expect(sum(first)).toBeCloseTo(1, 9);
          // In multiples of the even share the mean is 1.
          expect(sum(first.map((a) => a * first.length)) / first.length).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('p = 1 and no offset change nothing', () => {
    fc.assert(
      fc.property(anyRow, anyOne, (of, one) => {
        const { first, weights } = stages(of, one, { power: 1, offset: 0 });
        expect(maxDifference(weights, first)).toBeLessThan(1e-12);
      }),
    );
  });

  it('keeps the order of its keys, and a larger power gives the largest no less', () => {
    fc.assert(
      fc.property(anyRow, anyOne, anyTwo, (of, one, two) => {
        const { first, weights } = stages(of, one, two);
        const order = Array.from(first.keys()).sort((a, b) => first[a]! - first[b]!);
        for (let r = 1; r < order.length; r++) expect(weights[order[r]!]!).toBeGreaterThanOrEqual(weights[order[r - 1]!]! - 1e-12);
        const sharper = reweigh(first, { ...two, power: two.power + 1 });
        expect(Math.max(...sharper)).toBeGreaterThanOrEqual(Math.max(...weights) - 1e-12);
      }),
    );
  });

  it('permutes with its keys', () => {
    fc.assert(
      fc.property(anyRow, anyOne, anyTwo, ({ cosines, logits }, one, two) => {
        const backwards = { cosines: Array.from(cosines).reverse(), logits: Array.from(logits).reverse() };
        expect(maxDifference(stages(backwards, one, two).weights, stages({ cosines, logits }, one, two).weights.reverse())).toBeLessThan(
          1e-12,
        );
      }),
    );
  });

  it('under ReLU without an offset is the cosines to the power, whatever the scale', () => {
    fc.assert(
      fc.property(anyRow, fc.integer({ min: 1, max: 9 }), fc.constantFrom(...scales), ({ cosines, logits }, power, scale) => {
        fc.pre(cosines.length > 1 && Array.from(cosines).some((c) => c > 1e-3));
        const { weights } = stages({ cosines, logits }, { positive: 'relu', scale, dim: 64, trained: 64 }, { power, offset: 0 });
        const wanted = Float64Array.from(cosines, (c) => Math.max(0, c) ** power);
        normalise(wanted);
        expect(maxDifference(weights, wanted)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('stage one', () => {
  it('with the exponential and plain logits is softmax attention', () => {
    const { q, k, v } = pattern(24, 8);
    const wanted = attention(q, k, v, { mask: causal });
    const { weights, output } = softplusAttention(q, k, v, { positive: 'exp', scale: 'plain' });
    expect(maxDifference(weights.data, wanted.probabilities.data)).toBeLessThan(1e-12);
    expect(maxDifference(output.data, wanted.output.data)).toBeLessThan(1e-12);
  });

  it('takes no notice of how long queries and keys are, where it scales cosines', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (a, b) => {
        const { q, k, v } = pattern(9, 4);
        const longer = (x: typeof q, by: number) =>
          tensor(
            x.axes,
            x.shape,
            x.data.map((y) => by * y),
          ) as typeof q;
        const wanted = softplusAttention(q, k, v, {}, { power: 15 });
        const got = softplusAttention(longer(q, a), longer(k as never, b) as never, v, {}, { power: 15 });
        expect(maxDifference(got.weights.data, wanted.weights.data)).toBeLessThan(1e-9);
      }),
    );
    // The usual logits do.
    const { q, k, v } = pattern(9, 4);
    const louder = tensor(
      q.axes,
      q.shape,
      q.data.map((x) => 3 * x),
    );
    const plain = { scale: 'plain' } as const;
    expect(
      maxDifference(softplusAttention(louder, k, v, plain).weights.data, softplusAttention(q, k, v, plain).weights.data),
    ).toBeGreaterThan(0.01);
  });

  it('at the trained length the entropy scale is the plain one; a first row has ln 1 = 0', () => {
    const options = { dim: 64, trained: 100 };
    expect(factor('entropy', 100, options)).toBe(1);
    expect(factor('entropy', 10000, options)).toBeCloseTo(2, 12);
    expect(factor('length', 1, options)).toBe(0);
    expect(factor('length', 1024, options)).toBeCloseTo(Math.log(64) * Math.log(1024), 12);
    expect(Array.from(stages({ cosines: [0.3], logits: [1] }, options, { power: 15 }).weights)).toEqual([1]);
  });

  it('softplus is ln(1 + e^x), and nothing overflows', () => {
    for (const x of [-30, -2, 0, 0.5, 12]) expect(softplus(x)).toBeCloseTo(Math.log(1 + Math.exp(x)), 12);
    expect(softplus(1e4)).toBe(1e4);
    expect(softplus(-1e4)).toBe(0);
    const large = weigh(Float64Array.of(0, 900, 1000), { positive: 'exp', dim: 64, trained: 64 });
    expect(large[2]).toBeCloseTo(1, 12);
  });

  it('softplus differences are at most those of the scores: it is nearly linear where scores are large', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true }), (x, step) => {
        const rise = softplus(x + step) - softplus(x);
        expect(rise).toBeGreaterThanOrEqual(-1e-12);
        expect(rise).toBeLessThanOrEqual(step + 1e-12);
      }),
    );
  });

  it('not normalised, sums to the mean of its positive scores times N / L: it drifts with the length', () => {
    const options = { positive: 'sigmoid', scale: 'plain', dim: 64, trained: 64, normalised: false } as const;
    const draws = background(1, 4096);
    const [[short, long] = []] = grow(haystacks(draws, [64, 4096], 0.6, 64), options);
    expect(long!.sum / short!.sum).toBeGreaterThan(50);
    const row = haystack(draws, 64, 0.6, 64);
    const scores = scoresOf(row, options);
    expect(short!.sum).toBeCloseTo(sum(scores.map((x) => 1 / (1 + Math.exp(-x)))) / 64, 12);
  });
});

describe('stage two', () => {
  it('spares the first rows their offset', () => {
    expect([1, 2, 3, 4, 100].map((keys) => offsetFor(keys))).toEqual([0, 0, 0, 1, 1]);
    expect(spared).toBe(3);
    expect(maxDifference(reweigh([0.2, 0.8], { power: 1 }), [0.2, 0.8])).toBeLessThan(1e-15);
    expect(Array.from(reweigh([0.1, 0.2, 0.3, 0.4], { power: 1 }))).toEqual([0, 0, expect.closeTo(0.25, 12), expect.closeTo(0.75, 12)]);
  });

  it('an even row has nothing above its average and becomes all 0', () => {
    expect(Array.from(reweigh(new Float64Array(7).fill(1 / 7), { power: 15 }))).toEqual(new Array(7).fill(0));
    expect(sum(reweigh(new Float64Array(3).fill(1 / 3), { power: 15 }))).toBeCloseTo(1, 12);
  });

  it('goes to the largest alone as p grows, ties sharing', () => {
    const weights = [0.1, 0.2, 0.3, 0.4];
    expect(reweigh(weights, { power: 2000 })[3]).toBeCloseTo(1, 12);
    expect(maxDifference(reweigh([0.05, 0.35, 0.25, 0.35], { power: 2000 }), [0, 0.5, 0, 0.5])).toBeLessThan(1e-12);
  });

  it('a large power neither overflows nor vanishes', () => {
    const tiny = Float64Array.of(0.2500001, 0.25, 0.25, 0.2499999);
    expect(sum(reweigh(tiny, { power: 30 }))).toBeCloseTo(1, 12);
    const huge = new Float64Array(16384);
    huge[5] = 1;
    expect(reweigh(huge, { power: 30 })[5]).toBe(1);
  });

  it('is the same as the formula taken as it stands', () => {
    fc.assert(
      fc.property(anyRow, fc.integer({ min: 1, max: 15 }), (of, power) => {
        const first = weigh(scoresOf(of, { dim: 64, trained: 64 }), { dim: 64, trained: 64 });
        const keys = first.length;
        const raw = first.map((a) => Math.max(0, a * keys - (keys <= 3 ? 0 : 1)) ** power);
        fc.pre(sum(raw) > 1e-30);
        normalise(raw);
        expect(maxDifference(reweigh(first, { power }), raw)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('a needle among random keys', () => {
  const lengths = [64, 256, 1024, 4096, 16384];
  const base = { dim: 64, trained: 64 };
  const softmax = { ...base, positive: 'exp', scale: 'plain' } as const;
  const seeds = Array.from({ length: 30 }, (_, s) => haystacks(background(s + 1, 16384), lengths, 0.6, 64));
  const mean = (one: StageOne, two?: StageTwo) => {
    const all = seeds.map((rows) => grow(rows, one, [two])[0]!);
    return {
      mass: lengths.map((_, i) => sum(all.map((outcomes) => outcomes[i]!.mass)) / all.length),
      entropy: sum(all.map((outcomes) => outcomes.at(-1)!.entropy)) / all.length,
    };
  };
  // Means over thirty seeds of another generator; what they may differ by is that of two such means.
  it.each<[string, StageOne, StageTwo | undefined, number[], number]>([
    ['softmax', softmax, undefined, [0.544, 0.23, 0.069, 0.018, 0.0045], 9.19],
    ['softmax, ln n', { ...softmax, scale: 'entropy' }, undefined, [0.544, 0.507, 0.434, 0.328, 0.229], 5.96],
    ['LSSA', base, undefined, [0.131, 0.04, 0.011, 0.0027, 0.0007], 8.9],
    ['LSSAR, p = 3', base, { power: 3 }, [0.844, 0.538, 0.208, 0.057, 0.015], 7.27],
    ['LSSAR, p = 15', base, { power: 15 }, [1, 1, 0.996, 0.956, 0.875], 0.58],
  ])('%s', (_, one, two, masses, nats) => {
    const got = mean(one, two);
    got.mass.forEach((m, i) => expect(Math.abs(m - masses[i]!)).toBeLessThan(Math.max(0.002, Math.min(0.06, 0.12 * masses[i]!))));
    expect(Math.abs(got.entropy - nats)).toBeLessThan(0.25);
  });

  it('a longer row begins with the keys of a shorter one', () => {
    const draws = background(4, 64);
    const [short, long] = [haystack(draws, 16, 0.5, 64), haystack(draws, 64, 0.5, 64)];
    const others = ({ cosines, needle }: typeof short) => Array.from(cosines).filter((_, j) => j !== needle);
    expect(others(long).slice(0, 15)).toEqual(others(short));
    expect(short.cosines[short.needle]).toBe(0.5);
    expect(haystack(draws, 1, 0.5, 64).needle).toBe(0);
    expect(() => haystack(draws, 65, 0.5, 64)).toThrow(RangeError);
  });

  it('an outcome is of the weights over their sum', () => {
    const { mass, entropy: nats, sum: total } = outcome(Float64Array.of(1, 1, 2), [1, 3]);
    expect([mass, total]).toEqual([0.75, 4]);
    expect(nats).toBeCloseTo(entropy([0.25, 0.25, 0.5]), 12);
    expect(outcome(new Float64Array(4), [0, 1])).toEqual({ mass: 0, entropy: 0, sum: 0 });
  });
});

it('refuses what does not fit, and gives a vector of zeros cosine 0', () => {
  const { q, k, v } = pattern(5, 4);
  expect(() => softplusAttention(q, pattern(6, 4).k, v)).toThrow(RangeError);
  expect(() => softplusAttention(q, pattern(5, 3).k, v)).toThrow(RangeError);
  const nothing = softplusAttention(tensor(q.axes, q.shape), k, v);
  expect(at(nothing.weights, 4, 2)).toBeCloseTo(0.2, 12);
});

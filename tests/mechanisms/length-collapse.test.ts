import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attention,
  cosine,
  dc,
  evenCausal,
  filterRate,
  hc,
  laws,
  meanCosine,
  norm,
  paperBound,
  participation,
  parts,
} from '@/mechanisms/positional-extrapolation/length-collapse';
import { headsOf } from '@/mechanisms/positional-extrapolation/length-collapse-heads';
import { maxDifference } from '@/tensor/compare';
import { eigenSymmetric } from '@/tensor/linalg';
import { matmul } from '@/tensor/matmul';
import { normals } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { generate, tensor, type Matrix } from '@/tensor/tensor';
import { replay } from '@/widgets/positional-extrapolation/length-collapse/check';
import golden from '../golden/length-collapse.json';

const wave = (n: number, scale = 1): Matrix<'query', 'key'> =>
  generate(['query', 'key'], [n, n], (i, j) => scale * Math.sin(1 + 0.9 * i! + 1.7 * j!));
const exact = { tolerance: 1e-13, rounds: 20000 };
const drawn = (rows: number, columns: number, seed: number): Matrix =>
  tensor(['row', 'column'], [rows, columns], normals(seed, rows * columns));
/** sigma_a by another way: the eigenvalues of B^T B. */
function byEigenvalues(a: Matrix): number {
  const b = hc(a);
  const transposed = generate(['column', 'row'], [...b.shape].reverse(), (i, j) => b.data[j! * b.shape[1]! + i!]!);
  return Math.sqrt(Math.max(0, eigenSymmetric(matmul(transposed, b)).values.at(-1)!));
}
const sizes = fc.record({ n: fc.integer({ min: 2, max: 24 }), d: fc.integer({ min: 1, max: 8 }), seed: fc.integer({ min: 0, max: 999 }) });
const temperatures = fc.double({ min: 0.2, max: 3, noNaN: true });

describe('the authors’ modules agree', () => {
  it('BERT: weights, what they gather, and filter rates by numpy', () => {
    const { count, weights, output, rates } = replay('bert');
    expect(count).toBe(5);
    expect(Math.max(weights, output)).toBeLessThan(1e-10);
    expect(rates).toBeLessThan(1e-7);
  });

  it('T5, whose softmax is in single precision', () => {
    const { count, weights, output } = replay('t5');
    expect(count).toBe(5);
    expect(Math.max(weights, output)).toBeLessThan(1e-5);
  });

  it('a temperature is not the scale of one head alone: other values are told apart', () => {
    const { params, weights } = golden.cases.find(({ name }) => name === 'bert n=6 tau=0.5 hidden=0')!;
    const closed = (rows: number, columns: number, phase: number) =>
      generate(['row', 'column'], [rows, columns], (i, c) => Math.sin(0.7 * i! + 1.1 * c! + 0.3 * i! * c! + phase));
    const w = { q: closed(8, 8, 0.1), k: closed(8, 8, 0.9), v: closed(8, 8, 1.7) };
    const at = (tau: number) => headsOf(closed(6, 8, 0.4), w, { heads: params.heads, tau, scale: 2, bias: () => 0 }).weights[0]!.data;
    expect(maxDifference(at(0.5), weights[0]!.flat())).toBeLessThan(1e-10);
    expect(maxDifference(at(1), weights[0]!.flat())).toBeGreaterThan(1e-3);
  });
});

describe('attention with a temperature', () => {
  it('is the softmax of the divided logits; a hidden key gets nothing at any temperature', () => {
    const logits = tensor(['query', 'key'] as const, [1, 4], Float64Array.of(1, -Infinity, 0.3, 2));
    for (const tau of [0.25, 1, 4]) {
      const { data } = attention(logits, tau);
      expect(maxDifference(data, softmax([1 / tau, -Infinity, 0.3 / tau, 2 / tau]))).toBeLessThan(1e-15);
      expect(data[1]).toBe(0);
    }
  });

  it('high, it is the mean; low, a single token', () => {
    const logits = drawn(5, 32, 4);
    for (let i = 0; i < 5; i++) {
      const row = (tau: number) => attention(logits, tau).data.subarray(32 * i, 32 * (i + 1));
      expect(maxDifference(row(1e9), new Float64Array(32).fill(1 / 32))).toBeLessThan(1e-9);
      expect(participation(row(1e9))).toBeCloseTo(32, 6);
      expect(participation(row(1e-4))).toBeCloseTo(1, 9);
    }
  });

  it('averages fewer tokens the lower it is, between 1 and n', () => {
    fc.assert(
      fc.property(sizes, temperatures, ({ n, seed }, tau) => {
        const logits = drawn(1, n, seed);
        const [low, high] = [participation(attention(logits, tau).data), participation(attention(logits, 1.5 * tau).data)];
        expect(low).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(high).toBeLessThanOrEqual(n + 1e-9);
        expect(low).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });

  it('refuses a temperature of 0 or below', () => {
    for (const tau of [0, -1, NaN]) expect(() => attention(wave(3), tau)).toThrow(RangeError);
  });
});

describe('low and high frequencies', () => {
  it('are all there is, at right angles; constant rows have no high part', () => {
    fc.assert(
      fc.property(sizes, ({ n, d, seed }) => {
        const x = drawn(n, d, seed);
        const [mean, high] = [dc(x), hc(x)];
        expect(
          maxDifference(
            high.data.map((v, at) => v + mean[at % d]!),
            x.data,
          ),
        ).toBeLessThan(1e-12);
        const { low, high: size } = parts(x);
        expect(Math.abs(low ** 2 + size ** 2 - norm(x.data) ** 2)).toBeLessThan(1e-9 * norm(x.data) ** 2);
        const constant = generate(['row', 'column'], [n, d], (_, c) => x.data[c!]!);
        expect(norm(hc(constant).data)).toBeLessThan(1e-12);
      }),
    );
  });

  it('the high part of AX is that of A HC[X]', () => {
    fc.assert(
      fc.property(sizes, temperatures, ({ n, d, seed }, tau) => {
        const [a, x] = [attention(drawn(n, n, seed + 1), tau), drawn(n, d, seed)];
        expect(maxDifference(hc(matmul(a, x)).data, hc(matmul(a, hc(x))).data)).toBeLessThan(1e-12);
      }),
    );
  });
});

describe('the filter rate', () => {
  it('bounds what is left, whatever the tokens; some tokens reach it', () => {
    fc.assert(
      fc.property(sizes, temperatures, ({ n, d, seed }, tau) => {
        const [a, x] = [attention(drawn(n, n, seed + 1), tau), drawn(n, d, seed)];
        const rate = filterRate(a, exact);
        expect(norm(hc(matmul(a, x)).data)).toBeLessThanOrEqual(rate * norm(hc(x).data) * (1 + 1e-6));
        expect(Math.abs(rate - byEigenvalues(a))).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
  });

  it('is 0 for even attention, 1 for attention of each token to itself, and may be more', () => {
    for (const n of [2, 5, 17]) {
      expect(filterRate(generate(['query', 'key'], [n, n], () => 1 / n))).toBe(0);
      expect(filterRate(generate(['query', 'key'], [n, n], (i, j) => Number(i === j)))).toBeCloseTo(1, 9);
    }
    // Half of the queries look at one token, half at another: a signal of these two is spread over all.
    expect(filterRate(generate(['query', 'key'], [8, 8], (i, j) => Number(j === i! % 2)))).toBeCloseTo(2, 9);
    expect(() => filterRate(drawn(3, 4, 1))).toThrow(RangeError);
  });

  it.each([
    [6, 1, 0.49993945],
    [6, 2, 0.77765089],
    [6, 4, 0.98416857],
    [12, 2, 0.74418478],
    [24, 2, 0.69990466],
  ])('of sines, n = %i times %i: %f', (n, scale, expected) => {
    expect(filterRate(attention(wave(n, scale)), exact)).toBeCloseTo(expected, 7);
    // A temperature is a factor of the logits.
    expect(filterRate(attention(wave(n), 1 / scale), exact)).toBeCloseTo(expected, 7);
  });

  it('of even attention under a causal mask rises with length, past 1', () => {
    // [[1, 0], [1/2, 1/2]] less its mean is a quarter of [[1, -1], [-1, 1]], whose norm is 2.
    expect(filterRate(evenCausal(2), exact)).toBeCloseTo(0.5, 9);
    // By numpy's SVD.
    [0.869, 1.003, 1.127, 1.238, 1.334].forEach((rate, i) => expect(filterRate(evenCausal(2 ** (i + 3) + 1))).toBeCloseTo(rate, 3));
  });

  it('the paper’s bound: its values, that it falls with n, and that it is no bound for wide logits', () => {
    expect(paperBound(16, 1)).toBeCloseTo(0.358, 3);
    expect(paperBound(64, 0.5)).toBeCloseTo(0.225, 3);
    expect(paperBound(256, 1)).toBeCloseTo(0.172, 3);
    for (const deviation of [0.25, 1, 2])
      for (let n = 8; n < 2048; n *= 2) expect(paperBound(2 * n, deviation)).toBeLessThan(paperBound(n, deviation));
    const measured = (n: number, deviation: number) =>
      [1, 2, 3, 4].reduce(
        (sum, seed) =>
          sum +
          filterRate(
            attention(
              tensor(
                ['query', 'key'],
                [n, n],
                normals(seed, n * n).map((s) => s * deviation),
              ),
            ),
          ) /
            4,
        0,
      );
    expect(measured(64, 0.5)).toBeLessThan(paperBound(64, 0.5));
    expect(measured(16, 1)).toBeGreaterThan(paperBound(16, 1));
    expect(measured(64, 2)).toBeGreaterThan(3 * paperBound(64, 2));
  });

  it('of independent Gaussian logits, for n = 16 to 512, at two temperatures; and the law for small deviations', () => {
    const rate = (n: number, deviation: number, seeds: number) =>
      Array.from({ length: seeds }, (_, seed) =>
        filterRate(
          attention(
            tensor(
              ['query', 'key'],
              [n, n],
              normals(100 + seed, n * n).map((s) => s * deviation),
            ),
          ),
          { tolerance: 1e-4 },
        ),
      ).reduce((sum, x) => sum + x / seeds, 0);
    const expected = { 16: [0.49, 1.0], 32: [0.4, 0.94], 64: [0.35, 0.94], 128: [0.28, 0.92], 256: [0.18, 0.81], 512: [0.14, 0.81] };
    for (const [n, [one, half]] of Object.entries(expected)) {
      const seeds = Math.max(2, Math.round(512 / Number(n)));
      expect(Math.abs(rate(Number(n), 1, seeds) - one!), `n = ${n}`).toBeLessThan(0.06);
      expect(Math.abs(rate(Number(n), 2, seeds) - half!), `n = ${n}, τ = 0.5`).toBeLessThan(0.14);
    }
    expect(rate(64, 0.5, 6)).toBeCloseTo(0.132, 2);
    expect(laws.rate(64, 0.5)).toBeCloseTo(0.133, 3);
  });
});

describe('vectors', () => {
  it('of one direction have a cosine of 1, at right angles 0, opposite −1', () => {
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 15);
    expect(cosine([1, 2], [-2, 1])).toBe(0);
    expect(
      meanCosine([
        [1, 0],
        [0, 1],
        [-1, 0],
      ]),
    ).toBeCloseTo(-1 / 3, 15);
  });

  it('laws: the share that one layer keeps, and the cosine of averages', () => {
    expect(laws.kept(64, 1)).toBeCloseTo(0.164, 3);
    expect(laws.kept(256, 1)).toBeCloseTo(0.082, 3);
    expect(laws.cosine(1, 16, 16)).toBe(0.5);
    expect(laws.participation(1000, 1)).toBeCloseTo(1000 / Math.E, 9);
  });
});

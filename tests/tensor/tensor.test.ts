import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attention, causal } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { counter } from '@/tensor/counter';
import { convolve, fft, ifft } from '@/tensor/fft';
import { EigenvalueDecomposition, Matrix as Dense, solve as denseSolve } from 'ml-matrix';
import { eigenSymmetric, solve } from '@/tensor/linalg';
import { matmul, matmulTransposed } from '@/tensor/matmul';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne as pure } from 'pure-rand/generator/mersenne';
import { mersenne } from '@/tensor/mersenne';
import { normals, random } from '@/tensor/random';
import { entropy, logSumExp, softmax } from '@/tensor/softmax';
import { at, fromRows, generate, rows, size, tensor, toRows, transpose } from '@/tensor/tensor';

const gaussian = <const A extends readonly [string, string]>(axes: A, n: number, m: number, seed: number) =>
  tensor(axes, [n, m], normals(seed, n * m));

describe('tensor', () => {
  it('generate(axes, shape, f) fills in row-major order', () => {
    const t = generate(['a', 'b', 'c'], [2, 3, 4], (i, j, k) => 100 * i + 10 * j + k);
    expect(at(t, 1, 2, 3)).toBe(123);
    expect(t.data[23]).toBe(123);
    expect(size(t, 'b')).toBe(3);
  });
  it('rejects sizes that disagree, and indices outside', () => {
    expect(() => tensor(['a'], [3], new Float64Array(2))).toThrow(RangeError);
    expect(() => tensor(['a', 'b'], [3])).toThrow(RangeError);
    expect(() => fromRows(['a', 'b'], [[1], [1, 2]])).toThrow(RangeError);
    expect(() => at(tensor(['a'], [3]), 3)).toThrow(RangeError);
    expect(() => size(tensor(['a'], [3]), 'b')).toThrow(RangeError);
  });
  it('rows(matrix, indices) gathers, transpose(matrix) swaps', () => {
    const t = fromRows(
      ['a', 'b'],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    );
    expect(toRows(rows(t, [2, 0]))).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(toRows(transpose(t))).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
  });
});

describe('matmul', () => {
  it('matmul(a, b) equals the triple sum and counts 2ijk', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (n, m, p) => {
        const a = gaussian(['i', 'k'], n, m, 1);
        const b = gaussian(['k', 'j'], m, p, 2);
        const count = counter();
        const c = matmul(a, b, count);
        const expected = generate(['i', 'j'], [n, p], (i, j) => {
          let sum = 0;
          for (let k = 0; k < m; k++) sum += at(a, i, k) * at(b, k, j);
          return sum;
        });
        expect(maxDifference(c.data, expected.data)).toBeLessThan(1e-12);
        expect(maxDifference(matmulTransposed(a, transpose(b)).data, expected.data)).toBeLessThan(1e-12);
        expect(count.flops).toBe(2 * n * m * p);
      }),
    );
  });
  it('throws RangeError when the inner sizes differ', () => {
    expect(() => matmul(tensor(['i', 'k'], [2, 3]), tensor(['k', 'j'], [4, 2]))).toThrow(RangeError);
    expect(() => matmulTransposed(tensor(['i', 'k'], [2, 3]), tensor(['j', 'k'], [4, 2]))).toThrow(RangeError);
  });
});

describe('softmax', () => {
  it('sums to 1, ignores a shift, gives masked entries exactly 0', () => {
    const p = softmax([1, 2, -Infinity, 3]);
    expect(p[2]).toBe(0);
    expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    expect(maxDifference(p, softmax([1001, 1002, -Infinity, 1003]))).toBeLessThan(1e-14);
    expect(Array.from(softmax([-Infinity, -Infinity]))).toEqual([0, 0]);
    expect(logSumExp([Math.log(1), Math.log(3)])).toBeCloseTo(Math.log(4), 14);
    expect(logSumExp([-Infinity])).toBe(-Infinity);
    expect(entropy([0.5, 0.5, 0])).toBeCloseTo(Math.log(2), 14);
  });
});

describe('attention', () => {
  it('of one visible key is its value; of equal scores, the mean', () => {
    const q = tensor(['query', 'channel'], [3, 2]);
    const k = gaussian(['key', 'channel'], 3, 2, 5);
    const v = fromRows(
      ['key', 'channel'],
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
    );
    expect(toRows(attention(q, k, v, { mask: causal }).output)).toEqual([
      [1, 10],
      [1.5, 15],
      [2, 20],
    ]);
  });
  it('of a query that may see nothing is 0, not NaN', () => {
    const t = tensor(['query', 'channel'], [1, 1]);
    const kv = tensor(['key', 'channel'], [2, 1], Float64Array.of(1, 1));
    expect(Array.from(attention(t, kv, kv, { mask: () => false }).output.data)).toEqual([0]);
  });
});

describe('fft', () => {
  it('ifft(fft(x)) = x and Parseval holds', () => {
    const x = { re: normals(3, 64), im: normals(4, 64) };
    const y = fft(x);
    const back = ifft(y);
    expect(maxDifference(back.re, x.re)).toBeLessThan(1e-14);
    expect(maxDifference(back.im, x.im)).toBeLessThan(1e-14);
    const energy = (z: typeof x) => z.re.reduce((s, v, i) => s + v * v + z.im[i]! ** 2, 0);
    expect(energy(y) / 64).toBeCloseTo(energy(x), 10);
  });
  it('convolve(kernel, signal) equals the direct causal sum', () => {
    const [kernel, signal] = [normals(5, 37), normals(6, 50)];
    const direct = Float64Array.from({ length: 50 }, (_, t) => {
      let sum = 0;
      for (let s = 0; s <= Math.min(t, 36); s++) sum += kernel[s]! * signal[t - s]!;
      return sum;
    });
    expect(maxDifference(convolve(kernel, signal), direct)).toBeLessThan(1e-13);
  });
  it('throws RangeError off powers of two', () => {
    expect(() => fft({ re: new Float64Array(3), im: new Float64Array(3) })).toThrow(RangeError);
  });
});

describe('linalg', () => {
  it('solve and eigenSymmetric agree with closed forms', () => {
    const a = fromRows(
      ['i', 'j'],
      [
        [2, 1],
        [1, 2],
      ],
    );
    expect(maxDifference(solve(a, fromRows(['i', 'k'], [[3], [3]])).data, [1, 1])).toBeLessThan(1e-14);
    expect(eigenSymmetric(a).values[0]).toBeCloseTo(1, 12);
    expect(eigenSymmetric(a).values[1]).toBeCloseTo(3, 12);
    expect(() =>
      solve(
        fromRows(
          ['i', 'j'],
          [
            [1, 2],
            [2, 4],
          ],
        ),
        fromRows(['i', 'k'], [[1], [1]]),
      ),
    ).toThrow(/singular/);
    expect(() => solve(a, fromRows(['i', 'k'], [[1]]))).toThrow(RangeError);
    expect(() => eigenSymmetric(fromRows(['i', 'j'], [[1, 2]]))).toThrow(RangeError);
  });

  it('and with ml-matrix, for any matrix; vectors are orthonormal and diagonalise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 9999 }), (n, seed) => {
        const draw = normals(seed, n * n);
        const a = generate(['row', 'column'], [n, n], (i, j) => draw[Math.min(i!, j!) * n + Math.max(i!, j!)]!);
        const { values, vectors } = eigenSymmetric(a);
        const reference = new EigenvalueDecomposition(new Dense(toRows(a)), { assumeSymmetric: true }).realEigenvalues;
        expect(maxDifference(values, reference)).toBeLessThan(1e-11 * n);
        for (let x = 0; x < n; x++) {
          for (let y = 0; y < n; y++) {
            let [product, quadratic] = [0, 0];
            for (let i = 0; i < n; i++) {
              product += at(vectors, i, x) * at(vectors, i, y);
              for (let j = 0; j < n; j++) quadratic += at(vectors, i, x) * at(a, i, j) * at(vectors, j, y);
            }
            expect(Math.abs(product - (x === y ? 1 : 0))).toBeLessThan(1e-12);
            expect(Math.abs(quadratic - (x === y ? values[x]! : 0))).toBeLessThan(1e-11 * n);
          }
        }
        const general = tensor(['i', 'j'] as const, [n, n], Float64Array.from(draw));
        const right = tensor(['i', 'k'] as const, [n, 2], normals(seed + 1, 2 * n));
        const x = solve(general, right);
        const expected = denseSolve(new Dense(toRows(general)), new Dense(toRows(right))).to1DArray();
        const size = Math.max(1, ...expected.map(Math.abs));
        expect(maxDifference(x.data, expected) / size).toBeLessThan(1e-8);
      }),
      { numRuns: 60 },
    );
  });
});

describe('random', () => {
  it('random(seed) repeats itself, and differs between seeds', () => {
    expect(normals(7, 5)).toEqual(normals(7, 5));
    expect(normals(7, 5)).not.toEqual(normals(8, 5));
  });
  it('streams of seeds that are near have nothing in common, from the first draw on', () => {
    for (let k = 0; k < 4; k++) {
      const drawn = Array.from({ length: 4000 }, (_, seed) => {
        const { uniform } = random(seed);
        for (let skipped = 0; skipped < k; skipped++) uniform();
        return uniform();
      });
      const off = drawn.map((x) => x - 0.5);
      expect(Math.abs(off.reduce((s, x) => s + x, 0) / 4000), `mean of draw ${k}`).toBeLessThan(0.02);
      expect(off.reduce((s, x) => s + 12 * x * x, 0) / 4000, `spread of draw ${k}`).toBeCloseTo(1, 1);
      expect(Math.abs(off.slice(1).reduce((s, x, i) => s + 12 * x * off[i]!, 0) / 4000), `neighbours at draw ${k}`).toBeLessThan(0.06);
    }
  });
  it('is the generator that pure-rand has, its floats with it', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [own, theirs] = [mersenne(seed), pure(seed)];
        for (let i = 0; i < 1300; i++) expect(own() | 0).toBe(theirs.next());
        const [floats, others] = [random(seed), pure(seed)];
        for (let i = 0; i < 20; i++) expect(floats.uniform()).toBe(uniformFloat64(others));
      }),
      { numRuns: 20 },
    );
  });
  it('every item comes to every place of a shuffled list', () => {
    const last = new Set(Array.from({ length: 60 }, (_, seed) => random(seed).shuffle([1, 2, 3, 4, 5]).at(-1)));
    expect(last.size).toBe(5);
  });
  it('normal() has mean 0 and variance 1; uniform() stays in [0, 1); weighted() follows its weights', () => {
    const n = 20000;
    const x = normals(9, n);
    const mean = x.reduce((s, v) => s + v, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(x.reduce((s, v) => s + v * v, 0) / n).toBeCloseTo(1, 1);
    const source = random(10);
    const hits = [0, 0, 0];
    for (let i = 0; i < n; i++) hits[source.weighted([1, 0, 3])]!++;
    expect(hits[1]).toBe(0);
    expect(hits[2]! / n).toBeCloseTo(0.75, 1);
    for (let i = 0; i < 1000; i++) expect(source.uniform()).toBeLessThan(1);
    expect(() => source.weighted([0, 0])).toThrow(RangeError);
  });
  it('shuffle(items) is a permutation', () => {
    expect(random(3).shuffle([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

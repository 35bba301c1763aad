/**
 * Markov chains as language models small enough to know exactly: the context is the last symbol, the next-token
 * distribution a row. Entropies, divergences and long-run averages are sums over a table, and sampling costs the same
 * for 4 symbols as for 400.
 */
import type { Random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { row, tensor, type Matrix } from '@/tensor/tensor';

/** Transition probabilities [from, to]: row i is the distribution of the symbol after i, and sums to 1. */
export type Chain = Matrix<'from', 'to'>;

/**
 * chain(rows) from nested arrays. Throws RangeError where a row is not a distribution over as many symbols as there
 * are rows.
 */
export function chain(rows: readonly (readonly number[])[]): Chain {
  const n = rows.length;
  for (const p of rows) {
    if (p.length !== n || p.some((x) => !(x >= 0)) || Math.abs(p.reduce((sum, x) => sum + x, 0) - 1) > 1e-9) {
      throw new RangeError(`each row must be a distribution over ${n} symbols`);
    }
  }
  return tensor(['from', 'to'] as const, [n, n], Float64Array.from(rows.flat()));
}

/** fromLogits(logits): each row the softmax of that row. */
export function fromLogits(logits: Matrix): Chain {
  const n = logits.shape[0]!;
  const result = tensor(['from', 'to'] as const, [n, n]);
  for (let i = 0; i < n; i++) result.data.set(softmax(row(logits, i)), i * n);
  return result;
}

/** randomChain(n, sharpness, source): rows softmax(sharpness z) with z from N(0, 1). Sharpness 0 is uniform. */
export function randomChain(n: number, sharpness: number, source: Random): Chain {
  return fromLogits(
    tensor(
      ['from', 'to'] as const,
      [n, n],
      Float64Array.from({ length: n * n }, () => sharpness * source.normal()),
    ),
  );
}

/** temper(p, T): the chain sampled at temperature T, rows proportional to p^(1/T). Throws RangeError unless T > 0. */
export function temper(p: Chain, temperature: number): Chain {
  if (!(temperature > 0)) throw new RangeError('temperature must be positive');
  return fromLogits(
    tensor(
      p.axes,
      p.shape,
      p.data.map((x) => Math.log(x) / temperature),
    ),
  );
}

/** mix(a, b, weight): (1 - weight) a + weight b, row by row. Throws RangeError when the sizes differ. */
export function mix(a: Chain, b: Chain, weight: number): Chain {
  if (a.data.length !== b.data.length) throw new RangeError('chains differ in size');
  return tensor(
    a.axes,
    a.shape,
    a.data.map((x, i) => (1 - weight) * x + weight * b.data[i]!),
  );
}

/** surprises(p): -ln p of every transition [from, to], in nats; Infinity where it cannot happen. */
export const surprises = (p: Chain): Chain =>
  tensor(
    p.axes,
    p.shape,
    p.data.map((x) => -Math.log(x)),
  );

/**
 * conditional(p, f): the expectation of f(from, to) after each symbol, when the next one is drawn from p: length n.
 * A transition of probability 0 counts 0, whatever f is there.
 */
export function conditional(p: Chain, f: Matrix): Float64Array {
  const n = p.shape[0]!;
  const result = new Float64Array(n);
  for (let i = 0; i < n * n; i++) if (p.data[i]! > 0) result[Math.floor(i / n)]! += p.data[i]! * f.data[i]!;
  return result;
}

/**
 * stationary(p): the long-run share of each symbol, by the elimination of Grassmann, Taksar and Heyman, which never
 * subtracts and so keeps full relative precision. Throws RangeError where symbols exist that cannot reach the first
 * one.
 */
export function stationary(p: Chain): Float64Array {
  const n = p.shape[0]!;
  const a = p.data.slice();
  for (let k = n - 1; k > 0; k--) {
    let out = 0;
    for (let j = 0; j < k; j++) out += a[k * n + j]!;
    if (!(out > 0)) throw new RangeError('the chain has no single stationary distribution');
    for (let i = 0; i < k; i++) a[i * n + k]! /= out;
    for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) a[i * n + j]! += a[i * n + k]! * a[k * n + j]!;
  }
  const share = new Float64Array(n);
  share[0] = 1;
  let total = 1;
  for (let k = 1; k < n; k++) {
    for (let i = 0; i < k; i++) share[k]! += share[i]! * a[i * n + k]!;
    total += share[k]!;
  }
  return share.map((x) => x / total);
}

/** average(share, values): the mean of a value per symbol under a distribution of symbols. */
export function average(share: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < share.length; i++) if (share[i]! > 0) sum += share[i]! * values[i]!;
  return sum;
}

/** entropyRate(p): nats per symbol of a long text drawn from p. */
export const entropyRate = (p: Chain): number => average(stationary(p), conditional(p, surprises(p)));

/** crossEntropyRate(writer, model): nats per symbol that the model gives to a long text drawn from the writer. */
export const crossEntropyRate = (writer: Chain, model: Chain): number => average(stationary(writer), conditional(writer, surprises(model)));

/**
 * asymptoticVariance(p, f): what N times the variance of the mean of f over N transitions of p tends to. With d_i the
 * expectation of f after symbol i and D its mean, it solves the Poisson equation (I - P) g = d - D; then f - D + g(to)
 * - g(from) has conditional mean 0 everywhere, so its stationary variance is the answer.
 */
export function asymptoticVariance(p: Chain, f: Matrix): number {
  const n = p.shape[0]!;
  const share = stationary(p);
  const d = conditional(p, f);
  const mean = average(share, d);
  // I - P + 1 share^T is regular, and its solution is the g with share . g = 0.
  const a = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n + 1 }, (_, j) => (j === n ? d[i]! - mean : (i === j ? 1 : 0) - p.data[i * n + j]! + share[j]!)),
  );
  const g = eliminate(a);
  let variance = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const chance = share[i]! * p.data[i * n + j]!;
      if (chance > 0) variance += chance * (f.data[i * n + j]! - mean + g[j]! - g[i]!) ** 2;
    }
  }
  return variance;
}

/** Gauss-Jordan with row pivots on the augmented rows [a | b], which it overwrites: the x with a x = b. */
function eliminate(a: Float64Array[]): Float64Array {
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return Float64Array.from(a, (r, i) => r[n]! / r[i]!);
}

/** What a draw reads: Walker's alias tables, row i holding the distribution after symbol i. */
export interface Sampler {
  readonly symbols: number;
  /** The chance of keeping the column that was hit. */
  readonly keep: Float64Array;
  /** The symbol taken otherwise. */
  readonly alias: Int32Array;
}

/** sampler(p) prepares draws from p, one uniform number and two look-ups each (Vose 1991). */
export function sampler(p: Chain): Sampler {
  const n = p.shape[0]!;
  const keep = new Float64Array(n * n).fill(1);
  const alias = Int32Array.from({ length: n * n }, (_, i) => i % n);
  for (let from = 0; from < n; from++) {
    const left = Array.from(row(p, from), (x) => x * n);
    const small = left.flatMap((x, to) => (x < 1 ? [to] : []));
    const large = left.flatMap((x, to) => (x < 1 ? [] : [to]));
    while (small.length && large.length) {
      const to = small.pop()!;
      const donor = large.at(-1)!;
      keep[from * n + to] = left[to]!;
      alias[from * n + to] = donor;
      left[donor]! -= 1 - left[to]!;
      if (left[donor]! < 1) small.push(large.pop()!);
    }
  }
  return { symbols: n, keep, alias };
}

/** next(table, from, u): the symbol after `from` that the uniform number u in [0, 1) stands for. */
export function next({ symbols, keep, alias }: Sampler, from: number, u: number): number {
  const x = u * symbols;
  const column = x | 0;
  const cell = from * symbols + column;
  return x - column < keep[cell]! ? column : alias[cell]!;
}

/**
 * sampleText(table, start, length, source): `length` symbols that follow the symbol `start`, which is not among them.
 */
export function sampleText(table: Sampler, start: number, length: number, source: Random): Int32Array {
  const text = new Int32Array(length);
  let from = start;
  for (let t = 0; t < length; t++) text[t] = from = next(table, from, source.uniform());
  return text;
}

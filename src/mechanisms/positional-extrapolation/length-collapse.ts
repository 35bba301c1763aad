/**
 * Self-attention as a low-pass filter along the tokens, and the temperature that TempScale divides its logits by (Zhou et al. 2024, 2025).
 * "Low" is the mean over tokens alone (DC, direct current); everything else is high (HC), in whatever order the tokens stand. All functions are pure.
 */
import { softmaxInto } from '@/tensor/softmax';
import { generate, tensor, type Matrix } from '@/tensor/tensor';

/**
 * attention(logits, tau) is softmax(logits / tau) of each row: rows queries, columns keys. -Infinity hides a key. TempScale divides what is already
 * scaled by the root of the head's size, and has the mask added (Yuqi-Zhou/Length_Collapse, src/model.py). Throws RangeError unless tau > 0.
 */
export function attention(logits: Matrix, tau = 1): Matrix<'query', 'key'> {
  if (!(tau > 0)) throw new RangeError(`a temperature must be positive, got ${tau}`);
  const [rows, columns] = logits.shape as [number, number];
  const weights = tensor(
    ['query', 'key'],
    [rows, columns],
    logits.data.map((x) => x / tau),
  );
  for (let i = 0; i < rows; i++) {
    const row = weights.data.subarray(i * columns, (i + 1) * columns);
    softmaxInto(row, row);
  }
  return weights;
}

/** dc(x): the mean over tokens of x [token, channel], as many numbers as there are channels. */
export function dc(x: Matrix): Float64Array {
  const [n, d] = x.shape as [number, number];
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) mean[c]! += x.data[i * d + c]! / n;
  return mean;
}

/** hc(x): what is left of x [token, channel] without its mean over tokens. */
export function hc(x: Matrix): Matrix {
  const [n, d] = x.shape as [number, number];
  const mean = dc(x);
  return tensor(
    ['token', 'channel'],
    [n, d],
    x.data.map((value, at) => value - mean[at % d]!),
  );
}

/** Sizes of the two parts, as Frobenius norms over tokens and channels: those of X squared are their sum. */
export interface Parts {
  readonly low: number;
  readonly high: number;
}

/** parts(x): the norms of DC[x], repeated for each token, and of HC[x]. */
export const parts = (x: Matrix): Parts => ({ low: Math.sqrt(x.shape[0]!) * norm(dc(x)), high: norm(hc(x).data) });

export const norm = (x: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! ** 2;
  return Math.sqrt(sum);
};

/**
 * filterRate(a): sigma_a, the largest singular value of (I - 1 1^T / n) A: no signal keeps more than that factor of its high part when A mixes its
 * tokens. It may exceed 1. Power iteration, 2 n^2 multiply-adds twice a round, until a round changes it by less than `tolerance` of itself. A must be square.
 */
export function filterRate(
  a: Matrix,
  { tolerance = 1e-6, rounds = 2000 }: { readonly tolerance?: number; readonly rounds?: number } = {},
): number {
  const [n, columns] = a.shape as [number, number];
  if (n !== columns) throw new RangeError(`attention of ${n} queries to ${columns} keys is not square`);
  // A start that is orthogonal to no direction in particular; its mean is irrelevant, as A keeps it and the projection takes it away.
  let v = Float64Array.from({ length: n }, (_, j) => Math.sin(1 + 2.3 * j) + 0.5 * Math.cos(0.7 * j * j));
  let rate = 0;
  for (let round = 0; round < rounds; round++) {
    const length = norm(v);
    if (length === 0) return 0;
    const y = new Float64Array(n);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += a.data[i * n + j]! * v[j]!;
      y[i] = sum / length;
      mean += y[i]! / n;
    }
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const value = (y[i]! -= mean);
      for (let j = 0; j < n; j++) next[j]! += value * a.data[i * n + j]!;
    }
    const found = norm(y);
    // What is left of a uniform A is rounding.
    if (found < 1e-14) return 0;
    if (Math.abs(found - rate) <= tolerance * found) return found;
    rate = found;
    v = next;
  }
  return rate;
}

/** evenCausal(n): each query attends alike to all keys up to itself. A causal mask alone lets the filter rate rise with n: 0.5 at 2, 1.33 at 129. */
export function evenCausal(n: number): Matrix<'query', 'key'> {
  return generate(['query', 'key'], [n, n], (i, j) => (j! <= i! ? 1 / (i! + 1) : 0));
}

/** participation(p): 1 / sum p^2, the number of equal weights that would average as much as p does: n for even weights, 1 for a single one. */
export function participation(p: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < p.length; i++) squares += p[i]! ** 2;
  return 1 / squares;
}

/** meanCosine(vectors) is the mean over all pairs; cosine(a, b) of one. */
export function meanCosine(vectors: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (let i = 0; i < vectors.length; i++) for (let j = 0; j < i; j++) sum += cosine(vectors[i]!, vectors[j]!);
  return sum / ((vectors.length * (vectors.length - 1)) / 2);
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / (norm(a) * norm(b));
}

/**
 * paperBound(n, deviation): the paper's bound on sigma_a for Gaussian logits of that standard deviation, as it is quoted. Measured rates of independent
 * Gaussian logits stay under it for deviations up to about one half, and exceed it from about 1 on, so it is drawn as a reference and not relied on.
 */
export const paperBound = (n: number, deviation: number): number =>
  Math.sqrt(n / (2 * Math.sqrt(1 + Math.exp(-2 * deviation ** 2)) * (n - 1) ** 1.5 + 1));

/**
 * What follows for independent Gaussian logits, with deviation = their standard deviation over tau, from the mean of exp: where n is far above
 * exp(deviation^2), a row averages about n exp(-deviation^2) tokens. These laws are the site's own, not the paper's.
 */
export const laws = {
  participation: (n: number, deviation: number): number => n * Math.exp(-(deviation ** 2)),
  /** The part of HC's norm that one layer leaves of independent tokens. */
  kept: (n: number, deviation: number): number => Math.sqrt(Math.expm1(deviation ** 2) / n),
  /** sigma_a, good up to a deviation of about one half: twice that, as for the edge of a random matrix. */
  rate: (n: number, deviation: number): number => 2 * Math.sqrt(Math.expm1(deviation ** 2) / n),
  /** The expected cosine of two texts whose tokens are mu + noise of unit variance in d channels, each averaging `effective` tokens. */
  cosine: (mu: number, d: number, effective: number): number => mu ** 2 / (mu ** 2 + d / effective),
};

/**
 * Length-scaled softplus attention with re-weighting (Gao and Spratling 2025). A softmax is a positive map and a division by the sum of the row.
 * Stage one keeps the division and puts a softplus of scaled cosines in place of the exponential (LSSA); stage two drops what is below the
 * average of the row and raises the rest to a power (LSSAR). The authors' code could not be had: formulas are those of the paper's later versions
 * as others report and implement them.
 */
import { softmaxInto } from '@/tensor/softmax';
import { row, tensor, type Matrix } from '@/tensor/tensor';

/** What makes a score positive. */
export type Positive = 'softplus' | 'exp' | 'sigmoid' | 'relu';

/** softplus(x) = ln(1 + e^x), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const maps: Record<Positive, (x: number) => number> = {
  softplus,
  exp: Math.exp,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
};

/**
 * What a score is: the cosine of query and key times ln d ln N (`length`, the paper's), the usual q k / sqrt(d) (`plain`), or that times
 * ln N / ln L (`entropy`): the usual one at the trained length L, and sharper as the row grows.
 */
export type Scale = 'length' | 'plain' | 'entropy';

/** A row before anything is done to it: query i sees N keys. */
export interface Row {
  /** Cosines of the query with each key, -1 to 1 [N]. */
  readonly cosines: ArrayLike<number>;
  /** q k / sqrt(d) for each key [N]. */
  readonly logits: ArrayLike<number>;
}

export interface StageOne {
  readonly positive?: Positive;
  readonly scale?: Scale;
  /** d, channels of a head. */
  readonly dim: number;
  /** L, keys that the last row of training saw; more than 1. */
  readonly trained: number;
  /** False divides by L in place of the row's own sum. */
  readonly normalised?: boolean;
}

export interface StageTwo {
  /** p: what a key has above the offset is raised to it. */
  readonly power: number;
  /** O, in multiples of the even share 1/N. */
  readonly offset?: number;
}

/** Rows that see no more keys than this have no offset: they would be left with next to nothing. */
export const spared = 3;

/** offsetFor(keys, offset): the offset of the row that sees so many keys. */
export const offsetFor = (keys: number, offset = 1): number => (keys <= spared ? 0 : offset);

/** factor(scale, keys, options): what the cosines (`length`) or the logits (else) of a row with so many keys are multiplied by. Natural logarithms. */
export function factor(scale: Scale, keys: number, { dim, trained }: Pick<StageOne, 'dim' | 'trained'>): number {
  if (scale === 'plain') return 1;
  return scale === 'length' ? Math.log(dim) * Math.log(keys) : Math.log(keys) / Math.log(trained);
}

/** scoresOf(row, options): the scores [N] that stage one makes positive. */
export function scoresOf({ cosines, logits }: Row, options: Pick<StageOne, 'scale' | 'dim' | 'trained'>): Float64Array {
  const { scale = 'length' } = options;
  const from = scale === 'length' ? cosines : logits;
  const times = factor(scale, from.length, options);
  // Loops here and below: a model's text is some millions of scores, and a callback for each takes longer than the arithmetic.
  const scores = new Float64Array(from.length);
  for (let j = 0; j < scores.length; j++) scores[j] = times * from[j]!;
  return scores;
}

/** normalise(x) divides x by its sum, in place, and returns the sum; a row of zeros stays one. */
export function normalise(x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]!;
  if (sum > 0) for (let j = 0; j < x.length; j++) x[j]! /= sum;
  return sum;
}

/** weigh(scores, options): stage one, the weights [N] of a row; they sum to 1 where they are normalised, but for a row of which ReLU leaves nothing. */
export function weigh(scores: Float64Array, { positive = 'softplus', normalised = true, trained }: StageOne): Float64Array {
  const weights = new Float64Array(scores.length);
  if (positive === 'exp' && normalised) {
    // Relative to the largest score: the same, and nothing overflows.
    softmaxInto(weights, scores);
    return weights;
  }
  const map = maps[positive];
  for (let j = 0; j < scores.length; j++) weights[j] = map(scores[j]!);
  if (normalised) normalise(weights);
  else for (let j = 0; j < weights.length; j++) weights[j]! /= trained;
  return weights;
}

/**
 * reweigh(weights, options): stage two, ReLU(A N - O)^p over its sum [N]. A N is a weight in multiples of the even share, 1 in the mean over the
 * row. Divided by the largest before it is raised, so that nothing overflows or vanishes; a row of which nothing is above the offset is all 0.
 * (Code by others adds 1e-8 to the sum instead; with p = 15 that lets flat rows fade to 0 as well.)
 */
export function reweigh(weights: ArrayLike<number>, { power, offset }: StageTwo): Float64Array {
  const keys = weights.length;
  const below = offsetFor(keys, offset);
  const result = new Float64Array(keys);
  let most = 0;
  for (let j = 0; j < keys; j++) {
    const above = weights[j]! * keys - below;
    if (above > 0) result[j] = above;
    if (above > most) most = above;
  }
  // What rounding leaves of an even row is no preference.
  if (most < 1e-12) return result.fill(0);
  for (let j = 0; j < keys; j++) if (result[j]! > 0) result[j] = (result[j]! / most) ** power;
  normalise(result);
  return result;
}

/** All that happens to a row. */
export interface Stages {
  readonly scores: Float64Array;
  /** After stage one. */
  readonly first: Float64Array;
  /** What attention uses: after stage two, or `first` where there is none. */
  readonly weights: Float64Array;
}

/** stages(row, one, two): a row from its scores to its weights; without `two` it ends after stage one. */
export function stages(of: Row, one: StageOne, two?: StageTwo): Stages {
  const scores = scoresOf(of, one);
  const first = weigh(scores, one);
  return { scores, first, weights: two ? reweigh(first, two) : first };
}

/** rowOf(q, k, i): what query i sees of keys 0 to i. A vector of zeros has cosine 0 with any. */
function rowOf(q: Matrix, k: Matrix, i: number): Row {
  const query = row(q, i);
  const length = Math.hypot(...query);
  const cosines = new Float64Array(i + 1);
  const logits = new Float64Array(i + 1);
  for (let j = 0; j <= i; j++) {
    const key = row(k, j);
    let dot = 0;
    for (let c = 0; c < key.length; c++) dot += query[c]! * key[c]!;
    logits[j] = dot / Math.sqrt(key.length);
    cosines[j] = dot / (length * Math.hypot(...key) || 1);
  }
  return { cosines, logits };
}

export interface Attended {
  /** After stage one, 0 above the diagonal [query, key]. */
  readonly first: Matrix<'query', 'key'>;
  readonly weights: Matrix<'query', 'key'>;
  /** [query, channel]. */
  readonly output: Matrix<'query', 'channel'>;
}

/**
 * softplusAttention(q, k, v, one, two): causal attention, q, k, v [n, channels]; d is the channels of q and L is n unless given. Row i, counted from 0,
 * has N = i + 1. Throws RangeError where shapes disagree.
 */
export function softplusAttention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  one: Partial<StageOne> = {},
  two?: StageTwo,
): Attended {
  const [n, dim] = q.shape as [number, number];
  if (k.shape[0] !== n || v.shape[0] !== n || k.shape[1] !== dim)
    throw new RangeError(`queries ${q.shape.join('x')}, keys ${k.shape.join('x')} and values ${v.shape.join('x')} do not fit`);
  const first = tensor(['query', 'key'] as const, [n, n]);
  const weights = tensor(['query', 'key'] as const, [n, n]);
  const output = tensor(['query', 'channel'] as const, [n, v.shape[1]!]);
  for (let i = 0; i < n; i++) {
    const done = stages(rowOf(q, k, i), { dim, trained: n, ...one }, two);
    first.data.set(done.first, i * n);
    weights.data.set(done.weights, i * n);
    const out = row(output, i);
    done.weights.forEach((w, j) => row(v, j).forEach((x, c) => (out[c]! += w * x)));
  }
  return { first, weights, output };
}

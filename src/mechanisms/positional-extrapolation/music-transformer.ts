/**
 * Relative attention without a tensor of every pair (Music Transformer, Huang et al. 2018, arXiv 1809.04281, section 3.4): queries are multiplied
 * with one table of distance embeddings, and padding and reshaping move each product to the place of its key. Follows tensor2tensor,
 * layers/common_attention.py: dot_product_self_attention_relative_v2 and its helpers.
 *
 * Row r of a table of n embeddings stands for the distance n - 1 - r: the farthest comes first, the last row is the query's own place.
 */
import type { Counter } from '@/tensor/counter';
import { dot, matmul, matmulTransposed } from '@/tensor/matmul';
import { softmaxInto } from '@/tensor/softmax';
import { row, tensor, type Matrix, type Tensor } from '@/tensor/tensor';

/** Products of each query with each embedding: column r of n is for the distance n - 1 - r. */
export type ByDistance = Matrix<'query', 'distance'>;
export type ByKey = Matrix<'query', 'key'>;
/** A table of embeddings, farthest first. */
export type Embeddings = Matrix<'distance', 'channel'>;

/**
 * embeddingsFor(e, length): the table for a sequence of that length: the last rows of a longer one; a shorter one gets rows of 0 in front, so that
 * what is farther than it knows adds nothing. (Shaw et al. clip the distance instead.)
 */
export function embeddingsFor(e: Embeddings, length: number): Embeddings {
  const [most, channels] = e.shape as [number, number];
  const result = tensor(['distance', 'channel'] as const, [length, channels]);
  const kept = Math.min(most, length);
  result.data.set(e.data.subarray((most - kept) * channels), (length - kept) * channels);
  return result;
}

/** The matrix after each move of skewing. */
export interface Stages {
  /** [L, L + 1]: with a column of 0. */
  readonly padded: Matrix;
  /** [L + 1, L]: the same numbers, read row by row. */
  readonly reshaped: Matrix;
  /** [L, L]: without its first row. */
  readonly result: ByKey;
}

/**
 * skewStages(m, side): moves M [L, L], by distance, to [query, key]. Entry (i, j) of the result is M[i, j - i + L - 1] for j <= i, and means nothing
 * above the diagonal. The column of 0 has to stand on the left; on the right, as here for those who want to see it, every number lands one
 * key too far left. Throws RangeError unless M is square.
 */
export function skewStages(m: ByDistance, side: 'left' | 'right' = 'left'): Stages {
  const [length, width] = m.shape as [number, number];
  if (length !== width) throw new RangeError(`${length} queries need as many distances, got ${width}`);
  const padded = tensor(['query', 'distance'] as const, [length, length + 1]);
  for (let i = 0; i < length; i++) padded.data.set(row(m, i), i * (length + 1) + (side === 'left' ? 1 : 0));
  return {
    padded,
    reshaped: tensor(['row', 'column'] as const, [length + 1, length], padded.data),
    result: tensor(['query', 'key'] as const, [length, length], padded.data.slice(length)),
  };
}

/** skew(m) is the result of skewStages. */
export const skew = (m: ByDistance): ByKey => skewStages(m).result;

/**
 * unskew(a): the way back, from [query, key] to [query, distance]: a row of 0 on top, reshaped to [L, L + 1], without its first column. Brings back
 * what skew moved to the diagonal and below it.
 */
export function unskew(a: ByKey): ByDistance {
  const [length, width] = a.shape as [number, number];
  if (length !== width) throw new RangeError(`${length} queries need as many keys, got ${width}`);
  const padded = new Float64Array(length * (length + 1));
  padded.set(a.data, length);
  const result = tensor(['query', 'distance'] as const, [length, length]);
  for (let i = 0; i < length; i++) result.data.set(padded.subarray(i * (length + 1) + 1, (i + 1) * (length + 1)), i * length);
  return result;
}

/** relativeLogits(q, e): S_rel [query, key] for q [L, channel], not scaled, by skewing. Above the diagonal it means nothing. */
export const relativeLogits = (q: Matrix<'query', 'channel'>, e: Embeddings, counter?: Counter): ByKey =>
  skew(matmulTransposed(q, embeddingsFor(e, q.shape[0]!), counter));

/**
 * gathered(e, length): R [query, key, channel] of Shaw et al. (2018), the embedding of each pair's distance: the tensor that skewing does without.
 * Pairs with the key after the query hold 0.
 */
export function gathered(e: Embeddings, length: number): Tensor<readonly ['query', 'key', 'channel']> {
  const table = embeddingsFor(e, length);
  const channels = e.shape[1]!;
  const result = tensor(['query', 'key', 'channel'] as const, [length, length, channels]);
  for (let i = 0; i < length; i++)
    for (let j = 0; j <= i; j++) result.data.set(row(table, j - i + length - 1), (i * length + j) * channels);
  return result;
}

/** gatheredLogits(q, r): S_rel [query, key] from the tensor of every pair, one dot product each; 0 above the diagonal. */
export function gatheredLogits(q: Matrix<'query', 'channel'>, r: Tensor<readonly ['query', 'key', 'channel']>): ByKey {
  const [length, , channels] = r.shape as [number, number, number];
  if (q.shape[0] !== length || q.shape[1] !== channels)
    throw new RangeError(`${length} x ${channels} queries wanted, got ${q.shape.join(' x ')}`);
  const result = tensor(['query', 'key'] as const, [length, length]);
  for (let i = 0; i < length; i++)
    for (let j = 0; j <= i; j++) result.data[i * length + j] = dot(q.data, i * channels, r.data, (i * length + j) * channels, channels);
  return result;
}

export interface RelativeOptions {
  /** Multiplies content and relative logits alike; 1/sqrt(d) by default. */
  readonly scale?: number;
  /** Embeddings to add to the values, weighted as they are (right-hand part; the paper's model has none). */
  readonly valueEmbeddings?: Embeddings;
  readonly counter?: Counter;
}

export interface Attended {
  /** [query, key]; 0 where a query may not see. */
  readonly probabilities: ByKey;
  readonly output: Matrix<'query', 'channel'>;
}

/** relativeAttention(q, k, v, e) is softmax(scale (q k^T + S_rel)) v, causal; q and k [L, d], v [L, dv], e as embeddingsFor takes it. */
export function relativeAttention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  e: Embeddings,
  { scale = 1 / Math.sqrt(q.shape[1]!), valueEmbeddings, counter }: RelativeOptions = {},
): Attended {
  const length = q.shape[0]!;
  const content = matmulTransposed(q, k, counter);
  const relative = relativeLogits(q, e, counter);
  const probabilities = tensor(['query', 'key'] as const, [length, length]);
  for (let i = 0; i < length; i++) {
    const seen = Float64Array.from({ length: i + 1 }, (_, j) => scale * (content.data[i * length + j]! + relative.data[i * length + j]!));
    softmaxInto(seen, seen);
    row(probabilities, i).set(seen);
  }
  const output = matmul(probabilities, v, counter);
  if (valueEmbeddings) {
    const added = matmul(unskew(probabilities), embeddingsFor(valueEmbeddings, length), counter);
    added.data.forEach((x, at) => (output.data[at]! += x));
  }
  return { probabilities, output };
}

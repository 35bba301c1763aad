import type { Counter } from './counter';
import { matmul, matmulTransposed } from './matmul';
import { softmaxInto } from './softmax';
import { row, tensor, type Matrix } from './tensor';

export interface AttentionOptions {
  /** Multiplies every score; 1/sqrt(d) by default. */
  scale?: number;
  /** mask(i, j) is true where query i may see key j. */
  mask?: (query: number, key: number) => boolean;
  counter?: Counter;
}

export interface Attention {
  /** Scaled scores [query, key], -Infinity where masked. */
  scores: Matrix<'query', 'key'>;
  /** Their softmax over keys; a row that may see nothing is all 0. */
  probabilities: Matrix<'query', 'key'>;
  /** Probabilities times values [query, channel]. */
  output: Matrix<'query', 'channel'>;
  /** log of the sum of exp(score) per query. */
  logSumExp: Float64Array;
}

/** The mask of a causal language model: query i sees keys 0 to i. */
export const causal = (query: number, key: number): boolean => key <= query;

/**
 * attention(q, k, v) is softmax(scale q k^T) v with every matrix stored: the baseline of this site.
 * q [query, channel], k [key, channel], v [key, channel]. Throws RangeError when shapes disagree.
 */
export function attention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  options: AttentionOptions = {},
): Attention {
  const { scale = 1 / Math.sqrt(q.shape[1]!), mask, counter } = options;
  const scores = matmulTransposed(q, k, counter);
  const [queries, keys] = scores.shape as [number, number];
  const probabilities = tensor(['query', 'key'] as const, [queries, keys]);
  const sums = new Float64Array(queries);
  for (let i = 0; i < queries; i++) {
    const s = row(scores, i);
    const p = row(probabilities, i);
    for (let j = 0; j < keys; j++) s[j] = !mask || mask(i, j) ? s[j]! * scale : -Infinity;
    sums[i] = softmaxInto(p, s);
  }
  return { scores, probabilities, output: matmul(probabilities, v, counter), logSumExp: sums };
}

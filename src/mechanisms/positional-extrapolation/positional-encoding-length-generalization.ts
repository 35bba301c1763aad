/**
 * What each of the five encodings of Kazemnejad et al. (2023) gives attention to go by, apart from what the tokens say, and how much of it was never met in
 * training: the term of a query and a key, for every pair of positions.
 */
import { dot } from '@/tensor/matmul';
import { softmax } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import { alibi, alibiSlopes, byDistance, sinusoid, t5Bucket } from './biases';
import type { Encoding } from './positional-encoding-length-generalization-setting';
import { rope, similarity } from './rotary';

export interface TermOptions {
  /** ALiBi: how many heads there are, and which is looked at. */
  readonly heads: number;
  readonly head: number;
  /** T5. */
  readonly buckets: number;
  readonly maxDistance: number;
  /** RoPE: channels that are turned; APE: the width of the embedding. */
  readonly channels: number;
}

/**
 * positionTerm(encoding, n, options): for query t and key i [n, n], NaN where the key is in the future:
 * - ape: the dot product of the two sinusoids over half their width, which is what identity matrices would make of them; training sets others;
 * - t5: the number of the bucket, whose bias is learned;
 * - alibi: -m (t - i);
 * - rope: the mean cosine of the turned pairs, the logit of a query and a key that are all ones, over their number of channels;
 * - nope: 0.
 */
export function positionTerm(
  encoding: Encoding,
  n: number,
  { heads, head, buckets, maxDistance, channels }: TermOptions,
): Matrix<'query', 'key'> {
  switch (encoding) {
    case 'ape': {
      const rows = Array.from({ length: n }, (_, p) => sinusoid(p, channels));
      const result = tensor(['query', 'key'] as const, [n, n], new Float64Array(n * n).fill(NaN));
      for (let t = 0; t < n; t++)
        for (let i = 0; i <= t; i++) result.data[t * n + i] = dot(rows[t]!, 0, rows[i]!, 0, channels) / (channels / 2);
      return result;
    }
    case 't5':
      return byDistance(n, (distance) => t5Bucket(distance, { buckets, maxDistance }));
    case 'alibi': {
      const slope = alibiSlopes(heads)[head]!;
      return byDistance(n, (distance) => alibi(distance, slope));
    }
    case 'rope': {
      const theta = rope(channels);
      return byDistance(n, (distance) => similarity(theta, distance));
    }
    case 'nope':
      return byDistance(n, () => 0);
  }
}

/**
 * firstUnseen(encoding, trained, options): the smallest distance whose term no pair of the `trained` positions had; Infinity where there is none. APE knows no
 * distances: each position past the trained ones is new, whatever the distance, so it is 0.
 */
export function firstUnseen(
  encoding: Encoding,
  trained: number,
  { buckets, maxDistance }: Pick<TermOptions, 'buckets' | 'maxDistance'>,
): number {
  if (encoding === 'nope') return Infinity;
  if (encoding === 'ape') return 0;
  if (encoding !== 't5') return trained;
  const last = t5Bucket(trained - 1, { buckets, maxDistance });
  if (last === buckets - 1) return Infinity;
  let distance = trained;
  while (t5Bucket(distance, { buckets, maxDistance }) === last) distance++;
  return distance;
}

/** unseenShare(encoding, n, trained, options): of the pairs that the first `trained` positions do not have, the share with a term that none of theirs had. */
export function unseenShare(encoding: Encoding, n: number, trained: number, options: Pick<TermOptions, 'buckets' | 'maxDistance'>): number {
  const first = firstUnseen(encoding, trained, options);
  let [outside, unseen] = [0, 0];
  for (let t = trained; t < n; t++)
    for (let i = 0; i <= t; i++) {
      outside++;
      if (t - i >= first) unseen++;
    }
  return outside ? unseen / outside : 0;
}

/** attentionOf(term, t): the row that query t would have if all tokens said the same: the softmax of its terms, keys 0 to t. */
export function attentionOf({ data, shape }: Matrix<'query', 'key'>, t: number): Float64Array {
  const n = shape[1]!;
  return softmax(data.subarray(t * n, t * n + t + 1));
}

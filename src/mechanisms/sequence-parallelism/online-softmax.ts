/**
 * Online softmax: softmax-weighted sums over keys that arrive block by block, in any order, exact at the end.
 * Source: Milakov and Gimelshein, arXiv 1805.02867 (the running maximum and sum); Rabe and Staats, arXiv 2112.05682 (with the
 * values); it is the merge inside FlashAttention (arXiv 2205.14135) and between the devices of a ring (arXiv 2310.01889).
 */
import type { Matrix } from '@/tensor/tensor';

/** What one query remembers of the keys it has seen: enough to see more of them later, and nothing per key. */
export interface OnlineSoftmax {
  /** m: the largest score so far; -Infinity before any. */
  readonly max: number;
  /** l: the sum of exp(score - m). */
  readonly sum: number;
  /** The sum of exp(score - m) v, one number a channel: not yet divided by l. */
  readonly accumulator: Float64Array;
}

/** begin(width) is the state of a query that has seen nothing, for values of `width` channels. */
export const begin = (width: number): OnlineSoftmax => ({
  max: -Infinity,
  sum: 0,
  accumulator: new Float64Array(width),
});

/**
 * absorb(state, scores, values) is the state after one more block: scores [key] (scaled, -Infinity where masked) and values
 * [key, channel]. The old state is left as it was. A block with every key masked changes nothing, so no NaN can arise from
 * -Infinity - -Infinity. Throws RangeError when the sizes disagree.
 */
export function absorb(state: OnlineSoftmax, scores: ArrayLike<number>, values: Matrix<string, string>): OnlineSoftmax {
  const [keys, width] = values.shape as [number, number];
  if (scores.length !== keys) throw new RangeError(`${scores.length} scores but ${keys} values`);
  if (state.accumulator.length !== width)
    throw new RangeError(`a state of ${state.accumulator.length} channels cannot take values of ${width}`);
  let max = state.max;
  for (let j = 0; j < keys; j++) if (scores[j]! > max) max = scores[j]!;
  if (max === -Infinity) return state;
  // What was summed under the old maximum is brought to the new one: exp(s - m') = exp(s - m) exp(m - m').
  const correction = Math.exp(state.max - max);
  let sum = state.sum * correction;
  const accumulator = state.accumulator.map((x) => x * correction);
  for (let j = 0; j < keys; j++) {
    if (scores[j]! === -Infinity) continue;
    const weight = Math.exp(scores[j]! - max);
    sum += weight;
    for (let c = 0; c < width; c++) accumulator[c]! += weight * values.data[j * width + c]!;
  }
  return { max, sum, accumulator };
}

/** merge(a, b) is the state of a query whose keys were split between a and b: commutative, associative, `begin` its zero. */
export function merge(a: OnlineSoftmax, b: OnlineSoftmax): OnlineSoftmax {
  if (a.accumulator.length !== b.accumulator.length) throw new RangeError(`${a.accumulator.length} channels but ${b.accumulator.length}`);
  const max = Math.max(a.max, b.max);
  if (max === -Infinity) return a;
  const left = Math.exp(a.max - max);
  const right = Math.exp(b.max - max);
  return {
    max,
    sum: a.sum * left + b.sum * right,
    accumulator: a.accumulator.map((x, c) => x * left + b.accumulator[c]! * right),
  };
}

/** finish(state) is the attention output over every key seen: accumulator / l; all 0 where nothing was seen. */
export const finish = ({ sum, accumulator }: OnlineSoftmax): Float64Array =>
  sum === 0 ? accumulator.slice() : accumulator.map((x) => x / sum);

/** logSum(state) is the log of the sum of exp(score) over the keys seen, m + log l: all a backward pass needs; -Infinity for none. */
export const logSum = ({ max, sum }: OnlineSoftmax): number => (sum === 0 ? -Infinity : max + Math.log(sum));

/**
 * How a decoder without positions can have them all the same (Kazemnejad et al. 2023, both theorems, with weights set by hand): a head that asks nothing finds
 * out how many tokens there were, a perceptron makes a number of that, and a later head compares two such numbers.
 */
import { softmax } from '@/tensor/softmax';

/**
 * firstShare(n): what a head with queries of zero gathers at each of n tokens when the first token's value is 1 and all others' 0. Behind the causal mask,
 * token t spreads its attention evenly over t + 1 keys, so it is 1/(t + 1): a different number at each position.
 */
export function firstShare(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, t) => {
    const attention = softmax(new Float64Array(t + 1));
    // The value of the first token is 1.
    return attention[0]!;
  });
}

/** What the perceptron does with shares smaller than any in training: stay at the last position it learned, or go on as before. */
export type Beyond = 'clamp' | 'linear';

/**
 * decodePosition(share, trained, beyond): the position, counted from 1, that a perceptron reads from 1/p. One hidden ReLU for each position p in training,
 * f(x) = 1 + sum over p < trained of 2p relu(1/p - x), meets every trained one exactly; to stay at the last takes one more. Throws RangeError below two
 * trained positions.
 */
export function decodePosition(share: number, trained: number, beyond: Beyond): number {
  if (!Number.isInteger(trained) || trained < 2) throw new RangeError(`needs at least two trained positions, got ${trained}`);
  let position = 1;
  for (let p = 1; p < trained; p++) position += 2 * p * Math.max(0, 1 / p - share);
  return beyond === 'clamp' ? position - trained * (trained - 1) * Math.max(0, 1 / trained - share) : position;
}

/**
 * relativeHead(positions, strength): attention rows of a later head whose query is (1, -p_t) times the strength and whose key is (p_i, 1): the logit is
 * strength (p_i - p_t). With exact positions that is ALiBi with that slope. Row t holds keys 0 to t.
 */
export function relativeHead(positions: ArrayLike<number>, strength: number): Float64Array[] {
  return Array.from(positions, (own, t) => softmax(Float64Array.from({ length: t + 1 }, (_, i) => strength * (positions[i]! - own))));
}

/**
 * Masked sequence packing: several examples in one row of the batch, without their seeing each other and without the long ones
 * drowning the short ones.
 * Source: arXiv 2402.08268, section on training (the text describes it; the released trainer does not contain it).
 */

/** One training example: a prompt, then an answer. Only the answer's tokens are trained on. */
export interface Example {
  readonly prompt: number;
  readonly answer: number;
}

export interface Packed {
  /** Which example a token belongs to. */
  readonly segments: readonly number[];
  /** Position within its own example, from 0. */
  readonly positions: readonly number[];
  /** True for the tokens of answers. */
  readonly supervised: readonly boolean[];
}

/** pack(examples) lays them end to end. Throws RangeError for an example without an answer: it has no loss. */
export function pack(examples: readonly Example[]): Packed {
  const segments: number[] = [];
  const positions: number[] = [];
  const supervised: boolean[] = [];
  examples.forEach(({ prompt, answer }, i) => {
    if (!(answer >= 1) || !(prompt >= 0)) throw new RangeError(`example ${i} has a prompt of ${prompt} and an answer of ${answer} tokens`);
    for (let t = 0; t < prompt + answer; t++) {
      segments.push(i);
      positions.push(t);
      supervised.push(t >= prompt);
    }
  });
  return { segments, positions, supervised };
}

/**
 * How the losses of a packed row are added up. `tokens`: every supervised token counts the same. `examples`: every example
 * counts the same, as it does when each has a row of its own and the mean is taken over rows.
 */
export type Weighting = 'tokens' | 'examples';

/** lossWeights(packed, weighting): the factor of each token's loss; 0 where it is not supervised. They sum to 1. */
export function lossWeights({ segments, supervised }: Packed, weighting: Weighting): Float64Array {
  const answers = answerLengths({ segments, supervised });
  const all = answers.reduce((sum, n) => sum + n, 0);
  return Float64Array.from(segments, (segment, t) => {
    if (!supervised[t]) return 0;
    return weighting === 'tokens' ? 1 / all : 1 / (answers.length * answers[segment]!);
  });
}

/** weightByExample(packed, weights): how much of the loss, and so of the gradient, each example has. */
export function weightByExample({ segments }: Pick<Packed, 'segments'>, weights: ArrayLike<number>): number[] {
  const result = new Array<number>((segments.at(-1) ?? -1) + 1).fill(0);
  segments.forEach((segment, t) => (result[segment]! += weights[t]!));
  return result;
}

/** packedLoss(losses, weights) is the weighted sum of per-token losses. */
export function packedLoss(losses: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < weights.length; t++) if (weights[t] !== 0) sum += weights[t]! * losses[t]!;
  return sum;
}

/** answerLengths(packed): n_i, the supervised tokens of each example. */
export function answerLengths({ segments, supervised }: Pick<Packed, 'segments' | 'supervised'>): number[] {
  const result = new Array<number>((segments.at(-1) ?? -1) + 1).fill(0);
  segments.forEach((segment, t) => (result[segment]! += supervised[t] ? 1 : 0));
  return result;
}

/**
 * leak(probabilities, segments): for each query, the share of its attention [query, key] that falls on other examples' tokens.
 * 0 under the segment mask.
 */
export function leak(probabilities: { readonly data: Float64Array }, segments: ArrayLike<number>): Float64Array {
  const n = segments.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (segments[i] !== segments[j]) result[i]! += probabilities.data[i * n + j]!;
  return result;
}

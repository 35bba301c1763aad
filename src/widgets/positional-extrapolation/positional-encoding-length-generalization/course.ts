/** A training as it is shown: how long it is, what is tested, and what comes of it. */

/** How many steps a training has, and how many batches each: as many as a phone trains in some seconds. */
export const lastStep = 16;
export const batchesOf = (layers: number): number => (layers === 2 ? 25 : 16);
/** Lengths that are tested after each step, and problems of each. */
export const lengths = [1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20];
export const tests = 64;
/** Lengths of the two problems whose answers are shown. */
export const shown = [8, 16] as const;

/** Batches of the trainings that were run to their end by seeds/positional-encoding/train.mjs. */
export const batchesToEnd = { sort: 1000, copy: 2500 } as const;

export interface Live {
  /** Mean loss of each step so far, nats for each token of an answer. */
  readonly loss: readonly number[];
  /** After the last of them: share of problems answered without an error, and of symbols right, at each of `lengths`. */
  readonly exact: readonly number[];
  readonly symbols: readonly number[];
  /** Two problems, and what the network says to them after each right symbol; the end is one. */
  readonly answers: readonly { readonly given: readonly number[]; readonly wanted: readonly number[]; readonly said: readonly number[] }[];
}

/** workOf(layers, step): operations of a training up to a step, and of the tests there. */
export function workOf(layers: number, step: number): number {
  // Multiplications of a token on the way forward; three times that with the way back. Three or so take the time of what counts as an operation.
  const token = layers * (4 * 24 * 24 + 2 * 24 * 48 + 900) + 24 * 24;
  const trained = step * batchesOf(layers) * 16 * 11 * 3;
  // The many tokens of a test take half as long again as so few.
  const tested = step ? tests * lengths.reduce((sum, n) => sum + 2 * n + 2, 0) * 1.5 : 0;
  return 4e5 + (trained + tested) * token * 0.3;
}

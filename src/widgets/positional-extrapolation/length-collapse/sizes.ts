/** How much is computed and drawn, and how its numbers are kept. */

/** Longer matrices of attention take too long to draw. */
export const mostLayered = 256;
/** Texts that are compared; of the longest passages there are only four. */
export const count = 8;
export const textsOf = (read: number): number => (read > 256 ? 4 : count);
/** The resident model's training. */
export const window = 256;
/** Filter rates are computed up to so many characters. */
export const rated = 128;
/** Positions of the first text whose weights are drawn. */
export const drawnWeights = 64;

export const round = (x: number, digits = 4): number => Number(x.toFixed(digits));
/** Four significant digits. */
export const short = (x: number): number => Number(x.toPrecision(4));
export const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;

/** How alike the vectors of texts are, at each length. */
export interface Crowd {
  readonly sizes: readonly number[];
  /** Mean cosine of all pairs: at this temperature, and at 1. */
  readonly own: readonly number[];
  readonly base: readonly number[];
  /** What the site's law expects of the tokens that were averaged in effect; of a trained model nobody knows. */
  readonly law: readonly number[] | null;
  /** All pairs of the shortest texts, of the longest, and of the longest at temperature 1. */
  readonly shortest: readonly (readonly number[])[];
  readonly longest: readonly (readonly number[])[];
  readonly longestBase: readonly (readonly number[])[];
}

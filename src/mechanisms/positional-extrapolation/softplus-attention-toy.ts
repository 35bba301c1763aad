/** Rows of attention made up so that one key matters: cosines of random directions, and one needle. */
import { entropy } from '@/tensor/softmax';
import { normals } from '@/tensor/random';
import { stages, type Row, type StageOne, type StageTwo } from './softplus-attention';

/** Where the needle stands, as a share of the row. */
export const needleAt = 0.3;

/** A row with a needle in it. */
export interface Haystack extends Row {
  /** Which key the needle is. */
  readonly needle: number;
}

/**
 * haystack(background, keys, needle, dim): a row of so many keys, of which one has the needle's cosine and the others those of random directions in
 * `dim` channels: about N(0, 1/dim), kept within -1 and 1. `background` is draws from N(0, 1), at least keys - 1 of them; a longer row begins with the
 * keys of a shorter one. Query and keys have the length sqrt(d), so that a logit is sqrt(d) times the cosine.
 */
export function haystack(background: ArrayLike<number>, keys: number, needle: number, dim: number): Haystack {
  if (background.length < keys - 1) throw new RangeError(`${keys} keys need ${keys - 1} draws, got ${background.length}`);
  const at = Math.min(keys - 1, Math.floor(needleAt * keys));
  const cosines = new Float64Array(keys);
  for (let j = 0; j < keys; j++)
    cosines[j] = j === at ? needle : Math.max(-1, Math.min(1, background[j < at ? j : j - 1]! / Math.sqrt(dim)));
  return { cosines, logits: cosines.map((c) => c * Math.sqrt(dim)), needle: at };
}

/** background(seed, keys): the draws for a row of so many keys. */
export const background = (seed: number, keys: number): Float64Array => normals(seed, keys - 1);

/** What a row came to. */
export interface Outcome {
  /** Share of the needle. */
  readonly mass: number;
  /** Nats, of the weights over their sum. */
  readonly entropy: number;
  /** What the weights sum to. */
  readonly sum: number;
}

/** outcome(weights, needle): where the needle is one key or several, [from, to). */
export function outcome(weights: Float64Array, [from, to]: readonly [number, number]): Outcome {
  const sum = weights.reduce((total, w) => total + w, 0);
  let mass = 0;
  for (let j = from; j < to; j++) mass += weights[j]!;
  return { mass: sum > 0 ? mass / sum : 0, entropy: sum > 0 ? entropy(weights.map((w) => w / sum)) : 0, sum };
}

/** grow(draws, lengths, needle, one, two): what becomes of the row as it grows. */
export const grow = (draws: ArrayLike<number>, lengths: readonly number[], needle: number, one: StageOne, two?: StageTwo): Outcome[] =>
  lengths.map((keys) => {
    const made = haystack(draws, keys, needle, one.dim);
    return outcome(stages(made, one, two).weights, [made.needle, made.needle + 1]);
  });

/** Rows of attention made up so that one key matters: cosines of random directions, and one needle. */
import { normals } from '@/tensor/random';
import { reweigh, scoresOf, weigh, type Row, type StageOne, type StageTwo } from './softplus-attention';

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
  const logits = new Float64Array(keys);
  const root = Math.sqrt(dim);
  for (let j = 0; j < keys; j++) {
    const cosine = j === at ? needle : Math.max(-1, Math.min(1, background[j < at ? j : j - 1]! / root));
    cosines[j] = cosine;
    logits[j] = cosine * root;
  }
  return { cosines, logits, needle: at };
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
  // With s the sum, the entropy of w / s is ln s - sum of w ln w / s.
  let [sum, logs, mass] = [0, 0, 0];
  for (let j = 0; j < weights.length; j++) {
    const w = weights[j]!;
    if (!(w > 0)) continue;
    sum += w;
    logs += w * Math.log(w);
    if (j >= from && j < to) mass += w;
  }
  return sum > 0 ? { mass: mass / sum, entropy: Math.max(0, Math.log(sum) - logs / sum), sum } : { mass: 0, entropy: 0, sum };
}

/** haystacks(draws, lengths, needle, dim): the same row as it grows. */
export const haystacks = (draws: ArrayLike<number>, lengths: readonly number[], needle: number, dim: number): Haystack[] =>
  lengths.map((keys) => haystack(draws, keys, needle, dim));

/** grow(rows, one, twos): what becomes of each row under stage one, with each of some stages two behind it, or none. */
export function grow(rows: readonly Haystack[], one: StageOne, twos: readonly (StageTwo | undefined)[] = [undefined]): Outcome[][] {
  const firsts = rows.map((row) => weigh(scoresOf(row, one), one));
  return twos.map((two) => rows.map(({ needle }, i) => outcome(two ? reweigh(firsts[i]!, two) : firsts[i]!, [needle, needle + 1])));
}

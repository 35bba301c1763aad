/**
 * Two heads that learn where to look in a piece that repeats itself: one has a number for each distance, the other one for each pair of
 * positions, which is all that learned absolute positions can tell it. Both are fitted to the same examples in the same way.
 */
import { random } from '@/tensor/random';
import { softmaxInto } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import type { Embeddings } from './music-transformer';

/** Six notes of no piece: steps of a pentatonic scale, from its lowest. */
export const motif: readonly number[] = [1, 4, 3, 6, 4, 2];
/** Steps of the scale that a piece may use. */
export const scale = 8;

/** piece(length, start, lag, seed): a note for each position, the motif at `start` and again `lag` later, other notes around. Throws RangeError where it does not fit. */
export function piece(length: number, start: number, lag: number, seed: number): number[] {
  if (lag < motif.length || start < 0 || start + lag + motif.length > length)
    throw new RangeError(`a motif of ${motif.length} at ${start} and ${start + lag} does not fit into ${length}`);
  const source = random(seed);
  let note = source.integer(scale);
  const notes = Array.from({ length }, () => {
    // A walk: no leap of more than two steps, reflected at both ends.
    note += source.integer(5) - 2;
    if (note < 0) note = -note;
    if (note >= scale) note = 2 * scale - 2 - note;
    return note;
  });
  motif.forEach((step, k) => (notes[start + k] = notes[start + lag + k] = step));
  return notes;
}

/** An example: from `query`, look at `target`. */
export interface Example {
  readonly query: number;
  readonly target: number;
}

/** examples(starts, lag): at each note of the repeat, look at the same note the first time. */
export const examples = (starts: readonly number[], lag: number): Example[] =>
  starts.flatMap((start) => motif.map((_, k) => ({ query: start + lag + k, target: start + k })));

/** places(length, lag, count, home, seed): where motifs stood in training: `home`, then others in random order, `count` of them or as many as there are. */
export function places(length: number, lag: number, count: number, home: number, seed: number): number[] {
  const all = Array.from({ length: length - lag - motif.length + 1 }, (_, start) => start);
  return [home, ...random(seed).shuffle(all.filter((start) => start !== home))].slice(0, count);
}

export interface Fit {
  readonly length: number;
  readonly steps: number;
  readonly rate?: number;
}

/**
 * Gradient descent on the cross-entropy of causal attention, every number starting from 0 and moved by the mean over the examples in which it is a
 * candidate. `slot(i, j)` says which number is the logit of query i at key j; undefined leaves that logit at 0.
 */
function fit(
  all: readonly Example[],
  size: number,
  { steps, rate = 1 }: Fit,
  slot: (query: number, key: number) => number | undefined,
): Float64Array {
  const logits = new Float64Array(size);
  const count = new Float64Array(size);
  const gradient = new Float64Array(size);
  // Of each example, which numbers are its logits; -1 where there is none.
  const slots = all.map(({ query }) => Int32Array.from({ length: query + 1 }, (_, j) => slot(query, j) ?? -1));
  const room = slots.map((own) => new Float64Array(own.length));
  for (const own of slots) for (const at of own) if (at >= 0) count[at]!++;
  for (let step = 0; step < steps; step++) {
    gradient.fill(0);
    for (let n = 0; n < all.length; n++) {
      const [own, p] = [slots[n]!, room[n]!];
      for (let j = 0; j < own.length; j++) p[j] = own[j]! < 0 ? 0 : logits[own[j]!]!;
      softmaxInto(p, p);
      p[all[n]!.target]! -= 1;
      for (let j = 0; j < own.length; j++) if (own[j]! >= 0) gradient[own[j]!]! += p[j]!;
    }
    for (let at = 0; at < size; at++) if (count[at]! > 0) logits[at]! -= (rate * gradient[at]!) / count[at]!;
  }
  return logits;
}

/** learnRelative(all, fit, most): the logit of each distance up to most - 1, as a table of one channel, farthest first. */
export function learnRelative(all: readonly Example[], options: Fit, most = options.length): Embeddings {
  const byDistance = fit(all, most, options, (i, j) => (i - j < most ? i - j : undefined));
  return tensor(['distance', 'channel'] as const, [most, 1], byDistance.reverse());
}

/** learnAbsolute(all, fit): the logit of each pair of positions [query, key]. */
export function learnAbsolute(all: readonly Example[], options: Fit): Matrix<'query', 'key'> {
  const { length } = options;
  return tensor(
    ['query', 'key'] as const,
    [length, length],
    fit(all, length * length, options, (i, j) => i * length + j),
  );
}

/** found(probabilities, start, lag): attention that notes of the repeat give to the same note the first time, in the mean. */
export function found({ data, shape }: Matrix<'query', 'key'>, start: number, lag: number): number {
  return motif.reduce((sum, _, k) => sum + data[(start + lag + k) * shape[1]! + start + k]!, 0) / motif.length;
}

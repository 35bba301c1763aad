/**
 * HiP attention: find a query's largest scores by a tree search over chunks of keys, scoring one key per chunk.
 * Source: arXiv 2406.09827; DeepAuto-AI/hip-attention, src/hip_attn/v1_1/attention2_draft.py
 * (masking_iteration_draft_numba_kernel) for the search, attention2_draft_prefetch.py for the choice of representative.
 */
import type { Random } from '@/tensor/random';
import { size as sizeOf, type Matrix } from '@/tensor/tensor';

/** Which key of a chunk stands for the chunk. `oracle` cheats: it scores all of them and takes the best. */
export type Representative = 'first' | 'center' | 'last' | 'random' | 'oracle';

/** A run of neighbouring keys that the search still treats as one. */
export interface Chunk {
  readonly start: number;
  readonly size: number;
  /** The key that was scored for it; -1 where none was. */
  readonly representative: number;
  /** -Infinity where no key was scored. */
  readonly score: number;
  readonly kept: boolean;
}

export interface Search {
  /** The chunks that tile the keys before anything is scored. */
  readonly start: readonly Chunk[];
  /** Per round, the 2k halves of the chunks that were left, in the order of the keys, and which k of them were kept. */
  readonly rounds: readonly (readonly Chunk[])[];
  /** The keys found, ascending. */
  readonly selected: readonly number[];
  /** How many times a score was computed. A key that stands for a chunk in two rounds counts twice. */
  readonly evaluations: number;
  /** How many different keys were scored. */
  readonly distinct: number;
}

export interface SearchOptions {
  /** How many keys to find: k. */
  readonly budget: number;
  /** `center` by default. */
  readonly representative?: Representative;
  /** Needed for `random` alone. */
  readonly random?: Random;
}

/**
 * hierarchicalPruning(score, length, options) searches keys 0 to length - 1 for the `budget` ones of highest score.
 * `score(key)` is any number per key: one query's dot product with it, or an entry of blockScores.
 *
 * It starts from k chunks that tile the keys. Every round halves each chunk that is left, scores one key per half and keeps
 * the k best halves; after ceil(log2(length / k)) rounds every chunk left is a single key. Of equal scores the earlier half wins.
 * With length <= k there is nothing to search: every key is selected and none scored.
 *
 * Throws RangeError when the budget is not a positive whole number, or when `random` has no source.
 */
export function hierarchicalPruning(score: (key: number) => number, length: number, options: SearchOptions): Search {
  const { budget, representative = 'center', random } = options;
  if (!Number.isInteger(budget) || budget < 1) throw new RangeError(`the budget must be a positive whole number, got ${budget}`);
  if (representative === 'random' && !random) throw new RangeError('a random representative needs a source of random numbers');
  if (length <= budget) {
    const all = Array.from({ length }, (_, i) => i);
    return { start: all.map((i) => unscored(i, 1)), rounds: [], selected: all, evaluations: 0, distinct: 0 };
  }

  const scored = new Set<number>();
  let evaluations = 0;
  const evaluate = (key: number) => {
    evaluations++;
    scored.add(key);
    return score(key);
  };
  const assess = (start: number, size: number): Chunk => {
    if (size === 0) return unscored(start, 0);
    if (representative === 'oracle') return best(start, size, evaluate);
    const key = start + offset(representative, size, random);
    return { start, size, representative: key, score: evaluate(key), kept: false };
  };

  // Whole numbers throughout: length / budget * i would round some last chunk short of the last key.
  const bound = (i: number) => Math.floor((length * i) / budget);
  const start = Array.from({ length: budget }, (_, i) => unscored(bound(i), bound(i + 1) - bound(i)));
  let left: readonly Chunk[] = start;
  const rounds: Chunk[][] = [];
  for (let group = length / budget; group > 1; group /= 2) {
    const halves = left.flatMap(({ start: first, size }) => {
      const middle = first + Math.floor(size / 2);
      return [assess(first, middle - first), assess(middle, first + size - middle)];
    });
    const winners = new Set(
      topK(
        halves.map((half) => half.score),
        budget,
      ),
    );
    const round = halves.map((half, i) => ({ ...half, kept: winners.has(i) }));
    rounds.push(round);
    left = round.filter((half) => half.kept);
  }
  return { start, rounds, selected: left.map((chunk) => chunk.start), evaluations, distinct: scored.size };
}

const unscored = (start: number, size: number): Chunk => ({
  start,
  size,
  representative: -1,
  score: -Infinity,
  kept: size > 0,
});

function offset(representative: Exclude<Representative, 'oracle'>, size: number, random?: Random): number {
  switch (representative) {
    case 'first':
      return 0;
    case 'center':
      return Math.floor(size / 2);
    case 'last':
      return size - 1;
    case 'random':
      return random!.integer(size);
  }
}

function best(start: number, size: number, evaluate: (key: number) => number): Chunk {
  let chunk: Chunk = unscored(start, size);
  for (let key = start; key < start + size; key++) {
    const score = evaluate(key);
    if (score > chunk.score || key === start) chunk = { start, size, representative: key, score, kept: false };
  }
  return chunk;
}

/** topK(scores, k): the indices of the k largest scores, ascending; of equal ones the earlier. What the search approximates. */
export function topK(scores: ArrayLike<number>, k: number): number[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i);
  // Not a subtraction: the scores of two empty chunks are both -Infinity.
  order.sort((a, b) => (scores[a]! > scores[b]! ? -1 : scores[a]! < scores[b]! ? 1 : a - b));
  return Array.from(order.subarray(0, k).sort());
}

/** recall(found, wanted): the share of the wanted keys that were found; 1 where none is wanted. */
export function recall(found: readonly number[], wanted: readonly number[]): number {
  const have = new Set(found);
  return wanted.length ? wanted.filter((key) => have.has(key)).length / wanted.length : 1;
}

/** lostIn(search, key): the round (from 1) that pruned the chunk with this key in it, or 0 when the key was selected. */
export function lostIn({ rounds }: Search, key: number): number {
  const pruned = rounds.findIndex((round) => !round.some(({ start, size, kept }) => kept && start <= key && key < start + size));
  return pruned + 1;
}

/**
 * evaluationsNeeded(length, budget) = 2k ceil(log2(T / k)): the scores a search computes with one representative per chunk.
 * Exact when T / k is a power of two, else an upper bound, as the halves of a single key include an empty one.
 */
export function evaluationsNeeded(length: number, budget: number): number {
  let rounds = 0;
  for (let group = length / budget; group > 1; group /= 2) rounds++;
  return 2 * budget * rounds;
}

/**
 * blockScores(scores, keysPerBlock): what the search runs on when queries and keys come in blocks, as on a GPU. Given the scores
 * [query, key] of one block of queries, entry j is the largest score of any of these queries with any key of key block j.
 * One evaluation then costs queries x keysPerBlock dot products, and one mask serves all the queries.
 */
export function blockScores(scores: Matrix<'query', 'key'>, keysPerBlock: number): Float64Array {
  const keys = sizeOf(scores, 'key');
  const result = new Float64Array(Math.ceil(keys / keysPerBlock)).fill(-Infinity);
  for (let i = 0; i < scores.data.length; i++) {
    const block = Math.floor((i % keys) / keysPerBlock);
    if (scores.data[i]! > result[block]!) result[block] = scores.data[i]!;
  }
  return result;
}

/** keysOfBlocks(blocks, keysPerBlock, length): the keys in these key blocks, ascending; the last block may be short. */
export function keysOfBlocks(blocks: readonly number[], keysPerBlock: number, length: number): number[] {
  const keys = blocks.flatMap((block) => Array.from({ length: keysPerBlock }, (_, n) => block * keysPerBlock + n));
  return keys.filter((key) => key < length).sort((a, b) => a - b);
}

/** attended(selected, length, window, sinks): the keys a query reads: those found, the last `window` and the first `sinks`. */
export function attended(selected: readonly number[], length: number, window: number, sinks: number): number[] {
  const set = new Set(selected);
  for (let key = Math.max(0, length - window); key < length; key++) set.add(key);
  for (let key = 0; key < Math.min(length, sinks); key++) set.add(key);
  return [...set].sort((a, b) => a - b);
}

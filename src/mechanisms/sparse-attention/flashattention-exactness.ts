/** How far a FlashAttention run is from naive attention after every step. */
import { dot } from '@/tensor/matmul';
import { softmax } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import type { FlashAttention } from './flashattention';
import { isVisited, type Tiles } from './flashattention-tiles';

export interface Exactness {
  /** After each step, the largest |o - naive attention over only the keys seen so far| in the tile's rows. */
  readonly seen: Float64Array;
  /** After each step, the largest |o - whole naive attention| over the queries that have seen all they will see; 0 while there are none. */
  readonly finished: Float64Array;
  /** How many queries those are. */
  readonly finishedCount: Int32Array;
  /** After each step, the largest |o - whole naive attention| over all queries. */
  readonly whole: Float64Array;
  /** Per query and key tile, the largest |o - whole naive attention| after it. */
  readonly perQuery: Matrix<'query', 'keyTile'>;
}

/**
 * exactness(run, scores, v, target, tiles) compares a run's history with naive attention. scores [query, key], scaled, -Infinity where masked
 * by causality; target is the output of naive attention over all of them. The partial references are computed from scratch, by a
 * softmax over the scores seen. With dropped tiles `seen` and so the method stay exact, while `whole` does not tend to 0.
 */
export function exactness(
  run: FlashAttention,
  scores: Matrix<'query', 'key'>,
  v: Matrix<'key', 'channel'>,
  target: Matrix<'query', 'channel'>,
  tiles: Tiles,
): Exactness {
  const [queries, keys] = scores.shape as [number, number];
  const channels = v.shape[1]!;
  const keyTiles = run.states[0]!.length;
  const { output } = run.history;
  const perQuery = tensor(['query', 'keyTile'] as const, [queries, keyTiles]);
  for (let query = 0; query < queries; query++)
    for (let j = 0; j < keyTiles; j++)
      perQuery.data[query * keyTiles + j] = distance(
        output.data,
        (query * keyTiles + j) * channels,
        target.data,
        query * channels,
        channels,
      );

  // Channels as rows, so that a weighted sum over keys is a dot product.
  const columns = tensor(['channel', 'key'] as const, [channels, keys]);
  for (let j = 0; j < keys; j++) for (let x = 0; x < channels; x++) columns.data[x * keys + j] = v.data[j * channels + x]!;

  const steps = run.visits.length;
  const seen = new Float64Array(steps);
  const finished = new Float64Array(steps);
  const finishedCount = new Int32Array(steps);
  const whole = new Float64Array(steps);
  const now = Float64Array.from({ length: queries }, (_, i) => norm(target.data, i * channels, channels));
  const lastTile = run.states.map((line) => line.findLastIndex(isVisited));
  const masked = new Float64Array(keys).fill(-Infinity);
  const partial = new Float64Array(channels);
  // A query that sees nothing is done before it starts.
  let done = 0;
  let worstFinished = 0;
  for (let query = 0; query < queries; query++) {
    if (lastTile[Math.floor(query / tiles.rows)]! >= 0) continue;
    done++;
    worstFinished = Math.max(worstFinished, now[query]!);
  }
  run.visits.forEach(({ queryTile, keyTile }, step) => {
    const end = Math.min(keys, (keyTile + 1) * tiles.columns);
    for (let query = queryTile * tiles.rows; query < Math.min(queries, (queryTile + 1) * tiles.rows); query++) {
      masked.fill(-Infinity);
      for (let j = 0; j <= keyTile; j++)
        if (isVisited(run.states[queryTile]![j]!))
          for (let key = j * tiles.columns; key < Math.min(end, (j + 1) * tiles.columns); key++)
            masked[key] = scores.data[query * keys + key]!;
      const p = softmax(masked.subarray(0, end));
      for (let x = 0; x < channels; x++) partial[x] = dot(p, 0, columns.data, x * keys, end);
      const at = query * keyTiles + keyTile;
      seen[step] = Math.max(seen[step]!, distance(output.data, at * channels, partial, 0, channels));
      now[query] = perQuery.data[at]!;
      if (keyTile === lastTile[queryTile]) {
        done++;
        worstFinished = Math.max(worstFinished, now[query]!);
      }
    }
    finished[step] = worstFinished;
    finishedCount[step] = done;
    whole[step] = now.reduce((a, b) => Math.max(a, b), 0);
  });
  return { seen, finished, finishedCount, whole, perQuery };
}

function distance(a: Float64Array, from: number, b: Float64Array, other: number, n: number): number {
  let largest = 0;
  for (let x = 0; x < n; x++) largest = Math.max(largest, Math.abs(a[from + x]! - b[other + x]!));
  return largest;
}

function norm(a: Float64Array, from: number, n: number): number {
  let largest = 0;
  for (let x = 0; x < n; x++) largest = Math.max(largest, Math.abs(a[from + x]!));
  return largest;
}

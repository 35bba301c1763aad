/**
 * FlashAttention: softmax attention computed tile by tile, exactly, without ever storing a score outside the tile.
 * Source: arXiv 2205.14135, Algorithm 1 (keys in the outer loop); arXiv 2307.08691, Algorithm 1 (queries in the outer loop).
 */
import type { Counter } from '@/tensor/counter';
import { dot } from '@/tensor/matmul';
import { tensor, type Matrix, type Tensor } from '@/tensor/tensor';
import { memory, readsOf, writesOf, type Traffic, type TrafficHistory } from './flashattention-memory';
import { isVisited, lastKey, tileStates, type LoopOrder, type MaskOptions, type TileState, type Tiles } from './flashattention-tiles';

export interface FlashOptions extends MaskOptions {
  readonly loop: LoopOrder;
  readonly tiles: Tiles;
  /** Multiplies every score; 1/sqrt(d) by default. */
  readonly scale?: number;
  readonly counter?: Counter;
}

/** What each query knows after each key tile. A skipped tile leaves it as it was; before any, m = -Infinity and the rest is 0. */
export interface History {
  /** m, the largest score so far. */
  readonly max: Matrix<'query', 'keyTile'>;
  /** l, the sum of exp(score - m) so far. */
  readonly sum: Matrix<'query', 'keyTile'>;
  /** The largest score in this tile alone; -Infinity where skipped or masked. */
  readonly tileMax: Matrix<'query', 'keyTile'>;
  /** exp(m before - m after): what the old l and o are multiplied by. 1 where the maximum stayed, 0 at the first tile. */
  readonly correction: Matrix<'query', 'keyTile'>;
  /** Attention over the keys seen so far. Keys outside: what HBM holds. Queries outside: the accumulator divided by l. */
  readonly output: Tensor<readonly ['query', 'keyTile', 'channel']>;
}

export interface Visit {
  readonly queryTile: number;
  readonly keyTile: number;
}

export interface FlashAttention {
  readonly output: Matrix<'query', 'channel'>;
  /** L = m + log l per query, all that the backward pass needs beside the output; -Infinity for a query that sees nothing. */
  readonly logSumExp: Float64Array;
  /** The tiles computed, in order: one a step. */
  readonly visits: readonly Visit[];
  readonly states: readonly (readonly TileState[])[];
  readonly history: History;
  readonly traffic: TrafficHistory;
  readonly total: Traffic;
  /** The most elements on chip at once. */
  readonly peak: number;
}

/**
 * flashAttention(q, k, v, options): q [query, channel], k and v [key, channel]; the same numbers as softmax(scale q k^T) v.
 * The paper subtracts a tile's own maximum first and rescales after; subtracting the new running maximum at once is the same.
 * Adds 4 B_r B_c d to counter.flops per tile, masked entries included, as a kernel computes them, and the traffic to reads and writes.
 * Setting o, l and m to their first values is not counted as traffic. Throws RangeError when shapes or tiles are impossible.
 */
export function flashAttention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  options: FlashOptions,
): FlashAttention {
  const { loop, tiles, causal = false, counter } = options;
  const [queries, channels] = q.shape as [number, number];
  const keys = k.shape[0]!;
  if (k.shape[1] !== channels || v.shape[0] !== keys || v.shape[1] !== channels)
    throw new RangeError(`q ${q.shape.join('x')}, k ${k.shape.join('x')}, v ${v.shape.join('x')} do not fit`);
  const { scale = 1 / Math.sqrt(channels) } = options;
  const sizes = { queries, keys, channels };
  const states = tileStates(sizes, tiles, options);
  const queryTiles = states.length;
  const keyTiles = states[0]!.length;
  const history = emptyHistory(queries, keyTiles, channels);
  const visits: Visit[] = [];
  const { load, store, hold, release, mark, amend, ...hbm } = memory(states.flat().filter(isVisited).length);

  // State of every query. Keys outside: it lives in HBM, o divided by l. Queries outside: it lives on chip while its tile does, o not divided.
  const m = new Float64Array(queries).fill(-Infinity);
  const l = new Float64Array(queries);
  const o = tensor(['query', 'channel'] as const, [queries, channels]);
  const s = new Float64Array(tiles.columns);

  const rowsOf = (i: number) => Math.min(tiles.rows, queries - i * tiles.rows);
  const columnsOf = (j: number) => Math.min(tiles.columns, keys - j * tiles.columns);

  /** One tile: scores of its rows against its keys, absorbed into m, l and o. */
  const compute = (i: number, j: number) => {
    const first = j * tiles.columns;
    const columns = columnsOf(j);
    for (let query = i * tiles.rows; query < i * tiles.rows + rowsOf(i); query++) {
      const last = lastKey(query, sizes, causal);
      let tileMax = -Infinity;
      for (let c = 0; c < columns; c++) {
        s[c] = first + c <= last ? scale * dot(q.data, query * channels, k.data, (first + c) * channels, channels) : -Infinity;
        if (s[c]! > tileMax) tileMax = s[c]!;
      }
      // A row that sees nothing here keeps its state; going on would subtract infinities.
      if (tileMax > -Infinity) {
        const max = Math.max(m[query]!, tileMax);
        const correction = Math.exp(m[query]! - max);
        let tileSum = 0;
        for (let c = 0; c < columns; c++) tileSum += s[c] = Math.exp(s[c]! - max);
        const sum = correction * l[query]! + tileSum;
        // What is old shrinks to the new maximum. Keys outside: it is also brought from its old divisor l to the new one.
        const keep = loop === 'key-outer' ? (correction * l[query]!) / sum : correction;
        const add = loop === 'key-outer' ? 1 / sum : 1;
        for (let x = 0; x < channels; x++) {
          let product = 0;
          for (let c = 0; c < columns; c++) product += s[c]! * v.data[(first + c) * channels + x]!;
          o.data[query * channels + x] = keep * o.data[query * channels + x]! + add * product;
        }
        m[query] = max;
        l[query] = sum;
        history.correction.data[query * keyTiles + j] = correction;
      }
      history.tileMax.data[query * keyTiles + j] = tileMax;
      record(history, query, j, m[query]!, l[query]!, o.data, loop === 'key-outer' || l[query] === 0 ? 1 : l[query]!);
    }
    if (counter) counter.flops += 4 * rowsOf(i) * columns * channels;
    visits.push({ queryTile: i, keyTile: j });
  };

  if (loop === 'key-outer') {
    for (let j = 0; j < keyTiles; j++) {
      const ofKeys = columnsOf(j) * channels;
      hold(2 * ofKeys);
      load('k', ofKeys);
      load('v', ofKeys);
      for (let i = 0; i < queryTiles; i++) {
        if (!isVisited(states[i]![j]!)) continue;
        const rows = rowsOf(i);
        const onChip = 2 * rows * channels + 2 * rows + rows * columnsOf(j);
        hold(onChip);
        load('q', rows * channels);
        load('o', rows * channels);
        load('statistics', 2 * rows);
        compute(i, j);
        store('o', rows * channels);
        store('statistics', 2 * rows);
        release(onChip);
        mark();
      }
      release(2 * ofKeys);
    }
    amend();
  } else {
    for (let i = 0; i < queryTiles; i++) {
      const rows = rowsOf(i);
      const onChip = 2 * rows * channels + 2 * rows;
      hold(onChip);
      load('q', rows * channels);
      for (let j = 0; j < keyTiles; j++) {
        if (!isVisited(states[i]![j]!)) continue;
        const ofKeys = columnsOf(j) * channels;
        hold(2 * ofKeys + rows * columnsOf(j));
        load('k', ofKeys);
        load('v', ofKeys);
        compute(i, j);
        release(2 * ofKeys + rows * columnsOf(j));
        mark();
      }
      for (let query = i * tiles.rows; query < i * tiles.rows + rows; query++)
        if (l[query]! > 0) for (let x = 0; x < channels; x++) o.data[query * channels + x]! /= l[query]!;
      store('o', rows * channels);
      store('statistics', rows);
      release(onChip);
      amend();
    }
  }

  carry(history, states, tiles.rows);
  const total = hbm.total();
  if (counter) {
    counter.reads += readsOf(total);
    counter.writes += writesOf(total);
  }
  const logSumExp = Float64Array.from(m, (max, query) => (l[query] === 0 ? -Infinity : max + Math.log(l[query]!)));
  return { output: o, logSumExp, visits, states, history, traffic: hbm.history, total, peak: hbm.peak() };
}

function emptyHistory(queries: number, keyTiles: number, channels: number): History {
  const matrix = (value: number) =>
    tensor(['query', 'keyTile'] as const, [queries, keyTiles], new Float64Array(queries * keyTiles).fill(value));
  return {
    max: matrix(-Infinity),
    sum: matrix(0),
    tileMax: matrix(-Infinity),
    correction: matrix(1),
    output: tensor(['query', 'keyTile', 'channel'] as const, [queries, keyTiles, channels]),
  };
}

function record(
  { max, sum, output }: History,
  query: number,
  keyTile: number,
  m: number,
  l: number,
  o: Float64Array,
  divisor: number,
): void {
  const [, keyTiles, channels] = output.shape as [number, number, number];
  const at = query * keyTiles + keyTile;
  max.data[at] = m;
  sum.data[at] = l;
  for (let x = 0; x < channels; x++) output.data[at * channels + x] = o[query * channels + x]! / divisor;
}

/** Fills in the skipped tiles: a query knows after them what it knew before. */
function carry({ max, sum, output }: History, states: readonly (readonly TileState[])[], rows: number): void {
  const [queries, keyTiles, channels] = output.shape as [number, number, number];
  for (let query = 0; query < queries; query++) {
    const state = states[Math.floor(query / rows)]!;
    for (let j = 1; j < keyTiles; j++) {
      if (isVisited(state[j]!)) continue;
      const at = query * keyTiles + j;
      max.data[at] = max.data[at - 1]!;
      sum.data[at] = sum.data[at - 1]!;
      output.data.copyWithin(at * channels, (at - 1) * channels, at * channels);
    }
  }
}

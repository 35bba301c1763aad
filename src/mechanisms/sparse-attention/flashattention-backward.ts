/**
 * The backward pass of attention. FlashAttention keeps no probabilities: it computes each tile of them again from q, k and one number
 * a query. Standard attention reads them back from HBM.
 * Source: arXiv 2205.14135, Algorithm 4 (tiled) and Algorithm 3 (standard); the saved number is L of arXiv 2307.08691.
 */
import type { Counter } from '@/tensor/counter';
import { dot } from '@/tensor/matmul';
import { tensor, type Matrix } from '@/tensor/tensor';
import { memory, readsOf, writesOf, type Traffic, type TrafficHistory } from './flashattention-memory';
import type { Visit } from './flashattention';
import { isVisited, lastKey, tileStates, type MaskOptions, type Tiles } from './flashattention-tiles';

export interface Gradients {
  readonly q: Matrix<'query', 'channel'>;
  readonly k: Matrix<'key', 'channel'>;
  readonly v: Matrix<'key', 'channel'>;
}

export interface Backward {
  readonly gradients: Gradients;
  readonly total: Traffic;
}

export interface FlashBackward extends Backward {
  /** The tiles computed again, in order: one a step. */
  readonly visits: readonly Visit[];
  readonly traffic: TrafficHistory;
  /** After each step, the largest |recomputed - stored| probability so far; all 0 where no stored ones were given to compare. */
  readonly recomputed: Float64Array;
  readonly peak: number;
}

/** What the forward pass leaves for the backward one. */
export interface Saved {
  readonly q: Matrix<'query', 'channel'>;
  readonly k: Matrix<'key', 'channel'>;
  readonly v: Matrix<'key', 'channel'>;
  readonly output: Matrix<'query', 'channel'>;
  /** Gradient of the loss by the output. */
  readonly gradient: Matrix<'query', 'channel'>;
}

export interface FlashBackwardOptions extends MaskOptions {
  readonly tiles: Tiles;
  readonly scale?: number;
  readonly counter?: Counter;
  /** Probabilities of standard attention: only to compare with, never used. */
  readonly stored?: Matrix<'query', 'key'>;
}

/**
 * flashBackward(saved, logSumExp, options): gradients by q, k, v. With P = exp(S - L) and D = rowsum(dO * O): dV = P^T dO,
 * dS = P * (dO V^T - D), dQ = scale dS K, dK = scale dS^T Q. Keys outside. Per tile it reads q, o, dO, dQ and L and writes dQ: 10 B_r B_c d
 * operations, the fifth product being the scores it has forgotten. The paper reads m and l, two numbers where L is one.
 */
export function flashBackward({ q, k, v, output, gradient }: Saved, logSumExp: Float64Array, options: FlashBackwardOptions): FlashBackward {
  const { tiles, causal = false, counter, stored } = options;
  const [queries, channels] = q.shape as [number, number];
  const keys = k.shape[0]!;
  const { scale = 1 / Math.sqrt(channels) } = options;
  const sizes = { queries, keys, channels };
  const states = tileStates(sizes, tiles, options);
  const gradients: Gradients = {
    q: tensor(['query', 'channel'] as const, [queries, channels]),
    k: tensor(['key', 'channel'] as const, [keys, channels]),
    v: tensor(['key', 'channel'] as const, [keys, channels]),
  };
  const visits: Visit[] = [];
  const recomputed: number[] = [];
  let worst = 0;
  const { load, store, hold, release, mark, amend, ...hbm } = memory(states.flat().filter(isVisited).length);

  for (let j = 0; j < states[0]!.length; j++) {
    const firstKey = j * tiles.columns;
    const columns = Math.min(tiles.columns, keys - firstKey);
    hold(4 * columns * channels);
    load('k', columns * channels);
    load('v', columns * channels);
    for (let i = 0; i < states.length; i++) {
      if (!isVisited(states[i]![j]!)) continue;
      const firstQuery = i * tiles.rows;
      const rows = Math.min(tiles.rows, queries - firstQuery);
      const onChip = 4 * rows * channels + 2 * rows + 2 * rows * columns;
      hold(onChip);
      for (const name of ['q', 'o'] as const) load(name, rows * channels);
      load('gradients', 2 * rows * channels);
      load('statistics', rows);
      for (let query = firstQuery; query < firstQuery + rows; query++) {
        const at = query * channels;
        const last = lastKey(query, sizes, causal);
        const delta = dot(gradient.data, at, output.data, at, channels);
        for (let key = firstKey; key < firstKey + columns; key++) {
          const to = key * channels;
          const p = key <= last ? Math.exp(scale * dot(q.data, at, k.data, to, channels) - logSumExp[query]!) : 0;
          if (stored) worst = Math.max(worst, Math.abs(p - stored.data[query * keys + key]!));
          const ds = scale * p * (dot(gradient.data, at, v.data, to, channels) - delta);
          for (let x = 0; x < channels; x++) {
            gradients.v.data[to + x]! += p * gradient.data[at + x]!;
            gradients.q.data[at + x]! += ds * k.data[to + x]!;
            gradients.k.data[to + x]! += ds * q.data[at + x]!;
          }
        }
      }
      if (counter) counter.flops += 10 * rows * columns * channels;
      store('gradients', rows * channels);
      release(onChip);
      mark();
      visits.push({ queryTile: i, keyTile: j });
      recomputed.push(worst);
    }
    store('gradients', 2 * columns * channels);
    release(4 * columns * channels);
    amend();
  }
  const total = hbm.total();
  count(counter, total);
  return {
    gradients,
    visits,
    recomputed: Float64Array.from(recomputed),
    traffic: hbm.history,
    total,
    peak: hbm.peak(),
  };
}

/**
 * standardBackward(saved, probabilities): the same gradients from stored probabilities, in five passes: dV; dP; dS; dQ; dK. dP is counted with
 * the scores, whose shape it has, and dS with the probabilities. 8 N^2 d operations.
 */
export function standardBackward(
  { q, k, v, gradient }: Omit<Saved, 'output'>,
  probabilities: Matrix<'query', 'key'>,
  { scale = 1 / Math.sqrt(q.shape[1]!), counter }: { readonly scale?: number; readonly counter?: Counter } = {},
): Backward {
  const [queries, channels] = q.shape as [number, number];
  const keys = k.shape[0]!;
  const pairs = queries * keys;
  const { load, store, total: sum } = memory(0);
  const gradients: Gradients = {
    q: tensor(['query', 'channel'] as const, [queries, channels]),
    k: tensor(['key', 'channel'] as const, [keys, channels]),
    v: tensor(['key', 'channel'] as const, [keys, channels]),
  };
  const p = probabilities.data;
  const ds = new Float64Array(pairs);

  load('probabilities', pairs);
  load('gradients', queries * channels);
  accumulateTransposed(gradients.v.data, p, gradient.data, queries, keys, channels);
  store('gradients', keys * channels);

  load('gradients', queries * channels);
  load('v', keys * channels);
  for (let i = 0; i < queries; i++)
    for (let j = 0; j < keys; j++) ds[i * keys + j] = dot(gradient.data, i * channels, v.data, j * channels, channels);
  store('scores', pairs);

  load('probabilities', pairs);
  load('scores', pairs);
  for (let i = 0; i < queries; i++) {
    const delta = dot(p, i * keys, ds, i * keys, keys);
    for (let j = i * keys; j < (i + 1) * keys; j++) ds[j] = scale * p[j]! * (ds[j]! - delta);
  }
  store('probabilities', pairs);

  load('probabilities', pairs);
  load('k', keys * channels);
  for (let i = 0; i < queries; i++)
    for (let j = 0; j < keys; j++)
      for (let x = 0; x < channels; x++) gradients.q.data[i * channels + x]! += ds[i * keys + j]! * k.data[j * channels + x]!;
  store('gradients', queries * channels);

  load('probabilities', pairs);
  load('q', queries * channels);
  accumulateTransposed(gradients.k.data, ds, q.data, queries, keys, channels);
  store('gradients', keys * channels);

  const total = sum();
  if (counter) counter.flops += 8 * pairs * channels;
  count(counter, total);
  return { gradients, total };
}

/** result += a^T b, for a [query, key] and b [query, channel]. */
function accumulateTransposed(
  result: Float64Array,
  a: Float64Array,
  b: Float64Array,
  queries: number,
  keys: number,
  channels: number,
): void {
  for (let i = 0; i < queries; i++)
    for (let j = 0; j < keys; j++) for (let x = 0; x < channels; x++) result[j * channels + x]! += a[i * keys + j]! * b[i * channels + x]!;
}

function count(counter: Counter | undefined, total: Traffic): void {
  if (!counter) return;
  counter.reads += readsOf(total);
  counter.writes += writesOf(total);
}

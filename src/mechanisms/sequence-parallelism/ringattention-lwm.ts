/**
 * RingAttention: the queries of a device stay, the keys and values travel round a ring, and every query folds what passes
 * into its online softmax. Exact attention; what differs between the layouts is only which device owns which token.
 * Source: arXiv 2310.01889 and 2402.08268; haoliuhl/ringattention, ringattention/ringattention_jax.py (contiguous);
 * arXiv 2311.09431 (striped); zhuzilin/ring-flash-attention, ring_flash_attn/zigzag_ring_flash_attn.py (zigzag).
 */
import { dot } from '@/tensor/matmul';
import { rows, tensor, type Matrix } from '@/tensor/tensor';
import { absorb, begin, finish, logSum, type OnlineSoftmax } from './online-softmax';

/**
 * Which tokens a device owns. `contiguous`: one run. `striped`: every devices-th token. `zigzag`: of 2P runs, the p-th from
 * the front and the p-th from the back.
 */
export type Layout = 'contiguous' | 'striped' | 'zigzag';

export const layouts: readonly Layout[] = ['contiguous', 'striped', 'zigzag'];

/**
 * owned(layout, length, devices)[p] are the positions of the tokens of device p, ascending; together a partition of 0 to
 * length - 1. Throws RangeError unless the devices (for zigzag: twice the devices) divide the length.
 */
export function owned(layout: Layout, length: number, devices: number): number[][] {
  const parts = layout === 'zigzag' ? 2 * devices : devices;
  if (!Number.isInteger(devices) || devices < 1) throw new RangeError(`a ring needs at least 1 device, got ${devices}`);
  if (!Number.isInteger(length) || length < 1 || length % parts !== 0)
    throw new RangeError(`${length} tokens cannot be cut into ${parts} equal parts`);
  const part = length / parts;
  const run = (i: number) => Array.from({ length: part }, (_, j) => i * part + j);
  return Array.from({ length: devices }, (_, p) => {
    if (layout === 'contiguous') return run(p);
    if (layout === 'striped') return Array.from({ length: part }, (_, j) => j * devices + p);
    return [...run(p), ...run(parts - 1 - p)];
  });
}

/** visible(causal, segments): the mask of the ring. A query sees keys of its own segment, and with `causal` only up to itself. */
export function visible(causal: boolean, segments?: ArrayLike<number>): (query: number, key: number) => boolean {
  return (query, key) => (!causal || key <= query) && (!segments || segments[query] === segments[key]);
}

/**
 * workload(owned, mask) is [device, step]: how many (query, key) pairs device p computes at step t, when it holds the chunk of
 * device (p - t) mod P. Only counts, so it serves lengths at which nothing could be computed here.
 */
export function workload(owners: readonly (readonly number[])[], mask: (query: number, key: number) => boolean): Matrix<'device', 'step'> {
  const devices = owners.length;
  const work = tensor(['device', 'step'] as const, [devices, devices]);
  for (let p = 0; p < devices; p++) {
    for (let t = 0; t < devices; t++) {
      const keys = owners[(p - t + devices) % devices]!;
      let pairs = 0;
      for (const query of owners[p]!) for (const key of keys) if (mask(query, key)) pairs++;
      work.data[p * devices + t] = pairs;
    }
  }
  return work;
}

export interface RingOptions {
  readonly devices: number;
  readonly layout?: Layout;
  /** True by default. */
  readonly causal?: boolean;
  /** One number a token; a query does not see keys of another segment (masked sequence packing). */
  readonly segments?: ArrayLike<number>;
}

/** All queries after one step of the ring, in the order of the sequence. */
export interface Snapshot {
  /** What the output would be if the ring stopped here [query, channel]. */
  readonly output: Matrix<'query', 'channel'>;
  /** m + log l over the keys seen so far. */
  readonly logSum: Float64Array;
}

export interface Ring {
  /** owned[p]: positions of device p's tokens. */
  readonly owned: readonly (readonly number[])[];
  /** held[t][p]: the device whose keys and values device p holds at step t. */
  readonly held: readonly (readonly number[])[];
  /** Pairs computed [device, step]. */
  readonly work: Matrix<'device', 'step'>;
  /** The step at which a pair was computed [query, key]; -1 where it is masked. */
  readonly step: Matrix<'query', 'key'>;
  /** One for each step. */
  readonly snapshots: readonly Snapshot[];
  /** The last snapshot's output. */
  readonly output: Matrix<'query', 'channel'>;
  /** Elements of keys and values that each device sent, by device. */
  readonly sent: readonly number[];
  /** Floating-point operations of the scores and the weighted sums: 4d a pair. */
  readonly flops: number;
}

/**
 * ringAttention(q, k, v, options) runs P steps for q, k, v [token, channel], in the order of the sequence; the layout deals them
 * out. At each step every device attends from its own queries to the chunk it holds, and hands that chunk to its right neighbour
 * (the last step hands nothing on). Throws RangeError when the sizes disagree or the length cannot be dealt out.
 */
export function ringAttention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  { devices, layout = 'contiguous', causal = true, segments }: RingOptions,
): Ring {
  const [length, channels] = q.shape as [number, number];
  const width = v.shape[1]!;
  if (k.shape[0] !== length || v.shape[0] !== length)
    throw new RangeError(`${length} queries but ${k.shape[0]} keys and ${v.shape[0]} values`);
  if (k.shape[1] !== channels) throw new RangeError(`queries of ${channels} channels but keys of ${k.shape[1]}`);
  if (segments && segments.length !== length) throw new RangeError(`${length} tokens but ${segments.length} segment numbers`);
  const tokens = owned(layout, length, devices);
  const mask = visible(causal, segments);
  const chunk = length / devices;

  const values = tokens.map((own) => rows(v, own));
  const state: OnlineSoftmax[] = Array.from({ length }, () => begin(width));
  const work = tensor(['device', 'step'] as const, [devices, devices]);
  const step = tensor(['query', 'key'] as const, [length, length], new Float64Array(length * length).fill(-1));
  const sent = new Array<number>(devices).fill(0);
  const held: number[][] = [];
  const snapshots: Snapshot[] = [];
  const scores = new Float64Array(chunk);

  let holding = tokens.map((_, p) => p);
  for (let t = 0; t < devices; t++) {
    held.push(holding);
    for (let p = 0; p < devices; p++) {
      const keys = tokens[holding[p]!]!;
      for (const query of tokens[p]!) {
        for (let j = 0; j < chunk; j++) {
          const key = keys[j]!;
          if (mask(query, key)) {
            scores[j] = dot(q.data, query * channels, k.data, key * channels, channels) / Math.sqrt(channels);
            work.data[p * devices + t]!++;
            step.data[query * length + key] = t;
          } else {
            scores[j] = -Infinity;
          }
        }
        state[query] = absorb(state[query]!, scores, values[holding[p]!]!);
      }
    }
    snapshots.push(snapshot(state, width));
    if (t < devices - 1) {
      for (let p = 0; p < devices; p++) sent[p]! += chunk * (channels + width);
      holding = holding.map((_, p) => holding[(p - 1 + devices) % devices]!);
    }
  }
  const flops = work.data.reduce((sum, pairs) => sum + 2 * (channels + width) * pairs, 0);
  return { owned: tokens, held, work, step, snapshots, output: snapshots.at(-1)!.output, sent, flops };
}

function snapshot(state: readonly OnlineSoftmax[], width: number): Snapshot {
  const output = tensor(['query', 'channel'] as const, [state.length, width]);
  state.forEach((query, i) => output.data.set(finish(query), i * width));
  return { output, logSum: Float64Array.from(state, logSum) };
}

/**
 * progress(ring, exact): how far each device is after each step, against the exact output [query, channel] of attention on one
 * device. `error` [device, step] is the largest absolute difference over the device's queries and channels; `mass` [device, step]
 * the mean share of a query's softmax that lies on keys seen so far, which reaches 1 when the last visible key has passed.
 */
export function progress(
  ring: Ring,
  exact: Matrix<'query', 'channel'>,
): { error: Matrix<'device', 'step'>; mass: Matrix<'device', 'step'> } {
  const devices = ring.owned.length;
  const width = exact.shape[1]!;
  const error = tensor(['device', 'step'] as const, [devices, devices]);
  const mass = tensor(['device', 'step'] as const, [devices, devices]);
  const last = ring.snapshots.at(-1)!.logSum;
  ring.owned.forEach((own, p) => {
    ring.snapshots.forEach(({ output, logSum: sofar }, t) => {
      let largest = 0;
      let share = 0;
      for (const query of own) {
        for (let c = query * width; c < (query + 1) * width; c++) largest = Math.max(largest, Math.abs(output.data[c]! - exact.data[c]!));
        share += Math.exp(sofar[query]! - last[query]!);
      }
      error.data[p * devices + t] = largest;
      mass.data[p * devices + t] = share / own.length;
    });
  });
  return { error, mass };
}

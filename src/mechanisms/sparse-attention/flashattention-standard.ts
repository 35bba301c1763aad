/**
 * Standard attention as three passes over HBM, forward, and five, backward: what FlashAttention is compared with.
 * Source: arXiv 2205.14135, Algorithms 0 and 3.
 */
import type { Counter } from '@/tensor/counter';
import { dot } from '@/tensor/matmul';
import { softmax } from '@/tensor/softmax';
import { row, tensor, type Matrix } from '@/tensor/tensor';
import { memory, readsOf, writesOf, type Traffic } from './flashattention-memory';

export interface Standard {
  /** Scaled scores, -Infinity where masked. They and the probabilities are stored in HBM. */
  readonly scores: Matrix<'query', 'key'>;
  readonly probabilities: Matrix<'query', 'key'>;
  readonly output: Matrix<'query', 'channel'>;
  readonly total: Traffic;
  /** The most elements on chip at once: the products hold all of k, or of v, so that each operand is read once. */
  readonly peak: number;
}

export interface StandardOptions {
  readonly scale?: number;
  /** mask(i, j) is true where query i may see key j. Masked scores are stored like any other. */
  readonly mask?: (query: number, key: number) => boolean;
  readonly counter?: Counter;
}

/**
 * standardAttention(q, k, v): scores to HBM, their softmax to HBM, then the product with v. Counted in the baseline's favour: a product
 * reads each operand once, however small SRAM is. Adds 4 N^2 d to counter.flops.
 */
export function standardAttention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  { scale = 1 / Math.sqrt(q.shape[1]!), mask, counter }: StandardOptions = {},
): Standard {
  const [queries, channels] = q.shape as [number, number];
  const keys = k.shape[0]!;
  const { load, store, hold, release, ...hbm } = memory(0);
  const scores = tensor(['query', 'key'] as const, [queries, keys]);
  const probabilities = tensor(['query', 'key'] as const, [queries, keys]);
  const output = tensor(['query', 'channel'] as const, [queries, channels]);
  const onChip = keys * channels + channels + keys;

  hold(onChip);
  load('k', keys * channels);
  for (let i = 0; i < queries; i++) {
    load('q', channels);
    const s = row(scores, i);
    for (let j = 0; j < keys; j++)
      s[j] = !mask || mask(i, j) ? scale * dot(q.data, i * channels, k.data, j * channels, channels) : -Infinity;
    store('scores', keys);
  }
  release(onChip);

  hold(keys);
  for (let i = 0; i < queries; i++) {
    load('scores', keys);
    probabilities.data.set(softmax(row(scores, i)), i * keys);
    store('probabilities', keys);
  }
  release(keys);

  hold(onChip);
  load('v', keys * channels);
  for (let i = 0; i < queries; i++) {
    load('probabilities', keys);
    const p = row(probabilities, i);
    const o = row(output, i);
    for (let j = 0; j < keys; j++) for (let x = 0; x < channels; x++) o[x]! += p[j]! * v.data[j * channels + x]!;
    store('o', channels);
  }
  release(onChip);

  const total = hbm.total();
  if (counter) {
    counter.flops += 4 * queries * keys * channels;
    counter.reads += readsOf(total);
    counter.writes += writesOf(total);
  }
  return { scores, probabilities, output, total, peak: hbm.peak() };
}

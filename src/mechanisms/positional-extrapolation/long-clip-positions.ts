/**
 * A table of positions to stretch, and a skill that rests on it. The table is made, not learned: rows that captions reach are smooth waves, those that
 * they seldom reach are still near their random start. The skill is a head that looks one token back, fitted to the rows that were trained.
 */
import { solve } from '@/tensor/linalg';
import { dot, matmul } from '@/tensor/matmul';
import { random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { row, tensor, transpose, type Matrix } from '@/tensor/tensor';
import type { Table } from './long-clip';

export interface TableOptions {
  readonly rows: number;
  /** Channels, an even number: each pair is the cosine and sine of one wave. */
  readonly channels: number;
  /** Up to where rows are trained; those after it are less and less so. */
  readonly trained: number;
  readonly seed: number;
}

/** training(rows, trained): how well trained each row is, from 1 to 0: 0.94 at row `trained`, a half four rows on, 0.06 at eight. */
export const training = (rows: number, trained: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, t) => 1 / (1 + Math.exp((t - trained - 4) / 1.5)));

/**
 * positionTable(options): rows of waves, from 1.5 radians a position down to 0.02, of length 1, mixed with random rows of length about 0.6 as far
 * as they are not trained.
 */
export function positionTable({ rows, channels, trained, seed }: TableOptions): Table {
  const table = tensor(['position', 'channel'] as const, [rows, channels]);
  const pairs = channels / 2;
  const share = training(rows, trained);
  const source = random(seed);
  for (let t = 0; t < rows; t++) {
    for (let c = 0; c < channels; c++) {
      const angle = t * 1.5 * (0.02 / 1.5) ** ((c >> 1) / Math.max(1, pairs - 1));
      const wave = (c % 2 ? Math.sin(angle) : Math.cos(angle)) / Math.sqrt(pairs);
      table.data[t * channels + c] = share[t]! * wave + (1 - share[t]!) * 0.6 * (source.normal() / Math.sqrt(channels));
    }
  }
  return table;
}

/**
 * likeness(table, count): cosines of the rows of the first `count` positions, or of all where there are fewer: for each position, those with the ones up to
 * itself. What differs little cannot be told apart by its position. Throws RangeError below 1.
 */
export function likeness(table: Table, count: number): number[][] {
  if (!(count >= 1)) throw new RangeError(`count must be at least 1, got ${count}`);
  const rows = Array.from({ length: Math.min(count, table.shape[0]!) }, (_, t) => row(table, t));
  const sizes = rows.map((x) => Math.hypot(...x));
  return rows.map((x, t) => rows.slice(0, t + 1).map((y, s) => dot(x, 0, y, 0, x.length) / (sizes[t]! * sizes[s]!)));
}

/**
 * backHead(table, weights): the map [e, e] that takes a row to the one before it, by ridge regression over rows 1 and on, each counted by its weight.
 * A query is a row times this map; what it looks for is the row of the token before.
 */
export function backHead(table: Table, weights: ArrayLike<number>): Matrix<'channel', 'channel'> {
  const [rows, width] = table.shape as [number, number];
  const weighted = tensor(table.axes, [rows - 1, width]);
  for (let t = 1; t < rows; t++) row(weighted, t - 1).set(row(table, t).map((x) => x * weights[t]!));
  const part = (from: number) => tensor(table.axes, [rows - 1, width], table.data.slice(from * width, (from + rows - 1) * width));
  const gram = matmul(transpose(weighted), part(1));
  for (let c = 0; c < width; c++) gram.data[c * width + c]! += 1e-4;
  return solve(gram, matmul(transpose(weighted), part(0))) as Matrix<'channel', 'channel'>;
}

/**
 * lookBack(table, head, queries, sharpness): for each of these positions, the share of its attention, over itself and all before, that falls on the
 * token right before it. Nothing but positions is looked at: the content of the tokens is the same everywhere. Position 0 has none before: NaN.
 */
export function lookBack(table: Table, head: Matrix<'channel', 'channel'>, queries: ArrayLike<number>, sharpness: number): Float64Array {
  const width = table.shape[1]!;
  const scores = new Float64Array(table.shape[0]!);
  const query = new Float64Array(width);
  return Float64Array.from(queries, (t) => {
    if (t === 0) return NaN;
    query.fill(0);
    const from = row(table, t);
    for (let i = 0; i < width; i++) for (let c = 0; c < width; c++) query[c]! += sharpness * from[i]! * head.data[i * width + c]!;
    for (let j = 0; j <= t; j++) {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += query[c]! * table.data[j * width + c]!;
      scores[j] = sum;
    }
    return softmax(scores.subarray(0, t + 1))[t - 1]!;
  });
}

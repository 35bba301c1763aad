/**
 * Long-CLIP (Zhang et al. 2024), knowledge-preserved stretching: a table of learned absolute positions made longer. The first rows, which training
 * has used most, stay as they are; the others are drawn apart and filled by interpolation (section 3.2; model/longclip.py::load_from_clip).
 */
import { row, tensor, type Matrix } from '@/tensor/tensor';

export type Table = Matrix<'position', 'channel'>;

/** Ways to make a table longer, or not to. */
export type Stretching = 'kps' | 'linear' | 'repeat' | 'truncate';

export interface StretchOptions {
  /** K: how many rows from the start stay as they are; the paper keeps 20. */
  readonly keep: number;
  /** lambda: how many rows each of the others becomes; the paper takes 4. */
  readonly factor: number;
}

/** stretchedLength(rows, options) = K + lambda (rows - K): 248 for CLIP's 77. Throws RangeError unless 0 <= K < rows and lambda >= 1, both whole. */
export function stretchedLength(rows: number, { keep, factor }: StretchOptions): number {
  if (!Number.isInteger(keep) || keep < 0 || keep >= rows) throw new RangeError(`cannot keep ${keep} of ${rows} rows and stretch the rest`);
  if (!Number.isInteger(factor) || factor < 1) throw new RangeError(`a stretch factor is a whole number from 1, not ${factor}`);
  return keep + factor * (rows - keep);
}

/**
 * sources(method, rows, options): for each new position, the old one that it is read at, in positions; between two rows where it is no whole number.
 * - kps: t up to K, then K + (t - K) / lambda. The last lambda - 1 lie beyond the last row, and are extrapolated.
 * - linear: the whole table spread evenly over the same length, ends on ends.
 * - repeat: rows as they are, then the last one again and again, to the same length.
 * - truncate: rows as they are, and no more.
 */
export function sources(method: Stretching, rows: number, options: StretchOptions): Float64Array {
  const length = stretchedLength(rows, options);
  const { keep, factor } = options;
  const last = rows - 1;
  const at: Record<Stretching, (t: number) => number> = {
    kps: (t) => (t < keep ? t : keep + (t - keep) / factor),
    linear: (t) => (length === 1 ? 0 : (t * last) / (length - 1)),
    repeat: (t) => Math.min(t, last),
    truncate: (t) => t,
  };
  return Float64Array.from({ length: method === 'truncate' ? rows : length }, (_, t) => at[method](t));
}

/** An old row and what it counts for. */
export interface Part {
  readonly row: number;
  readonly weight: number;
}

/**
 * mixture(source, rows): the old rows that make up a new one. One row at a whole number; else the two around it, by how near they are. Beyond
 * the last row that line goes on: (1 + f) of the last and -f of the one before. A table of one row has no direction: it is repeated.
 */
export function mixture(source: number, rows: number): Part[] {
  const below = Math.floor(source);
  const f = source - below;
  if (f === 0 || rows === 1) return [{ row: Math.min(below, rows - 1), weight: 1 }];
  return below >= rows - 1
    ? [
        { row: rows - 1, weight: 1 + f },
        { row: rows - 2, weight: -f },
      ]
    : [
        { row: below, weight: 1 - f },
        { row: below + 1, weight: f },
      ];
}

/** readAt(table, source): the new table [source.length, channels], each row the mixture of old ones. Rows read at whole numbers are copies, bit for bit. */
export function readAt(table: Table, source: ArrayLike<number>): Table {
  const [rows, channels] = table.shape as [number, number];
  const result = tensor(table.axes, [source.length, channels]);
  for (let t = 0; t < source.length; t++) {
    const out = row(result, t);
    const [one, other] = mixture(source[t]!, rows);
    const first = row(table, one!.row);
    if (!other) {
      out.set(first);
      continue;
    }
    const second = row(table, other.row);
    for (let c = 0; c < channels; c++) out[c] = one!.weight * first[c]! + other.weight * second[c]!;
  }
  return result;
}

/** stretch(method, table, options): the longer table. */
export const stretch = (method: Stretching, table: Table, options: StretchOptions): Table =>
  readAt(table, sources(method, table.shape[0]!, options));

/**
 * compose(frozen, tuned, keep): what the text encoder adds to its tokens after stretching. There are two copies of the stretched table: training
 * leaves `frozen` alone and its first K rows are used; of `tuned`, which training changes, the others (model/model_longclip.py, mask1 and mask2).
 */
export function compose(frozen: Table, tuned: Table, keep: number): Table {
  if (frozen.data.length !== tuned.data.length) throw new RangeError('both tables have the same shape');
  const result = tensor(frozen.axes, frozen.shape, tuned.data.slice());
  const width = frozen.shape[1]!;
  result.data.set(frozen.data.subarray(0, keep * width));
  return result;
}

/** moved(before, after): for each row that both have, how far it went, as a share of how long it was. */
export function moved(before: Table, after: Table): Float64Array {
  return Float64Array.from({ length: Math.min(before.shape[0]!, after.shape[0]!) }, (_, t) => {
    const [old, now] = [row(before, t), row(after, t)];
    const distance = Math.hypot(...old.map((x, c) => now[c]! - x));
    return distance === 0 ? 0 : distance / Math.hypot(...old);
  });
}

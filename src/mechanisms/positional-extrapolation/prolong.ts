/**
 * ProLong (Gao et al. 2024): what happens between documents and the loss. Documents are packed into rows of training, attention stays within each
 * document, the first token of each has no label, and the rows of a step are sorted by their cost. Sources: training/dataset.py of
 * princeton-nlp/ProLong, and datatools/scripts/pack.py of CodeCreator/datatools, with which its data were packed. Lengths are in tokens.
 */

/** A stretch of a document in a row. */
export interface Piece {
  readonly document: number;
  /** Where it begins in its document: above 0, what came before it is in no token's reach. */
  readonly from: number;
  readonly tokens: number;
}

export interface Packing {
  /** Rows of exactly `length` tokens. */
  readonly rows: readonly (readonly Piece[])[];
  /** What stands in the last, unfilled row: it is not written. */
  readonly left: readonly Piece[];
  /** Tokens of documents, or of rests of cut ones, that are shorter than the minimum. */
  readonly dropped: number;
}

/**
 * pack(documents, { length, minimum }): fills rows in order; a document that does not fit is cut, and its rest begins the next row. Documents shorter
 * than `minimum` are dropped (so the README says), and rests too (so the tool does). Throws RangeError unless lengths are whole and positive.
 */
export function pack(documents: ArrayLike<number>, { length, minimum = 1 }: { length: number; minimum?: number }): Packing {
  whole('length', length);
  whole('minimum', minimum);
  const rows: Piece[][] = [];
  let row: Piece[] = [];
  let filled = 0;
  let dropped = 0;
  for (let document = 0; document < documents.length; document++) {
    const size = documents[document]!;
    whole('document', size);
    for (let from = 0; from < size;) {
      if (size - from < minimum) {
        dropped += size - from;
        break;
      }
      const tokens = Math.min(size - from, length - filled);
      row.push({ document, from, tokens });
      filled += tokens;
      from += tokens;
      if (filled < length) continue;
      rows.push(row);
      row = [];
      filled = 0;
    }
  }
  return { rows, left: row, dropped };
}

/** cut(documents, size): pieces of exactly `size` tokens; what is shorter is dropped. That is how 64K documents come into rows of 512K. */
export function cut(documents: ArrayLike<number>, size: number): Piece[] {
  return pack(documents, { length: size, minimum: size }).rows.map(([piece]) => piece!);
}

/** pairs(lengths): scores that causal attention computes within documents of these lengths, the sum of n (n + 1) / 2. */
export function pairs(lengths: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < lengths.length; i++) sum += (lengths[i]! * (lengths[i]! + 1)) / 2;
  return sum;
}

/** cost(lengths): what rows are sorted by, the sum of n squared. */
export function cost(lengths: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < lengths.length; i++) sum += lengths[i]! ** 2;
  return sum;
}

/**
 * sortByCost(rows): the dearest first, equal ones in their order. A device does this with the rows it will read in one step, so that all devices
 * have their dear rows at the same time.
 */
export const sortByCost = (rows: readonly ArrayLike<number>[]): ArrayLike<number>[] => rows.toSorted((a, b) => cost(b) - cost(a));

/** coverage(lengths, distance): the share of tokens that have a key of their own document at least so far back, sum of max(0, n - D) over sum of n. */
export function coverage(lengths: ArrayLike<number>, distance: number): number {
  let [seen, all] = [0, 0];
  for (let i = 0; i < lengths.length; i++) {
    seen += Math.max(0, lengths[i]! - distance);
    all += lengths[i]!;
  }
  return all ? seen / all : 0;
}

/** pairCoverage(lengths, distance): the share of scores, instead of tokens, at least so far apart. */
export function pairCoverage(lengths: ArrayLike<number>, distance: number): number {
  const all = pairs(lengths);
  return all ? pairs(Array.from(lengths, (n) => Math.max(0, n - distance))) / all : 0;
}

/** The label of a token that is not predicted. */
export const ignored = -100;

/** A row as the loader gives it. */
export interface Item {
  readonly ids: ArrayLike<number>;
  /** [start, end) of each document; the whole row unless given. */
  readonly documents?: readonly (readonly [number, number])[];
  /** In tuning: 1 for the tokens of answers. */
  readonly answers?: ArrayLike<number>;
}

/**
 * collate(items, { room, single }): ids and labels of all documents end to end, with their lengths for the attention kernel. A document's first token,
 * and with `answers` each token that is not of one, has the label `ignored`. Documents of one token are left out; past `room` tokens nothing is
 * taken. `single` takes each row for one document: the baseline without a mask.
 */
export function collate(items: readonly Item[], { room = Infinity, single = false }: { room?: number; single?: boolean } = {}) {
  const ids: number[] = [];
  const labels: number[] = [];
  const lengths: number[] = [];
  for (const { ids: own, documents, answers } of items) {
    const bounds = single || !documents ? [[0, own.length] as const] : documents;
    for (const [from, to] of bounds) {
      const tokens = Math.min(to - from, room - ids.length);
      if (tokens <= 1) continue;
      for (let i = from; i < from + tokens; i++) {
        ids.push(own[i]!);
        labels.push(i === from || (answers && !answers[i]) ? ignored : own[i]!);
      }
      lengths.push(tokens);
    }
  }
  return { ids, labels, lengths };
}

function whole(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) throw new RangeError(`${name} must be a positive whole number, got ${value}`);
}

/**
 * Stand-ins for the data: documents whose lengths are drawn from log-normal distributions of ours, packed into rows. Long documents are books and code
 * repositories; short ones are pages from the web and the like.
 */
import { random } from '@/tensor/random';
import { cut, pack, pairs, type Piece } from './prolong';
import { stages, thousand } from './prolong-recipe';

/** lengths(seed, total, median, spread): log-normal document lengths, whole tokens, until they make at least `total`. */
export function lengths(seed: number, total: number, median: number, spread: number): number[] {
  const source = random(seed);
  const drawn: number[] = [];
  for (let sum = 0; sum < total;) {
    const n = Math.max(1, Math.round(median * Math.exp(spread * source.normal())));
    drawn.push(n);
    sum += n;
  }
  return drawn;
}

/** What a row is filled with: one long document, several cut to 64K, long ones of any length, or short ones. */
export type Kind = 'whole' | 'pieces' | 'any' | 'short';

/** A kind of row, with examples and its share of the tokens. */
export interface Part {
  readonly kind: Kind;
  readonly share: number;
  readonly rows: readonly (readonly Piece[])[];
}

export interface Mix {
  /** Tokens of a row. */
  readonly row: number;
  /** Share of the tokens in long documents. */
  readonly share: number;
  /** Of these, the share in documents as long as a row, where a row is longer than 64K; the others are cut to 64K. */
  readonly whole: number;
  /** Only long documents that fill a row, or a 64K piece, are kept. */
  readonly filter: boolean;
  /** Median length of a short document. */
  readonly median: number;
  readonly seed: number;
}

/** Spread of the logarithms, and the median of long documents before any filter. */
export const spreads = { short: 1, long: 0.8 };
export const longMedian = 96 * thousand;
/** What long documents are cut to in rows that hold several. */
export const pieceLength = 64 * thousand;
/** Tokens that each kind is measured on: at least five of the longest rows. */
const sample = 3072 * thousand;

/** Documents that were drawn, and are packed to rows of any length. */
export interface Drawn {
  readonly short: readonly number[];
  readonly long: readonly number[];
}

/** documents(mix): lengths of short documents, and of long ones where no filter makes them all alike. */
export const documents = ({ share, filter, median, seed }: Omit<Mix, 'row' | 'whole'>): Drawn => ({
  short: share < 1 ? lengths(seed, sample, median, spreads.short) : [],
  long: filter || share === 0 ? [] : lengths(seed + 1, 2 * sample, longMedian, spreads.long),
});

/** parts(mix, drawn): what the rows of a mix are made of. Shares sum to 1. */
export function parts(mix: Mix, drawn: Drawn = documents(mix)): Part[] {
  const { row, share, whole, filter } = mix;
  const found: Part[] = [];
  const add = (kind: Kind, part: number, rows: () => readonly (readonly Piece[])[]) => {
    if (part > 0) found.push({ kind, share: part, rows: rows() });
  };
  if (!filter) add('any', share, () => pack(drawn.long, { length: row }).rows);
  else {
    const alone = row > pieceLength ? whole : 1;
    // A filter leaves nothing to chance: every row is the same.
    add('whole', share * alone, () => [[{ document: 0, from: 0, tokens: row }]]);
    add('pieces', share * (1 - alone), () => pack(cut([row], pieceLength).map(tokensOf), { length: row }).rows);
  }
  add('short', 1 - share, () => pack(drawn.short, { length: row }).rows);
  return found;
}

const tokensOf = ({ tokens }: Piece): number => tokens;

/**
 * sourcesOf(kind, row, n): where the documents of n rows come from, in the shares that the recipe's stage with such rows has: in rows longer than 64K
 * documents that fill their row are code more often than books, those that were cut to 64K the other way round.
 */
export function sourcesOf(kind: Kind, row: number, n: number): string[] {
  if (kind === 'short') return Array.from({ length: n }, () => kind);
  const stage = row > pieceLength ? stages.second : stages.first;
  const length = kind === 'pieces' ? pieceLength : stage.row;
  const own = stage.sources
    .filter(({ long, document }) => long && (kind === 'any' || document === length))
    .sort((a, b) => b.share - a.share);
  const total = own.reduce((sum, { share }) => sum + share, 0);
  return plan(
    own.map(({ share }) => ({ share: share / total })),
    n,
  ).map((i) => own[i]!.name);
}

/** Lengths of all documents in a kind's rows, the longest first. */
export const sizes = ({ rows }: Part): number[] => rows.flatMap((row) => row.map(tokensOf)).sort((a, b) => b - a);

/** supply(parts, distances): for each distance the share of all tokens that have a key of their own document so far back. */
export function supply(all: readonly Part[], distances: ArrayLike<number>): number[] {
  const result = Array.from(distances, () => 0);
  const least = Math.min(...result.map((_, i) => distances[i]!));
  for (const { rows, share } of all) {
    let total = 0;
    const own: number[] = [];
    for (const row of rows)
      for (const { tokens } of row) {
        total += tokens;
        // As in `coverage`, of which shorter documents are no part.
        if (tokens > least) own.push(tokens);
      }
    own.sort((a, b) => b - a);
    result.forEach((_, i) => {
      let seen = 0;
      for (let k = 0; k < own.length && own[k]! > distances[i]!; k++) seen += own[k]! - distances[i]!;
      result[i]! += (share * seen) / total;
    });
  }
  return result;
}

/** keysPerToken(part): how many keys a token attends to on average, itself among them, within its document. */
export const keysPerToken = ({ rows }: Part): number => {
  const own = rows.flatMap((row) => row.map(tokensOf));
  return pairs(own) / own.reduce((sum, n) => sum + n, 0);
};

/** plan(parts, n): which part each of n rows is of, as near to the shares as whole rows can be, spread out. Shares sum to 1; of equal rests the first wins. */
export function plan(all: readonly Pick<Part, 'share'>[], n: number): number[] {
  const counts = all.map(({ share }) => Math.floor(share * n + 1e-9));
  const rest = all.map(({ share }, i) => share * n - counts[i]!);
  for (let left = n - counts.reduce((a, b) => a + b, 0); left > 0; left--) {
    const most = Math.max(...rest) - 1e-9;
    const next = rest.findIndex((x) => x >= most);
    counts[next]!++;
    rest[next] = -1;
  }
  // The kind that is furthest behind its share comes next.
  const placed = counts.map(() => 0);
  return Array.from({ length: n }, (_, i) => {
    const behind = counts.map((count, k) => (count * (i + 1)) / n - placed[k]!);
    const next = behind.indexOf(Math.max(...behind));
    placed[next]!++;
    return next;
  });
}

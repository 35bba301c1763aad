/**
 * How the score matrix is cut into tiles, and which tiles a mask leaves out.
 * Source: arXiv 2205.14135, Algorithm 1 (tile sizes) and section 3.3 (block-sparse attention).
 */

/** Which of the two loops over tiles is the outer one: keys in FlashAttention's Algorithm 1, queries since FlashAttention-2. */
export type LoopOrder = 'key-outer' | 'query-outer';

export interface Sizes {
  readonly queries: number;
  readonly keys: number;
  /** d, channels of one head. */
  readonly channels: number;
}

export interface Tiles {
  /** B_r, queries in a tile. */
  readonly rows: number;
  /** B_c, keys in a tile. */
  readonly columns: number;
}

/**
 * tileSizes(loop, sizes, sram): the paper's rule for an SRAM of `sram` elements: ceil(M / 4d) keys and min(ceil(M / 4d), d) queries,
 * so that four tiles of d channels fill SRAM. With queries outside, the two change places: the long tile is the one that stays.
 * No tile is longer than its sequence. Throws RangeError for an SRAM below 1.
 */
export function tileSizes(loop: LoopOrder, { queries, keys, channels }: Sizes, sram: number): Tiles {
  if (!(sram >= 1)) throw new RangeError(`an SRAM of ${sram} elements holds nothing`);
  const long = Math.ceil(sram / (4 * channels));
  const short = Math.min(long, channels);
  const [rows, columns] = loop === 'key-outer' ? [short, long] : [long, short];
  return { rows: Math.min(rows, queries), columns: Math.min(columns, keys) };
}

/**
 * workingSet(tiles, channels): elements on chip while a tile is computed: tiles of q, o, k, v, the scores, and m and l.
 * With the paper's sizes it is up to 5/4 of M: they are right up to a constant, as its analysis is.
 */
export const workingSet = ({ rows, columns }: Tiles, channels: number): number =>
  2 * rows * channels + 2 * columns * channels + rows * columns + 2 * rows;

/**
 * What becomes of a tile: every score of it is computed and used; some are masked by causality; all are, so it is skipped; or the
 * tile mask drops it, whether causality would leave some of it or not.
 */
export type TileState = 'full' | 'diagonal' | 'future' | 'dropped';

export interface MaskOptions {
  /** Query i sees keys 0 to i + keys - queries: the last query sees the last key, as in the authors' kernels. */
  readonly causal?: boolean;
  /** Tiles that block-sparse attention leaves out: true at [query tile][key tile]. */
  readonly drop?: (queryTile: number, keyTile: number) => boolean;
}

export const tileCount = (length: number, tile: number): number => Math.ceil(length / tile);

/** lastKey(query, sizes, causal): the last key that the query may see; below 0 where there is none. */
export const lastKey = (query: number, { queries, keys }: Sizes, causal = false): number => (causal ? query + keys - queries : keys - 1);

/** tileStates(sizes, tiles, mask) [query tile][key tile]. Throws RangeError for tiles that are not whole and positive. */
export function tileStates(sizes: Sizes, tiles: Tiles, { causal = false, drop }: MaskOptions = {}): TileState[][] {
  for (const length of [tiles.rows, tiles.columns])
    if (!(Number.isInteger(length) && length > 0)) throw new RangeError(`a tile of ${length} rows or columns`);
  return Array.from({ length: tileCount(sizes.queries, tiles.rows) }, (_, i) =>
    Array.from({ length: tileCount(sizes.keys, tiles.columns) }, (_, j): TileState => {
      if (drop?.(i, j)) return 'dropped';
      const lastRow = Math.min((i + 1) * tiles.rows, sizes.queries) - 1;
      const lastColumn = Math.min((j + 1) * tiles.columns, sizes.keys) - 1;
      if (j * tiles.columns > lastKey(lastRow, sizes, causal)) return 'future';
      return lastColumn > lastKey(i * tiles.rows, sizes, causal) ? 'diagonal' : 'full';
    }),
  );
}

export const isVisited = (state: TileState): boolean => state === 'full' || state === 'diagonal';

/** seen(sizes, tiles, mask): whether query i sees key j, entry by entry: the mask under which plain attention must agree. */
export function seen(sizes: Sizes, tiles: Tiles, { causal = false, drop }: MaskOptions = {}) {
  return (query: number, key: number): boolean =>
    key <= lastKey(query, sizes, causal) && !drop?.(Math.floor(query / tiles.rows), Math.floor(key / tiles.columns));
}

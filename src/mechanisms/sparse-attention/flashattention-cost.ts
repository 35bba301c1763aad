/**
 * What attention moves between HBM and SRAM, in closed form, for sizes no loop could run; and the time that takes at least.
 * Elements of one head, forward unless said otherwise.
 * Source: arXiv 2205.14135, section 3.2 and appendices B and C; the constants follow from its algorithms line by line.
 */
import { traffic, type Traffic } from './flashattention-memory';
import {
  isVisited,
  lastKey,
  tileCount,
  tileStates,
  type LoopOrder,
  type MaskOptions,
  type Sizes,
  type Tiles,
} from './flashattention-tiles';

/** standardTraffic(sizes): 4Nd + 4N^2 for as many keys as queries, with every operand of a product read once. */
export function standardTraffic({ queries, keys, channels }: Sizes): Traffic {
  const pairs = queries * keys;
  return traffic(
    { q: queries * channels, k: keys * channels, v: keys * channels, scores: pairs, probabilities: pairs },
    { scores: pairs, probabilities: pairs, o: queries * channels },
  );
}

/**
 * standardTiledTraffic(sizes, sram): the same passes where the two products, too, have only `sram` elements on chip. A product keeps a
 * tile a x b of its result and streams a column of one operand and a row of the other, ab + a + b <= M; a and b are the best ones.
 * This is not in the paper, whose count lets the baseline off; it tends to `standardTraffic` as M grows.
 */
export function standardTiledTraffic({ queries, keys, channels }: Sizes, sram: number): Traffic {
  const pairs = queries * keys;
  const scores = productReads(queries, channels, keys, sram);
  const output = productReads(queries, keys, channels, sram);
  return traffic(
    { q: scores.left, k: scores.right, v: output.right, scores: pairs, probabilities: output.left },
    { scores: pairs, probabilities: pairs, o: queries * channels },
  );
}

/** Elements read of the left [rows, inner] and right [inner, columns] operand of a product, tiled as well as M allows. */
function productReads(rows: number, inner: number, columns: number, sram: number) {
  let best = { left: Infinity, right: Infinity };
  for (let b = 1; b <= columns; b++) {
    const a = Math.min(rows, Math.floor((sram - b) / (b + 1)));
    if (a < 1) break;
    const left = rows * inner * tileCount(columns, b);
    const right = inner * columns * tileCount(rows, a);
    if (left + right < best.left + best.right) best = { left, right };
  }
  if (best.left === Infinity) throw new RangeError(`an SRAM of ${sram} elements cannot multiply`);
  return best;
}

/**
 * flashTraffic(loop, sizes, tiles, mask): with T_c key tiles, T_r query tiles and no mask, keys outside 2Nd + T_c (3Nd + 4N), queries outside
 * 2Nd + N + 2 T_r Nd. With a mask, only visited tiles count: the inner operands of each, and all the outer ones.
 */
export function flashTraffic(loop: LoopOrder, sizes: Sizes, tiles: Tiles, mask: MaskOptions = {}): Traffic {
  const { queries, keys, channels } = sizes;
  const { rows, columns } = visited(sizes, tiles, mask);
  return loop === 'key-outer'
    ? traffic(
        { k: keys * channels, v: keys * channels, q: rows * channels, o: rows * channels, statistics: 2 * rows },
        { o: rows * channels, statistics: 2 * rows },
      )
    : traffic({ q: queries * channels, k: columns * channels, v: columns * channels }, { o: queries * channels, statistics: queries });
}

/** flashBackwardTraffic(sizes, tiles, mask): keys outside, 4Nd + T_c (5Nd + N) without a mask. */
export function flashBackwardTraffic(sizes: Sizes, tiles: Tiles, mask: MaskOptions = {}): Traffic {
  const { keys, channels } = sizes;
  const { rows } = visited(sizes, tiles, mask);
  const ofKeys = keys * channels;
  const ofRows = rows * channels;
  return traffic(
    { k: ofKeys, v: ofKeys, q: ofRows, o: ofRows, statistics: rows, gradients: 2 * ofRows },
    { gradients: ofRows + 2 * ofKeys },
  );
}

/** standardBackwardTraffic(sizes): 8Nd + 7N^2. */
export function standardBackwardTraffic({ queries, keys, channels }: Sizes): Traffic {
  const pairs = queries * keys;
  const ofQueries = queries * channels;
  const ofKeys = keys * channels;
  return traffic(
    { q: ofQueries, k: ofKeys, v: ofKeys, scores: pairs, probabilities: 4 * pairs, gradients: 2 * ofQueries },
    { scores: pairs, probabilities: pairs, gradients: ofQueries + 2 * ofKeys },
  );
}

/** Over the visited tiles, the sum of their rows and that of their columns; and the pairs they cover. */
export function visited(sizes: Sizes, tiles: Tiles, mask: MaskOptions = {}): { rows: number; columns: number; pairs: number } {
  const { queries, keys } = sizes;
  let rows = 0;
  let columns = 0;
  let pairs = 0;
  if (mask.drop) {
    tileStates(sizes, tiles, mask).forEach((line, i) =>
      line.forEach((state, j) => {
        if (!isVisited(state)) return;
        const height = Math.min(tiles.rows, queries - i * tiles.rows);
        const width = Math.min(tiles.columns, keys - j * tiles.columns);
        rows += height;
        columns += width;
        pairs += height * width;
      }),
    );
    return { rows, columns, pairs };
  }
  // Causal tiles of a row of tiles are its first ones, so one pass over the rows is enough, however many tiles there are.
  for (let first = 0; first < queries; first += tiles.rows) {
    const height = Math.min(tiles.rows, queries - first);
    const last = lastKey(first + height - 1, sizes, mask.causal);
    const count = tileCount(Math.max(0, last + 1), tiles.columns);
    const width = Math.min(keys, count * tiles.columns);
    rows += height * count;
    columns += width;
    pairs += height * width;
  }
  return { rows, columns, pairs };
}

/**
 * breakEven(loop, length, channels): the M, in elements, from which FlashAttention with the paper's tile sizes moves less than standard
 * attention, for M that cuts the sequence evenly. It hardly depends on the length: 3d^2 + 4d with keys outside, 2d^2 with queries outside.
 */
export const breakEven = (loop: LoopOrder, length: number, channels: number): number =>
  loop === 'key-outer'
    ? (4 * length * channels * (3 * channels + 4)) / (4 * length + 2 * channels)
    : (8 * length * channels ** 2) / (4 * length + 2 * channels - 1);

/** A processor as the roofline model sees it. */
export interface Machine {
  readonly name: string;
  /** Operations a second of the matrix units. */
  readonly flops: number;
  /** Bytes a second between HBM and chip. */
  readonly bandwidth: number;
  readonly bytesPerElement: number;
  /** SRAM of one multiprocessor, in elements. */
  readonly sram: number;
}

/** NVIDIA A100 with 40 GB, float16: 312 Tflop/s, 1.555 TB/s, 192 KB a multiprocessor (data sheet). */
export const a100: Machine = {
  name: 'A100 40GB',
  flops: 312e12,
  bandwidth: 1.555e12,
  bytesPerElement: 2,
  sram: (192 * 1024) / 2,
};

export interface Roofline {
  /** Seconds the matrix units need. */
  readonly compute: number;
  /** Seconds the traffic needs. */
  readonly transfer: number;
  /** The larger: no schedule is faster. */
  readonly least: number;
  /** Operations a byte. Below flops / bandwidth of the machine, the traffic decides. */
  readonly intensity: number;
}

/** roofline(flops, elements, machine): a bound from below, of one head. */
export function roofline(flops: number, elements: number, machine: Machine): Roofline {
  const bytes = elements * machine.bytesPerElement;
  const compute = flops / machine.flops;
  const transfer = bytes / machine.bandwidth;
  return { compute, transfer, least: Math.max(compute, transfer), intensity: flops / bytes };
}

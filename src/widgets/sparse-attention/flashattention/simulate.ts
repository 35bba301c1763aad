import { flashAttention } from '@/mechanisms/sparse-attention/flashattention';
import { flashBackward, standardBackward } from '@/mechanisms/sparse-attention/flashattention-backward';
import { flashTraffic, visited } from '@/mechanisms/sparse-attention/flashattention-cost';
import { exactness } from '@/mechanisms/sparse-attention/flashattention-exactness';
import { elements, readsOf, writesOf, type Traffic } from '@/mechanisms/sparse-attention/flashattention-memory';
import { standardAttention } from '@/mechanisms/sparse-attention/flashattention-standard';
import {
  isVisited,
  seen,
  tileSizes,
  tileStates,
  workingSet,
  type LoopOrder,
  type Tiles,
} from '@/mechanisms/sparse-attention/flashattention-tiles';
import { toy } from '@/mechanisms/sparse-attention/flashattention-toy';
import { bits } from '@/shell/parameters';
import { maxDifference } from '@/tensor/compare';
import { counter } from '@/tensor/counter';
import { row, type Matrix } from '@/tensor/tensor';

/** The loud key: where it stands, as a share of the sequence, and what it adds to every score. */
export const loudKey = { at: 0.75, height: 8 };

/** Tiles are numbered in rows of this many, so that a painted mask keeps its shape when the tiles change. */
export const stride = 32;

export interface Shape {
  readonly length: number;
  readonly channels: number;
  readonly sram: number;
  readonly loop: string;
  readonly tiling: string;
  readonly rows: number;
  readonly columns: number;
  readonly causal: boolean;
  readonly dropped: string;
}

const sizesOf = ({ length, channels }: Shape) => ({ queries: length, keys: length, channels });

function tilesOf(shape: Shape): Tiles {
  const { length, sram, loop, tiling, rows, columns } = shape;
  return tiling === 'own'
    ? { rows: Math.min(rows, length), columns: Math.min(columns, length) }
    : tileSizes(loop as LoopOrder, sizesOf(shape), sram);
}

function maskOf({ causal, dropped }: Shape) {
  const out = bits(dropped);
  return { causal, drop: out.size ? (i: number, j: number) => out.has(i * stride + j) : undefined };
}

/** How many tiles are computed: one a step. */
export const stepsOf = (shape: Shape): number => tileStates(sizesOf(shape), tilesOf(shape), maskOf(shape)).flat().filter(isVisited).length;

/**
 * For each score its dot products and exponentials, in attention and its gradients a few times over; and the check of exactness, a softmax
 * for every row of every tile.
 */
export const work = (shape: Shape): number =>
  shape.length ** 2 * (20 * shape.channels + 200 + (30 * shape.length) / tilesOf(shape).columns);

const both = (traffic: Traffic) => ({ reads: readsOf(traffic), writes: writesOf(traffic), all: elements(traffic) });

const total = (history: Matrix<'step', 'operand'>, step: number): number => row(history, step).reduce((a, b) => a + b, 0);

export function simulate(shape: Shape & { readonly loud: boolean; readonly seed: number }) {
  const { length, channels, sram, loud, seed, causal } = shape;
  const loop = shape.loop as LoopOrder;
  const sizes = sizesOf(shape);
  const tiles = tilesOf(shape);
  const mask = maskOf(shape);
  const { q, k, v } = toy({
    length,
    channels,
    seed,
    loud: loud ? { position: Math.floor(loudKey.at * length), height: loudKey.height } : undefined,
  });
  const operations = { standard: counter(), flash: counter(), backwardStandard: counter(), backwardFlash: counter() };
  const standard = standardAttention(q, k, v, { mask: (i, j) => !causal || j <= i, counter: operations.standard });
  const flash = flashAttention(q, k, v, { loop, tiles, ...mask, counter: operations.flash });
  const error = exactness(flash, standard.scores, v, standard.output, tiles);

  // Backward, for the loss whose gradient by the output is the output itself. Its outer loop is over keys, so its tiles are those of the
  // rule for that order, unless a mask was painted on the forward ones.
  const backTiles = shape.tiling === 'own' || mask.drop ? tiles : tileSizes('key-outer', sizes, sram);
  const masked = mask.drop ? standardAttention(q, k, v, { mask: seen(sizes, tiles, mask) }) : standard;
  const saved = { q, k, v, output: flash.output, gradient: flash.output };
  const backward = flashBackward(saved, flash.logSumExp, {
    tiles: backTiles,
    ...mask,
    stored: masked.probabilities,
    counter: operations.backwardFlash,
  });
  const reference = standardBackward(saved, masked.probabilities, { counter: operations.backwardStandard });
  const gradients = (['q', 'k', 'v'] as const).map((name) => maxDifference(backward.gradients[name].data, reference.gradients[name].data));

  // The other loop order, its tiles by the same rule; a mask painted on these tiles means nothing on those.
  const other = loop === 'key-outer' ? 'query-outer' : 'key-outer';
  const otherTiles = shape.tiling === 'own' ? tiles : tileSizes(other, sizes, sram);
  return {
    tiles,
    states: flash.states,
    visits: flash.visits,
    history: {
      max: flash.history.max.data,
      sum: flash.history.sum.data,
      tileMax: flash.history.tileMax.data,
      correction: flash.history.correction.data,
      output: flash.history.output.data,
    },
    scores: standard.scores.data,
    // Elements read and written after each step, by all steps so far.
    moved: flash.visits.map((_, s) => ({ reads: total(flash.traffic.reads, s), writes: total(flash.traffic.writes, s) })),
    error: {
      finished: error.finished,
      count: error.finishedCount,
      seen: error.seen,
      whole: error.whole,
      last: maxDifference(flash.output.data, standard.output.data),
    },
    // By what it holds: tiles of q, k, v, o, the scores, m and l.
    chip: {
      query: tiles.rows * channels,
      key: tiles.columns * channels,
      scores: tiles.rows * tiles.columns,
      statistics: 2 * tiles.rows,
      all: workingSet(tiles, channels),
    },
    traffic: { standard: both(standard.total), flash: both(flash.total), other: both(flashTraffic(other, sizes, otherTiles, { causal })) },
    flops: {
      standard: operations.standard.flops,
      flash: operations.flash.flops,
      other: 4 * channels * visited(sizes, otherTiles, { causal }).pairs,
    },
    backward: {
      standard: both(reference.total),
      flash: both(backward.total),
      flops: { standard: operations.backwardStandard.flops, flash: operations.backwardFlash.flops },
      recomputed: backward.recomputed[backward.recomputed.length - 1] ?? 0,
      difference: Math.max(...gradients),
    },
    // What either loop order moves, against the size of SRAM; without dropped tiles.
    curve: Array.from({ length: 13 }, (_, i) => {
      const size = 2 ** (8 + i / 2);
      const moved = (order: LoopOrder) => elements(flashTraffic(order, sizes, tileSizes(order, sizes, size), { causal }));
      return { sram: size, keyOuter: moved('key-outer'), queryOuter: moved('query-outer') };
    }),
  };
}

export type Result = ReturnType<typeof simulate>;

import { number, percent } from '@/marks/format';
import { flashAttention } from '@/mechanisms/sparse-attention/flashattention';
import { flashBackward, standardBackward } from '@/mechanisms/sparse-attention/flashattention-backward';
import { flashTraffic, standardTraffic } from '@/mechanisms/sparse-attention/flashattention-cost';
import { exactness } from '@/mechanisms/sparse-attention/flashattention-exactness';
import { elements, operands, readsOf, writesOf } from '@/mechanisms/sparse-attention/flashattention-memory';
import { standardAttention } from '@/mechanisms/sparse-attention/flashattention-standard';
import { isVisited, seen, tileSizes, tileStates, workingSet, type LoopOrder, type Tiles } from '@/mechanisms/sparse-attention/flashattention-tiles';
import { toy } from '@/mechanisms/sparse-attention/flashattention-toy';
import { widget } from '@/shell/contract';
import { bits } from '@/shell/parameters';
import { maxDifference } from '@/tensor/compare';
import { row } from '@/tensor/tensor';

/** Tiles are numbered in rows of this many, so that a painted mask keeps its shape when the tiles change. */
export const stride = 32;

interface Shape {
  length: number;
  channels: number;
  sram: number;
  loop: string;
  tiling: string;
  rows: number;
  columns: number;
  causal: boolean;
  dropped: string;
}

const tilesOf = ({ length, channels, sram, loop, tiling, rows, columns }: Shape): Tiles =>
  tiling === 'own'
    ? { rows: Math.min(rows, length), columns: Math.min(columns, length) }
    : tileSizes(loop as LoopOrder, { queries: length, keys: length, channels }, sram);

function maskOf({ causal, dropped }: Shape) {
  const out = bits(dropped);
  return { causal, drop: out.size ? (i: number, j: number) => out.has(i * stride + j) : undefined };
}

const statesOf = (shape: Shape) => tileStates({ queries: shape.length, keys: shape.length, channels: shape.channels }, tilesOf(shape), maskOf(shape));

export default widget({
  slug: 'flashattention',
  title: 'Exact attention, one tile at a time',
  params: {
    step: {
      type: 'step',
      view: true,
      label: 'Tile',
      help: 'How many tiles have been computed.',
      default: 10,
      last: (values) => statesOf(values as unknown as Shape).flat().filter(isVisited).length,
    },
    sram: {
      type: 'integer',
      label: 'SRAM, M',
      unit: 'elements',
      help: 'How many numbers fit on the chip. The paper’s rule makes tiles from it.',
      default: 1024,
      min: 512,
      max: 8192,
      values: [512, 1024, 2048, 4096, 8192],
    },
    length: { type: 'integer', label: 'Length, N', help: 'How many queries and keys.', default: 64, min: 16, max: 128, values: [16, 32, 64, 128] },
    channels: { type: 'integer', label: 'Channels, d', help: 'Width of one head.', default: 16, min: 8, max: 32, values: [8, 16, 32] },
    loop: {
      type: 'choice',
      label: 'Outer loop',
      help: 'Over keys, as in the paper, or over queries, as in FlashAttention-2.',
      default: 'key-outer',
      options: { 'key-outer': 'keys (FlashAttention)', 'query-outer': 'queries (FlashAttention-2)' },
    },
    tiling: { type: 'choice', label: 'Tile sizes', help: 'The paper’s rule, four tiles of d channels to fill SRAM, or your own.', default: 'rule', options: { rule: 'by the paper’s rule', own: 'your own' } },
    rows: { type: 'integer', label: 'Queries in a tile, Bᵣ', help: 'Rows of a tile.', default: 16, min: 4, max: 64, values: [4, 8, 16, 32, 64], when: ({ tiling }) => tiling === 'own' },
    columns: { type: 'integer', label: 'Keys in a tile, B꜀', help: 'Columns of a tile.', default: 16, min: 4, max: 64, values: [4, 8, 16, 32, 64], when: ({ tiling }) => tiling === 'own' },
    causal: { type: 'flag', label: 'Causal', help: 'A query sees no later key; tiles beyond the diagonal are skipped.', default: false },
    loud: { type: 'flag', label: 'A loud key', help: 'One key, at three quarters of the sequence, scores 8 higher with every query.', default: false },
    query: { type: 'integer', view: true, label: 'Query looked at', help: 'Whose running maximum and sum are shown.', default: 20, min: 0, max: 127 },
    dropped: { type: 'bits', label: 'Dropped tiles', help: 'Block-sparse attention: click tiles in the picture to leave them out.', default: '', size: stride * stride },
    seed: { type: 'seed', label: 'Seed', help: 'Other queries, keys and values.', default: 2 },
  },
  constrain: (values) => ({ ...values, query: Math.min(values.query, values.length - 1) }),

  simulate(inputs) {
    const { length, channels, sram, loud, seed, causal } = inputs;
    const loop = inputs.loop as LoopOrder;
    const sizes = { queries: length, keys: length, channels };
    const tiles = tilesOf(inputs);
    const mask = maskOf(inputs);
    const { q, k, v } = toy({ length, channels, seed, loud: loud ? { position: Math.floor(0.75 * length), height: 8 } : undefined });
    const standard = standardAttention(q, k, v, { mask: (i, j) => !causal || j <= i });
    const flash = flashAttention(q, k, v, { loop, tiles, ...mask });
    const error = exactness(flash, standard.scores, v, standard.output, tiles);

    // Backward, for the loss whose gradient by the output is the output itself. The same tiles and mask.
    const sees = seen(sizes, tiles, mask);
    const masked = mask.drop ? standardAttention(q, k, v, { mask: sees }) : standard;
    const saved = { q, k, v, output: flash.output, gradient: flash.output };
    const backward = flashBackward(saved, flash.logSumExp, { tiles, ...mask, stored: masked.probabilities });
    const reference = standardBackward(saved, masked.probabilities);
    const gradients = (['q', 'k', 'v'] as const).map((name) => maxDifference(backward.gradients[name].data, reference.gradients[name].data));

    const both = (traffic: { reads: Parameters<typeof readsOf>[0]['reads']; writes: Parameters<typeof readsOf>[0]['writes'] }) => ({ reads: readsOf(traffic), writes: writesOf(traffic), all: elements(traffic) });
    const other = loop === 'key-outer' ? 'query-outer' : 'key-outer';
    const otherTiles = inputs.tiling === 'own' ? tiles : tileSizes(other, sizes, sram);
    const steps = flash.visits.length;
    return {
      tiles,
      states: flash.states,
      visits: flash.visits,
      history: { max: flash.history.max.data, sum: flash.history.sum.data, tileMax: flash.history.tileMax.data, correction: flash.history.correction.data },
      scores: standard.scores.data,
      // Elements moved after each step.
      moved: Float64Array.from({ length: steps }, (_, s) => operands.reduce((sum, _name, i) => sum + row(flash.traffic.reads, s)[i]! + row(flash.traffic.writes, s)[i]!, 0)),
      error: { finished: error.finished, count: error.finishedCount, seen: error.seen, whole: steps ? error.whole[steps - 1]! : 0 },
      peak: flash.peak,
      workingSet: workingSet(tiles, channels),
      traffic: { standard: both(standardTraffic(sizes)), flash: both(flash.total), other: both(flashTraffic(other, sizes, otherTiles, { causal })) },
      flops: { forward: 4 * length * length * channels, computed: flash.visits.length * 4 * tiles.rows * tiles.columns * channels },
      backward: {
        standard: both(reference.total),
        flash: both(backward.total),
        flops: { standard: 8 * length * length * channels, flash: 10 * length * length * channels },
        recomputed: backward.recomputed.length ? backward.recomputed[backward.recomputed.length - 1]! : 0,
        difference: Math.max(...gradients),
      },
      // What either loop order moves, against the size of SRAM; without dropped tiles.
      curve: Array.from({ length: 13 }, (_, i) => {
        const size = 2 ** (8 + i / 2);
        const moved = (order: LoopOrder) => elements(flashTraffic(order, sizes, tileSizes(order, sizes, size), { causal }));
        return { sram: size, keyOuter: moved('key-outer'), queryOuter: moved('query-outer') };
      }),
    };
  },

  scenes: [
    {
      id: 'one-tile',
      title: 'One tile at a time',
      set: { step: 6 },
      notice: (r, { length, step }) => {
        const { queryTile, keyTile } = r.visits[step - 1]!;
        return `Tile ${step}: ${r.tiles.rows} queries from ${queryTile * r.tiles.rows} on meet ${r.tiles.columns} keys from ${keyTile * r.tiles.columns} on. At most ${number(r.peak)} numbers are on the chip at once; the ${number(length * length)} scores are never together anywhere.`;
      },
      claim: (r, { length }) => r.peak < length * length,
    },
    {
      id: 'exact',
      title: 'It is exact',
      set: { step: 16 },
      notice: (r) =>
        `All tiles are done, and the largest difference from attention computed the plain way is ${number(r.error.whole)}: the rounding of double precision. Nothing was approximated; the operations are the same, only their order differs.`,
      claim: (r) => r.error.whole < 1e-13,
    },
    {
      id: 'rescaling',
      title: 'A late maximum',
      set: { loud: true, step: 16, query: 20 },
      notice: (r, { query }) => {
        const { tile, factor } = jump(r, query);
        return `For query ${query}, tile ${tile + 1} of keys holds the loud key and the maximum jumps. All that was summed before is multiplied by ${number(factor)}, which makes it what it would have been, had the maximum been known from the start.`;
      },
      claim: (r, { query }) => jump(r, query).factor < 0.05 && r.error.whole < 1e-13,
    },
    {
      id: 'more-sram',
      title: 'Four times the SRAM',
      set: { sram: 4096, step: 4 },
      notice: (r) =>
        `Larger tiles mean fewer passes over queries and output: ${number(r.traffic.flash.all)} elements move instead of ${number(r.traffic.standard.all)}, ${number(r.traffic.standard.all / r.traffic.flash.all)} times less. The number of multiplications has not changed.`,
      claim: (r) => r.traffic.standard.all / r.traffic.flash.all > 3,
    },
    {
      id: 'too-small',
      title: 'Too little SRAM',
      set: { sram: 512, step: 64 },
      notice: (r) =>
        `Tiles of ${r.tiles.rows} by ${r.tiles.columns} read queries and output so often that ${number(r.traffic.flash.all)} elements move, more than the ${number(r.traffic.standard.all)} of standard attention. Tiling pays only from a certain size of SRAM on.`,
      claim: (r) => r.traffic.flash.all > r.traffic.standard.all,
    },
    {
      id: 'queries-outside',
      title: 'FlashAttention-2’s order',
      set: { loop: 'query-outer', step: 6 },
      notice: (r) =>
        `With queries in the outer loop a row of tiles is finished before the next begins, so the output is written once, ${number(r.traffic.flash.writes)} elements in all. ${number(r.traffic.flash.all)} elements move, against ${number(r.traffic.other.all)} with keys outside.`,
      claim: (r, { length, channels }) => r.traffic.flash.writes === length * channels + length && r.traffic.flash.all < r.traffic.other.all,
    },
    {
      id: 'causal',
      title: 'Half of it is skipped',
      set: { causal: true, loop: 'query-outer', step: 10 },
      notice: (r) =>
        `Under a causal mask the tiles above the diagonal are never touched: ${r.visits.length} of ${r.states.flat().length} are computed. Only those that the diagonal cuts need a mask inside.`,
      claim: (r) => r.visits.length / r.states.flat().length < 0.65,
    },
    {
      id: 'block-sparse',
      title: 'Dropping tiles',
      set: { dropped: '0000000018000000c00000006', step: 10 },
      notice: (r, { length }) =>
        `Now it is approximate: ${r.states.flat().filter((state) => state === 'dropped').length} tiles are left out, ${percent(1 - r.traffic.flash.all / r.traffic.standard.all)} less moves than in standard attention, and outputs are off by up to ${number(r.error.whole)} for some of the ${length} queries.`,
      claim: (r) => r.error.whole > 0.01 && r.states.flat().includes('dropped'),
    },
    {
      id: 'backward',
      title: 'Backward, from scratch',
      set: { step: 16, query: 40 },
      notice: (r) =>
        `The backward pass keeps no probabilities: it computes each tile again, ${percent(r.backward.flops.flash / r.backward.flops.standard - 1)} more multiplications, and still moves ${percent(1 - r.backward.flash.all / r.backward.standard.all)} less than reading them back. The tiles come out the same to ${number(r.backward.recomputed)}.`,
      claim: (r) => r.backward.flash.all < r.backward.standard.all && r.backward.recomputed < 1e-13,
    },
  ],

  describe(r, { length, step, sram }) {
    const count = step ? r.error.count[step - 1]! : 0;
    return (
      `After ${step} of ${r.visits.length} tiles of ${r.tiles.rows} by ${r.tiles.columns}, ${count} of ${length} queries are finished` +
      (count && step ? `, within ${number(r.error.finished[step - 1]!)} of plain attention` : '') +
      `. With room for ${number(sram)} numbers on the chip, FlashAttention moves ${number(r.traffic.flash.all)} elements to and from memory and standard attention ${number(r.traffic.standard.all)}; backward, ${number(r.backward.flash.all)} and ${number(r.backward.standard.all)}.`
    );
  },

  tables: (r, { query }) => [
    {
      name: 'Elements moved between memory and chip',
      columns: ['pass', 'method', 'read', 'written', 'together'],
      rows: [
        ['forward', 'standard', r.traffic.standard.reads, r.traffic.standard.writes, r.traffic.standard.all],
        ['forward', 'FlashAttention, this loop order', r.traffic.flash.reads, r.traffic.flash.writes, r.traffic.flash.all],
        ['forward', 'FlashAttention, the other loop order, no tiles dropped', r.traffic.other.reads, r.traffic.other.writes, r.traffic.other.all],
        ['backward', 'standard', r.backward.standard.reads, r.backward.standard.writes, r.backward.standard.all],
        ['backward', 'FlashAttention', r.backward.flash.reads, r.backward.flash.writes, r.backward.flash.all],
      ],
    },
    {
      name: 'Tiles in order',
      columns: ['step', 'query tile', 'key tile', 'elements moved so far', 'difference from plain attention over the keys seen'],
      rows: r.visits.map(({ queryTile, keyTile }, i) => [i + 1, queryTile, keyTile, r.moved[i]!, r.error.seen[i]!]),
    },
    {
      name: `What query ${query} knows after each tile of keys`,
      columns: ['key tile', 'largest score in the tile', 'running maximum m', 'running sum l', 'old sum multiplied by'],
      rows: r.states[0]!.map((_, j) => {
        const at = query * r.states[0]!.length + j;
        const shown = (x: number) => (x === -Infinity ? 'none' : x);
        return [j, shown(r.history.tileMax[at]!), shown(r.history.max[at]!), r.history.sum[at]!, r.history.correction[at]!];
      }),
    },
    { name: 'Elements moved, by size of SRAM', columns: ['SRAM, elements', 'keys outside', 'queries outside', 'standard'], rows: r.curve.map((p) => [Math.round(p.sram), p.keyOuter, p.queryOuter, r.traffic.standard.all]) },
  ],

  caveat:
    'It counts numbers moved in an idealised memory of two levels, not time: no warps, no launch cost, no half-precision rounding. Standard attention is counted kindly, each operand of its products read once. How much faster a GPU becomes depends on its bandwidth and arithmetic.',
});

/** The tile of keys at which a query's old sums shrink most, and by how much. */
function jump(r: { states: readonly (readonly unknown[])[]; history: { correction: Float64Array } }, query: number): { tile: number; factor: number } {
  const tiles = r.states[0]!.length;
  let best = { tile: 0, factor: 1 };
  for (let tile = 1; tile < tiles; tile++) {
    const factor = r.history.correction[query * tiles + tile]!;
    if (factor > 0 && factor < best.factor) best = { tile, factor };
  }
  return best;
}

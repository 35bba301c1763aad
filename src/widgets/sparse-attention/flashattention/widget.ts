import { number, percent } from '@/marks/format';
import { widget } from '@/shell/contract';
import { loudKey, simulate, stepsOf, stride, work, type Result, type Shape } from './simulate';

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
      last: (values) => stepsOf(values as unknown as Shape),
    },
    sram: {
      type: 'integer',
      label: 'SRAM, M',
      unit: 'elements',
      help: 'How many numbers are to fit on the chip. The paper’s rule sizes the tiles by it.',
      default: 1024,
      min: 512,
      max: 8192,
      values: [512, 1024, 2048, 4096, 8192],
    },
    length: {
      type: 'integer',
      label: 'Length, N',
      help: 'How many queries and keys.',
      default: 64,
      min: 16,
      max: 128,
      values: [16, 32, 64, 128],
    },
    channels: { type: 'integer', label: 'Channels, d', help: 'Width of one head.', default: 16, min: 8, max: 32, values: [8, 16, 32] },
    loop: {
      type: 'choice',
      label: 'Outer loop',
      help: 'Over keys, as in the paper, or over queries, as in FlashAttention-2.',
      default: 'key-outer',
      options: { 'key-outer': 'keys (FlashAttention)', 'query-outer': 'queries (FlashAttention-2)' },
    },
    tiling: {
      type: 'choice',
      label: 'Tile sizes',
      help: 'The paper’s rule, four tiles of d channels to fill SRAM, or your own.',
      default: 'rule',
      options: { rule: 'by the paper’s rule', own: 'your own' },
    },
    rows: {
      type: 'integer',
      label: 'Queries in a tile, B_r',
      help: 'Rows of a tile.',
      default: 16,
      min: 4,
      max: 64,
      values: [4, 8, 16, 32, 64],
      when: ({ tiling }) => tiling === 'own',
    },
    columns: {
      type: 'integer',
      label: 'Keys in a tile, B_c',
      help: 'Columns of a tile.',
      default: 16,
      min: 4,
      max: 64,
      values: [4, 8, 16, 32, 64],
      when: ({ tiling }) => tiling === 'own',
    },
    causal: { type: 'flag', label: 'Causal', help: 'A query sees no later key; tiles beyond the diagonal are skipped.', default: false },
    loud: {
      type: 'flag',
      label: 'A loud key',
      help: `One key, at three quarters of the sequence, scores ${loudKey.height} higher with every query.`,
      default: false,
    },
    query: {
      type: 'integer',
      view: true,
      label: 'Query looked at',
      help: 'Whose running maximum and sum are shown: the dotted line.',
      default: 20,
      min: 0,
      max: 127,
    },
    dropped: {
      type: 'bits',
      label: 'Dropped tiles',
      help: 'Block-sparse attention: click tiles in the picture to leave them out.',
      default: '',
      size: stride * stride,
    },
    seed: { type: 'seed', label: 'Seed', help: 'Other queries, keys and values.', default: 2 },
  },
  constrain: (values) => ({ ...values, query: Math.min(values.query, values.length - 1) }),

  simulate: (inputs) => simulate(inputs),
  work: (inputs) => work(inputs),

  scenes: [
    {
      id: 'one-tile',
      title: 'One tile at a time',
      set: { step: 6 },
      notice: (r, { length, step }) => {
        const { queryTile, keyTile } = r.visits[step - 1]!;
        return `Tile ${step}: ${r.tiles.rows} queries from ${queryTile * r.tiles.rows} on meet ${r.tiles.columns} keys from ${keyTile * r.tiles.columns} on. The chip holds ${number(r.chip.all)} numbers at a time; the ${number(length * length)} scores are never together anywhere.`;
      },
      claim: (r, { length }) => r.chip.all < length * length,
    },
    {
      id: 'exact',
      title: 'It is exact',
      set: { step: 16 },
      notice: (r) =>
        `All tiles are done, and the largest difference from attention computed the plain way is ${number(r.error.last)}: the rounding of double precision. Along the way, too, every tile leaves exact attention over the keys seen so far, never off by more than ${number(Math.max(...r.error.seen))}.`,
      claim: (r) => r.error.last < 1e-13 && Math.max(...r.error.seen) < 1e-13,
    },
    {
      id: 'rescaling',
      title: 'A late maximum',
      set: { loud: true, step: 16, query: 20 },
      notice: (r, { query }) => {
        const { tile, factor } = jump(r, query);
        return `For query ${query}, tile ${tile + 1} of keys holds the loud key and the maximum jumps. All that was summed before is multiplied by ${number(factor)}, which makes it what it would have been, had the maximum been known from the start.`;
      },
      claim: (r, { query, length, loud }) =>
        loud &&
        jump(r, query).tile === Math.floor((loudKey.at * length) / r.tiles.columns) &&
        jump(r, query).factor < 0.05 &&
        r.error.last < 1e-13,
    },
    {
      id: 'more-sram',
      title: 'Four times the SRAM',
      set: { sram: 4096, step: 4 },
      notice: (r) =>
        `One tile now spans all the keys, so queries and outputs pass only once: ${number(r.traffic.flash.all)} elements move where standard attention moves ${number(r.traffic.standard.all)}, ${number(r.traffic.standard.all / r.traffic.flash.all)} times as many. The matrix products have not changed: ${number(r.flops.flash)} operations either way.`,
      claim: (r) => r.traffic.standard.all / r.traffic.flash.all > 3 && r.states[0]!.length === 1 && r.flops.flash === r.flops.standard,
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
      claim: (r, { length, channels }) =>
        r.traffic.flash.writes === length * channels + length && r.traffic.flash.all < r.traffic.other.all,
    },
    {
      id: 'causal',
      title: 'Tiles that are skipped',
      set: { causal: true, loop: 'query-outer', step: 10 },
      notice: (r) =>
        `Under a causal mask the tiles above the diagonal are never touched: ${r.visits.length} of ${r.states.flat().length} are computed. Only those that the diagonal cuts need a mask inside.`,
      claim: (r) => r.visits.length / r.states.flat().length < 0.65,
    },
    {
      id: 'block-sparse',
      title: 'Dropping tiles',
      set: { dropped: '0000000018000000c00000006', step: 10 },
      notice: (r) =>
        `Now it is approximate: ${dropped(r)} of ${r.states.flat().length} tiles are left out. They would have cost ${percent(1 - r.flops.flash / r.flops.standard)} of the operations; without them outputs are off by up to ${number(r.error.last)}. Click a tile to drop it or bring it back.`,
      claim: (r) => r.error.last > 0.01 && dropped(r) > 0 && r.flops.flash < r.flops.standard,
    },
    {
      id: 'backward',
      title: 'Backward: compute it again',
      set: { step: 16, query: 40 },
      notice: (r) =>
        `The backward pass has no stored probabilities: it computes each tile again, with ${percent(r.backward.flops.flash / r.backward.flops.standard - 1)} more operations, and moves ${percent(1 - r.backward.flash.all / r.backward.standard.all)} less than reading them back would. They come out the same to ${number(r.backward.recomputed)}: see the bars under “Backward”.`,
      claim: (r) =>
        r.backward.flash.all < r.backward.standard.all &&
        r.backward.flops.flash > r.backward.flops.standard &&
        r.backward.recomputed < 1e-13,
    },
  ],

  describe(r, { length, step }) {
    const at = step - 1;
    const done = step ? r.error.count[at]! : 0;
    const out = dropped(r);
    return (
      `After ${step} of ${r.visits.length} tiles of ${r.tiles.rows} queries by ${r.tiles.columns} keys, ${done} of ${length} queries are finished` +
      (done && step ? `, within ${number(r.error.finished[at]!)} of standard attention` : '') +
      `${out ? `; ${out} tiles are dropped` : ''}. In all, FlashAttention moves ${number(r.traffic.flash.all)} elements between memory and chip, ${number(r.chip.all)} on the chip at once; standard attention moves ${number(r.traffic.standard.all)}. Backward it is ${number(r.backward.flash.all)} against ${number(r.backward.standard.all)}.`
    );
  },

  outcomes: (r, { step }) => [
    { name: 'queries finished', value: step ? r.error.count[step - 1]! : 0 },
    { name: 'elements moved', value: r.traffic.flash.all },
    { name: 'elements that standard attention moves', value: r.traffic.standard.all },
    { name: 'elements on the chip at once', value: r.chip.all },
  ],

  tables: (r, { query }) => [
    {
      name: 'Elements moved between memory and chip',
      columns: ['pass', 'method', 'read', 'written', 'together', 'operations'],
      rows: [
        ['forward', 'standard', r.traffic.standard.reads, r.traffic.standard.writes, r.traffic.standard.all, r.flops.standard],
        ['forward', 'FlashAttention, this loop order', r.traffic.flash.reads, r.traffic.flash.writes, r.traffic.flash.all, r.flops.flash],
        [
          'forward',
          'FlashAttention, the other loop order, no tiles dropped',
          r.traffic.other.reads,
          r.traffic.other.writes,
          r.traffic.other.all,
          r.flops.other,
        ],
        ['backward', 'standard', r.backward.standard.reads, r.backward.standard.writes, r.backward.standard.all, r.backward.flops.standard],
        ['backward', 'FlashAttention', r.backward.flash.reads, r.backward.flash.writes, r.backward.flash.all, r.backward.flops.flash],
      ],
    },
    {
      name: 'Tiles in order',
      columns: [
        'step',
        'query tile',
        'key tile',
        'elements read so far',
        'elements written so far',
        'difference from standard attention over the keys seen',
        'difference from the whole of it',
      ],
      rows: r.visits.map(({ queryTile, keyTile }, i) => [
        i + 1,
        queryTile,
        keyTile,
        r.moved[i]!.reads,
        r.moved[i]!.writes,
        r.error.seen[i]!,
        r.error.whole[i]!,
      ]),
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
    {
      name: 'On the chip',
      columns: ['what', 'elements'],
      rows: [
        ['tile of Q', r.chip.query],
        ['tile of K', r.chip.key],
        ['tile of V', r.chip.key],
        ['tile of O', r.chip.query],
        ['scores', r.chip.scores],
        ['m and l', r.chip.statistics],
        ['together', r.chip.all],
      ],
    },
    {
      name: 'Elements moved, by size of SRAM',
      columns: ['SRAM, elements', 'keys outside', 'queries outside', 'standard'],
      rows: r.curve.map((p) => [Math.round(p.sram), p.keyOuter, p.queryOuter, r.traffic.standard.all]),
    },
  ],

  caveat:
    'It counts numbers moved in an idealised memory of two levels, not time: no warps, no launch cost, no half-precision rounding. Standard attention is counted kindly, each operand of its products read once. How much faster a GPU becomes depends on its bandwidth and arithmetic.',
});

const dropped = (r: Result): number => r.states.flat().filter((state) => state === 'dropped').length;

/** The tile of keys at which a query's old sums shrink most, and by how much. */
function jump(r: Result, query: number): { tile: number; factor: number } {
  const tiles = r.states[0]!.length;
  let best = { tile: 0, factor: 1 };
  for (let tile = 1; tile < tiles; tile++) {
    const factor = r.history.correction[query * tiles + tile]!;
    if (factor > 0 && factor < best.factor) best = { tile, factor };
  }
  return best;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, finish, logSum, merge } from '@/mechanisms/sequence-parallelism/online-softmax';
import { flashAttention, type FlashAttention } from '@/mechanisms/sparse-attention/flashattention';
import { flashBackward, standardBackward } from '@/mechanisms/sparse-attention/flashattention-backward';
import {
  a100,
  breakEven,
  flashBackwardTraffic,
  flashTraffic,
  roofline,
  standardBackwardTraffic,
  standardTiledTraffic,
  standardTraffic,
  visited,
} from '@/mechanisms/sparse-attention/flashattention-cost';
import { exactness } from '@/mechanisms/sparse-attention/flashattention-exactness';
import { elements, memory, operands, readsOf, writesOf } from '@/mechanisms/sparse-attention/flashattention-memory';
import { standardAttention } from '@/mechanisms/sparse-attention/flashattention-standard';
import {
  isVisited,
  seen,
  tileSizes,
  tileStates,
  workingSet,
  type LoopOrder,
  type MaskOptions,
  type Tiles,
} from '@/mechanisms/sparse-attention/flashattention-tiles';
import { pattern, toy, type Toy } from '@/mechanisms/sparse-attention/flashattention-toy';
import { attention } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { counter } from '@/tensor/counter';
import { random } from '@/tensor/random';
import { fromRows, generate, row, rows, tensor, transpose } from '@/tensor/tensor';
import check from '@/widgets/sparse-attention/flashattention/check';
import golden from '../golden/flashattention.json';

const loops: LoopOrder[] = ['key-outer', 'query-outer'];
const sizesOf = ({ q, k }: Toy) => ({ queries: q.shape[0]!, keys: k.shape[0]!, channels: q.shape[1]! });
const gradientPattern = (queries: number, channels: number) =>
  generate(['query', 'channel'], [queries, channels], (i, c) => Math.cos(0.4 * i! - 0.8 * c! + 0.3));

/** Any problem: sizes, tiles that need not divide them, a mask, random tensors. */
const anyLength = fc.integer({ min: 1, max: 20 });
const anyTile = fc.integer({ min: 1, max: 22 });
const problem = fc
  .record({
    loop: fc.constantFrom(...loops),
    queries: anyLength,
    keys: anyLength,
    channels: fc.integer({ min: 1, max: 5 }),
    rows: anyTile,
    columns: anyTile,
    causal: fc.boolean(),
    sparse: fc.boolean(),
    spread: fc.double({ min: 0.1, max: 30, noNaN: true }),
    seed: fc.integer({ min: 0, max: 9999 }),
  })
  .map(({ loop, queries, keys, channels, rows, columns, causal, sparse, spread, seed }) => {
    const source = random(seed);
    const draw = (length: number, factor: number) => Float64Array.from({ length: length * channels }, () => factor * source.normal());
    const inputs: Toy = {
      q: tensor(['query', 'channel'] as const, [queries, channels], draw(queries, spread)),
      k: tensor(['key', 'channel'] as const, [keys, channels], draw(keys, 1)),
      v: tensor(['key', 'channel'] as const, [keys, channels], draw(keys, 1)),
    };
    const dropped = Array.from({ length: 20 * 20 }, () => sparse && source.uniform() < 0.4);
    const mask: MaskOptions = { causal, ...(sparse && { drop: (i: number, j: number) => dropped[i * 20 + j]! }) };
    return { loop, inputs, tiles: { rows, columns }, mask, sizes: { queries, keys, channels } };
  });

const run = ({ q, k, v }: Toy, loop: LoopOrder, tiles: Tiles, mask: MaskOptions = {}): FlashAttention =>
  flashAttention(q, k, v, { loop, tiles, ...mask });

describe('golden: the references of Dao-AILab/flash-attention', () => {
  it.each(check().map((each) => [each.what, each] as const))('%s', (_, { error, tolerance }) => {
    expect(error).toBeLessThan(tolerance);
  });

  for (const { name, params } of golden.blockSparse) {
    it(`${name}: computes the kept tiles and no others`, () => {
      const inputs = pattern(params.length, params.channels);
      for (const loop of loops) {
        const flash = run(inputs, loop, params, { drop: (i, j) => params.keep[i]![j] === 0 });
        expect(flash.visits).toHaveLength(params.keep.flat().filter(Boolean).length);
      }
    });
  }
});

describe('FlashAttention', () => {
  it('equals naive attention for any tiles, loop order, mask and shape', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask, sizes }) => {
        const flash = run(inputs, loop, tiles, mask);
        const exact = attention(inputs.q, inputs.k, inputs.v, { mask: seen(sizes, tiles, mask) });
        expect(maxDifference(flash.output.data, exact.output.data)).toBeLessThan(1e-12);
        expect(maxDifference(flash.logSumExp, exact.logSumExp)).toBeLessThan(1e-11);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the numbers worked out for N = 8, d = 4, tiles 2 x 3', () => {
    const inputs = pattern(8, 4);
    for (const loop of loops) {
      const open = run(inputs, loop, { rows: 2, columns: 3 });
      expect(maxDifference(row(open.output, 0), [0.68669043, 0.38722969, -0.04750152, -0.46563908])).toBeLessThan(5e-9);
      expect(open.logSumExp[0]).toBeCloseTo(1.89123269, 8);
      const causal = run(inputs, loop, { rows: 2, columns: 3 }, { causal: true });
      expect(maxDifference(row(causal.output, 0), [0.38941834, -0.19866933, -0.71735609, -0.98544973])).toBeLessThan(5e-9);
      expect(maxDifference(row(causal.output, 0), row(inputs.v, 0))).toBeLessThan(1e-15);
      expect(causal.logSumExp[0]).toBeCloseTo(0.55090517, 8);
    }
  });

  it('merges scores [1, 3] and then [2, 5] with values [10, 20], [30, 40] as worked out by hand', () => {
    // One channel and scale 1: the keys are the scores.
    const q = fromRows(['query', 'channel'], [[1]]);
    const k = fromRows(['key', 'channel'], [[1], [3], [2], [5]]);
    const v = fromRows(['key', 'channel'], [[10], [20], [30], [40]]);
    for (const loop of loops) {
      const { history } = flashAttention(q, k, v, { loop, tiles: { rows: 1, columns: 2 }, scale: 1 });
      expect([...history.max.data]).toEqual([3, 5]);
      expect(maxDifference(history.sum.data, [1.13533528, 1.20343799])).toBeLessThan(5e-9);
      expect(maxDifference(history.output.data, [18.80797078, 36.88056589])).toBeLessThan(5e-9);
      const whole = (10 * Math.exp(-4) + 20 * Math.exp(-2) + 30 * Math.exp(-3) + 40) / history.sum.data[1]!;
      expect(history.output.data[1]).toBeCloseTo(whole, 12);
      expect([...history.correction.data]).toEqual([0, Math.exp(-2)]);
      expect([...history.tileMax.data]).toEqual([3, 5]);
    }
  });

  it('holds the state of an online softmax after every tile', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask, sizes }) => {
        const { history, states } = run(inputs, loop, tiles, mask);
        const { scores } = attention(inputs.q, inputs.k, inputs.v, { mask: seen(sizes, tiles, mask) });
        const keyTiles = states[0]!.length;
        for (let query = 0; query < sizes.queries; query++) {
          let state = begin(sizes.channels);
          for (let j = 0; j < keyTiles; j++) {
            const before = state.max;
            for (let key = j * tiles.columns; key < Math.min(sizes.keys, (j + 1) * tiles.columns); key++) {
              const score = scores.data[query * sizes.keys + key]!;
              if (score > -Infinity) state = merge(state, { max: score, sum: 1, accumulator: row(inputs.v, key) });
            }
            const at = query * keyTiles + j;
            expect(maxDifference([history.max.data[at]!], [state.max])).toBeLessThan(1e-12 * (1 + Math.abs(state.max)));
            expect(maxDifference([history.sum.data[at]!], [state.sum])).toBeLessThan(1e-10);
            const output = history.output.data.subarray(at * sizes.channels, (at + 1) * sizes.channels);
            expect(maxDifference(output, finish(state))).toBeLessThan(1e-12);
            const correction = state.max === before ? 1 : Math.exp(before - state.max);
            expect(history.correction.data[at]).toBeCloseTo(correction, 9);
            if (state.sum > 0) expect(state.sum).toBeGreaterThanOrEqual(1 - 1e-12);
          }
          expect(history.max.data[(query + 1) * keyTiles - 1]! + Math.log(history.sum.data[(query + 1) * keyTiles - 1]!)).toSatisfy(
            (x: number) => x === logSum(state) || Math.abs(x - logSum(state)) < 1e-10,
          );
        }
      }),
    );
  });

  it('has l of at least 1, and m that never falls', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask }) => {
        const { history } = run(inputs, loop, tiles, mask);
        const keyTiles = history.max.shape[1]!;
        history.max.data.forEach((m, at) => {
          if (at % keyTiles) expect(m).toBeGreaterThanOrEqual(history.max.data[at - 1]!);
          if (m > -Infinity) expect(history.sum.data[at]).toBeGreaterThanOrEqual(1);
          else expect(history.sum.data[at]).toBe(0);
        });
      }),
    );
  });

  it('does not depend on the order in which keys arrive', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, sizes }) => {
        const order = random(7).shuffle(Array.from({ length: sizes.keys }, (_, j) => j));
        const shuffled = { q: inputs.q, k: rows(inputs.k, order), v: rows(inputs.v, order) };
        const [a, b] = [run(inputs, loop, tiles), run(shuffled, loop, tiles)];
        expect(maxDifference(a.output.data, b.output.data)).toBeLessThan(1e-12);
        expect(maxDifference(a.logSumExp, b.logSumExp)).toBeLessThan(1e-11);
      }),
    );
  });

  it('leaves the output as it was when a constant is added to all scores, and shifts L by it', () => {
    // Every query has 1 in an extra channel, every key the constant.
    const { q, k, v } = pattern(9, 4);
    const widen = <A extends string>(x: typeof q | typeof k, axis: A, last: number) =>
      tensor(
        [axis, 'channel'] as const,
        [9, 5],
        Float64Array.from({ length: 45 }, (_, at) => (at % 5 === 4 ? last : x.data[Math.floor(at / 5) * 4 + (at % 5)]!)),
      );
    for (const loop of loops) {
      const options = { loop, tiles: { rows: 2, columns: 4 }, scale: 1 };
      const wideV = widen(v, 'key', 0);
      const plain = flashAttention(widen(q, 'query', 1), widen(k, 'key', 0), wideV, options);
      const shifted = flashAttention(widen(q, 'query', 1), widen(k, 'key', 800), wideV, options);
      expect(maxDifference(plain.output.data, shifted.output.data)).toBeLessThan(1e-12);
      expect(
        maxDifference(
          plain.logSumExp.map((x) => x + 800),
          shifted.logSumExp,
        ),
      ).toBeLessThan(1e-11);
    }
  });

  it('visits tiles key by key, or query by query', () => {
    const inputs = pattern(4, 2);
    const visits = (loop: LoopOrder) =>
      run(inputs, loop, { rows: 2, columns: 2 }).visits.map(({ queryTile, keyTile }) => [queryTile, keyTile]);
    expect(visits('key-outer')).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    expect(visits('query-outer')).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('survives scores that overflow, and makes no NaN where a row sees nothing', () => {
    const q = fromRows(['query', 'channel'], [[1], [1], [1]]);
    const k = fromRows(['key', 'channel'], [[-5000], [5000]]);
    const v = fromRows(['key', 'channel'], [[3], [4]]);
    for (const loop of loops) {
      const options = { loop, tiles: { rows: 3, columns: 1 }, scale: 1, causal: true };
      const { output, logSumExp, history } = flashAttention(q, k, v, options);
      expect([...output.data]).toEqual([0, 3, 4]);
      expect([...logSumExp]).toEqual([-Infinity, -5000, 5000]);
      expect([...history.output.data].every(Number.isFinite)).toBe(true);
    }
  });

  it('refuses shapes and tiles that cannot be', () => {
    const { q, k, v } = pattern(4, 2);
    expect(() => run({ q, k: pattern(4, 3).k, v }, 'key-outer', { rows: 1, columns: 1 })).toThrow(RangeError);
    expect(() => run({ q, k, v: pattern(3, 2).v }, 'key-outer', { rows: 1, columns: 1 })).toThrow(RangeError);
    expect(() => run({ q, k, v }, 'key-outer', { rows: 0, columns: 1 })).toThrow(RangeError);
    expect(() => run({ q, k, v }, 'key-outer', { rows: 1, columns: 1.5 })).toThrow(RangeError);
    expect(() => tileSizes('key-outer', { queries: 4, keys: 4, channels: 2 }, 0)).toThrow(RangeError);
  });

  it('gives results that cross to a worker', () => {
    const flash = run(pattern(6, 2), 'query-outer', { rows: 2, columns: 2 });
    expect(structuredClone(flash)).toEqual(flash);
  });
});

describe('tiles', () => {
  it('have the sizes of the paper, with the places of rows and columns changed when queries are outside', () => {
    const sizes = { queries: 1024, keys: 1024, channels: 64 };
    expect(tileSizes('key-outer', sizes, 49152)).toEqual({ rows: 64, columns: 192 });
    expect(tileSizes('query-outer', sizes, 49152)).toEqual({ rows: 192, columns: 64 });
    expect(tileSizes('key-outer', sizes, 1)).toEqual({ rows: 1, columns: 1 });
    expect(tileSizes('key-outer', { queries: 3, keys: 5, channels: 64 }, 1e6)).toEqual({ rows: 3, columns: 5 });
  });

  it('number T (T + 1) / 2 under a causal mask that they divide evenly', () => {
    for (const [length, tile] of [
      [64, 8],
      [60, 12],
      [7, 7],
      [32, 1],
    ] as const) {
      const count = length / tile;
      const states = tileStates({ queries: length, keys: length, channels: 1 }, { rows: tile, columns: tile }, { causal: true }).flat();
      expect(states.filter(isVisited)).toHaveLength((count * (count + 1)) / 2);
      expect(states.filter((state) => state === 'diagonal')).toHaveLength(tile === 1 ? 0 : count);
    }
  });

  it('are full, cut or skipped exactly as the entries they hold', () => {
    fc.assert(
      fc.property(problem, ({ tiles, mask, sizes }) => {
        const states = tileStates(sizes, tiles, mask);
        const visible = seen(sizes, tiles, mask);
        states.forEach((line, i) =>
          line.forEach((state, j) => {
            let [all, some] = [true, false];
            for (let query = i * tiles.rows; query < Math.min(sizes.queries, (i + 1) * tiles.rows); query++)
              for (let key = j * tiles.columns; key < Math.min(sizes.keys, (j + 1) * tiles.columns); key++)
                if (visible(query, key)) some = true;
                else all = false;
            if (mask.drop?.(i, j)) expect(state).toBe('dropped');
            else expect(state).toBe(all ? 'full' : some ? 'diagonal' : 'future');
          }),
        );
      }),
    );
  });
});

describe('traffic', () => {
  it('counted by the loops is what the closed formulas say, operand by operand', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask, sizes }) => {
        const tally = counter();
        const { q, k, v } = inputs;
        const flash = flashAttention(q, k, v, { loop, tiles, ...mask, counter: tally });
        const formula = flashTraffic(loop, sizes, tiles, mask);
        expect(flash.total).toEqual(formula);
        expect(tally.reads).toBe(readsOf(formula));
        expect(tally.writes).toBe(writesOf(formula));
        expect(tally.flops).toBe(4 * visited(sizes, tiles, mask).pairs * sizes.channels);
        const fits = { rows: Math.min(tiles.rows, sizes.queries), columns: Math.min(tiles.columns, sizes.keys) };
        expect(flash.peak).toBeLessThanOrEqual(workingSet(fits, sizes.channels));
        if (flash.visits.some(({ queryTile, keyTile }) => queryTile + keyTile === 0))
          expect(flash.peak).toBe(workingSet(fits, sizes.channels));

        const standard = standardAttention(q, k, v);
        expect(standard.total).toEqual(standardTraffic(sizes));
        const saved = { ...inputs, output: flash.output, gradient: gradientPattern(sizes.queries, sizes.channels) };
        expect(flashBackward(saved, flash.logSumExp, { tiles, ...mask }).total).toEqual(flashBackwardTraffic(sizes, tiles, mask));
        expect(standardBackward(saved, standard.probabilities).total).toEqual(standardBackwardTraffic(sizes));
      }),
    );
  });

  it('accumulates step by step to the total', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask }) => {
        const { traffic, total, visits } = run(inputs, loop, tiles, mask);
        for (const [history, sums] of [
          [traffic.reads, total.reads],
          [traffic.writes, total.writes],
        ] as const) {
          expect(history.shape).toEqual([visits.length, operands.length]);
          for (let at = operands.length; at < history.data.length; at++)
            expect(history.data[at]).toBeGreaterThanOrEqual(history.data[at - operands.length]!);
          if (visits.length) expect([...row(history, visits.length - 1)]).toEqual(operands.map((name) => sums[name]));
        }
      }),
    );
  });

  it('of a step belongs to that step', () => {
    const inputs = pattern(4, 2);
    const step = (loop: LoopOrder, at: number) => {
      const { traffic } = run(inputs, loop, { rows: 2, columns: 2 });
      const sum = (x: typeof traffic.reads) => row(x, at).reduce((a, b) => a + b, 0);
      return [sum(traffic.reads), sum(traffic.writes)];
    };
    // Tiles of 2 x 2 channels: k and v 8, q and o 8, m and l 4.
    expect([0, 1, 2, 3].map((at) => step('key-outer', at))).toEqual([
      [20, 8],
      [32, 16],
      [52, 24],
      [64, 32],
    ]);
    expect([0, 1, 2, 3].map((at) => step('query-outer', at))).toEqual([
      [12, 0],
      [20, 6],
      [32, 6],
      [40, 12],
    ]);
  });

  const square = (length: number, channels: number) => ({ queries: length, keys: length, channels });
  const total = (loop: LoopOrder, length: number, channels: number, sram: number) =>
    elements(flashTraffic(loop, square(length, channels), tileSizes(loop, square(length, channels), sram)));

  it('is what was worked out for N = 64, d = 16', () => {
    expect(elements(standardTraffic(square(64, 16)))).toBe(20480);
    expect([256, 512, 1024, 2048, 4096].map((sram) => total('key-outer', 64, 16, sram))).toEqual([55296, 28672, 15360, 8704, 5376]);
    expect([16, 32, 64].map((rows) => elements(flashTraffic('query-outer', square(64, 16), { rows, columns: 16 })))).toEqual([
      10304, 6208, 4160,
    ]);
    expect([1024, 2048, 4096].map((sram) => total('query-outer', 64, 16, sram))).toEqual([10304, 6208, 4160]);
  });

  it('is what was worked out for N = 1024, d = 64', () => {
    const standard = elements(standardTraffic(square(1024, 64)));
    expect(standard).toBe(4456448);
    expect(total('key-outer', 1024, 64, 49152)).toBe(1335296);
    expect(standard / total('key-outer', 1024, 64, 49152)).toBeCloseTo(3.337, 3);
    expect(standard / total('key-outer', 1024, 64, 8192)).toBeCloseTo(0.68, 2);
  });

  it('falls as 1/M: 12 N^2 d^2 / M with keys outside, 8 with queries outside, for wide heads', () => {
    const [length, channels] = [2 ** 16, 512];
    for (const [loop, factor] of [
      ['key-outer', 12],
      ['query-outer', 8],
    ] as const) {
      for (const sram of [2 ** 12, 2 ** 14, 2 ** 16]) {
        const leading = (factor * length ** 2 * channels ** 2) / sram;
        expect(total(loop, length, channels, sram) / leading).toBeCloseTo(1, 2);
      }
    }
  });

  it('is less than that of standard attention exactly above the break-even SRAM', () => {
    for (const loop of loops)
      for (const [length, channels] of [
        [64, 16],
        [128, 8],
        [4096, 64],
        [4096, 128],
      ] as const) {
        const even = breakEven(loop, length, channels);
        // All M that cut the sequence evenly.
        for (let tile = 1; tile <= length / 2; tile *= 2) {
          const sram = 4 * channels * tile;
          if (sram === even) continue;
          const less = total(loop, length, channels, sram) < elements(standardTraffic(square(length, channels)));
          expect(less).toBe(sram > even);
        }
      }
    expect(breakEven('key-outer', 1e9, 64)).toBeCloseTo(3 * 64 ** 2 + 4 * 64, 1);
    expect(breakEven('query-outer', 1e9, 64)).toBeCloseTo(2 * 64 ** 2, 1);
  });

  it('of a causal mask tends to half, and block-sparse traffic is proportional to the tiles kept', () => {
    const sizes = square(1024, 16);
    const tiles = { rows: 16, columns: 16 };
    const open = visited(sizes, tiles);
    expect(visited(sizes, tiles, { causal: true }).pairs / open.pairs).toBe((64 * 65) / 2 / 64 ** 2);
    const half = flashTraffic('key-outer', sizes, tiles, { drop: (i, j) => (i + j) % 2 === 1 });
    const whole = flashTraffic('key-outer', sizes, tiles);
    expect(half.reads.q).toBe(whole.reads.q / 2);
    expect(half.writes.o).toBe(whole.writes.o / 2);
    expect(half.reads.k).toBe(whole.reads.k);
  });

  it('of standard attention with tiled products is never less than with each operand read once, and meets it', () => {
    for (const [length, channels] of [
      [64, 16],
      [128, 32],
      [1024, 64],
    ] as const) {
      const sizes = square(length, channels);
      const once = elements(standardTraffic(sizes));
      let last = Infinity;
      for (let sram = 3; sram < 2 * length * channels + 2 * length; sram = Math.ceil(sram * 1.7)) {
        const tiled = elements(standardTiledTraffic(sizes, sram));
        expect(tiled).toBeGreaterThanOrEqual(once);
        expect(tiled).toBeLessThanOrEqual(last);
        last = tiled;
      }
      expect(elements(standardTiledTraffic(sizes, length * length + 2 * length))).toBe(once);
    }
    // One element of each operand and one of the result: every product is read from HBM.
    expect(elements(standardTiledTraffic(square(8, 4), 3))).toBe(2 * 64 * 4 + 64 + 2 * 64 + 2 * 64 * 4 + 8 * 4);
    expect(() => standardTiledTraffic(square(8, 4), 2)).toThrow(RangeError);
  });

  it('needs up to 5/4 of M with the tile sizes of the paper', () => {
    for (const loop of loops)
      for (const channels of [8, 16, 64])
        for (const factor of [1, 2, 4, 8, 16, 64]) {
          const sram = 4 * channels * factor;
          const sizes = square(2 ** 20, channels);
          const tiles = tileSizes(loop, sizes, sram);
          expect(workingSet(tiles, channels) - 2 * tiles.rows).toBeLessThanOrEqual(1.25 * sram);
        }
    expect(workingSet({ rows: 16, columns: 16 }, 16)).toBe(1024 + 256 + 32);
  });

  it('keeps count of what is on chip', () => {
    const { hold, release, peak, mark, load, history, total: sum } = memory(1);
    hold(5);
    release(2);
    hold(3);
    release(6);
    load('q', 4);
    mark();
    expect(peak()).toBe(6);
    expect(sum().reads.q).toBe(4);
    expect(history.reads.data[0]).toBe(4);
  });
});

describe('the baseline', () => {
  it('is the attention of the tensor floor, with 4 N^2 d operations', () => {
    const { q, k, v } = pattern(9, 4, 13);
    const tally = counter();
    const visible = seen({ queries: 9, keys: 13, channels: 4 }, { rows: 1, columns: 1 }, { causal: true });
    const standard = standardAttention(q, k, v, { mask: visible, counter: tally });
    const exact = attention(q, k, v, { mask: visible });
    expect(maxDifference(standard.scores.data, exact.scores.data)).toBeLessThan(1e-14);
    expect(maxDifference(standard.output.data, exact.output.data)).toBeLessThan(1e-14);
    expect(tally.flops).toBe(4 * 9 * 13 * 4);
    expect(tally.reads + tally.writes).toBe(elements(standardTraffic({ queries: 9, keys: 13, channels: 4 })));
    // What "each operand once" supposes: all keys on chip, whatever M is.
    expect(standard.peak).toBe(13 * 4 + 4 + 13);
  });
});

describe('the backward pass', () => {
  const loss = ({ q, k, v }: Toy, causal: boolean, gradient: Float64Array) => {
    const sizes = sizesOf({ q, k, v });
    const { output } = attention(q, k, v, { mask: seen(sizes, { rows: 1, columns: 1 }, { causal }) });
    return output.data.reduce((sum, x, at) => sum + x * gradient[at]!, 0);
  };

  it('agrees with finite differences', () => {
    for (const causal of [false, true]) {
      const inputs = pattern(7, 3, 9);
      const gradient = gradientPattern(7, 3);
      const tiles = { rows: 2, columns: 4 };
      const { output, logSumExp } = run(inputs, 'key-outer', tiles, { causal });
      const { gradients } = flashBackward({ ...inputs, output, gradient }, logSumExp, { tiles, causal });
      const h = 1e-5;
      for (const name of ['q', 'k', 'v'] as const)
        inputs[name].data.forEach((x, at) => {
          const bump = (value: number) => {
            inputs[name].data[at] = value;
            return loss(inputs, causal, gradient.data);
          };
          const slope = (bump(x + h) - bump(x - h)) / (2 * h);
          inputs[name].data[at] = x;
          expect(Math.abs(slope - gradients[name].data[at]!)).toBeLessThan(1e-6);
        });
    }
  });

  it('recomputes the probabilities that standard attention stored, and gives its gradients', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask, sizes }) => {
        const { q, k, v } = inputs;
        const { output, logSumExp, visits } = run(inputs, loop, tiles, mask);
        const standard = standardAttention(q, k, v, { mask: seen(sizes, tiles, mask) });
        const saved = { ...inputs, output, gradient: gradientPattern(sizes.queries, sizes.channels) };
        const flash = flashBackward(saved, logSumExp, { tiles, ...mask, stored: standard.probabilities });
        const stored = standardBackward(saved, standard.probabilities);
        for (const name of ['q', 'k', 'v'] as const)
          expect(maxDifference(flash.gradients[name].data, stored.gradients[name].data)).toBeLessThan(1e-10);
        expect(flash.recomputed).toHaveLength(visits.length);
        expect(flash.recomputed.at(-1) ?? 0).toBeLessThan(1e-12);
      }),
    );
  });

  it('notices probabilities that are not the ones to recompute', () => {
    const inputs = pattern(4, 2);
    const tiles = { rows: 2, columns: 2 };
    const { output, logSumExp } = run(inputs, 'key-outer', tiles);
    const stored = standardAttention(inputs.q, inputs.k, inputs.v).probabilities;
    stored.data[0]! += 0.25;
    const saved = { ...inputs, output, gradient: gradientPattern(4, 2) };
    expect(flashBackward(saved, logSumExp, { tiles, stored }).recomputed[0]).toBeCloseTo(0.25, 12);
  });

  it('does five products where standard attention does four, and moves less with enough SRAM', () => {
    const inputs = toy({ length: 64, channels: 16, seed: 1 });
    const tiles = { rows: 16, columns: 64 };
    const [flash, standard] = [counter(), counter()];
    const { output, logSumExp } = run(inputs, 'key-outer', tiles);
    const saved = { ...inputs, output, gradient: gradientPattern(64, 16) };
    flashBackward(saved, logSumExp, { tiles, counter: flash });
    standardBackward(saved, standardAttention(inputs.q, inputs.k, inputs.v).probabilities, { counter: standard });
    expect(flash.flops / standard.flops).toBe(10 / 8);
    expect(standard.reads + standard.writes).toBe(8 * 64 * 16 + 7 * 64 ** 2);
    expect(flash.reads + flash.writes).toBe(4 * 64 * 16 + 5 * 64 * 16 + 64);
  });
});

describe('exactness', () => {
  const compare = (inputs: Toy, loop: LoopOrder, tiles: Tiles, mask: MaskOptions = {}) => {
    const open = standardAttention(inputs.q, inputs.k, inputs.v, {
      mask: seen(sizesOf(inputs), tiles, { causal: mask.causal ?? false }),
    });
    const flash = run(inputs, loop, tiles, mask);
    return { flash, ...exactness(flash, open.scores, inputs.v, open.output, tiles) };
  };

  it('holds after every step for the keys seen so far, and at the end for all', () => {
    fc.assert(
      fc.property(problem, ({ loop, inputs, tiles, mask, sizes }) => {
        const result = compare(inputs, loop, tiles, mask);
        for (const error of result.seen) expect(error).toBeLessThan(1e-12);
        if (mask.drop || !result.flash.visits.length) return;
        for (const error of result.finished) expect(error).toBeLessThan(1e-12);
        expect(result.finishedCount.at(-1)).toBe(sizes.queries);
        expect(result.whole.at(-1)).toBeLessThan(1e-12);
      }),
    );
  });

  it('comes query tile by query tile with queries outside, all at once with keys outside', () => {
    const inputs = toy({ length: 32, channels: 8, seed: 3 });
    const tiles = { rows: 8, columns: 8 };
    expect([...compare(inputs, 'query-outer', tiles).finishedCount.filter((_, at) => at % 4 === 3)]).toEqual([8, 16, 24, 32]);
    const outer = compare(inputs, 'key-outer', tiles);
    expect([...outer.finishedCount]).toEqual([...Array(12).fill(0), 8, 16, 24, 32]);
    expect(outer.whole[14]).toBeGreaterThan(0.01);
    expect(outer.whole[15]).toBeLessThan(1e-14);
  });

  it('is lost when tiles are dropped, for good', () => {
    const inputs = toy({ length: 32, channels: 8, seed: 3 });
    const tiles = { rows: 8, columns: 8 };
    for (const loop of loops) {
      const result = compare(inputs, loop, tiles, { drop: (i, j) => i === 2 && j === 1 });
      expect(result.whole.at(-1)).toBeGreaterThan(0.01);
      expect(result.finished.at(-1)).toBe(result.whole.at(-1));
      const wrong = Array.from({ length: 32 }, (_, query) => result.perQuery.data[query * 4 + 3]! > 1e-12);
      expect(wrong).toEqual(Array.from({ length: 32 }, (_, query) => query >= 16 && query < 24));
    }
  });

  it('fails where the history is not attention over the keys seen', () => {
    const inputs = toy({ length: 8, channels: 4, seed: 3 });
    const tiles = { rows: 4, columns: 4 };
    const { scores, output } = standardAttention(inputs.q, inputs.k, inputs.v);
    const flash = run(inputs, 'key-outer', tiles);
    flash.history.output.data[0]! += 0.5;
    expect(exactness(flash, scores, inputs.v, output, tiles).seen[0]).toBeCloseTo(0.5, 12);
  });
});

describe('the toy', () => {
  it('has scores of the spread asked for', () => {
    const { q, k } = toy({ length: 200, channels: 16, seed: 5, spread: 2 });
    const { data } = attention(q, k, k).scores;
    expect(Math.sqrt(data.reduce((sum, s) => sum + s * s, 0) / data.length) / 2).toBeCloseTo(1, 1);
  });

  it('adds exactly the height to every score of the loud key, and nothing elsewhere', () => {
    const options = { length: 16, channels: 8, seed: 5 };
    const [quiet, loud] = [toy(options), toy({ ...options, loud: { position: 11, height: 6 } })];
    const difference = transpose(attention(loud.q, loud.k, loud.v).scores);
    const before = transpose(attention(quiet.q, quiet.k, quiet.v).scores);
    for (let key = 0; key < 16; key++)
      for (const [at, s] of row(difference, key).entries()) expect(s - row(before, key)[at]!).toBeCloseTo(key === 11 ? 6 : 0, 12);
  });

  it('makes the running maximum jump at the tile of the loud key, and shrink what came before', () => {
    const inputs = toy({ length: 64, channels: 16, seed: 1, loud: { position: 40, height: 20 } });
    const { history } = run(inputs, 'query-outer', { rows: 16, columns: 16 });
    for (let query = 0; query < 64; query++) {
      expect(history.correction.data[query * 4 + 2]).toBeLessThan(0.01);
      expect(history.correction.data[query * 4 + 3]).toBe(1);
    }
  });

  it('refuses a single channel', () => {
    expect(() => toy({ length: 4, channels: 1, seed: 1 })).toThrow(RangeError);
  });
});

describe('an A100', () => {
  const length = 4096;
  const sizes = { queries: length, keys: length, channels: 64 };
  const flops = 4 * length ** 2 * 64;

  it('waits for memory in standard attention, and computes in FlashAttention', () => {
    const balance = a100.flops / a100.bandwidth;
    const standard = roofline(flops, elements(standardTraffic(sizes)), a100);
    expect(standard.intensity).toBeCloseTo(64 / 2 / (1 + 64 / length), 6);
    expect(standard.intensity).toBeLessThan(balance);
    expect(standard.least).toBe(standard.transfer);
    for (const loop of loops) {
      const flash = roofline(flops, elements(flashTraffic(loop, sizes, tileSizes(loop, sizes, a100.sram))), a100);
      expect(flash.intensity).toBeGreaterThan(balance);
      expect(flash.least).toBe(flash.compute);
    }
  });

  it('has an SRAM of 98304 half-precision numbers', () => {
    expect(a100.sram).toBe(98304);
    const { compute, transfer } = roofline(312e12, 1.555e12, a100);
    expect([compute, transfer]).toEqual([1, 2]);
  });
});

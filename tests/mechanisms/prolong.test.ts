import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  collate,
  cost,
  coverage,
  cut,
  ignored,
  pack,
  pairCoverage,
  pairs,
  sortByCost,
  type Item,
  type Piece,
} from '@/mechanisms/positional-extrapolation/prolong';
import { deal, sortedTurns, timeline } from '@/mechanisms/positional-extrapolation/prolong-devices';
import {
  before,
  operations,
  shareOf,
  stages,
  thousand,
  tokensOf,
  tokensPerStep,
  turned,
} from '@/mechanisms/positional-extrapolation/prolong-recipe';
import { readAlone, readPacked, withLine } from '@/mechanisms/positional-extrapolation/prolong-text';
import { keysPerToken, lengths, parts, plan, sizes, sourcesOf, supply, type Mix } from '@/mechanisms/positional-extrapolation/prolong-toy';
import { ntkBase, rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import { passage, resident } from '@/model/resident';
import { dot } from '@/tensor/matmul';
import { normals, random } from '@/tensor/random';
import file from '../golden/prolong.json';

interface Case {
  params: {
    method: string;
    rows: number[][];
    room: number;
    single: boolean;
    answers: number;
    block: number;
    documents: number[];
    length: number;
    minimum: number;
    piece: number;
  };
  expected: { ids: number[]; labels: number[]; lengths: number[]; order: number[]; costs: number[]; rows: number[][][] };
}
const cases = (method: string) =>
  (file as unknown as { cases: Case[] }).cases.filter(({ params }) => params.method === method).map((one, i) => [i, one] as const);

const item = (row: readonly number[], number: number, answers: number): Item => {
  let end = 0;
  const documents = row.map((n) => [end, (end += n)] as const);
  return {
    ids: Array.from({ length: end }, (_, i) => 1000 * number + i),
    documents,
    answers: answers ? Array.from({ length: end }, (_, i) => ((i * answers) % 5 < 2 ? 1 : 0)) : undefined,
  };
};
const tokens = (rows: readonly (readonly Piece[])[]) => rows.map((row) => row.map((piece) => piece.tokens));
const sum = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
const mean = (x: readonly number[]) => sum(x) / x.length;

describe('the authors of ProLong agree', () => {
  it.each(cases('collate'))('ids, labels and lengths of a batch, case %i', (_, { params: { rows, room, single, answers }, expected }) => {
    expect(
      collate(
        rows.map((row, i) => item(row, i, answers)),
        { room, single },
      ),
    ).toEqual(expected);
  });

  it.each(cases('sort'))('the order of rows, case %i', (_, { params: { rows, block }, expected }) => {
    expect(rows.map(cost)).toEqual(expected.costs);
    const order: number[] = [];
    for (let i = 0; i < rows.length; i += block)
      order.push(...sortByCost(rows.slice(i, i + block)).map((row) => rows.indexOf(row as number[])));
    expect(order.map((i) => rows[i])).toEqual(expected.order.map((i) => rows[i]));
  });

  it.each(cases('pack'))('packed rows, case %i', (_, { params: { documents, length, minimum, piece }, expected }) => {
    const found = piece
      ? (() => {
          const pieces = cut(documents, piece);
          return pack(
            pieces.map((one) => one.tokens),
            { length },
          ).rows.map((row) => row.map((one) => ({ ...pieces[one.document]!, tokens: one.tokens })));
        })()
      : pack(documents, { length, minimum }).rows;
    expect(found.map((row) => row.map((one) => [one.document, one.from, one.tokens]))).toEqual(expected.rows);
  });
});

describe('packing', () => {
  it('cuts where a row is full and goes on in the next', () => {
    const { rows, left } = pack([5, 3, 9, 2, 7], { length: 8 });
    expect(tokens(rows)).toEqual([[5, 3], [8], [1, 2, 5]]);
    expect(left).toEqual([{ document: 4, from: 5, tokens: 2 }]);
  });

  it('loses no token, fills every row, and keeps documents in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (documents, length, minimum) => {
          const { rows, left, dropped } = pack(documents, { length, minimum });
          for (const row of tokens(rows)) expect(sum(row)).toBe(length);
          expect(rows.length * length + sum(left.map((p) => p.tokens)) + dropped).toBe(sum(documents));
          if (minimum === 1) expect(dropped).toBe(0);
          const places = rows.flat().map(({ document, from }) => 1000 * document + from);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
        },
      ),
    );
  });

  it('with a minimum of a row, every row is one document', () => {
    const { rows } = pack(lengths(3, 5000, 60, 1), { length: 64, minimum: 64 });
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.every((row) => row.length === 1)).toBe(true);
  });

  it('refuses lengths that are none', () => {
    for (const bad of [0, -1, 1.5, NaN]) {
      expect(() => pack([bad], { length: 8 })).toThrow(RangeError);
      expect(() => pack([3], { length: bad })).toThrow(RangeError);
    }
  });
});

describe('costs and distances', () => {
  it('counts pairs within documents', () => {
    expect([[16, 8, 4, 4], [32], [16, 16], new Array<number>(32).fill(1)].map(pairs)).toEqual([192, 528, 272, 32]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (row) => {
        // Doubled, pairs are the cost and the tokens; and no cut makes more of them.
        expect(2 * pairs(row)).toBe(cost(row) + sum(row));
        expect(pairs(row)).toBeLessThanOrEqual(pairs([sum(row)]));
      }),
    );
  });

  it('knows how many tokens can look so far back', () => {
    const of = (length: number, distance: number) => coverage([length * thousand], distance * thousand);
    expect([of(64, 32), of(64, 60), of(128, 60), of(512, 60), of(32, 60)]).toEqual([0.5, 0.0625, 0.53125, 0.8828125, 0]);
    expect(pairCoverage([64 * thousand], 60 * thousand)).toBeCloseTo(0.0039, 4);
    expect(pairCoverage([512 * thousand], 60 * thousand)).toBeCloseTo(0.779, 3);
    // Against the definition, token by token.
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), fc.integer({ min: 0, max: 30 }), (row, distance) => {
        const reach = row.flatMap((n) => Array.from({ length: n }, (_, i) => i));
        expect(coverage(row, distance)).toBeCloseTo(reach.filter((r) => r >= distance).length / reach.length, 12);
        const apart = reach.flatMap((r) => Array.from({ length: r + 1 }, (_, d) => d));
        expect(pairCoverage(row, distance)).toBeCloseTo(apart.filter((d) => d >= distance).length / apart.length, 12);
      }),
    );
    expect(coverage([], 1)).toBe(0);
  });

  it('takes one label from each document, and in tuning those of instructions', () => {
    const answers = Array.from({ length: 16 }, (_, i) => (i % 4 > 1 ? 1 : 0));
    const documents = [[0, 6] as const, [6, 16] as const];
    const ids = Array.from({ length: 16 }, (_, i) => i);
    const masked = (given: Item) => collate([given]).labels.filter((label) => label === ignored).length;
    expect(masked({ ids, documents })).toBe(2);
    // Position 6 begins a document and would else be an answer.
    expect(masked({ ids, documents, answers })).toBe(answers.filter((a) => !a).length + 1);
  });
});

describe('the rotary embedding does not see where a document begins', () => {
  const theta = rope(128, stages.first.base);
  const q = normals(1, 128);
  const k = normals(2, 128);
  const score = (m: number, n: number) => dot(rotate(q, m, theta), 0, rotate(k, n, theta), 0, 128) / Math.sqrt(128);

  it('scores agree whether positions run on or restart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 511 }), fc.integer({ min: 0, max: 511 }), fc.integer({ min: 0, max: 512 }), (a, b, start) => {
        expect(Math.abs(score(start + a, start + b) - score(a, b))).toBeLessThan(1e-12);
      }),
    );
    for (const start of [65536, 524288]) expect(Math.abs(score(start + 300, start + 7) - score(300, 7))).toBeLessThan(1e-9);
    expect(Math.abs(score(300, 7) - score(300, 8))).toBeGreaterThan(1e-6);
  });

  it('bases and turns are those of the scripts', () => {
    const rule = (length: number) => ntkBase(128, length / before.row, before.base);
    expect(rule(64 * thousand) / 1e6).toBeCloseTo(4.134, 3);
    expect(rule(512 * thousand) / 1e7).toBeCloseTo(3.418, 3);
    expect(stages.first.base).toBeGreaterThan(rule(64 * thousand));
    expect(stages.second.base).toBeGreaterThan(rule(512 * thousand));
    const count = (base: number, length: number) => turned(rope(128, base), length);
    expect([count(5e5, 8192), count(8e6, 65536), count(1.28e8, 524288)]).toEqual([35, 38, 39]);
  });
});

describe('the recipe', () => {
  it('shares sum to 1, and a fifth of the second stage is in documents of 512K', () => {
    for (const stage of Object.values(stages)) expect(shareOf(stage, () => true)).toBeCloseTo(1, 12);
    expect(shareOf(stages.second, ({ document }) => document === 512 * thousand)).toBeCloseTo(0.2, 12);
    for (const stage of [stages.first, stages.second]) expect(shareOf(stage, ({ long }) => long)).toBeCloseTo(0.6, 12);
  });

  it('tokens of a step and of a stage', () => {
    expect(Object.values(stages).map(tokensPerStep)).toEqual([4194304, 8388608, 4194304]);
    expect(Object.values(stages).map((stage) => Number((tokensOf(stage) / 1e9).toPrecision(4)))).toEqual([20.97, 20.97, 1.049]);
  });

  it('operations are those of a model of 8B parameters', () => {
    // All matrices, with an embedding as large as the last of them.
    expect((operations.token / 2 + 4096 * 128256) / 1e9).toBeCloseTo(8.03, 2);
    expect(operations.pair).toBe(32 * 32 * 128 * 4);
  });
});

describe('devices', () => {
  const table = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })).chain(([devices, turns]) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: turns, maxLength: turns }), {
      minLength: devices,
      maxLength: devices,
    }),
  );

  it('sorting never takes longer, and no order takes less', () => {
    fc.assert(
      fc.property(table, fc.integer(), (costs, seed) => {
        const time = (c: number[][]) => timeline(c).starts.at(-1)!;
        const source = random(seed);
        expect(time(sortedTurns(costs))).toBeLessThanOrEqual(time(costs));
        expect(time(sortedTurns(costs))).toBeLessThanOrEqual(time(costs.map((own) => source.shuffle(own))));
      }),
    );
  });

  it('waiting is what the slowest leaves the others', () => {
    expect(
      timeline([
        [4, 1],
        [1, 4],
      ]),
    ).toEqual({ starts: [0, 4, 8], idle: 0.375 });
    expect(
      timeline(
        sortedTurns([
          [4, 1],
          [1, 4],
        ]),
      ),
    ).toEqual({ starts: [0, 4, 5], idle: 0 });
    expect(() => timeline([[1], [1, 2]])).toThrow(RangeError);
  });

  it('eight devices and eight rows: what sorting gains', () => {
    const gainOf = (share: number, seed: number) => {
      const source = random(seed);
      const short = pack(lengths(seed, 256 * 400, 3 * Math.exp(-0.5), 1), { length: 256 }).rows;
      const ratio = Array.from({ length: 200 }, () => {
        const costs = deal(source, 8, 8, (s) =>
          s.uniform() < share ? 256 ** 2 : cost(short[s.integer(short.length)]!.map((p) => p.tokens)),
        );
        return [timeline(costs).starts.at(-1)!, timeline(sortedTurns(costs)).starts.at(-1)!] as const;
      });
      return sum(ratio.map(([a]) => a)) / sum(ratio.map(([, b]) => b));
    };
    const gain = (share: number) => mean([0, 1, 2, 3, 4, 5, 6, 7].map((seed) => gainOf(share, seed)));
    expect(Math.abs(gain(0.6) - 1.19)).toBeLessThan(0.015);
    expect(Math.abs(gain(0.3) - 1.7)).toBeLessThan(0.025);
    expect(Math.abs(gain(0) - 1.29)).toBeLessThan(0.03);
  });
});

describe('the toy', () => {
  const mix: Mix = { row: 64 * thousand, share: 0.6, whole: 1 / 3, filter: true, median: 512, seed: 1 };
  const at = (changes: Partial<Mix>, ...distances: number[]) =>
    supply(
      parts({ ...mix, ...changes }),
      distances.map((d) => d * thousand),
    );

  it('supplies what the lengths allow', () => {
    // A log-normal document of median 512 gives it to some 2 tokens in 10,000; one such document more or less is much for one seed.
    expect(mean([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => at({ share: 0, seed }, 32)[0]!))).toBeLessThan(1e-3);
    expect(at({}, 60)[0]).toBeCloseTo(0.6 / 16, 3);
    expect(at({ row: 512 * thousand, whole: 1 }, 60)[0]).toBeCloseTo(0.6 * (1 - 60 / 512), 3);
    expect(at({ row: 512 * thousand }, 60)[0]).toBeCloseTo(0.2 * (1 - 60 / 512) + 0.4 / 16, 3);
    const curve = at({}, 0, 1, 2, 4, 8, 16, 32, 64);
    expect(curve[0]).toBeCloseTo(1, 12);
    expect(curve).toEqual(curve.toSorted((a, b) => b - a));
    expect(curve.at(-1)).toBe(0);
  });

  it('shares sum to 1, rows are full, and ten rows are the recipe', () => {
    for (const row of [16, 64, 512].map((n) => n * thousand))
      for (const filter of [true, false]) {
        const made = parts({ ...mix, row, filter });
        expect(sum(made.map(({ share }) => share))).toBeCloseTo(1, 12);
        for (const part of made) for (const one of part.rows) expect(sum(one.map((p) => p.tokens))).toBe(row);
      }
    const second = parts({ ...mix, row: 512 * thousand });
    const counts = second.map((_, k) => plan(second, 10).filter((one) => one === k).length);
    expect(Object.fromEntries(second.map(({ kind }, k) => [kind, counts[k]]))).toEqual({ whole: 2, pieces: 4, short: 4 });
  });

  it('rows come from the sources of their stage', () => {
    expect(sourcesOf('whole', 64 * thousand, 6).toSorted()).toEqual(['book', 'book', 'book', 'code', 'code', 'code']);
    const count = (kind: 'whole' | 'pieces' | 'any', n: number) =>
      sourcesOf(kind, 512 * thousand, n).filter((name) => name === 'code').length;
    expect([count('whole', 4), count('pieces', 8), count('any', 10)]).toEqual([3, 3, 5]);
    // In ten rows, as near to that as whole rows come.
    expect([count('whole', 2), count('pieces', 4)]).toEqual([2, 1]);
    expect(sourcesOf('short', 64 * thousand, 2)).toEqual(['short', 'short']);
  });

  it('a token of a whole row attends to half of it', () => {
    const [first] = parts(mix);
    expect(keysPerToken(first!)).toBe((64 * thousand + 1) / 2);
    expect(sizes(first!)).toEqual([64 * thousand]);
  });
});

describe('two documents in a row, in a trained model', () => {
  const model = resident('rope');
  const [a, b] = [passage('persuasion').slice(0, 100), passage('mansfield').slice(0, 60)];
  const largest = (x: readonly number[], y: readonly number[]) => Math.max(...x.map((v, i) => Math.abs(v - y[i]!)));

  it('with the mask the second is read as if alone, wherever positions begin', () => {
    const alone = readAlone(model, b);
    for (const counting of ['running', 'restarted'] as const) {
      const masked = readPacked(model, a, b, { mask: true, counting });
      expect(masked.elsewhere).toBe(0);
      expect(largest(masked.first, readAlone(model, a))).toBeLessThan(1e-4);
      expect(largest(masked.losses, alone)).toBeLessThan(1e-4);
    }
    // Without it the first is seen, and positions that begin again are then a different text.
    const open = readPacked(model, a, b, { mask: false, counting: 'running' });
    expect(open.elsewhere).toBeGreaterThan(0.01);
    expect(largest(open.losses, alone)).toBeGreaterThan(0.1);
    expect(mean(readPacked(model, a, b, { mask: false, counting: 'restarted' }).losses)).toBeGreaterThan(mean(open.losses) + 1);
  });

  it('a fact passes from one document to the next without the mask, and not with it', () => {
    const packed = withLine(a, b, 0.5);
    const digits = (mask: boolean) => readPacked(model, packed.first, packed.second, { mask, counting: 'running' }).losses.slice(-5, -1);
    expect(packed.second.slice(-5, -1)).toBe('4817');
    for (const nats of digits(false)) expect(Math.exp(-nats)).toBeGreaterThan(0.8);
    for (const nats of digits(true)) expect(Math.exp(-nats)).toBeLessThan(0.3);
  });
});

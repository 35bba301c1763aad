import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  back,
  exponential,
  forward,
  gather,
  normed,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-kernels';
import {
  initial,
  layout,
  net,
  type Architecture,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-net';
import { gradient, loss, map, read } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-pass';
import { encodings, type Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import {
  answer,
  batchOf,
  begins,
  problem,
  symbols,
  written,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import {
  accuracy,
  architectureOf,
  begin,
  recipeOf,
  train,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-train';
import { maxDifference } from '@/tensor/compare';
import { normals, random } from '@/tensor/random';
import { batchesToEnd } from '@/widgets/positional-extrapolation/positional-encoding-length-generalization/course';
import alikeFile from '../../seeds/positional-encoding/alike.json';
import runsFile from '../../seeds/positional-encoding/runs.json';
import { golden } from './positional-encoding-length-generalization-golden';

const small = (encoding: Encoding): Architecture => ({
  encoding,
  vocabulary: 24,
  width: 8,
  heads: 2,
  layers: 2,
  hidden: 12,
  buckets: 8,
  maxDistance: 16,
  turned: 4,
});
const problems = (seed: number) => {
  const source = random(seed);
  return batchOf([problem('copy', 3, source), problem('sort', 6, source), problem('copy', 1, source)]);
};

describe('golden: loss and gradients of the same decoder in torch', () => {
  it.each(golden('decoder'))('$name', ({ params, expected }) => {
    const shape = params as unknown as Architecture;
    const last = layout(shape).at(-1)!;
    const weights = Float64Array.from({ length: last.at + last.rows * last.columns }, (_, i) => 0.6 * Math.sin(1.3 * i * i + 0.7 * i));
    const given = [5, 17, 0, 9, 13, 2, 20, 11, 7];
    const batch = batchOf([{ given, answer: answer('sort', given) }]);
    const one = net(shape, weights);
    const trace = read(one, batch);
    expect(loss(trace, batch, shape.vocabulary).nats).toBeCloseTo(expected.loss!, 6);
    const found = gradient(one, batch, trace);
    expect(
      maxDifference(
        found.filter((_, i) => i % 7 === 0),
        expected.gradient!,
      ),
    ).toBeLessThan(2e-6);
    expect(Math.hypot(...found)).toBeCloseTo(expected.norm!, 5);
  });
});

describe('gradients', () => {
  it.each(encodings)('%s: those of finite differences, for every weight', (encoding) => {
    const one = initial(small(encoding), 3);
    const batch = problems(1);
    const found = gradient(one, batch, read(one, batch));
    const h = 1e-5;
    const at = (i: number, by: number) => {
      one.weights[i]! += by;
      const { nats } = loss(read(one, batch), batch, 24);
      one.weights[i]! -= by;
      return nats;
    };
    const differences = found.map((_, i) => (at(i, h) - at(i, -h)) / (2 * h));
    expect(maxDifference(found, differences)).toBeLessThan(1e-8);
    expect(Math.hypot(...found)).toBeGreaterThan(0.1);
  });

  it('kernels are the products that they say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(99),
        (n, a, b, seed) => {
          const [inputs, outputs] = [2 * a, 2 * b];
          const x = normals(seed, n * inputs);
          const w = normals(seed + 1, outputs * inputs);
          const dy = normals(seed + 2, n * outputs);
          const y = forward(x, w, n, inputs, outputs);
          const dx = back(dy, w, n, inputs, outputs);
          const dw = new Float64Array(w.length);
          gather(dw, dy, x, n, inputs, outputs);
          // <dy, x w^T> = <dy w, x> = <dy^T x, w>.
          const inner = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
          expect(inner(dx, x)).toBeCloseTo(inner(dy, y), 9);
          expect(inner(dw, w)).toBeCloseTo(inner(dy, y), 9);
          let plain = 0;
          for (let i = 0; i < inputs; i++) plain += x[(n - 1) * inputs + i]! * w[(outputs - 1) * inputs + i]!;
          expect(y.at(-1)).toBeCloseTo(plain, 12);
        },
      ),
    );
  });

  it('the exponential is that of the machine to its last digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -690, max: 0, noNaN: true }), (x) => {
        expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-12);
      }),
    );
    expect(exponential(0)).toBe(1);
    expect(exponential(-800)).toBe(0);
  });

  it('a normed row has the root mean square of its gain', () => {
    const { y } = normed(normals(3, 24), new Float64Array(8).fill(2), 3);
    for (let t = 0; t < 3; t++) expect(Math.sqrt(y.subarray(8 * t, 8 * t + 8).reduce((sum, v) => sum + v * v, 0) / 8)).toBeCloseTo(2, 5);
  });
});

describe('the decoder', () => {
  it.each(encodings)('%s: attends to the past alone, rows sum to 1, and a later token changes nothing before it', (encoding) => {
    const one = initial(small(encoding), 5);
    const batch = batchOf([problem('sort', 5, random(2))]);
    const trace = read(one, batch);
    const n = batch.tokens.length;
    const rows = map(trace, 1, 1, n);
    rows.forEach((row, t) => {
      expect(row.slice(0, t + 1).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(row.slice(t + 1).every(Number.isNaN)).toBe(true);
    });
    const changed = { ...batch, tokens: batch.tokens.slice() };
    changed.tokens[n - 1] = (changed.tokens[n - 1]! + 1) % symbols;
    const again = map(read(one, changed), 1, 1, n);
    expect(again.slice(0, n - 1)).toEqual(rows.slice(0, n - 1));
    expect(again.at(-1)).not.toEqual(rows.at(-1));
  });

  it('reads a sequence the same alone and among others', () => {
    const one = initial(small('rope'), 5);
    const source = random(2);
    const [a, b] = [problem('sort', 5, source), problem('copy', 3, source)];
    const vocabulary = 24;
    const alone = read(one, batchOf([b])).next;
    expect(maxDifference(read(one, batchOf([a, b])).next.slice(-4 * vocabulary), alone)).toBeLessThan(1e-14);
  });

  it('without positions, the symbols before a token may stand in any order in front of the first layer; with them they may not', () => {
    for (const encoding of encodings) {
      const one = initial({ ...small(encoding), layers: 1 }, 1);
      const from = (given: number[]) => read(one, batchOf([{ given, answer: [4] }])).next;
      const difference = maxDifference(from([1, 2, 3]), from([3, 1, 2]));
      if (encoding === 'nope') expect(difference).toBeLessThan(1e-14);
      else expect(difference).toBeGreaterThan(1e-4);
    }
  });

  it('refuses sizes that do not fit', () => {
    expect(() => net(small('nope'), new Float64Array(3))).toThrow(RangeError);
    expect(() => initial({ ...small('rope'), turned: 6 }, 1)).toThrow(RangeError);
    expect(() => initial({ ...small('nope'), heads: 3 }, 1)).toThrow(RangeError);
  });
});

describe('tasks', () => {
  it('no symbol stands twice, and the answer is the given ones, copied or sorted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: symbols }),
        fc.nat(500),
        fc.constantFrom('copy' as const, 'sort' as const),
        (length, seed, task) => {
          const one = problem(task, length, random(seed));
          expect(new Set(one.given).size).toBe(length);
          expect(one.answer).toEqual(task === 'copy' ? one.given : one.given.toSorted((a, b) => a - b));
          expect(written(one)).toHaveLength(2 * length + 2);
          expect(written(one)[0]).toBe(begins);
          const { tokens, targets } = batchOf([one]);
          expect(tokens).toHaveLength(2 * length + 2);
          // Asked is the answer and its end, each one token before it stands.
          expect(Array.from(targets).filter((t) => t >= 0)).toHaveLength(length + 1);
          one.answer.forEach((symbol, i) => expect(targets[length + 1 + i]).toBe(symbol));
        },
      ),
    );
    expect(() => problem('copy', symbols + 1, random(1))).toThrow(RangeError);
  });
});

describe('training', () => {
  it('trains as many weights as it says', () => {
    expect(initial(architectureOf('nope', 2), 1).weights).toHaveLength(10488);
    expect(initial(architectureOf('t5', 3), 1).weights).toHaveLength(15144 + 32);
  });

  it('the first seed of the long trainings, as written in the file, comes out again', () => {
    const { at, runs } = runsFile as unknown as { at: { sort: number[] }; runs: { sort2: { nope: { loss: number[] }[] } } };
    const training = begin(architectureOf('nope', 2), recipeOf('sort', runsFile.batches.sort), 1);
    const stretch = 2 * at.sort[0]!;
    for (let k = 0; k < 3; k++) {
      let sum = 0;
      for (let i = 0; i < stretch; i++) sum += train(training);
      expect(at.sort[k]).toBe((k + 0.5) * stretch);
      expect(sum / stretch / runs.sort2.nope[0]!.loss[k]!).toBeCloseTo(1, 1);
      expect(Number((sum / stretch).toPrecision(2))).toBe(runs.sort2.nope[0]!.loss[k]);
    }
  });

  it('goes the same way twice, and lowers the loss', () => {
    const losses = () => {
      const training = begin(architectureOf('nope', 2), recipeOf('sort', 100), 1);
      return Array.from({ length: 100 }, () => train(training));
    };
    const found = losses();
    expect(losses()).toEqual(found);
    const mean = (from: number) => found.slice(from, from + 10).reduce((a, b) => a + b, 0) / 10;
    expect(mean(90)).toBeLessThan(mean(0) - 0.7);
  });

  it('in one pass, an answer is right exactly where greedy decoding writes it', () => {
    const training = begin(architectureOf('t5', 2), recipeOf('sort', 150), 2);
    for (let i = 0; i < 150; i++) train(training);
    const { exact } = accuracy(training.net, 'sort', [4], 20, 5)[0]!;
    const source = random(1000 * 5 + 4);
    let right = 0;
    for (let p = 0; p < 20; p++) {
      const one = problem('sort', 4, source);
      const tokens = [begins, ...one.given, symbols + 1];
      for (let i = 0; i <= 4; i++) {
        const batch = {
          tokens: Int32Array.from(tokens),
          starts: Int32Array.of(0, tokens.length),
          targets: Int32Array.from(tokens, (_, t) => (t === tokens.length - 1 ? 0 : -1)),
        };
        const { next } = read(training.net, batch);
        tokens.push(next.indexOf(Math.max(...next)));
      }
      if (JSON.stringify(tokens.slice(6)) === JSON.stringify([...one.answer, symbols + 2])) right++;
    }
    expect(exact).toBe(right / 20);
    expect(right).toBeGreaterThan(0);
    expect(right).toBeLessThan(20);
  });
});

describe('what the long trainings found, as the page says it', () => {
  const { runs, tests } = runsFile as unknown as { tests: number; runs: Record<string, Record<Encoding, { right: number[] }[]>> };
  const { alike } = alikeFile as unknown as { alike: Record<string, Record<Encoding, number[][]>> };

  it('lasted as many batches as the page says', () => expect(runsFile.batches).toEqual(batchesToEnd));

  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  const share = (where: string, encoding: Encoding, from: number, to: number) =>
    mean(runs[where]![encoding].map(({ right }) => mean(right.slice(from - 1, to)) / tests));
  const ranked = (where: string, from: number, to: number) =>
    encodings.toSorted((a, b) => share(where, b, from, to) - share(where, a, from, to));

  it('has four seeds of everything, and what is sorted was learned by all', () => {
    for (const where of ['sort2', 'sort3', 'copy2', 'copy3'])
      for (const encoding of encodings) expect(runs[where]![encoding]).toHaveLength(4);
    for (const encoding of encodings) expect(share('sort2', encoding, 1, 8)).toBeGreaterThan(0.97);
  });

  it('sorting, with two layers as with three: none, T5 and ALiBi come through, RoPE and APE do not', () => {
    for (const where of ['sort2', 'sort3']) {
      const best = share(where, ranked(where, 17, 20)[0]!, 17, 20);
      expect(share(where, 'nope', 17, 20)).toBeGreaterThan(best - 0.03);
      for (const encoding of ['nope', 't5', 'alibi'] as const) expect(share(where, encoding, 17, 20)).toBeGreaterThan(0.95);
      for (const encoding of ['rope', 'ape'] as const) expect(share(where, encoding, 17, 20)).toBeLessThan(0.5);
    }
    // In an order that the depth changes.
    expect(ranked('sort2', 17, 20)[0]).toBe('t5');
    expect(ranked('sort3', 17, 20)[0]).toBe('nope');
  });

  it('copying: T5 leads and RoPE is second, with two layers and with three', () => {
    for (const where of ['copy2', 'copy3']) {
      expect(ranked(where, 9, 16).slice(0, 2)).toEqual(['t5', 'rope']);
      expect(share(where, 't5', 9, 16)).toBeGreaterThan(2 * share(where, 'rope', 9, 16));
    }
  });

  it('copying without positions needs a third layer', () => {
    expect(share('copy2', 'nope', 1, 8)).toBeLessThan(0.5);
    expect(share('copy3', 'nope', 1, 8)).toBeGreaterThan(0.85);
  });

  it('attention without positions is nearest to that with T5 where two layers copy, and furthest from it where three do', () => {
    const away = (where: string, encoding: Encoding) => mean(alike[where]![encoding].map(mean));
    const order = (where: string) =>
      encodings.filter((encoding) => encoding !== 'nope').toSorted((a, b) => away(where, a) - away(where, b));
    expect(order('copy2')[0]).toBe('t5');
    expect(order('copy3').at(-1)).toBe('t5');
    // Where networks sort, no encoding is further or nearer than seeds are.
    for (const where of ['sort2', 'sort3'])
      for (const encoding of encodings) expect(Math.abs(away(where, encoding) - away(where, 'nope'))).toBeLessThan(0.03);
  });
});

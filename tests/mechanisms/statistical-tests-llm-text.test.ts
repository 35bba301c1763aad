import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  average,
  chain,
  conditional,
  entropyRate,
  randomChain,
  sampler,
  sampleText,
  stationary,
  surprises,
  temper,
  type Chain,
} from '@/mechanisms/long-output-generation/markov';
import {
  accepts,
  attribute,
  azumaLength,
  azumaTypeI,
  azumaTypeII,
  model,
  rates,
  trace,
} from '@/mechanisms/long-output-generation/statistical-tests-llm-text';
import { chernoff, errorBounds } from '@/mechanisms/long-output-generation/statistical-tests-llm-text-bounds';
import {
  bestThreshold,
  blind,
  errors,
  experiment,
  lengthsUpTo,
  pair,
  wilson,
  type PairOptions,
} from '@/mechanisms/long-output-generation/statistical-tests-llm-text-toy';
import { maxDifference } from '@/tensor/compare';
import { random } from '@/tensor/random';
import { entropy } from '@/tensor/softmax';
import { fromRows, row } from '@/tensor/tensor';
import check from '@/widgets/long-output-generation/statistical-tests-llm-text/check';
import golden from '@tests/golden/statistical-tests-llm-text.json';

// The cases differ in shape; each test knows its own.
type Golden = { name: string; params: Record<string, any>; inputs: Record<string, any>; expected: Record<string, any> }; // eslint-disable-line @typescript-eslint/no-explicit-any
const cases = golden.cases as Golden[];
const named = (name: string) => cases.filter((c) => c.name.startsWith(name));
/** Golden rows are rounded to 12 digits, so they do not add up to 1 quite as `chain` may ask one day. */
const read = (rows: number[][]): Chain => fromRows(['from', 'to'] as const, rows);

const anyPair = fc
  .record({ n: fc.integer({ min: 2, max: 8 }), seed: fc.integer() })
  .map(({ n, seed }) => ({ a: randomChain(n, 1, random(seed)), b: randomChain(n, 1, random(seed + 1)) }));

describe('the golden vectors', () => {
  it.each(check())('$what', ({ error, tolerance }) => expect(error).toBeLessThan(tolerance));
});

describe('the statistic', () => {
  it('is 0 for every text when the model is uniform', () => {
    const uniform = model(randomChain(4, 0, random(1)));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1 }), (text) => {
        const { delta, logPerplexity, meanEntropy } = trace(uniform, text, 0);
        expect(delta).toBeCloseTo(0, 12);
        expect(logPerplexity).toBeCloseTo(1.3862943611, 10);
        expect(meanEntropy).toBeCloseTo(1.3862943611, 10);
      }),
    );
  });

  it('matches a text worked out by hand', () => {
    const result = trace(
      model(
        chain([
          [0.5, 0.5],
          [0.9, 0.1],
        ]),
      ),
      [1, 0, 0, 1],
      0,
    );
    expect(result.logPerplexity).toBeCloseTo(0.5462005143, 10);
    expect(result.meanEntropy).toBeCloseTo(0.6011311288, 10);
    expect(result.delta).toBeCloseTo(-0.0549306144, 10);
    expect(result.running[3]).toBeCloseTo(result.delta, 14);
  });

  it('matches the reference on the means of a text of 24 tokens; its steps are in the check', () => {
    const [{ inputs, expected, params }] = named('one text') as [Golden];
    const result = trace(model(read(inputs.a)), inputs.text, params.start);
    for (const key of ['logPerplexity', 'meanEntropy', 'delta'] as const) expect(result[key]).toBeCloseTo(expected[key], 11);
  });

  it('is a martingale under the model: every X has conditional mean 0 exactly', () => {
    fc.assert(
      fc.property(anyPair, ({ a }) => {
        for (const mean of conditional(a, model(a).excess)) expect(Math.abs(mean)).toBeLessThan(1e-13);
      }),
    );
  });

  it('is infinite, and so rejected, where the model could not have written a token', () => {
    const { delta } = trace(
      model(
        chain([
          [1, 0],
          [0.5, 0.5],
        ]),
      ),
      [0, 1, 1],
      0,
    );
    expect(delta).toBe(Infinity);
    expect(accepts(delta, 1e9)).toBe(false);
  });

  it('refuses an empty text', () => {
    expect(() => trace(model(chain([[1]])), [], 0)).toThrow(RangeError);
  });

  it('judges both sides, and gives a text to the nearer candidate', () => {
    expect([-0.2, -0.1, 0, 0.1, 0.2].map((x) => accepts(x, 0.1))).toEqual([false, true, true, true, false]);
    expect([attribute(-0.1, 0.2), attribute(0.3, -0.2), attribute(0.1, -0.1)]).toEqual(['A', 'B', 'A']);
  });
});

describe('the limits', () => {
  it.each(cases.filter((c) => c.name === 'random pair' || c.name.startsWith('waves')))(
    'match the reference: $name',
    ({ inputs, expected }) => {
      const [a, b] = [read(inputs.a), read(inputs.b)];
      for (const [key, writer, p] of [
        ['ab', b, a],
        ['aa', a, a],
        ['ba', a, b],
      ] as const) {
        const reference = expected[key];
        if (!reference) continue;
        const result = rates(writer, p);
        expect(maxDifference(stationary(writer), reference.stationary)).toBeLessThan(1e-11);
        expect(entropyRate(writer)).toBeCloseTo(reference.writerEntropy, 10);
        for (const name of ['entropy', 'crossEntropy', 'drift', 'divergence', 'variance', 'width'] as const) {
          expect(Math.abs(result[name] - reference[name])).toBeLessThan(1e-10);
        }
      }
    },
  );

  const [{ inputs, expected, params }] = named('random pair') as [Golden];
  const [a, b] = [read(inputs.a), read(inputs.b)];

  it('are those of the pair the toy was designed on', () => {
    const other = rates(b, a);
    expect(other.width).toBeCloseTo(4.829, 3);
    expect(other.drift).toBeCloseTo(0.3463, 4);
    expect(Math.abs(other.entropy - 1.8389)).toBeLessThan(1e-4);
    expect(other.crossEntropy).toBeCloseTo(2.1853, 4);
    expect(other.divergence).toBeCloseTo(0.4497, 4);
    expect(rates(a, a).variance).toBeCloseTo(0.4355, 4);
    expect(Math.sqrt(rates(a, a).variance / 100)).toBeCloseTo(0.066, 3);
  });

  it('drift with the temperature: predictable text falls below 0, wild text rises above', () => {
    const drifts = params.temperatures.map((t: number) => rates(temper(a, t), a).drift);
    expect(maxDifference(drifts, expected.temperatureDrift)).toBeLessThan(1e-10);
    expect(maxDifference(drifts, [-0.2715, -0.1515, -0.0706, 0.0784, 0.1685])).toBeLessThan(6e-5);
    // With the entropy of the distribution that was really sampled there is no drift.
    for (const t of params.temperatures) expect(rates(temper(a, t), temper(a, t)).drift).toBeCloseTo(0, 12);
  });

  it('satisfy D = CE - H, with D = 0 for equal models and a divergence never below 0', () => {
    fc.assert(
      fc.property(anyPair, (p) => {
        const other = rates(p.b, p.a);
        expect(other.drift).toBeCloseTo(other.crossEntropy - other.entropy, 12);
        expect(other.divergence).toBeCloseTo(other.crossEntropy - entropyRate(p.b), 12);
        expect(other.divergence).toBeGreaterThan(0);
        expect(average(stationary(p.b), other.contextDrift)).toBeCloseTo(other.drift, 13);
        expect(Math.abs(rates(p.a, p.a).drift) + Math.abs(rates(p.a, p.a).divergence)).toBeLessThan(1e-12);
      }),
    );
  });

  it('can drift below 0, or nowhere though the models differ', () => {
    // A memoryless model is a chain with equal rows.
    const memoryless = (p: number[]) => chain(p.map(() => p));
    expect(rates(memoryless([0.9, 0.05, 0.05]), memoryless([0.5, 0.25, 0.25])).drift).toBeLessThan(-0.2);
    const none = rates(memoryless([0.5, 0.4, 0.1]), memoryless([0.5, 0.25, 0.25]));
    expect(none.drift).toBeCloseTo(0, 14);
    expect(none.divergence).toBeCloseTo(0.0964, 4);
    expect(none.divergence / Math.LN2).toBeCloseTo(0.139, 3);
  });
});

describe('bounds', () => {
  it('Azuma-Hoeffding has the values of its formula', () => {
    expect(azumaTypeI(200, 0.3, 4.829)).toBeCloseTo(0.4271, 4);
    expect(azumaTypeI(800, 0.3, 4.829)).toBeCloseTo(0.004161, 6);
    expect(azumaTypeI(800, 0.17, 4.829)).toBeCloseTo(0.275, 3);
    expect(azumaTypeI(10, 0.1, 4.829)).toBe(1);
    expect(azumaTypeII(200, 0.1, 2, [0.3, 0.5])).toBeCloseTo(Math.exp(-4), 12);
    expect(azumaTypeII(200, 0.1, 2, [-0.3, -0.5])).toBeCloseTo(Math.exp(-4), 12);
    expect(azumaTypeII(200, 0.1, 2, [-0.3, 0.5])).toBe(1);
    expect(azumaTypeII(200, 0.1, 2, [0.05, 0.5])).toBe(1);
  });

  it('azumaLength is the first length with that promise', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), fc.double({ min: 0.05, max: 1, noNaN: true }), (alpha, tau) => {
        const length = azumaLength(alpha, tau, 4);
        expect(azumaTypeI(length, tau, 4)).toBeLessThanOrEqual(alpha * (1 + 1e-9));
        expect(azumaTypeI(length - 1, tau, 4)).toBeGreaterThan(alpha * (1 - 1e-9));
      }),
    );
  });

  const [{ inputs, expected }] = named('tails') as [Golden];
  const [a, b] = [read(inputs.a), read(inputs.b)];
  const { excess } = model(a);

  it('the slope under B matches the reference; those under A are in the check', () => {
    expect(chernoff(b, excess, expected.drift / 2, expected.drift > 0 ? 'lower' : 'upper', [1]).rate).toBeCloseTo(expected.other, 6);
  });

  it('put together, count both tails of A and only the nearer one of B', () => {
    const both = errorBounds(a, b, excess, 0.3, [40, 90]);
    const [above, below] = [chernoff(a, excess, 0.3, 'upper', [40, 90]), chernoff(a, excess, -0.3, 'lower', [40, 90])];
    expect(both.typeI).toEqual([0, 1].map((i) => above.bounds[i]! + below.bounds[i]!));
    expect(both.rateI).toBe(Math.min(above.rate, below.rate));
    expect(both.rateI).toBeCloseTo(Math.min(expected.upper[2], expected.lower[2]), 6);
    const near = chernoff(b, excess, 0.3, 'lower', [40, 90]);
    expect(expected.drift).toBeGreaterThan(0.3);
    expect([both.typeII, both.rateII]).toEqual([near.bounds, near.rate]);
    // Two probabilities whose bounds add up to more than 1 bound nothing.
    expect(errorBounds(a, b, excess, 0.01, [1]).typeI).toEqual([1]);
  });

  it('promise nothing on the wrong side of the mean', () => {
    expect(chernoff(a, excess, -0.1, 'upper', [10, 100])).toEqual({ theta: 0, rate: 0, bounds: [1, 1] });
    expect(chernoff(a, excess, 0, 'upper', [10]).bounds).toEqual([1]);
    expect(chernoff(b, excess, rates(b, a).drift + 0.1, 'lower', [50]).bounds).toEqual([1]);
  });

  it("hold against the exact errors, and Chernoff's slope is never below Azuma-Hoeffding's", () => {
    for (const { inputs, params, expected } of named('every')) {
      const [a, b] = [read(inputs.a), read(inputs.b)];
      const { width, contextDrift } = rates(b, a);
      for (const { tau, typeI, typeII } of expected.errors ?? [{ ...expected, tau: params.tau }]) {
        const bound = errorBounds(a, b, model(a).excess, tau, [params.length]);
        expect(typeI).toBeLessThanOrEqual(bound.typeI[0]!);
        expect(typeII).toBeLessThanOrEqual(bound.typeII[0]!);
        expect(typeI).toBeLessThanOrEqual(azumaTypeI(params.length, tau, width));
        expect(typeII).toBeLessThanOrEqual(azumaTypeII(params.length, tau, width, contextDrift));
      }
    }
    fc.assert(
      fc.property(anyPair, fc.double({ min: 0.1, max: 0.6, noNaN: true }), ({ a, b }, tau) => {
        const { width } = rates(b, a);
        expect(errorBounds(a, b, model(a).excess, tau, [1]).rateI).toBeGreaterThanOrEqual(
          // Where no text can get so far the true slope is infinite, and the search stops at its largest tilt.
          Math.min(1, ((2 * tau * tau) / width ** 2) * (1 - 1e-6)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('finds the best tilt also where strong tilts favour a cycle that is slow to show', () => {
    const slow = chain([
      [0.11740663007350878, 0.4624501725513422, 0.17062194465530087, 0.249521252719848],
      [0.13213148865056631, 0.5242692589622793, 0.270900170834239, 0.07269908155291527],
      [0.43825515700950096, 0.08083370925094438, 0.25501338707966015, 0.2258977466598944],
      [0.17780799287156682, 0.16627042200661687, 0.3303107297057239, 0.32561085541609236],
    ]);
    const { theta, rate } = chernoff(slow, model(slow).excess, 0.5093, 'upper', [1]);
    // On a grid of tilts, by eigenvalues to full precision, the exponent is greatest between 1.5 and 2, and 0.436 at 1.5.
    expect(theta).toBeGreaterThan(1.4);
    expect(theta).toBeLessThan(2);
    expect(rate).toBeGreaterThan(0.436);
  });

  it('Chernoff has the true slope: exact errors fall as fast, to the digit that a longer text adds', () => {
    const exact = named('every count') as Golden[];
    const { inputs } = exact[0]!;
    const own = errorBounds(read(inputs.a), read(inputs.b), model(read(inputs.a)).excess, 0.12, [50, 100]);
    const fall = (key: 'typeI' | 'typeII') => Math.log(exact[1]!.expected.errors[2][key] / exact[2]!.expected.errors[2][key]) / 50;
    // Besides the exponential there is a factor near 1/sqrt(N), which adds ln(2)/100 per token from 50 to 100.
    expect(Math.abs(fall('typeI') - own.rateI - Math.LN2 / 100)).toBeLessThan(0.01);
    expect(Math.abs(fall('typeII') - own.rateII - Math.LN2 / 100)).toBeLessThan(0.01);
  });
});

describe('error rates by sampling', () => {
  const texts = 20000;
  it.each(named('every'))('agree with exact ones: $name, $params.tau', ({ inputs, params, expected }) => {
    const [a, b] = [read(inputs.a), read(inputs.b)];
    const run = experiment({ writers: { a, b }, tested: a, texts, length: params.length, shown: 0, seed: 11 });
    const close = (measured: number, exact: number) =>
      expect(Math.abs(measured - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / texts) + 1 / texts);
    for (const { tau, typeI, typeII } of expected.errors ?? [{ ...expected, tau: params.tau }]) {
      const last = errors(run, tau).at(-1)!;
      close(last.typeI, typeI);
      close(last.typeII, typeII);
    }
    if ('ratioI' in expected) close(2 * errors(run, 0.1).at(-1)!.ratio - expected.ratioI, expected.ratioII);
  });

  it('are those the toy was designed on: the pair at tau = 0.17', () => {
    const { inputs } = named('random pair')[0]!;
    const [a, b] = [read(inputs.a), read(inputs.b)];
    for (const [length, typeI, typeII] of [
      [25, 0.176, 0.161],
      [50, 0.063, 0.072],
      [100, 0.011, 0.013],
      [200, 0, 0.0015],
    ] as const) {
      const last = errors(experiment({ writers: { a, b }, tested: a, texts: 4000, length, shown: 0, seed: 3 }), 0.17).at(-1)!;
      // Those were 2,000 texts each: two samples may differ by 4 standard deviations of their difference.
      const slack = (p: number) => 4 * Math.sqrt((Math.max(p, 0.001) * (1 - p)) / 2000 + (Math.max(p, 0.001) * (1 - p)) / 4000);
      expect(Math.abs(last.typeI - typeI)).toBeLessThan(slack(typeI));
      expect(Math.abs(last.typeII - typeII)).toBeLessThan(slack(typeII));
    }
  });
});

describe('the experiment', () => {
  const { a, b } = pair({ symbols: 8, contexts: 'alike', stranger: 'other', distance: 0.6, seed: 1 });
  const run = experiment({ writers: { a, b }, tested: a, texts: 2000, length: 200, shown: 5, seed: 5 });
  const last = run.lengths.length - 1;
  const mean = (x: Float64Array) => x.reduce((sum, v) => sum + v, 0) / x.length;
  const sd = (x: Float64Array) => Math.sqrt(x.reduce((sum, v) => sum + (v - mean(x)) ** 2, 0) / (x.length - 1));

  it('keeps every step of the shown texts, and they are what the statistic says', () => {
    for (let text = 0; text < 5; text++) {
      const tokens = row(run.a.tokens, text);
      // The first token's context is not kept, so the comparison starts at the second.
      const rest = trace(model(a), tokens.subarray(1), tokens[0]!);
      expect(
        maxDifference(
          row(run.a.excess, text).subarray(1),
          rest.surprise.map((s, t) => s - rest.entropy[t]!),
        ),
      ).toBeLessThan(1e-12);
      expect(row(run.a.running, text)[199]).toBeCloseTo(mean(row(run.a.excess, text)), 12);
      expect(row(run.a.running, text)[199]).toBeCloseTo(row(run.a.delta, last)[text]!, 12);
      expect(row(run.a.runningPerplexity, text)[199]).toBeCloseTo(row(run.a.perplexity, last)[text]!, 12);
    }
  });

  it('centres on 0 under A and on D under B at every length, within 4 standard errors', () => {
    const drift = rates(b, a).drift;
    run.lengths.forEach((_, k) => {
      for (const [sample, centre] of [
        [run.a, 0],
        [run.b, drift],
      ] as const) {
        const delta = row(sample.delta, k);
        expect(Math.abs(mean(delta) - centre)).toBeLessThan((4 * sd(delta)) / Math.sqrt(2000));
      }
    });
  });

  it('narrows as 1/sqrt(N), to the asymptotic variance', () => {
    expect(sd(row(run.a.delta, last)) * Math.sqrt(200)).toBeCloseTo(Math.sqrt(rates(a, a).variance), 1);
    expect(sd(row(run.b.delta, last)) * Math.sqrt(200)).toBeCloseTo(Math.sqrt(rates(b, a).variance), 1);
    const { inputs } = named('random pair')[0]!;
    const designed = read(inputs.a);
    const long = experiment({
      writers: { a: designed, b: designed },
      tested: designed,
      texts: 4000,
      length: 400,
      shown: 0,
      seed: 2,
    });
    expect(Math.abs(sd(row(long.a.delta, long.lengths.length - 1)) * 20 - 0.66)).toBeLessThan(0.03);
  });

  it('measures a likelihood ratio that tends to the divergence under B', () => {
    expect(-mean(row(run.b.ratio, last))).toBeCloseTo(rates(b, a).divergence, 2);
    expect(mean(row(run.a.ratio, last))).toBeCloseTo(rates(a, b).divergence, 2);
  });

  it('has type I errors that never grow with tau and type II errors that never shrink', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (x, y) => {
        const [low, high] = [errors(run, Math.min(x, y)), errors(run, Math.max(x, y))];
        low.forEach((e, k) => {
          expect(high[k]!.typeI).toBeLessThanOrEqual(e.typeI);
          expect(high[k]!.typeII).toBeGreaterThanOrEqual(e.typeII);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('judges as the detectors do on one text at a time', () => {
    const at = errors(run, 0.1)[3]!;
    expect(at.length).toBe(run.lengths[3]);
    expect(at.typeI).toBe(row(run.a.delta, 3).filter((d) => Math.abs(d) > 0.1).length / 2000);
    expect(at.delta).toBeCloseTo((at.typeI + at.typeII) / 2, 15);
  });

  it('repeats itself from the same seed', () => {
    expect(experiment({ writers: { a, b }, tested: a, texts: 2000, length: 200, shown: 5, seed: 5 }).b.ratio.data).toEqual(
      run.b.ratio.data,
    );
  });

  it('counts at ascending lengths that end with N', () => {
    expect(lengthsUpTo(100)).toEqual([10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100]);
    expect(lengthsUpTo(3)).toEqual([3]);
  });
});

describe('the toy models', () => {
  const options = (patch: Partial<PairOptions>): PairOptions => ({
    symbols: 16,
    contexts: 'mixed',
    stranger: 'other',
    distance: 0.65,
    seed: 2,
    ...patch,
  });

  it('are chains, equal at distance 0, and mixed ones stay with a topic for 500 tokens', () => {
    fc.assert(
      fc.property(
        fc.record({
          symbols: fc.integer({ min: 5, max: 20 }),
          contexts: fc.constantFrom('alike' as const, 'mixed' as const),
          stranger: fc.constantFrom('other' as const, 'blind' as const),
          distance: fc.double({ min: 0, max: 1, noNaN: true }),
          seed: fc.nat(9999),
        }),
        (o) => {
          const { a, b } = pair(o);
          for (const p of [a, b]) for (let i = 0; i < o.symbols; i++) expect(row(p, i).reduce((x, y) => x + y)).toBeCloseTo(1, 10);
          const same = pair({ ...o, distance: 0 });
          expect(maxDifference(same.b.data, same.a.data)).toBeLessThan(1e-9);
          if (o.contexts === 'mixed' && o.stranger === 'other') {
            const easy = Math.floor(o.symbols / 3) < 2 ? 2 : Math.floor(o.symbols / 3);
            for (let i = 0; i < easy; i++)
              expect(
                row(b, i)
                  .subarray(easy)
                  .reduce((x, y) => x + y),
              ).toBeCloseTo(1 / 500, 10);
          }
        },
      ),
    );
  });

  it('blind: the tilt matches the reference, drifts nowhere, and is the nearest such chain', () => {
    const [{ inputs, expected }] = named('tilted') as [Golden];
    const [a, b] = [read(inputs.a), read(inputs.b)];
    const tilted = blind(b, a);
    expect(maxDifference(tilted.data, expected.blind.flat())).toBeLessThan(1e-10);
    for (const drift of rates(tilted, a).contextDrift) expect(Math.abs(drift)).toBeLessThan(1e-12);
    // Any other row without drift is further from b: move along a direction that keeps the sum and the expected
    // surprise.
    const s = row(surprises(a), 0);
    const [x, y, z] = [s[1]! - s[2]!, s[2]! - s[0]!, s[0]! - s[1]!];
    const divergence = (p: ArrayLike<number>) =>
      -entropy(p) - Array.from({ length: 5 }, (_, v) => p[v]! * Math.log(row(b, 0)[v]!)).reduce((m, n) => m + n);
    const at = row(tilted, 0);
    for (const step of [-0.01, 0.01]) {
      const moved = at.map((p, v) => p + step * ([x, y, z][v] ?? 0));
      expect(divergence(moved)).toBeGreaterThan(divergence(at));
    }
  });

  it('blind: the test lets B in however long the text, and the likelihood ratio does not', () => {
    const { a, b } = pair(options({ stranger: 'blind' }));
    const result = errors(experiment({ writers: { a, b }, tested: a, texts: 500, length: 400, shown: 0, seed: 1 }), 0.17);
    expect(result.at(-1)!.typeII).toBeGreaterThan(0.95);
    expect(result.at(-1)!.typeII).toBeGreaterThan(result[0]!.typeII);
    expect(result.at(-1)!.ratio).toBeLessThan(0.01);
    expect(rates(b, a).divergence).toBeGreaterThan(0.05);
  });

  it('mixed: no perplexity threshold tells A from B, though they drift apart; alike, one does as well as the test', () => {
    const judge = (o: PairOptions) => {
      const { a, b } = pair(o);
      return errors(experiment({ writers: { a, b }, tested: a, texts: 500, length: 400, shown: 0, seed: 1 }), 0.17).at(-1)!;
    };
    const mixed = judge(options({}));
    expect(mixed.perplexity.error).toBeGreaterThan(0.2);
    expect(mixed.delta).toBeLessThan(0.01);
    const alike = judge(options({ contexts: 'alike' }));
    expect(alike.perplexity.error).toBeLessThan(0.01);
    expect(alike.delta).toBeLessThan(0.01);
  });

  it('a temperature that the test does not know breaks its promise, one that it knows does not', () => {
    const { a, b } = pair(options({ contexts: 'alike', symbols: 8 }));
    const cool = temper(a, 0.5);
    const typeI = (tested: Chain) =>
      errors(experiment({ writers: { a: cool, b }, tested, texts: 500, length: 400, shown: 0, seed: 1 }), 0.17).at(-1)!.typeI;
    expect(typeI(a)).toBeGreaterThan(0.9);
    expect(typeI(cool)).toBeLessThan(0.01);
  });
});

describe('the best threshold', () => {
  it('is no worse than any other, on any scores', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 12 }).map((x) => Float64Array.from(x));
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const error = (t: number) => (a.filter((x) => x > t).length / a.length + b.filter((x) => x <= t).length / b.length) / 2;
        const best = bestThreshold(a, b);
        expect(best.error).toBeCloseTo(Math.min(0.5, ...Array.from({ length: 14 }, (_, t) => error(t - 0.5))), 12);
        if (best.error < 0.5) expect(error(best.threshold)).toBeCloseTo(best.error, 12);
      }),
    );
  });

  it('leaves the mean of a detector that sees nothing at one half', () => {
    expect(bestThreshold(Float64Array.of(1, 2), Float64Array.of(1, 2)).error).toBe(0.5);
  });
});

describe('the text a reader could draw', () => {
  it('closes in on 0 when A writes and on D when B does', () => {
    const { a, b } = pair({ symbols: 8, contexts: 'alike', stranger: 'other', distance: 1, seed: 3 });
    for (const [writer, limit] of [
      [a, 0],
      [b, rates(b, a).drift],
    ] as const) {
      const { running } = trace(model(a), sampleText(sampler(writer), 0, 100000, random(4)), 0);
      expect(Math.abs(running.at(-1)! - limit)).toBeLessThan(4 * Math.sqrt(rates(writer, a).variance / 100000));
    }
  });
});

describe("Wilson's interval", () => {
  it('is where the score test of the share just fails: its ends solve (share - p)^2 = z^2 p (1 - p) / n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, x) => {
        const share = Math.round(x * n) / n;
        const [low, high] = wilson(share, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(share);
        expect(high).toBeGreaterThanOrEqual(share);
        for (const p of [low, high]) {
          const z2 = 1.959963984540054 ** 2;
          expect(Math.abs((share - p) ** 2 - (z2 * p * (1 - p)) / n)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('allows 0.0064 where none of 600 was met', () => expect(wilson(0, 600)[1]).toBeCloseTo(0.0064, 4));
});

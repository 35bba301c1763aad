import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sinkWeight, type Policy, type Sizes } from '@/mechanisms/sparse-attention/streaming-llm';
import { idle, idleWeights, letters, profiles, readStandIn, standIn, type Profile } from '@/mechanisms/sparse-attention/streaming-llm-toy';
import { maxDifference } from '@/tensor/compare';

const tokens = 600;
const seeds = [1, 2, 3, 4, 5];
const models = seeds.map((seed) => standIn(tokens, seed));
const mean = (x: Iterable<number>) => {
  const all = [...x];
  return all.reduce((a, b) => a + b, 0) / all.length;
};
/** Perplexity from token 100 on, as a mean over the seeds. */
const perplexity = (policy: Policy, sinks = 0, profile: Profile = 'spread', gain = 10, cache = 64) =>
  mean(
    models.map((model) =>
      Math.exp(mean(readStandIn(model, policy, { sinks, recent: cache - sinks }, { profile, gain }).losses.slice(100))),
    ),
  );

describe('the order of the policies', () => {
  const window = perplexity('window');
  const recompute = perplexity('recompute');
  const [one, two, four, eight] = [1, 2, 4, 8].map((sinks) => perplexity('streaming', sinks));

  it('the window breaks; each of four sinks mends a part, more do not help', () => {
    expect(window).toBeGreaterThan(5 * one!);
    expect(one).toBeGreaterThan(two! + 0.5);
    expect(two).toBeGreaterThan(four! + 0.5);
    expect(Math.abs(four! - eight!)).toBeLessThan(0.1);
    expect(Math.abs(four! - recompute)).toBeLessThan(0.1);
  });

  it('dense attention drifts, because many tokens thin the sinks out', () => {
    const dense = perplexity('dense');
    expect(dense).toBeGreaterThan(recompute + 1);
    expect(dense).toBeLessThan(window);
  });

  it('with a dedicated token one sink is enough', () => {
    const best = perplexity('recompute', 0, 'dedicated');
    expect(Math.abs(perplexity('streaming', 1, 'dedicated') - best)).toBeLessThan(0.02);
    expect(perplexity('window', 0, 'dedicated')).toBeGreaterThan(5 * best);
  });

  it('with the softmax off by one the window loses nothing', () => {
    expect(Math.abs(perplexity('window', 0, 'off-by-one') - perplexity('streaming', 4, 'off-by-one'))).toBeLessThan(0.1);
  });

  it('a head that does nothing leaves the chain’s own perplexity, whatever is held', () => {
    const own = perplexity('dense', 0, 'spread', 0);
    for (const policy of ['window', 'recompute', 'streaming'] as const) expect(perplexity(policy, 0, 'spread', 0)).toBeCloseTo(own, 12);
    expect(own).toBeLessThan(perplexity('streaming', 4));
  });
});

describe('reading', () => {
  const model = models[0]!;
  const options = { profile: 'spread', gain: 10 } as const;
  const read = (policy: Policy, sizes: Sizes) => readStandIn(model, policy, sizes, options).losses;

  it('is dense while everything fits, to the last digit', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.integer({ min: 1, max: 80 }), (sinks, recent) => {
        const until = sinks + recent + 1;
        const dense = read('dense', { sinks, recent }).slice(0, until);
        expect(maxDifference(read('streaming', { sinks, recent }).slice(0, until), dense)).toBeLessThan(1e-12);
        expect(maxDifference(read('window', { sinks: 0, recent: sinks + recent }).slice(0, until), dense)).toBeLessThan(1e-12);
      }),
      { numRuns: 10 },
    );
  });

  it('a window is streaming without sinks', () => {
    expect(read('window', { sinks: 0, recent: 32 })).toEqual(read('streaming', { sinks: 0, recent: 32 }));
  });

  it('notes the weights that were asked for: of the capacity and the query itself, all together 1', () => {
    const { weights } = readStandIn(model, 'streaming', { sinks: 4, recent: 60 }, { ...options, looks: [0, 63, 64, 65, 500] });
    expect([...weights].map(([query, w]) => [query, w.length])).toEqual([
      [0, 1],
      [63, 64],
      [64, 65],
      [65, 65],
      [500, 65],
    ]);
    for (const w of weights.values()) expect(w.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('refuses a policy that is none', () => {
    expect(() => readStandIn(model, 'all' as Policy, { sinks: 0, recent: 1 }, options)).toThrow(RangeError);
  });
});

describe('the idle head', () => {
  const positions = (n: number) => Array.from({ length: n }, (_, i) => i);

  it('with one sink follows the closed form', () => {
    for (const n of [1, 2, 64, 600]) expect(idleWeights(positions(n), 'dedicated')[0]).toBeCloseTo(sinkWeight(7, n), 12);
  });

  it('knows a sink by where its key was computed, not by where it stands', () => {
    const [first] = idleWeights([0, 70, 71], 'dedicated');
    const [later] = idleWeights([69, 70, 71], 'dedicated');
    expect(first).toBeGreaterThan(0.99);
    expect(later).toBeCloseTo(1 / 3, 12);
  });

  it('off by one, keeps as much to itself as it would have put on four sinks', () => {
    const sum = (w: Float64Array) => w.reduce((a, b) => a + b, 0);
    expect(4 * Math.exp(profiles.spread[0])).toBeCloseTo(Math.exp(-idle), 9);
    for (const n of [10, 64]) {
      const spread = idleWeights(positions(n + 4), 'spread');
      expect(sum(idleWeights(positions(n), 'off-by-one'))).toBeCloseTo(sum(spread.slice(4)), 12);
    }
  });
});

describe('the text', () => {
  it('is the same for the same seed, another for another, one letter longer than what is read', () => {
    expect(standIn(50, 3)).toEqual(standIn(50, 3));
    expect(standIn(50, 3).text).not.toEqual(standIn(50, 4).text);
    expect(standIn(50, 3).text).toHaveLength(51);
  });

  it('follows its chances', () => {
    const { text, next } = standIn(40_000, 9);
    const counts = Array.from({ length: letters }, () => new Float64Array(letters));
    for (let i = 0; i + 1 < text.length; i++) counts[text[i]!]![text[i + 1]!]!++;
    counts.forEach((row, from) => {
      const all = row.reduce((a, b) => a + b);
      if (all > 2000) row.forEach((count, to) => expect(Math.abs(count / all - Math.exp(next[from]![to]!))).toBeLessThan(0.04));
    });
  });
});

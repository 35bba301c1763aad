import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attended,
  blockScores,
  evaluationsNeeded,
  hierarchicalPruning,
  keysOfBlocks,
  lostIn,
  recall,
  topK,
  type Representative,
  type Search,
} from '@/mechanisms/sparse-attention/hip-attention';
import { mass, needleMap, outputError, recallByLocality, toy } from '@/mechanisms/sparse-attention/hip-attention-toy';
import { attention } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { matmulTransposed } from '@/tensor/matmul';
import { random } from '@/tensor/random';
import { generate, row, rows, tensor } from '@/tensor/tensor';
import golden from '../golden/hip-attention.json';

const search = (scores: ArrayLike<number>, budget: number, representative: Representative = 'first'): Search =>
  hierarchicalPruning((key) => scores[key]!, scores.length, { budget, representative, random: random(1) });
const keptStarts = (found: Search) => found.rounds.map((round) => round.filter(({ kept }) => kept).map(({ start }) => start));
const roundScores = (found: Search) => found.rounds.map((round) => round.map(({ score }) => score));

/** A permutation of 0 to length - 1: any scores without ties. */
const distinctScores = (length: number, seed: number) => random(seed).shuffle(Array.from({ length }, (_, i) => i));
const anyRepresentative = fc.constantFrom<Representative>('first', 'center', 'last', 'random', 'oracle');
const anySearch = fc.record({
  length: fc.integer({ min: 1, max: 300 }),
  budget: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(9999),
  representative: anyRepresentative,
});

describe('against the authors’ search', () => {
  it.each(golden.cases.filter(({ params }) => 'length' in params))('$name', ({ params, expected }) => {
    const { length, budget, queries, channels, keysPerBlock, window, representative } = params as Required<typeof params> & {
      length: number;
      queries: number;
      channels: number;
      keysPerBlock: number;
      window: number;
      representative: Representative;
    };
    // The closed form of the golden inputs; the authors' function reads the odd rows of the queries alone.
    const last = channels - 1;
    const q = generate(['query', 'channel'], [queries / 2, channels], (i, c) =>
      c === last ? 1 : Math.cos(0.9 * (2 * i! + 1) + 0.7 * c! * c!),
    );
    const k = generate(['key', 'channel'], [length - window, channels], (j, c) =>
      c === last ? 12 : Math.sin(0.11 * (c! + 1) * j! + 1.7 * c!) + 0.3 * Math.cos(2.3 * (c! + 2) * j!),
    );
    const found = search(blockScores(matmulTransposed(q, k), keysPerBlock), Math.ceil(budget / keysPerBlock), representative);
    expect(found.selected).toEqual(expected.selected);
    expect(found.rounds).toHaveLength(expected.scores.length);
    roundScores(found).forEach((scores, r) => {
      const descending = scores.filter((score) => score > -Infinity).sort((a, b) => b - a);
      expect(maxDifference(descending, expected.scores[r]!)).toBeLessThan(2e-6);
    });
  });

  it.each(golden.cases.filter(({ inputs }) => inputs))('given scores: $name', ({ params, inputs, expected }) => {
    const found = search(inputs!.scores, params.budget);
    expect(found.selected).toEqual(expected.selected);
    roundScores(found).forEach((scores, r) =>
      expect(
        maxDifference(
          scores.toSorted((a, b) => b - a),
          expected.scores[r]!,
        ),
      ).toBeLessThan(1e-7),
    );
  });
});

describe('the search', () => {
  it.each([
    [64, 8, 48],
    [256, 16, 128],
    [1024, 32, 320],
    [4096, 64, 768],
    [65536, 512, 7168],
    [131072, 512, 8192],
  ])('of %i keys for %i makes %i evaluations', (length, budget, evaluations) => {
    expect(evaluationsNeeded(length, budget)).toBe(evaluations);
    const found = hierarchicalPruning((key) => Math.sin(key * 0.37), length, { budget });
    expect(found.evaluations).toBe(evaluations);
    expect(found.distinct).toBeLessThanOrEqual(evaluations);
    expect(found.rounds).toHaveLength(Math.log2(length / budget));
  });

  it('at 131072 keys scores one key in sixteen', () => {
    expect(evaluationsNeeded(131072, 512) / 131072).toBe(1 / 16);
  });

  it('adds 2k evaluations whenever the length doubles', () => {
    for (const length of [64, 128, 256, 512, 1024]) expect(evaluationsNeeded(2 * length, 16) - evaluationsNeeded(length, 16)).toBe(32);
  });

  it('finds both largest of a smooth peak, by the scores worked out by hand', () => {
    const scores = Array.from({ length: 16 }, (_, j) => Math.exp(-Math.abs(j - 11.2) / 3));
    const first = search(scores, 2, 'first');
    const expected = [
      [0.02391299, 0.09071795, 0.34415379, 0.76592834],
      [0.34415379, 0.67032005, 0.76592834, 0.39324072],
      [0.67032005, 0.93550699, 0.76592834, 0.54881164],
    ];
    expect(maxDifference(roundScores(first).flat(), expected.flat())).toBeLessThan(5e-9);
    expect(keptStarts(first)).toEqual([
      [8, 12],
      [10, 12],
      [11, 12],
    ]);
    const center = search(scores, 2, 'center');
    expect(maxDifference(roundScores(center)[0]!, [0.04657615, 0.17669445, 0.67032005, 0.39324072])).toBeLessThan(5e-9);
    for (const found of [first, center]) {
      expect(found.selected).toEqual([11, 12]);
      expect(found.evaluations).toBe(12);
    }
    expect(topK(scores, 2)).toEqual([11, 12]);
  });

  it('misses a lone needle in round 1, though no score is larger', () => {
    const bumpAt = (center: number) => Array.from({ length: 16 }, (_, j) => (j === 7 ? 1 : 0.5 * Math.exp(-Math.abs(j - center) / 3)));
    const scores = bumpAt(12.2);
    expect(topK(scores, 1)).toEqual([7]);
    for (const representative of ['first', 'center'] as const) {
      const found = search(scores, 2, representative);
      expect(found.selected).toEqual([12, 13]);
      expect(lostIn(found, 7)).toBe(1);
      // With the bump on a key, its two neighbours tie for second place and either may be taken; the needle never is.
      const tied = search(bumpAt(12), 2, representative);
      expect(tied.selected).toContain(12);
      expect(lostIn(tied, 7)).toBe(1);
    }
    const cheating = search(scores, 2, 'oracle');
    expect(cheating.selected).toContain(7);
    expect(lostIn(cheating, 7)).toBe(0);
  });

  it('selects everything and scores nothing where there is no more than k', () => {
    for (const length of [0, 1, 5, 8]) {
      const found = search(distinctScores(length, 3), 8);
      expect(found.selected).toEqual(Array.from({ length }, (_, i) => i));
      expect([found.rounds.length, found.evaluations, found.distinct]).toEqual([0, 0, 0]);
    }
  });

  it('returns min(k, T) distinct keys, ascending', () => {
    fc.assert(
      fc.property(anySearch, ({ length, budget, seed, representative }) => {
        const { selected } = search(distinctScores(length, seed), budget, representative);
        expect(selected).toHaveLength(Math.min(length, budget));
        selected.forEach((key, i) => expect(key).toBeGreaterThan(i ? selected[i - 1]! : -1));
        if (selected.length) expect(selected.at(-1)).toBeLessThan(length);
      }),
    );
  });

  it('starts from chunks that tile the keys, and halves partition what was kept', () => {
    fc.assert(
      fc.property(anySearch, ({ length, budget, seed, representative }) => {
        const found = search(distinctScores(length, seed), budget, representative);
        let left = found.start;
        let end = 0;
        for (const { start, size } of left) {
          expect(start).toBe(end);
          end = start + size;
        }
        expect(end).toBe(length);
        for (const round of found.rounds) {
          expect(round).toHaveLength(2 * budget);
          left.forEach((parent, i) => {
            const [a, b] = [round[2 * i]!, round[2 * i + 1]!];
            expect([a.start, a.start + a.size, b.start + b.size]).toEqual([parent.start, b.start, parent.start + parent.size]);
            expect(Math.abs(a.size - b.size)).toBeLessThanOrEqual(1);
          });
          left = round.filter(({ kept }) => kept);
          expect(left).toHaveLength(budget);
        }
        left.forEach(({ size }) => expect(size).toBe(1));
      }),
    );
  });

  it('keeps exactly the best halves, each with the score of its representative', () => {
    fc.assert(
      fc.property(anySearch, ({ length, budget, seed, representative }) => {
        const scores = distinctScores(length, seed);
        for (const round of search(scores, budget, representative).rounds) {
          const worstKept = Math.min(...round.filter(({ kept }) => kept).map(({ score }) => score));
          for (const { start, size, representative: key, score, kept } of round) {
            if (!size) expect([key, score, kept]).toEqual([-1, -Infinity, false]);
            else {
              expect(key).toBeGreaterThanOrEqual(start);
              expect(key).toBeLessThan(start + size);
              expect(score).toBe(scores[key]);
              if (!kept) expect(score).toBeLessThan(worstKept);
            }
          }
        }
      }),
    );
  });

  it('never makes more evaluations than its bound, the oracle apart', () => {
    fc.assert(
      fc.property(anySearch, ({ length, budget, seed, representative }) => {
        const found = search(distinctScores(length, seed), budget, representative);
        expect(found.distinct).toBeLessThanOrEqual(Math.min(length, found.evaluations));
        if (representative !== 'oracle') expect(found.evaluations).toBeLessThanOrEqual(evaluationsNeeded(length, budget));
        else if (length > budget) expect(found.distinct).toBe(length);
      }),
    );
  });

  it('with the oracle always finds the largest score, and pays for all of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 1, max: 40 }), fc.nat(9999), (length, budget, seed) => {
        const scores = distinctScores(length, seed);
        expect(search(scores, budget, 'oracle').selected).toContain(scores.indexOf(length - 1));
      }),
    );
    expect(search(distinctScores(256, 1), 16, 'oracle').evaluations).toBeGreaterThanOrEqual(256);
  });

  it('finds the exact top k of scores that fall from left to right', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (length, budget) => {
        const scores = Array.from({ length }, (_, i) => -i);
        expect(search(scores, budget).selected).toEqual(topK(scores, budget));
      }),
    );
  });

  it('says which round lost a key', () => {
    fc.assert(
      fc.property(anySearch, ({ length, budget, seed, representative }) => {
        const found = search(distinctScores(length, seed), budget, representative);
        for (let key = 0; key < length; key++) expect(lostIn(found, key) === 0).toBe(found.selected.includes(key));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a budget that is no positive whole number, and a random choice without a source', () => {
    for (const budget of [0, -1, 1.5, NaN]) expect(() => hierarchicalPruning(() => 0, 8, { budget })).toThrow(RangeError);
    expect(() => hierarchicalPruning(() => 0, 8, { budget: 2, representative: 'random' })).toThrow(RangeError);
  });
});

describe('blocks, window and sinks', () => {
  it('the score of a key block is the largest of its queries and keys', () => {
    const scores = tensor(['query', 'key'] as const, [2, 5], Float64Array.of(1, 2, 3, 4, -5, 9, 0, 0, 0, -6));
    expect([...blockScores(scores, 1)]).toEqual([9, 2, 3, 4, -5]);
    expect([...blockScores(scores, 2)]).toEqual([9, 4, -5]);
    expect(keysOfBlocks([2, 0], 2, 5)).toEqual([0, 1, 4]);
  });

  it('adds the window and the sinks, each key once', () => {
    expect(attended([1, 5, 9], 10, 2, 2)).toEqual([0, 1, 5, 8, 9]);
    expect(attended([], 3, 8, 8)).toEqual([0, 1, 2]);
  });

  it('one mask for eight queries serves each of them worse than its own would', () => {
    const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    const shares = Array.from({ length: 30 }, (_, seed) => {
      const { scores } = toy({ length: 256, locality: 8, queries: 8, seed });
      const shared = search(blockScores(scores, 1), 16, 'center').selected;
      const perQuery = Array.from({ length: 8 }, (_, i) => {
        const own = row(scores, i);
        return [recall(shared, topK(own, 16)), recall(search(own, 16, 'center').selected, topK(own, 16))];
      });
      return [mean(perQuery.map(([block]) => block!)), mean(perQuery.map(([, own]) => own!))];
    });
    expect(mean(shares.map(([block]) => block!))).toBeLessThan(mean(shares.map(([, own]) => own!)));
  });
});

describe('what a selection is worth', () => {
  it('attention over all keys is dense attention: no error, all the mass', () => {
    const { q, k, v, scores } = toy({ length: 40, locality: 4, queries: 1, seed: 3 });
    const { selected } = search(row(scores, 0), 40);
    expect(outputError(row(scores, 0), v, selected)).toBe(0);
    expect(mass(row(scores, 0), selected)).toBeCloseTo(1, 12);
    expect(maxDifference(scores.data, attention(q, k, v).scores.data)).toBeLessThan(1e-12);
  });

  it('the output error agrees with attention over the gathered keys', () => {
    const { q, k, v, scores } = toy({ length: 64, locality: 4, queries: 1, seed: 5 });
    const { selected } = search(row(scores, 0), 8);
    const dense = attention(q, k, v).output.data;
    const sparse = attention(q, rows(k, selected), rows(v, selected)).output.data;
    const difference = Math.hypot(...dense.map((x, c) => x - sparse[c]!)) / Math.hypot(...dense);
    expect(outputError(row(scores, 0), v, selected)).toBeCloseTo(difference, 12);
  });

  it('no k keys hold more mass than the exact top k', () => {
    fc.assert(
      fc.property(anySearch, ({ length, budget, seed, representative }) => {
        const scores = Float64Array.from(distinctScores(length, seed), (s) => s / 50);
        expect(mass(scores, search(scores, budget, representative).selected)).toBeLessThanOrEqual(
          mass(scores, topK(scores, budget)) + 1e-12,
        );
      }),
    );
  });

  it('recall of nothing wanted is 1', () => expect(recall([1], [])).toBe(1));
});

describe('the toy', () => {
  it('scores of neighbours correlate as a moving average’s do: 1 - lag / L', () => {
    const L = 8;
    const correlation = new Float64Array(L + 1);
    const draws = 400;
    for (let seed = 0; seed < draws; seed++) {
      const { scores } = toy({ length: 256, locality: L, queries: 1, seed });
      for (let lag = 0; lag <= L; lag++)
        for (let j = 0; j + L < 256; j++) correlation[lag]! += (scores.data[j]! * scores.data[j + lag]!) / (draws * (256 - L) * 4);
    }
    for (let lag = 0; lag <= L; lag++) expect(Math.abs(correlation[lag]! - (1 - lag / L))).toBeLessThan(0.06);
  });

  it('plants the needle at its height and leaves every other key alone', () => {
    const options = { length: 64, locality: 8, queries: 2, seed: 4 };
    const plain = toy(options).scores;
    const { scores } = toy({ ...options, needle: { position: 20, height: 9 } });
    expect(scores.data[20]).toBeCloseTo(9, 10);
    for (let key = 0; key < 64; key++) if (key !== 20) expect(scores.data[key]).toBe(plain.data[key]);
  });

  it('is the same for the same seed, and another for another', () => {
    const options = { length: 64, locality: 4, queries: 2, seed: 1 };
    expect(toy(options)).toEqual(toy(options));
    expect(toy({ ...options, seed: 2 }).scores.data).not.toEqual(toy(options).scores.data);
  });
});

describe('recall against locality', () => {
  const localities = [1, 2, 4, 8, 16, 32];
  const measure = (representative: Representative) =>
    recallByLocality({ length: 256, budget: 16, representative, localities, trials: 200, seed: 7 });
  const first = measure('first');
  const center = measure('center');

  it.each([
    ['first', first, [0.32, 0.4, 0.51, 0.76, 0.9, 0.95]],
    ['center', center, [0.22, 0.46, 0.69, 0.87, 0.93, 0.96]],
  ])('with the %s key', (_, points, expected) => {
    points.forEach(({ recall: { search: found } }, i) => expect(Math.abs(found - expected[i]!)).toBeLessThan(0.05));
    points.slice(1).forEach((point, i) => expect(point.recall.search).toBeGreaterThan(points[i]!.recall.search));
  });

  it('in attention mass', () => {
    const expected = [0.42, 0.52, 0.65, 0.87, 0.97, 0.99];
    first.forEach(({ mass: { search: found } }, i) => expect(Math.abs(found - expected[i]!)).toBeLessThan(0.05));
  });

  it('keys at random recall k / T, and so does a window, as these scores do not favour recent keys', () => {
    for (const { recall: share } of center) {
      expect(Math.abs(share.random - 16 / 256)).toBeLessThan(0.02);
      expect(Math.abs(share.window - 16 / 256)).toBeLessThan(0.05);
    }
  });

  it('the search beats random keys even where there is no locality: it keeps the best of what it scored', () => {
    for (const points of [first, center]) expect(points[0]!.recall.search).toBeGreaterThan(3 * points[0]!.recall.random);
  });
});

describe('the needle map', () => {
  const scores = Float64Array.from(toy({ length: 256, locality: 16, queries: 1, seed: 1 }).scores.data);
  const height = Math.max(...scores) + 3;
  const map = (representative: Representative) => needleMap(scores, height, { budget: 16, representative });
  const found = (rounds: number[]) => rounds.filter((round) => round === 0).length;

  it('every representative of the first round is a place where the needle is found with first', () => {
    const starts = search(scores, 16, 'first').rounds[0]!.map(({ start }) => start);
    const places = map('first');
    for (const start of starts) expect(places[start]).toBe(0);
  });

  it('most places lose it, and most of those at once; the oracle loses none', () => {
    const places = map('center');
    expect(found(places)).toBeGreaterThanOrEqual(32);
    expect(found(places)).toBeLessThan(192);
    expect(places.filter((round) => round === 1).length).toBeGreaterThan(64);
    expect(found(map('oracle'))).toBe(256);
  });

  it('agrees with the search run on the planted scores, and leaves the scores as they were', () => {
    const before = scores.slice();
    const places = map('center');
    expect(scores).toEqual(before);
    for (const position of [0, 37, 100, 255]) {
      const planted = scores.slice();
      planted[position] = height;
      expect(search(planted, 16, 'center').selected.includes(position)).toBe(places[position] === 0);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { lossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { kept, patterns, reachHooks, reachOf, sees } from '@/mechanisms/positional-extrapolation/lm-infinite';
import { read } from '@/mechanisms/positional-extrapolation/lm-infinite-resident';
import { passage, resident } from '@/model/resident';
import { lossesOf, tokens } from '@/model/text';
import { maxDifference } from '@/tensor/compare';

const ids = tokens(passage('persuasion')).slice(0, 101);
const watch = { every: 8, first: 4 };

describe.each(['rope', 'sink', 'alibi'])('%s', (name) => {
  const model = resident(name);

  it.each(patterns)('%s: read in pieces with a cache it pays what it pays with the mask, read at once', (pattern) => {
    const reach = reachOf(pattern, 24, 3);
    expect(maxDifference(read(model, ids, reach, watch).losses, lossesOf(model, ids, reachHooks(reach)).subarray(0, 100))).toBeLessThan(
      1e-4,
    );
  });

  it('a mask wider than the text changes nothing', () => {
    const full = lossesOf(model, ids);
    for (const pattern of patterns)
      expect(maxDifference(read(model, ids, reachOf(pattern, 128, 3), watch).losses, full)).toBeLessThan(1e-4);
  });
});

describe('what is watched', () => {
  const model = resident('rope');
  const reach = reachOf('lambda', 24, 3);

  it('queries at the end of each stretch, with entropies between 0 and the logarithm of the keys they see', () => {
    const found = read(model, ids, reach, watch);
    expect(found.queries).toEqual([7, 15, 23, 31, 39, 47, 55, 63, 71, 79, 87, 95, 99]);
    found.entropies.forEach((h, i) => {
      expect(h).toBeGreaterThan(0);
      expect(h).toBeLessThan(Math.log(found.seen[i]!));
    });
    expect(found.seen.slice(0, 5)).toEqual([8, 16, 24, 27, 27]);
  });

  it('shares are of the tokens that are seen: a window leaves none on the first ones, and no score as far away', () => {
    const banded = read(model, ids, reachOf('window', 24, 0), watch);
    banded.queries.forEach((query, i) => {
      const expected = [0, 1, 2, 3].some((key) => sees(query, key, reachOf('window', 24, 0)));
      expect(banded.shares[i]! > 0).toBe(expected);
    });
    expect(banded.scores.map((score) => !Number.isNaN(score))).toEqual(banded.scores.map((_, i) => i < 3));
    expect(read(model, ids, reach, watch).scores.some(Number.isNaN)).toBe(false);
  });

  it('shares by head average to those by position, past the trained window', () => {
    const long = tokens(passage('persuasion')).slice(0, 321);
    const found = read(resident('sink'), long, reachOf('lambda', 64, 4), { every: 16, first: 4 });
    const past = found.shares.filter((_, i) => found.queries[i]! >= 256);
    const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    expect(mean(found.heads)).toBeCloseTo(mean(past), 10);
    expect(Math.max(...found.heads)).toBeGreaterThan(0.9);
  });

  it('full attention is what another reading of the same text measures', () => {
    const other = lossCurve(model, passage('persuasion'), { length: 101, width: 100 });
    const mean = read(model, ids, reachOf('full', 1, 0), watch).losses.reduce((a, b) => a + b, 0) / 100;
    expect(mean).toBeCloseTo(other.inside, 4);
  });

  it('a cache never holds more than the starting tokens, the window and what is being read', () => {
    const held = kept(
      Array.from({ length: 500 }, (_, i) => i),
      500,
      reach,
    );
    expect(held).toHaveLength(3 + 23);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import {
  capacity,
  evict,
  evictForSpace,
  inflation,
  ownSlot,
  policies,
  products,
  sinkWeight,
  slotDistance,
  slotOf,
  softmaxOffByOne,
  streamingCache,
  type Policy,
  type Sizes,
} from '@/mechanisms/sparse-attention/streaming-llm';
import { maxDifference } from '@/tensor/compare';
import { softmax } from '@/tensor/softmax';
import golden from '../golden/streaming-llm.json';

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
/** What is held after each of so many tokens. */
const stream = (tokens: number, sizes: Sizes) => {
  let held: readonly number[] = [];
  return numbers(tokens).map((token) => (held = evict([...held, token], sizes)));
};
const anySizes = fc.record({ sinks: fc.nat(8), recent: fc.integer({ min: 0, max: 40 }) });

describe('against the authors’ code', () => {
  it.each(golden.streams)('the cache after each token: $params', ({ params: { start, recent, tokens }, expected }) => {
    expect(stream(tokens, { sinks: start, recent })).toEqual(expected);
  });

  it.each(golden.spaces)('room for a prompt: $params', ({ params: { start, recent, held, coming }, expected }) => {
    expect(evictForSpace(numbers(held), coming, { sinks: start, recent })).toEqual(expected);
  });

  it('keys of a cache with gaps are turned at their slots', () => {
    const { ids, dim, keys, query, scores } = golden.rotary;
    const theta = rope(dim);
    const sizes = { sinks: 4, recent: 3 };
    const channels = numbers(dim);
    expect(ids.map((id) => slotOf(id, 9, sizes))).toEqual(numbers(8));
    const q = rotate(
      channels.map((c) => Math.cos(0.7 * (c + 1))),
      7,
      theta,
    );
    expect(maxDifference(q, query)).toBeLessThan(1e-11);
    ids.forEach((id, slot) => {
      const k = rotate(
        channels.map((c) => Math.sin(0.3 * (c + 1) * id + 0.5 * c)),
        slot,
        theta,
      );
      expect(maxDifference(k, keys[slot]!)).toBeLessThan(1e-11);
      expect(k.reduce((sum, x, c) => sum + x * q[c]!, 0) / Math.sqrt(dim)).toBeCloseTo(scores[slot]!, 10);
    });
  });
});

describe('the cache', () => {
  it('holds what was worked out by hand', () => {
    expect(stream(20, { sinks: 4, recent: 4 }).at(-1)).toEqual([0, 1, 2, 3, 16, 17, 18, 19]);
    expect(stream(9, { sinks: 4, recent: 4 }).at(-1)).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
    expect(stream(12, { sinks: 0, recent: 4 }).at(-1)).toEqual([8, 9, 10, 11]);
  });

  it('makes room for a prompt: the latest go by as many as come, then all but the sinks', () => {
    const sizes = { sinks: 4, recent: 4 };
    expect(evictForSpace(numbers(8), 2, sizes)).toEqual([0, 1, 2, 3, 6, 7]);
    for (const coming of [4, 5, 100]) expect(evictForSpace(numbers(8), coming, sizes)).toEqual([0, 1, 2, 3]);
    expect(evictForSpace(numbers(5), 3, sizes)).toEqual(numbers(5));
  });

  it('never holds more than its capacity, in the order of the text, the sinks among them', () => {
    fc.assert(
      fc.property(anySizes, fc.integer({ min: 1, max: 120 }), (sizes, tokens) => {
        stream(tokens, sizes).forEach((held, token) => {
          expect(held.length).toBe(Math.min(token + 1, capacity(sizes)));
          held.forEach((id, i) => expect(id).toBeGreaterThan(i ? held[i - 1]! : -1));
          expect(held.slice(0, sizes.sinks)).toEqual(numbers(Math.min(sizes.sinks, token + 1)));
        });
      }),
    );
  });

  it('holds everything while everything fits, as dense attention does', () => {
    fc.assert(
      fc.property(anySizes, (sizes) => {
        const all = stream(capacity(sizes), sizes);
        all.forEach((held, token) => expect(held).toEqual(numbers(token + 1)));
      }),
    );
  });

  it('has room for a prompt afterwards, unless that is longer than what is not a sink', () => {
    fc.assert(
      fc.property(anySizes, fc.nat(100), fc.nat(60), (sizes, tokens, coming) => {
        const held = evictForSpace(stream(tokens, sizes).at(-1) ?? [], coming, sizes);
        expect(held.length + Math.min(coming, sizes.recent)).toBeLessThanOrEqual(capacity(sizes));
        expect(new Set(held).size).toBe(held.length);
      }),
    );
  });

  it('is a policy for a resident model: one more is held while a token is read', () => {
    const { keep, slots } = streamingCache({ sinks: 2, recent: 3 });
    expect(slots).toBe(true);
    expect(keep!([0, 1, 3, 4, 5, 6])).toEqual([0, 1, 4, 5, 6]);
  });

  it('refuses sizes that are none', () => {
    expect(() => evict([1], { sinks: -1, recent: 4 })).toThrow(RangeError);
    expect(() => evict([1], { sinks: 1, recent: 0.5 })).toThrow(RangeError);
    expect(() => evictForSpace([1], NaN, { sinks: 1, recent: 1 })).toThrow(RangeError);
  });
});

describe('positions in the cache', () => {
  it('are the places in what the query meets', () => {
    fc.assert(
      fc.property(anySizes, fc.nat(100), (sizes, query) => {
        const met = [...(stream(query, sizes).at(-1) ?? []), query];
        met.forEach((token, slot) => expect(slotOf(token, query, sizes)).toBe(slot));
        expect(ownSlot(query, sizes)).toBe(met.length - 1);
        for (const token of numbers(query)) if (!met.includes(token)) expect(slotOf(token, query, sizes)).toBe(-1);
        expect(slotOf(query + 1, query, sizes)).toBe(-1);
      }),
    );
  });

  it('keep true distances among recent tokens, and never put a sink further away than the cache is long', () => {
    fc.assert(
      fc.property(anySizes, fc.nat(200), (sizes, query) => {
        const most = capacity(sizes);
        for (const token of numbers(query + 1)) {
          const distance = slotDistance(token, query, sizes);
          if (token < sizes.sinks) expect(distance).toBe(Math.min(query, most) - token);
          else if (!Number.isNaN(distance)) expect(distance).toBe(query - token);
        }
        if (sizes.sinks) expect(slotDistance(0, query, sizes)).toBe(Math.min(query, most));
      }),
    );
    expect(slotDistance(10, 100, { sinks: 4, recent: 20 })).toBeNaN();
  });

  it('are all that RoPE sees: the same distance, the same score', () => {
    const theta = rope(4);
    const dot = (m: number, n: number) => {
      const q = rotate([1, 0.5, -0.3, 0.2], m, theta);
      const k = rotate([0.4, -1, 0.7, 0.1], n, theta);
      return q.reduce((sum, x, c) => sum + x * k[c]!, 0);
    };
    expect(dot(7, 4)).toBeCloseTo(-0.5446653089, 10);
    expect(dot(103, 100)).toBeCloseTo(-0.5446653089, 10);
  });
});

describe('the weight of a sink', () => {
  it.each([
    [6, 64, 0.8649311516],
    [6, 4096, 0.0896821562],
    [0, 64, 0.015625],
  ])('with a logit of %d among %d is %d', (logit, n, weight) => {
    expect(sinkWeight(logit, n)).toBeCloseTo(weight, 10);
    expect(softmax(Float64Array.from({ length: n }, (_, i) => (i ? 0 : logit)))[0]).toBeCloseTo(weight, 10);
  });

  it('without it the others grow by the inflation', () => {
    expect(inflation(6, 63)).toBeCloseTo(7.4036316, 7);
    fc.assert(
      fc.property(fc.double({ min: -5, max: 12, noNaN: true }), fc.integer({ min: 1, max: 200 }), (logit, w) => {
        const before = softmax(Float64Array.from({ length: w + 1 }, (_, i) => (i ? 0 : logit)))[1]!;
        expect(1 / w / before / inflation(logit, w)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the softmax off by one', () => {
  it('of 1, 2 and 3', () => {
    const w = softmaxOffByOne([1, 2, 3]);
    expect(maxDifference(w, [0.087144, 0.236883, 0.643914])).toBeLessThan(5e-7);
    expect(w.reduce((a, b) => a + b)).toBeCloseTo(0.967941, 6);
  });

  it('is the softmax with one more key that scores 0, and sums to less than 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 30 }), (x) => {
        const w = softmaxOffByOne(x);
        expect(maxDifference(w, softmax([...x, 0]).slice(0, -1))).toBeLessThan(1e-12);
        expect(w.reduce((a, b) => a + b)).toBeLessThanOrEqual(1);
      }),
    );
    expect(softmaxOffByOne([-5, -5]).reduce((a, b) => a + b)).toBeLessThan(0.02);
    expect([...softmaxOffByOne([-Infinity, 0])]).toEqual([0, 0.5]);
    expect([...softmaxOffByOne([-Infinity])]).toEqual([0]);
  });
});

describe('products', () => {
  /** Counted one by one. */
  const counted = (policy: Policy, tokens: number, cache: number) => {
    let sum = 0;
    for (let token = 0; token < tokens; token++) {
      if (policy === 'dense') sum += token + 1;
      else if (policy === 'recompute') for (let i = 1; i <= Math.min(token + 1, cache); i++) sum += i;
      else sum += Math.min(token + 1, cache + 1);
    }
    return sum;
  };

  it('are what counting gives', () => {
    fc.assert(
      fc.property(fc.constantFrom(...policies), fc.nat(120), fc.nat(60), (policy, tokens, cache) => {
        expect(products(policy, tokens, cache)).toBe(counted(policy, tokens, cache));
      }),
    );
  });

  it('of recomputation come to about half a cache times those of a cache', () => {
    expect(products('recompute', 1e6, 1024) / products('streaming', 1e6, 1024)).toBeCloseTo(512, 0);
  });
});

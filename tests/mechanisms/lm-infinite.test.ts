import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apart,
  attend,
  entropyFloor,
  held,
  kept,
  pairs,
  pairsBeyond,
  patterns,
  reachOf,
  rowsOf,
  seen,
  sees,
  type Head,
  type Reach,
} from '@/mechanisms/positional-extrapolation/lm-infinite';
import { blockwise } from '@/mechanisms/positional-extrapolation/lm-infinite-blocks';
import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference } from '@/tensor/compare';
import { normals, random } from '@/tensor/random';
import { entropy, softmax } from '@/tensor/softmax';
import { generate, row, tensor } from '@/tensor/tensor';
import file from '../golden/lm-infinite.json';

interface Case {
  name: string;
  params: { mode: string; n: number; dim: number; window?: number; starting?: number; limit?: number };
  expected: number[][];
}
const golden = file.cases as Case[];

/** The closed form of the golden vectors. */
function formula(n: number, dim: number): Head {
  const make = (f: (i: number, c: number) => number) => generate(['token', 'channel'] as const, [n, dim], (i, c) => f(i!, c!));
  return {
    q: make((i, c) => Math.sin(0.7 * i + 1.3 * c + 0.1)),
    k: make((i, c) => Math.cos(0.5 * i + 0.9 * c + 0.2)),
    v: make((i, c) => Math.sin(0.3 * i - 0.6 * c + 0.4)),
    theta: rope(dim),
  };
}

/** A head of random numbers. */
function drawn(seed: number, n: number, dim: number): Head {
  const make = (at: number) => tensor(['token', 'channel'] as const, [n, dim], normals(3 * seed + at, n * dim));
  return { q: make(0), k: make(1), v: make(2), theta: rope(dim) };
}

const full: Reach = reachOf('full', 1, 0);
const anyReach = fc.record({
  window: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(Infinity)),
  starting: fc.integer({ min: 0, max: 12 }),
  ceiling: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(Infinity)),
});

describe('the authors of LM-Infinite agree', () => {
  it.each(golden)('$name', ({ params: { mode, n, dim, window, starting, limit }, expected }) => {
    const reach = mode === 'detailed' ? reachOf('ceiling', limit!, 0) : reachOf('lambda', window!, starting!);
    const out = attend(formula(n, dim), reach);
    expected.forEach((theirs, i) =>
      expect(maxDifference(row(out, n - expected.length + i), theirs)).toBeLessThan(mode === 'detailed' ? 1e-6 : 1e-10),
    );
  });

  it('in every mode there is a case', () => {
    expect(new Set(golden.map(({ params }) => params.mode))).toEqual(
      new Set(['long_seq', 'single_query', 'short_seq', 'cached', 'detailed']),
    );
  });
});

describe('a worked example of 12 tokens, window 4, two starting tokens', () => {
  const head = formula(12, 4);
  const reach = reachOf('lambda', 4, 2);
  const out = attend(head, reach);
  const all = attend(head, full);

  it('has these outputs', () => {
    expect(maxDifference(row(out, 5), [0.89380233, 0.66968405, 0.21162587, -0.32035932])).toBeLessThan(1e-8);
    expect(maxDifference(row(out, 11), [0.00938952, 0.33067525, 0.5364466, 0.55482172])).toBeLessThan(1e-8);
    expect(maxDifference(row(all, 11), [0.26109953, 0.46501866, 0.50649339, 0.37103541])).toBeLessThan(1e-8);
    expect(maxDifference(row(out, 3), [0.79528527, 0.3606815, -0.19991869, -0.69068154])).toBeLessThan(1e-8);
    expect(row(out, 3)).toEqual(row(all, 3));
  });

  it('has these weights in its last row', () => {
    const { keys, weights } = rowsOf(head, reach)(11);
    expect([...keys]).toEqual([0, 1, 8, 9, 10, 11]);
    expect(maxDifference(weights, [0.09822076, 0.10780273, 0.17405966, 0.20037943, 0.20903908, 0.21049834])).toBeLessThan(1e-8);
  });

  it('shows so many keys to each', () => {
    expect(Array.from({ length: 12 }, (_, i) => seen(i, reach))).toEqual([1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6]);
  });
});

describe('who sees whom', () => {
  it('seen, pairs and held count what sees says', () => {
    fc.assert(
      fc.property(anyReach, fc.integer({ min: 1, max: 60 }), (reach, n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          const visible = Array.from({ length: i + 1 }, (_, j) => j).filter((j) => sees(i, j, reach));
          expect(seen(i, reach)).toBe(visible.length);
          sum += visible.length;
        }
        expect(pairs(n, reach)).toBe(sum);
        // What is held after n tokens is what the last query saw.
        expect(held(n, reach)).toBe(seen(n - 1, reach));
        expect(sees(0, 1, reach)).toBe(false);
      }),
    );
  });

  it('pairsBeyond counts those that are given a larger distance', () => {
    fc.assert(
      fc.property(anyReach, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 50 }), (reach, n, known) => {
        let count = 0;
        for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) if (sees(i, j, reach) && apart(i, j, reach) > known) count++;
        expect(pairsBeyond(n, reach, known)).toBe(count);
      }),
    );
    expect(pairsBeyond(96, reachOf('lambda', 32, 4), 32)).toBe(0);
    expect(pairsBeyond(96, reachOf('mask', 32, 4), 32)).toBe(246);
  });

  it('a cache keeps what is still to be seen, whatever was dropped before, and no more', () => {
    fc.assert(
      fc.property(anyReach, fc.integer({ min: 1, max: 60 }), (reach, n) => {
        let tokens: readonly number[] = [];
        for (let i = 0; i < n; i++) {
          tokens = kept([...tokens, i], i + 1, reach);
          const next = Array.from({ length: i + 1 }, (_, j) => j).filter((j) => sees(i + 1, j, reach));
          expect(tokens).toEqual(next);
        }
      }),
    );
  });

  it('no distance exceeds the ceiling; under LM-Infinite starting tokens outside the window are all one further than any in it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 80 }),
        (window, starting, i) => {
          const reach = reachOf('lambda', window, starting);
          for (let j = 0; j <= i; j++) {
            if (!sees(i, j, reach)) continue;
            expect(apart(i, j, reach)).toBe(i - j < window ? i - j : window);
          }
        },
      ),
    );
  });

  it('five patterns: full, and what the mask and the ceiling are alone', () => {
    const counted = Object.fromEntries(patterns.map((pattern) => [pattern, pairs(100, reachOf(pattern, 16, 4))]));
    expect(counted).toEqual({ full: 5050, ceiling: 5050, window: 1480, mask: 1810, lambda: 1810 });
    expect(patterns.map((pattern) => apart(99, 0, reachOf(pattern, 16, 4)))).toEqual([99, 16, 99, 99, 16]);
    expect(patterns.map((pattern) => apart(99, 0, reachOf(pattern, 16, 4, 24)))).toEqual([99, 24, 99, 99, 24]);
  });

  it('grows linearly once the window is full', () => {
    const reach = reachOf('lambda', 32, 4);
    for (const n of [40, 100, 5000]) expect(pairs(n + 1, reach) - pairs(n, reach)).toBe(36);
  });

  it('refuses sizes that are none', () => {
    for (const reach of [
      { window: 0, starting: 0, ceiling: 1 },
      { window: 2.5, starting: 0, ceiling: 1 },
      { window: 4, starting: -1, ceiling: 1 },
      { window: 4, starting: Infinity, ceiling: 1 },
      { window: 4, starting: 0, ceiling: NaN },
    ])
      expect(() => pairs(8, reach)).toThrow(RangeError);
    expect(() => rowsOf({ ...drawn(1, 4, 8), theta: rope(16) }, full)).toThrow(RangeError);
  });
});

describe('attention', () => {
  it('is full attention, exactly, while the text fits the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ max: 999, min: 0 }),
        (n, starting, seed) => {
          const head = drawn(seed, n, 8);
          expect(attend(head, reachOf('lambda', 24, starting))).toEqual(attend(head, full));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('rows sum to 1, over the keys that are seen', () => {
    fc.assert(
      fc.property(anyReach, fc.integer({ min: 1, max: 50 }), fc.integer({ max: 999, min: 0 }), (reach, n, seed) => {
        const rowAt = rowsOf(drawn(seed, n, 8), reach);
        for (let i = 0; i < n; i++) {
          const { keys, weights } = rowAt(i);
          expect([...keys]).toEqual(Array.from({ length: i + 1 }, (_, j) => j).filter((j) => sees(i, j, reach)));
          expect(Math.abs(weights.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('logits are those of the query turned by the capped distance', () => {
    fc.assert(
      fc.property(anyReach, fc.integer({ max: 999, min: 0 }), (reach, seed) => {
        const head = drawn(seed, 45, 8);
        const { keys, logits } = rowsOf(head, reach)(44);
        keys.forEach((key, s) => {
          const turned = rotate(row(head.q, 44), apart(44, key, reach), head.theta);
          const k = row(head.k, key);
          expect(logits[s]).toBeCloseTo(turned.reduce((sum, x, c) => sum + x * k[c]!, 0) / Math.sqrt(8), 10);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('in blocks it is the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ max: 999, min: 0 }),
        (n, window, starting, seed) => {
          const head = drawn(seed, n, 8);
          expect(
            maxDifference(blockwise(head, window, starting).data, attend(head, reachOf('lambda', window, starting)).data),
          ).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a key in the middle changes nothing, to the last bit; one that is seen does', () => {
    const reach = reachOf('lambda', 8, 3);
    const head = drawn(5, 40, 8);
    const out = attend(head, reach);
    const changed = (key: number) => {
      const k = tensor(head.k.axes, head.k.shape, head.k.data.slice());
      const v = tensor(head.v.axes, head.v.shape, head.v.data.slice());
      row(k, key).fill(7);
      row(v, key).fill(7);
      return row(attend({ ...head, k, v }, reach), 39);
    };
    for (let key = 0; key < 40; key++) {
      if (sees(39, key, reach)) expect(changed(key)).not.toEqual(row(out, 39));
      else expect(changed(key)).toEqual(row(out, 39));
    }
  });

  it('the capped logits of a query do not know where it stands', () => {
    // The same vectors, behind 30 more tokens: query 39 and starting token 1 become query 69 and the same starting token.
    const reach = reachOf('lambda', 8, 3);
    const head = drawn(6, 70, 8);
    const moved = { ...head, q: tensor(head.q.axes, head.q.shape, head.q.data.slice()) };
    row(moved.q, 69).set(row(head.q, 39));
    const here = rowsOf(head, reach)(39).logits.subarray(0, 3);
    const there = rowsOf(moved, reach)(69).logits.subarray(0, 3);
    expect(there).toEqual(here);
    // With true distances they do.
    const far = (x: Head, i: number) => rowsOf(x, reachOf('mask', 8, 3))(i).logits.subarray(0, 3);
    expect(maxDifference(far(moved, 69), far(head, 39))).toBeGreaterThan(0.01);
  });

  it('moving all tokens by a constant changes nothing while every distance is inside the window', () => {
    const head = drawn(7, 12, 8);
    const logits = rowsOf(head, reachOf('lambda', 12, 2))(11).logits;
    for (const by of [1, 50, 1000]) {
      const turned = (x: Head['q'], i: number) => rotate(row(x, i), i + by, head.theta);
      logits.forEach((logit, j) => {
        const [q, k] = [turned(head.q, 11), turned(head.k, j)];
        expect(logit).toBeCloseTo(q.reduce((sum, x, c) => sum + x * k[c]!, 0) / Math.sqrt(8), 9);
      });
    }
  });
});

describe('entropy', () => {
  const uniform = (seed: number, n: number, bound: number) => {
    const source = random(seed);
    return Float64Array.from({ length: n }, () => bound * (2 * source.uniform() - 1));
  };

  it('is at least ln n - 2B, and at most ln n', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        fc.integer({ max: 9999, min: 0 }),
        (n, bound, seed) => {
          const h = entropy(softmax(uniform(seed, n, bound)));
          expect(h).toBeGreaterThanOrEqual(entropyFloor(n, bound) - 1e-12);
          expect(h).toBeLessThanOrEqual(Math.log(n) + 1e-12);
        },
      ),
    );
  });

  it('the bound is met by logits that are all alike, and from n = e^2B on it is above 0', () => {
    for (const n of [1, 17, 4096]) expect(entropy(softmax(new Float64Array(n).fill(3)))).toBeCloseTo(entropyFloor(n, 0), 10);
    expect(entropyFloor(Math.exp(6), 3)).toBeCloseTo(0, 12);
  });

  it('with logits within 2 it is about 6.47 over 1,024 keys, above 2.93, and grows by about ln 4 for four times the keys', () => {
    expect(entropyFloor(1024, 2)).toBeCloseTo(2.93, 2);
    const found = [64, 256, 1024, 4096, 16384].map((n) => entropy(softmax(uniform(1, n, 2))));
    [3.68, 5.11, 6.47, 7.84, 9.23].forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(0.15));
    for (let i = 2; i < found.length; i++) expect(Math.abs(found[i]! - found[i - 1]! - Math.log(4))).toBeLessThan(0.06);
  });

  it('of a row under LM-Infinite cannot exceed ln (L + G), however long the text; of full attention it does', () => {
    const head = drawn(8, 300, 8);
    const at = (reach: Reach) => entropy(rowsOf(head, reach)(299).weights);
    expect(at(reachOf('lambda', 16, 4))).toBeLessThan(Math.log(20));
    expect(at(full)).toBeGreaterThan(Math.log(20));
  });
});

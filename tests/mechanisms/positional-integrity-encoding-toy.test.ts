import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstChange, splice, type Edit, type Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import {
  editedCache,
  encode,
  encodeText,
  keyCosines,
  nextStates,
  randomTokens,
  randomToy,
  type Cache,
  type Toy,
  type ToyOptions,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding-toy';
import { rope } from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference, relativeError } from '@/tensor/compare';
import golden from '../golden/positional-integrity-encoding.json';

const edit = (at: number, removed: number, inserted: number): Edit => ({ at, removed, inserted });
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

interface Run {
  readonly toy: Toy;
  readonly old: readonly Float64Array[];
  readonly fresh: readonly Float64Array[];
  readonly query: Float64Array;
  readonly edits: readonly Edit[];
}

/** All caches of an edited text, and the state of the query behind each. */
function run({ toy, old, fresh, query, edits }: Run) {
  const slots = splice(old.length, edits);
  const from = firstChange(edits, old.length);
  const tokens = slots.map((slot) => (slot.old === undefined ? fresh[slot.fresh]! : old[slot.old]!));
  const cached = encodeText(toy, old);
  const cache = (method: Method) => editedCache(toy, cached, tokens, slots, method, from);
  const states = (method: Method) => nextStates(toy, cache(method), query, method === 'stale' ? old.length : slots.length);
  return { slots, from, tokens, cache, states, error: (method: Method) => relativeError(states(method).at(-1)!, states('full').at(-1)!) };
}

function random(seed: number, n: number, edits: readonly Edit[], options: ToyOptions = {}) {
  const toy = randomToy(seed, options);
  const inserted = edits.reduce((sum, one) => sum + one.inserted, 0);
  const all = randomTokens(seed + 5000, n + inserted + 1, toy.dim);
  return run({ toy, old: all.slice(0, n), fresh: all.slice(n, n + inserted), query: all.at(-1)!, edits });
}

const largest = (a: Cache, b: Cache, from = 0, to?: number): number =>
  Math.max(
    0,
    ...(['keys', 'values'] as const).flatMap((which) =>
      a[which].flatMap((rows, layer) => rows.slice(from, to).map((row, t) => maxDifference(row, b[which][layer]![from + t]!))),
    ),
  );

/** The generator of tests/golden/make/positional-integrity-encoding.py: variance 1. */
function draws(seed: number) {
  let state = seed;
  return (n: number) =>
    Float64Array.from({ length: n }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32 - 0.5) * Math.sqrt(12);
    });
}

describe('the decoder in numpy, with complex numbers and a mask in place of a cache, agrees', () => {
  it.each(golden.toy.map((one) => [JSON.stringify(one.params), one] as const))('%s', (_, { params, states, cosines }) => {
    const { seed, dim, layers, n, coupling } = params;
    const edits = params.edits.map(([at, removed, inserted]) => edit(at!, removed!, inserted!));
    const draw = draws(seed);
    const scaled = (by: number) => draw(dim * dim).map((x) => (x * by) / Math.sqrt(dim));
    const toy: Toy = {
      dim,
      theta: rope(dim),
      coupling,
      layers: Array.from({ length: layers }, () => ({ q: scaled(1.5), k: scaled(1.5), v: scaled(1), o: scaled(0.5) })),
    };
    const rows = (count: number) => Array.from({ length: count }, () => draw(dim));
    const [old, fresh] = [rows(n), rows(edits.reduce((sum, { inserted }) => sum + inserted, 0))];
    const own = run({ toy, old, fresh, query: draw(dim), edits });
    for (const [method, expected] of Object.entries(states))
      expect(maxDifference(own.states(method as Method).at(-1)!, expected), method).toBeLessThan(1e-10);
    for (const [method, expected] of Object.entries(cosines))
      keyCosines(own.cache(method as Method), own.cache('full')).forEach((row, layer) =>
        expect(maxDifference(row, expected[layer]!), method).toBeLessThan(1e-10),
      );
  });
});

const anyEdit = fc
  .record({ at: fc.nat(12), removed: fc.nat(5), inserted: fc.nat(5), seed: fc.nat(50) })
  .map(({ at, removed, inserted, seed }) => ({ seed, edits: [edit(at, Math.min(removed, 12 - at), inserted)] }));

describe('what is exact', () => {
  it('encoding in full from the edit on is encoding the edited text from its beginning', () => {
    fc.assert(
      fc.property(anyEdit, ({ seed, edits }) => {
        const { cache, tokens } = random(seed, 12, edits, { dim: 8 });
        expect(largest(cache('full'), encodeText(randomToy(seed, { dim: 8 }), tokens))).toBeLessThan(1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it('with one layer PIE ends in the state of full recomputation, whatever the edit', () => {
    fc.assert(
      fc.property(anyEdit, ({ seed, edits }) => {
        const { states, cache } = random(seed, 12, edits, { dim: 8, layers: 1 });
        expect(maxDifference(states('pie')[0]!, states('full')[0]!)).toBeLessThan(1e-12);
        expect(largest(cache('pie'), cache('full'))).toBeLessThan(1e-12);
      }),
    );
  });

  it('whatever the depth, keys and values of the first layer are exact, and so are all of what stands before the edit and of one edit’s new tokens', () => {
    fc.assert(
      fc.property(anyEdit, ({ seed, edits }) => {
        const { cache } = random(seed, 12, edits, { dim: 8, layers: 3 });
        const [pie, full, conflict] = [cache('pie'), cache('full'), cache('conflict')];
        const first = (c: Cache) => ({ keys: c.keys.slice(0, 1), values: c.values.slice(0, 1) });
        expect(largest(first(pie), first(full))).toBeLessThan(1e-12);
        const behind = edits[0]!.at + edits[0]!.inserted;
        for (const one of [pie, conflict, cache('drop')]) expect(largest(one, full, 0, behind)).toBeLessThan(1e-12);
      }),
      { numRuns: 50 },
    );
  });

  it('a shift of 0: PIE and conflict are the same, to the last bit', () => {
    const { cache } = random(3, 20, [edit(6, 4, 4)]);
    expect(cache('pie')).toEqual(cache('conflict'));
    expect(largest(cache('pie'), cache('full'))).toBeGreaterThan(0.01);
  });

  it('an edit at the end: everything is exact', () => {
    const { cache, error } = random(4, 20, [edit(20, 0, 6)]);
    for (const method of ['pie', 'conflict', 'drop'] as const) {
      expect(cache(method)).toEqual(cache('full'));
      expect(error(method)).toBe(0);
    }
    expect(error('stale')).toBeGreaterThan(0.01);
  });

  it('without coupling PIE is exact at any depth, and conflict is not', () => {
    fc.assert(
      fc.property(anyEdit, ({ seed, edits }) => {
        const { error, cache } = random(seed, 12, edits, { dim: 8, layers: 4, coupling: 0 });
        expect(error('pie')).toBeLessThan(1e-12);
        expect(largest(cache('pie'), cache('full'))).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
    expect(random(1, 20, [edit(5, 0, 5)], { coupling: 0 }).error('conflict')).toBeGreaterThan(0.05);
  });

  it('two edits: what stands behind both has the sum of the shifts, exact in the first layer', () => {
    const { cache, slots } = random(6, 30, [edit(5, 0, 3), edit(15, 4, 1)], { layers: 2 });
    expect(slots.at(-1)!.shift).toBe(0);
    expect(slots.find(({ old }) => old === 10)!.shift).toBe(3);
    const [pie, full] = [cache('pie'), cache('full')];
    pie.keys[0]!.forEach((key, t) => expect(maxDifference(key, full.keys[0]![t]!)).toBeLessThan(1e-12));
  });

  it('a token at a time is the same as all at once', () => {
    const toy = randomToy(2);
    const text = randomTokens(3, 6);
    const whole = encodeText(toy, text);
    let cache: Cache = encode(toy, text.slice(0, 1), [0]);
    for (let i = 1; i < 6; i++) {
      const next = encode(toy, text.slice(i, i + 1), [i], cache);
      cache = {
        keys: cache.keys.map((rows, l) => [...rows, ...next.keys[l]!]),
        values: cache.values.map((rows, l) => [...rows, ...next.values[l]!]),
      };
    }
    expect(largest(cache, whole)).toBeLessThan(1e-12);
  });

  it('the state after the l-th layer is what a toy of l layers ends with', () => {
    const edits = [edit(4, 1, 3)];
    const deep = random(7, 14, edits, { layers: 4 }).states('pie');
    for (const layers of [1, 2, 3]) expect(random(7, 14, edits, { layers }).states('pie').at(-1)!).toEqual(deep[layers - 1]!);
  });
});

describe('what is not: means over 60 random toys of 48 tokens', () => {
  const seeds = Array.from({ length: 60 }, (_, i) => i);
  const all = (edits: readonly Edit[], options?: ToyOptions) => {
    const runs = seeds.map((seed) => random(seed, 48, edits, options));
    const cosines = (method: Method) => {
      const rows = runs.map(({ cache, from }) =>
        keyCosines(cache(method), cache('full')).map((row) => mean(row.slice(from + edits[0]!.inserted))),
      );
      return rows[0]!.map((_, layer) => mean(rows.map((row) => row[layer]!)));
    };
    return { error: (method: Method) => mean(runs.map(({ error }) => error(method))), cosines };
  };

  it.each([
    ['insert 5 at 10', edit(10, 0, 5), 0.097, 0.279, 0.543],
    ['delete 10 to 15', edit(10, 5, 0), 0.097, 0.316, 0.536],
    ['replace 5 by 5', edit(10, 5, 5), 0.11, 0.11, 0.547],
    ['insert 20', edit(10, 0, 20), 0.097, 0.261, 0.396],
  ])('%s: the error of the state that comes next', (_, one, pie, conflict, drop) => {
    // The same as another implementation's 20 toys, within the spread of such means.
    const { error } = all([one]);
    expect(Math.abs(error('pie') - pie)).toBeLessThan(0.03);
    expect(Math.abs(error('conflict') - conflict)).toBeLessThan(0.06);
    expect(Math.abs(error('drop') - drop)).toBeLessThan(0.12);
  });

  it('insert 5: the mean cosine of the keys behind, layer by layer', () => {
    const { cosines } = all([edit(10, 0, 5)]);
    const pie = cosines('pie');
    expect(pie[0]).toBeCloseTo(1, 12);
    [1, 0.986, 0.973, 0.957].forEach((value, layer) => expect(Math.abs(pie[layer]! - value)).toBeLessThan(0.01));
    [0.766, 0.765, 0.736, 0.725].forEach((value, layer) => expect(Math.abs(cosines('conflict')[layer]! - value)).toBeLessThan(0.03));
    for (let layer = 1; layer < 4; layer++) expect(pie[layer]!).toBeLessThan(pie[layer - 1]!);
  });

  it('more coupling and more layers, a larger error of PIE', () => {
    const one = [edit(10, 0, 5)];
    const byCoupling = [0, 0.5, 1, 2].map((coupling) => all(one, { coupling }).error('pie'));
    for (let i = 1; i < byCoupling.length; i++) expect(byCoupling[i]!).toBeGreaterThan(byCoupling[i - 1]!);
    const byDepth = [1, 2, 4, 6].map((layers) => all(one, { layers }).error('pie'));
    for (let i = 1; i < byDepth.length; i++) expect(byDepth[i]!).toBeGreaterThan(byDepth[i - 1]!);
  });

  it('PIE is nearer than the conflict in nearly all of them, by how much varies', () => {
    const ratios = seeds.map((seed) => random(seed, 48, [edit(10, 0, 5)])).map(({ error }) => error('pie') / error('conflict'));
    expect(ratios.filter((ratio) => ratio < 1).length).toBeGreaterThanOrEqual(18);
    expect(Math.max(...ratios)).toBeGreaterThan(2 * Math.min(...ratios));
  });
});

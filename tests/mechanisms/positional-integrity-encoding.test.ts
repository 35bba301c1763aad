import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confusion,
  cosine,
  cost,
  firstChange,
  methods,
  moved,
  seats,
  splice,
  type Edit,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference } from '@/tensor/compare';
import golden from '../golden/positional-integrity-encoding.json';

const edit = (at: number, removed: number, inserted: number): Edit => ({ at, removed, inserted });

/** Up to three edits that do not overlap, in a text of `length`. */
const anyEdits = fc.integer({ min: 1, max: 30 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    edits: fc.array(fc.tuple(fc.nat(length), fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 3 }).map((all) => {
      let from = 0;
      return all
        .sort(([a], [b]) => a - b)
        .map(([at, removed, inserted]) => {
          const start = Math.max(from, at);
          const gone = Math.min(removed, length - start);
          from = start + gone;
          return edit(start, gone, inserted);
        });
    }),
  }),
);

describe('kvpress turns keys that move up in the same way', () => {
  it.each(golden.rotations.map((one) => [JSON.stringify(one.edits), one] as const))(
    '%s',
    (_, { dim, heads, n, base, edits, kept, keys }) => {
      const theta = rope(dim, base);
      const raw = (t: number) =>
        Float64Array.from({ length: heads * dim }, (_, i) => Math.sin(0.7 * t + 1.1 * (i % dim) + 2.3 * Math.floor(i / dim)));
      const slots = splice(
        n,
        edits.map(([at, removed, inserted]) => edit(at!, removed!, inserted!)),
      ).filter(({ old }) => old !== undefined);
      expect(slots.map(({ position }) => position)).toEqual(kept);
      slots.forEach(({ old, position, shift }, i) => {
        // Turned for the old position first, as the cache holds it; and at once for the new one.
        const cached = moved(raw(old!), old!, theta);
        expect(maxDifference(moved(cached, shift, theta), keys[i]!)).toBeLessThan(5e-6);
        expect(maxDifference(moved(raw(old!), position, theta), keys[i]!)).toBeLessThan(5e-6);
      });
    },
  );
});

describe('the rotation', () => {
  const k = [0.3, -0.2, 0.5, 0.7];
  const theta = rope(4);

  it('closed form: position 7, then 3 further and 2 back', () => {
    const at7 = moved(k, 7, theta);
    expect(maxDifference(at7, [-0.10232262, -0.24847019, 0.57404711, 0.68429713])).toBeLessThan(1e-8);
    expect(maxDifference(moved(at7, 3, theta), [0.0202891, -0.26888422, -0.5827421, 0.67653623])).toBeLessThan(1e-8);
    expect(maxDifference(moved(at7, -2, theta), [0.56456079, -0.23473547, -0.14584619, 0.68912935])).toBeLessThan(1e-8);
    expect(maxDifference(moved(at7, 3, theta), rotate(k, 10, theta))).toBeLessThan(1e-12);
    expect(maxDifference(moved(at7, -2, theta), rotate(k, 5, theta))).toBeLessThan(1e-12);
  });

  const keys = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 16, maxLength: 16 });
  const position = fc.integer({ min: 0, max: 400 });
  const shift = fc.integer({ min: -300, max: 300 });

  it('turning by t and then by a shift is turning by t + shift, whatever t, head and content', () => {
    fc.assert(
      fc.property(keys, position, shift, (x, t, by) => {
        const pairs = rope(8);
        expect(maxDifference(moved(moved(x, t, pairs), by, pairs), moved(x, t + by, pairs))).toBeLessThan(1e-11);
      }),
    );
  });

  it('keeps the norm, is undone by the shift back, and shifts add up over several edits', () => {
    fc.assert(
      fc.property(keys, shift, shift, (x, a, b) => {
        const pairs = rope(8);
        const there = moved(x, a, pairs);
        expect(Math.hypot(...there)).toBeCloseTo(Math.hypot(...x), 11);
        expect(maxDifference(moved(there, -a, pairs), x)).toBeLessThan(1e-11);
        expect(maxDifference(moved(there, b, pairs), moved(x, a + b, pairs))).toBeLessThan(1e-11);
      }),
    );
  });

  it('leaves every score as it is when query and key move together, and changes it when the key alone stays', () => {
    const pairs = rope(8);
    const [q, key] = [0, 1].map((phase) => Float64Array.from({ length: 8 }, (_, c) => Math.sin(1.3 * c + phase)));
    const score = (a: number, b: number) => cosine(rotate(q!, a, pairs), rotate(key!, b, pairs));
    expect(score(25, 12)).toBeCloseTo(score(20, 7), 12);
    expect(Math.abs(score(25, 7) - score(20, 7))).toBeGreaterThan(0.1);
  });

  it('turning by the new position in place of the shift turns twice', () => {
    const cached = rotate(k, 7, theta);
    expect(maxDifference(moved(cached, 10, theta), rotate(k, 17, theta))).toBeLessThan(1e-12);
    expect(maxDifference(moved(cached, 10, theta), rotate(k, 10, theta))).toBeGreaterThan(0.3);
  });

  it('a shift of 0 changes nothing; a broken head is refused', () => {
    expect([...moved(k, 0, theta)]).toEqual(k);
    expect(() => moved([1, 2, 3], 1, theta)).toThrow(RangeError);
  });
});

describe('what an edit does to positions', () => {
  it('an insertion, a deletion, a replacement, and two edits from left to right', () => {
    const short = (length: number, edits: Edit[]) =>
      splice(length, edits).map(({ old, shift }) => (old === undefined ? 'new' : `${old}+${shift}`));
    expect(short(4, [edit(2, 0, 2)])).toEqual(['0+0', '1+0', 'new', 'new', '2+2', '3+2']);
    expect(short(4, [edit(1, 2, 0)])).toEqual(['0+0', '3+-2']);
    expect(short(4, [edit(1, 2, 2)])).toEqual(['0+0', 'new', 'new', '3+0']);
    expect(short(6, [edit(1, 0, 2), edit(3, 1, 0)])).toEqual(['0+0', 'new', 'new', '1+2', '2+2', '4+1', '5+1']);
    expect(splice(3, []).every(({ old, position, shift }) => old === position && shift === 0)).toBe(true);
  });

  it('any edits: as many tokens as there should be, each at its number, kept ones in their old order with the sum of the shifts', () => {
    fc.assert(
      fc.property(anyEdits, ({ length, edits }) => {
        const slots = splice(length, edits);
        expect(slots.length).toBe(length + edits.reduce((sum, { removed, inserted }) => sum + inserted - removed, 0));
        slots.forEach(({ position }, i) => expect(position).toBe(i));
        const kept = slots.filter(({ old }) => old !== undefined);
        kept.forEach(({ old, position, shift }, i) => {
          expect(position - old!).toBe(shift);
          if (i) expect(old!).toBeGreaterThan(kept[i - 1]!.old!);
          const before = edits.filter(({ at, removed }) => at + removed <= old!);
          expect(shift).toBe(before.reduce((sum, { removed, inserted }) => sum + inserted - removed, 0));
        });
        const from = firstChange(edits, length);
        for (const { old, position } of slots.slice(0, from)) expect(old).toBe(position);
        expect(slots.filter(({ fresh }) => fresh !== undefined).map(({ fresh }) => fresh)).toEqual(
          Array.from({ length: edits.reduce((sum, { inserted }) => sum + inserted, 0) }, (_, i) => i),
        );
      }),
    );
  });

  it('after one insertion, conflict has as many doubled positions as were inserted, and as many holes at the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (at, inserted, behind) => {
          const slots = splice(at + behind, [edit(at, 0, inserted)]);
          const found = confusion(seats(slots, 'conflict', at), slots.length);
          const doubled = Math.min(inserted, behind);
          expect(found.doubled).toEqual(Array.from({ length: doubled }, (_, i) => at + i));
          expect(found.holes.length).toBe(doubled);
          expect(found.ahead).toBe(0);
          expect(confusion(seats(slots, 'pie', at), slots.length)).toEqual({ doubled: [], holes: [], ahead: 0 });
        },
      ),
    );
  });

  it('after one deletion, conflict has a hole as long, and as many keys ahead of the next token', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (at, removed, behind) => {
          const slots = splice(at + removed + behind, [edit(at, removed, 0)]);
          const found = confusion(seats(slots, 'conflict', at), slots.length);
          expect(found.doubled).toEqual([]);
          expect(found.ahead).toBe(Math.min(removed, behind));
          expect(found.holes.length).toBe(Math.min(removed, behind));
        },
      ),
    );
  });

  it('as many in as out: PIE and conflict hold the same keys at the same positions', () => {
    const slots = splice(20, [edit(6, 4, 4)]);
    expect(seats(slots, 'conflict', 6)).toEqual(seats(slots, 'pie', 6));
    expect(seats(splice(20, [edit(6, 4, 3)]), 'conflict', 6)).not.toEqual(seats(splice(20, [edit(6, 4, 3)]), 'pie', 6));
  });

  it('drop holds what stands before the edit, and the new tokens', () => {
    expect(seats(splice(8, [edit(3, 2, 2)]), 'drop', 3).map(({ position }) => position)).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    ['an edit past the end', () => splice(4, [edit(3, 2, 0)])],
    ['edits that overlap', () => splice(8, [edit(2, 3, 0), edit(4, 1, 0)])],
    ['edits from right to left', () => splice(8, [edit(5, 0, 1), edit(2, 0, 1)])],
    ['half a token', () => splice(8, [edit(2.5, 0, 1)])],
    ['fewer than none', () => splice(8, [edit(2, -1, 1)])],
  ])('refuses: %s', (_, run) => expect(run).toThrow(RangeError));
});

describe('what each way costs', () => {
  const shape = { layers: 24, width: 2048, matrices: 12 * 2048 ** 2 };
  const edits = [edit(4000, 0, 50)];
  const slots = splice(8000, edits);
  const total = (method: (typeof methods)[number]) => cost(slots, method, 4000, shape);

  it('closed form, at the size of a model of 1.2 billion parameters: 50 tokens in the middle of 8,000', () => {
    const parameters = 24 * 12 * 2048 ** 2;
    expect(total('full').encode).toBe(4050 * parameters);
    expect(total('pie').encode).toBe(50 * parameters);
    expect(total('pie').turn).toBe(2 * 24 * 2048 * 4000);
    // Query q sees q + 1 keys: 4,001 to 8,050.
    expect(total('full').attend).toBe(24 * 2 * 2048 * ((4050 * (4001 + 8050)) / 2));
    expect(total('pie').attend).toBe(24 * 2 * 2048 * ((50 * (4001 + 4050)) / 2));
    expect(total('conflict').total).toBe(total('pie').total - total('pie').turn);
    expect(total('drop').total).toBe(total('conflict').total);
    expect(total('stale').total).toBe(0);
    // The rotation is a part in a hundred of what little there is.
    expect(total('pie').turn / total('pie').total).toBeLessThan(0.01);
    expect(1 - total('pie').total / total('full').total).toBeGreaterThan(0.98);
  });

  it('heads that share keys are turned once', () => {
    expect(cost(slots, 'pie', 4000, { ...shape, keyWidth: 256 }).turn).toBe(total('pie').turn / 8);
  });

  it('an edit that appends costs every way the same, and turns nothing', () => {
    const appended = splice(100, [edit(100, 0, 7)]);
    const [full, pie, conflict] = (['full', 'pie', 'conflict'] as const).map((method) => cost(appended, method, 100, shape));
    expect(pie).toEqual(full);
    expect(conflict).toEqual(full);
    expect(pie!.turn).toBe(0);
  });

  it('PIE never costs more than encoding in full where matrices outweigh two turns', () => {
    fc.assert(
      fc.property(anyEdits, ({ length, edits }) => {
        const from = firstChange(edits, length);
        const [full, pie] = (['full', 'pie'] as const).map((method) => cost(splice(length, edits), method, from, shape));
        expect(pie!.total).toBeLessThanOrEqual(full!.total);
      }),
    );
  });
});

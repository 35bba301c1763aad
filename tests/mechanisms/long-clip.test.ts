import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compose,
  mixture,
  moved,
  readAt,
  sources,
  stretch,
  stretchedLength,
  type Stretching,
  type Table,
} from '@/mechanisms/positional-extrapolation/long-clip';
import { backHead, likeness, lookBack, positionTable, training } from '@/mechanisms/positional-extrapolation/long-clip-positions';
import { cases, difference } from '@/widgets/positional-extrapolation/long-clip/check';
import { maxDifference } from '@/tensor/compare';
import { normals } from '@/tensor/random';
import { generate, row, tensor, toRows } from '@/tensor/tensor';

const paper = { keep: 20, factor: 4 };
const waves = generate(['position', 'channel'] as const, [77, 4], (i, c) => Math.sin(0.1 * i! * (c! + 1)));
const methods: Stretching[] = ['kps', 'linear', 'repeat', 'truncate'];
const anyTable = fc
  .record({ rows: fc.integer({ min: 1, max: 40 }), channels: fc.integer({ min: 1, max: 5 }), seed: fc.nat(1000) })
  .map(({ rows, channels, seed }): Table => tensor(['position', 'channel'] as const, [rows, channels], normals(seed, rows * channels)));
const anyOptions = fc.record({ share: fc.double({ min: 0, max: 0.999, noNaN: true }), factor: fc.integer({ min: 1, max: 8 }) });
const optionsFor = (table: Table, { share, factor }: { share: number; factor: number }) => ({
  keep: Math.floor(share * table.shape[0]!),
  factor,
});

describe('the authors of Long-CLIP agree', () => {
  const bounds: Record<string, number> = { float64: 1e-10, float32: 1e-6, float16: 2e-3 };
  it.each(cases.filter(({ params }) => params.method === 'stretch').map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(difference(one)).toBeLessThan(bounds[one.params.precision!]!);
  });

  it('and there are cases to agree with, of which one in half precision shows that something is compared', () => {
    expect(cases.filter(({ params }) => params.method === 'stretch').length).toBe(4);
    expect(difference(cases.find(({ params }) => params.precision === 'float16')!)).toBeGreaterThan(1e-5);
  });
});

describe('stretching', () => {
  it('has the lengths of the paper, and those of the extremes', () => {
    expect(stretchedLength(77, paper)).toBe(248);
    expect(stretchedLength(77, { keep: 0, factor: 4 })).toBe(308);
    expect(stretchedLength(77, { keep: 76, factor: 4 })).toBe(80);
    expect(stretchedLength(77, { keep: 20, factor: 1 })).toBe(77);
  });

  it('has rows worked out by hand, of a table of sines', () => {
    const after = stretch('kps', waves, paper);
    expect(maxDifference(row(after, 21), [0.89777541, -0.78549581, -0.20535815, 0.95566841])).toBeLessThan(1e-8);
    expect(maxDifference(row(after, 244), [0.96791967, 0.48639869, -0.72349476, -0.84996905])).toBeLessThan(1e-8);
    expect(maxDifference(row(after, 247), [0.99035944, 0.36348183, -0.90073494, -0.74642211])).toBeLessThan(1e-8);
    expect([...row(after, 244)]).toEqual([...row(waves, 76)]);
  });

  it('spread evenly, row 10 of it is a mixture of rows 3 and 4, and the first twenty rows change by up to 1.9886', () => {
    const after = stretch('linear', waves, paper);
    expect(maxDifference(row(after, 10), [0.30274314, 0.57638967, 0.79476631, 0.93723405])).toBeLessThan(1e-8);
    expect(mixture(sources('linear', 77, paper)[10]!, 77).map((part) => part.row)).toEqual([3, 4]);
    const first = (table: Table) => table.data.subarray(0, 80);
    expect(maxDifference(first(after), first(waves))).toBeCloseTo(1.9886, 4);
    expect(moved(waves, stretch('kps', waves, paper)).slice(0, 21)).toEqual(new Float64Array(21));
    expect(
      moved(waves, after)
        .slice(1, 20)
        .every((m) => m > 0.1),
    ).toBe(true);
  });

  it('keeps the first K rows, and every old row at K + lambda u, bit for bit', () => {
    fc.assert(
      fc.property(anyTable, anyOptions, (table, any) => {
        const { keep, factor } = optionsFor(table, any);
        const after = stretch('kps', table, { keep, factor });
        expect(after.shape[0]).toBe(stretchedLength(table.shape[0]!, { keep, factor }));
        for (let t = 0; t < keep; t++) expect([...row(after, t)]).toEqual([...row(table, t)]);
        for (let t = keep; t < table.shape[0]!; t++) expect([...row(after, keep + factor * (t - keep))]).toEqual([...row(table, t)]);
      }),
    );
  });

  it('a factor of 1 changes nothing, whatever the method', () => {
    fc.assert(
      fc.property(anyTable, anyOptions, (table, any) => {
        const { keep } = optionsFor(table, any);
        for (const method of methods)
          expect(maxDifference(stretch(method, table, { keep, factor: 1 }).data, table.data)).toBeLessThan(1e-12);
      }),
    );
  });

  it('a straight line stays straight, its slope over lambda past row K, the extrapolated end included', () => {
    const line = generate(['position', 'channel'] as const, [30, 2], (i, c) => (c ? -3 : 1) * i! + 0.5);
    const after = toRows(stretch('kps', line, { keep: 7, factor: 5 }));
    after.forEach(([up, down], t) => {
      const source = t < 7 ? t : 7 + (t - 7) / 5;
      expect(up).toBeCloseTo(source + 0.5, 12);
      expect(down).toBeCloseTo(-3 * source + 0.5, 12);
    });
    expect(after.at(-1)![0]).toBeGreaterThan(29.5);
  });

  it('weights of a mixture sum to 1, are negative only past the last row, and a sum of tables is stretched to the sum', () => {
    fc.assert(
      fc.property(anyTable, anyOptions, fc.constantFrom(...methods), (table, any, method) => {
        const options = optionsFor(table, any);
        for (const source of sources(method, table.shape[0]!, options)) {
          const parts = mixture(source, table.shape[0]!);
          expect(parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
          if (source <= table.shape[0]! - 1) expect(parts.every(({ weight }) => weight >= 0)).toBe(true);
        }
        const doubled = tensor(
          table.axes,
          table.shape,
          table.data.map((x) => 2 * x),
        );
        const twice = stretch(method, table, options).data.map((x) => 2 * x);
        expect(maxDifference(stretch(method, doubled, options).data, twice)).toBeLessThan(1e-12);
      }),
    );
  });

  it('spread evenly both ends stay; repeated the last row goes on; truncated nothing is added', () => {
    const ends = (method: Stretching) => {
      const after = stretch(method, waves, paper);
      return [after.shape[0], maxDifference(row(after, 0), row(waves, 0)), maxDifference(row(after, after.shape[0]! - 1), row(waves, 76))];
    };
    for (const method of ['linear', 'repeat'] as const) expect(ends(method)).toEqual([248, 0, 0]);
    expect(ends('truncate')).toEqual([77, 0, 0]);
    // The extrapolated end is none of the rows that there were.
    expect(ends('kps')[2]).toBeGreaterThan(0.05);
  });

  it('of two copies the encoder uses the first K rows of the frozen one and the rest of the tuned one: masks that sum to 1', () => {
    const frozen = stretch('kps', waves, paper);
    const tuned = tensor(
      frozen.axes,
      frozen.shape,
      frozen.data.map((x, i) => x + 0.01 * (i + 1)),
    );
    const masked = frozen.data.map((x, i) => (i < 20 * 4 ? 1 : 0) * x + (i < 20 * 4 ? 0 : 1) * tuned.data[i]!);
    expect([...compose(frozen, tuned, 20).data]).toEqual([...masked]);
    expect([...compose(frozen, frozen, 20).data]).toEqual([...frozen.data]);
  });

  it.each([
    ['keeping all rows', () => stretchedLength(77, { keep: 77, factor: 4 })],
    ['keeping less than none', () => stretchedLength(77, { keep: -1, factor: 4 })],
    ['a fraction of a factor', () => stretchedLength(77, { keep: 20, factor: 2.5 })],
    ['shrinking', () => stretchedLength(77, { keep: 20, factor: 0 })],
    ['two tables of different lengths', () => compose(waves, readAt(waves, [0, 1]), 1)],
  ])('refuses: %s', (_, run) => expect(run).toThrow(RangeError));
});

describe('how alike positions look', () => {
  it('undisturbed waves by their distance alone: the mean of their cosines', () => {
    const alike = likeness(positionTable({ rows: 77, channels: 16, trained: 1000, seed: 1 }), 50);
    const wanted = (distance: number) =>
      Array.from({ length: 8 }, (_, k) => Math.cos(distance * 1.5 * (0.02 / 1.5) ** (k / 7))).reduce((a, b) => a + b, 0) / 8;
    expect(alike).toHaveLength(50);
    alike.forEach((cosines, t) => {
      expect(cosines).toHaveLength(t + 1);
      cosines.forEach((cosine, s) => expect(cosine).toBeCloseTo(wanted(t - s), 9));
    });
  });

  it('is what it was for rows that are kept; stretched ones differ from their neighbours by less', () => {
    const table = positionTable({ rows: 77, channels: 16, trained: 20, seed: 1 });
    const [old, kept, linear] = [table, stretch('kps', table, paper), stretch('linear', table, paper)].map((one) => likeness(one, 40));
    expect(kept!.slice(0, 20)).toEqual(old!.slice(0, 20));
    for (let t = 1; t < 20; t++) expect(linear![t]![t - 1]!).toBeGreaterThan(old![t]![t - 1]!);
  });

  it('asks for no more rows than there are, and for one at least', () => {
    expect(likeness(waves, 500)).toHaveLength(77);
    expect(() => likeness(waves, 0)).toThrow(RangeError);
    expect(() => likeness(waves, NaN)).toThrow(RangeError);
  });
});

describe('a head that looks one token back', () => {
  const table = positionTable({ rows: 77, channels: 16, trained: 20, seed: 1 });
  const weights = training(77, 20);
  const head = backHead(table, weights);
  const at = Array.from({ length: 19 }, (_, i) => i + 1);
  const mean = (x: Float64Array) => x.reduce((a, b) => a + b, 0) / x.length;
  const skill = (t: Table, queries = at) => mean(lookBack(t, head, queries, 20));

  it('rests on trained rows, which have length 1', () => {
    for (let t = 0; t < 12; t++) expect(Math.hypot(...row(table, t))).toBeCloseTo(1, 1);
    expect(weights[0]).toBeGreaterThan(0.99);
    expect(weights[24]).toBe(0.5);
    expect(weights[76]).toBeLessThan(1e-6);
  });

  it('works where rows were trained and not beyond', () => {
    expect(skill(table)).toBeGreaterThan(0.9);
    expect(skill(table, [40, 50, 60, 70])).toBeLessThan(0.1);
  });

  it('with the first twenty rows kept works there as before, to the last bit; with all of them stretched it does not', () => {
    expect(lookBack(stretch('kps', table, paper), head, at, 20)).toEqual(lookBack(table, head, at, 20));
    for (const seed of [1, 2, 3, 4, 5]) {
      const other = positionTable({ rows: 77, channels: 16, trained: 20, seed });
      const own = backHead(other, weights);
      expect(mean(lookBack(stretch('linear', other, paper), own, at, 20))).toBeLessThan(0.25);
    }
  });

  it('undisturbed waves are mapped to the row before exactly, as a rotation', () => {
    const pure = positionTable({ rows: 60, channels: 16, trained: 1000, seed: 1 });
    const map = backHead(pure, training(60, 1000));
    for (let t = 1; t < 60; t++) {
      const back = Float64Array.from({ length: 16 }, (_, c) => row(pure, t).reduce((sum, x, i) => sum + x * map.data[i * 16 + c]!, 0));
      // A ridge of 1e-4 shrinks it by as little.
      expect(maxDifference(back, row(pure, t - 1))).toBeLessThan(0.02);
    }
  });

  it('shares are shares, and position 0 has no token before it', () => {
    const shares = lookBack(table, head, [0, 1, 5, 76], 20);
    expect(shares[0]).toBeNaN();
    for (const share of shares.slice(1)) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    // With no sharpness it looks everywhere alike.
    expect(lookBack(table, head, [9], 0)[0]).toBeCloseTo(0.1, 12);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outline } from '@/site/outline';

type Point = readonly [number, number];

/** The places of a path of steps. */
function places(path: string): Point[] {
  const [x, y, ...steps] = path.match(/-?(?:\d+\.?\d*|\.\d+)/g)!.map(Number) as [number, number, ...number[]];
  const all: Point[] = [[x, y]];
  for (let i = 0; i < steps.length; i += 2) all.push([all.at(-1)![0] + steps[i]!, all.at(-1)![1] + steps[i + 1]!]);
  return all;
}

/** From a point to the nearest part of a line. */
const distance = ([x, y]: Point, line: readonly Point[]) =>
  Math.min(
    ...line.slice(1).map(([x1, y1], i) => {
      const [x0, y0] = line[i]!;
      const length = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const share = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length));
      return Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0));
    }),
  );

describe('a line in fewer letters', () => {
  it('leaves out what lies between', () => {
    expect(outline('M0,0L10,5.02L20,10L20.5,30')).toBe('M0 0l20 10 .5 20');
    expect(outline('M1 2L3 -4M5 6L5.5 5.5Z')).toBe('M1 2l2-6M5 6l.5-.5z');
  });

  it('is for straight lines alone', () => {
    expect(outline('M0 0h2v2')).toBeUndefined();
    expect(outline('M0 0C1 1 2 2 3 3')).toBeUndefined();
    expect(outline('M0 0')).toBeUndefined();
  });

  it('stays within a fifth of a pixel of each point it had, and ends where it ended', () => {
    const coordinate = fc.double({ min: -50, max: 800, noNaN: true }).map((x) => Number(x.toFixed(2)));
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 60 }), (points) => {
        const path = outline(`M${points.map(([x, y]) => `${x},${y}`).join('L')}`)!;
        const now = places(path);
        for (const point of points) expect(distance(point, now)).toBeLessThan(0.23);
        for (const [a, b] of [
          [now[0]!, points[0]!],
          [now.at(-1)!, points.at(-1)!],
        ] as const)
          expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(0.08);
      }),
    );
  });
});

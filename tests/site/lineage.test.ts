import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { box, layout, path, type Line, type Placed, type Point } from '@/site/lineage';

interface Theme {
  id: string;
  strands?: { papers: string[] }[];
  lines?: (Line & { how: string })[];
}
const themes = (parse(readFileSync('seeds/themes.yaml', 'utf8')) as Theme[]).filter(({ lines }) => lines);
const year = (slug: string) => (parse(readFileSync(`seeds/papers/${slug}.yaml`, 'utf8')) as { year: number }).year;
const placed = ({ strands = [] }: Theme): Placed[] =>
  strands.flatMap(({ papers }, column) => papers.map((slug) => ({ slug, column, year: year(slug) })));

/** A grid of papers, all that a line can be asked to pass: three columns, four years, two to a place. */
const grid: Placed[] = [0, 1, 2].flatMap((column) =>
  [2020, 2021, 2022, 2023].flatMap((year) => ['a', 'b'].map((name) => ({ slug: `${name}${column}${year}`, column, year }))),
);
const every = grid.flatMap((a) => grid.filter((b) => b.year > a.year || (b.year === a.year && b.column !== a.column)).map((b) => [a, b]));
const single = every.map(([a, b]) => [{ from: a!.slug, to: b!.slug }]);

const pieces = (points: readonly Point[]) => points.slice(1).map((end, i) => [points[i]!, end] as const);
type Piece = readonly [Point, Point];
const spans = ([[x0, y0], [x1, y1]]: Piece) => [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)] as const;

/** Whether a piece has more in common with a box than a point of its border. */
const under = (piece: Piece, { x, y }: { x: number; y: number }) => {
  const [left, right, top, bottom] = spans(piece);
  return right > x && left < x + box.width && bottom > y && top < y + box.height;
};
/** Whether two pieces run along each other, nearer than the eye can tell. */
const along = (a: Piece, b: Piece) => {
  const [la, ra, ta, ba] = spans(a);
  const [lb, rb, tb, bb] = spans(b);
  const upright = la === ra && lb === rb;
  const level = ta === ba && tb === bb;
  return (upright && Math.abs(la - lb) < 4 && ta < bb && tb < ba) || (level && Math.abs(ta - tb) < 4 && la < rb && lb < ra);
};

function faults(papers: readonly Placed[], lines: readonly Line[]): string[] {
  const map = layout(papers, lines);
  const found: string[] = [];
  map.lines.forEach((points, i) => {
    const name = `${lines[i]!.from} to ${lines[i]!.to}`;
    for (const piece of pieces(points)) {
      if (piece[0][0] !== piece[1][0] && piece[0][1] !== piece[1][1]) found.push(`${name} runs aslant`);
      for (const node of map.nodes) if (under(piece, node)) found.push(`${name} passes under ${node.slug}`);
      const [left, right, top, bottom] = spans(piece);
      if (left < 0 || right > map.width || top < 0 || bottom > map.height) found.push(`${name} leaves the map`);
      map.lines.slice(0, i).forEach((other, j) => {
        if (pieces(other).some((one) => along(one, piece))) found.push(`${name} runs along ${lines[j]!.from} to ${lines[j]!.to}`);
      });
    }
    for (const [slug, [x, y]] of [
      [lines[i]!.from, points[0]!],
      [lines[i]!.to, points.at(-1)!],
    ] as const) {
      const node = map.nodes.find((one) => one.slug === slug)!;
      const beside = (x === node.x || x === node.x + box.width) && y > node.y && y < node.y + box.height;
      const below = (y === node.y || y === node.y + box.height) && x > node.x && x < node.x + box.width;
      if (!beside && !below) found.push(`${name} does not touch ${slug}`);
    }
    const [before, tip] = points.slice(-2) as [Point, Point];
    if (Math.hypot(tip[0] - before[0], tip[1] - before[1]) < 12) found.push(`${name} has no room for its arrow`);
  });
  return found;
}

describe.each(themes)('the map of $id', (theme) => {
  it('no line passes under a box, along another or out of the map, and each touches the two that it is about', () =>
    expect(faults(placed(theme), theme.lines!)).toEqual([]));
  it('leads on: no line goes back in time, and what is read before comes first on the path', () => {
    for (const { from, to } of theme.lines!) expect(year(from), `${from} to ${to}`).toBeLessThanOrEqual(year(to));
  });
});

it('a line between any two places passes under no box', () => {
  for (const lines of single) expect(faults(grid, lines)).toEqual([]);
});

it('a line that names no paper of the map is refused', () =>
  expect(() => layout(grid, [{ from: 'a02020', to: 'nothing' }])).toThrow(/nothing, which stands in no strand/));

it('corners are rounded, ends are kept', () => {
  expect(
    path([
      [0, 0],
      [20, 0],
      [20, 30],
    ]),
  ).toBe('M0,0L14,0Q20,0 20,6L20,30');
});

/** Where the boxes and lines of a theme's map stand: years run down, strands stand side by side, and no line passes under a box. */

export interface Placed {
  readonly slug: string;
  readonly column: number;
  readonly year: number;
}
export interface Line {
  readonly from: string;
  readonly to: string;
}
export type Point = readonly [x: number, y: number];

/** A box is so wide and so high; between two stand the lanes that lines run in. */
export const box = { width: 148, height: 40 };
const pitch = { x: 196, y: 66 };
/** The corner of the first box; years stand at its left, strands above it. */
const first = { x: 60, y: 52 };
/** From lane to lane, and from one end of a line to the next at a box. */
const lane = 6;
const port = 11;

/** The ways of one line: from box to box in straight pieces, each but the ends in a gap between columns or rows. */
interface Way {
  readonly from: Node;
  readonly to: Node;
  /** Which side of the first box it leaves by, and of the last it comes in by: -1 left, 1 right, 0 below and above. */
  readonly out: Side;
  readonly into: Side;
  /** The gaps that it runs down in, by the column at their right; the same where one will do. */
  readonly gaps: readonly [number, number];
}
type Side = -1 | 0 | 1;
type Node = Placed & { readonly row: number; readonly x: number; readonly y: number };

/** layout(papers, lines): boxes, the way of each line as a list of corners, and the size of the whole. Throws where a line names no paper. */
export function layout(papers: readonly Placed[], lines: readonly Line[]) {
  const years = [...new Set(papers.map(({ year }) => year))].sort((a, b) => a - b);
  const columns = Math.max(...papers.map(({ column }) => column)) + 1;
  const rowOf = rows(papers, years);
  const nodes = papers.map((one): Node => {
    const row = rowOf(one);
    return { ...one, row, x: first.x + one.column * pitch.x, y: first.y + row * pitch.y };
  });
  const at = (slug: string): Node => {
    const node = nodes.find((one) => one.slug === slug);
    if (!node) throw new Error(`a line names ${slug}, which stands in no strand`);
    return node;
  };
  const ways = lines.map(({ from, to }) => way(at(from), at(to), nodes));
  return {
    nodes,
    years: years.map((year) => ({ year, y: Math.min(...nodes.filter((one) => one.year === year).map(({ y }) => y)) })),
    strands: Array.from({ length: columns }, (_, column) => first.x + column * pitch.x),
    lines: corners(ways),
    width: first.x + columns * pitch.x,
    height: first.y + (Math.max(...nodes.map(({ row }) => row)) + 1) * pitch.y,
  };
}

/** Papers of a year and a strand stand below each other, and the next year begins below the lowest. */
function rows(papers: readonly Placed[], years: readonly number[]): (one: Placed) => number {
  const together = (a: Placed) => papers.filter((b) => b.year === a.year && b.column === a.column);
  const depth = (year: number) => Math.max(...papers.filter((one) => one.year === year).map((one) => together(one).length));
  return (one) => years.filter((year) => year < one.year).reduce((sum, year) => sum + depth(year), 0) + together(one).indexOf(one);
}

/** Straight down where nothing stands between; else out at the side that is nearer, and in at the side that it comes from. */
function way(from: Node, to: Node, nodes: readonly Node[]): Way {
  if (from.column === to.column) {
    const between = nodes.some((one) => one.column === from.column && one.row > from.row && one.row < to.row);
    if (!between && to.row > from.row) return { from, to, out: 0, into: 0, gaps: [0, 0] };
    // Round what stands between, at its left.
    return { from, to, out: -1, into: -1, gaps: [from.column, from.column] };
  }
  return to.column > from.column
    ? { from, to, out: 1, into: -1, gaps: [from.column + 1, to.column] }
    : { from, to, out: -1, into: 1, gaps: [from.column, to.column + 1] };
}

/** The corners of all ways: those without a choice first, then each in the lanes where it runs along no other and crosses the fewest. */
function corners(ways: readonly Way[]): Point[][] {
  const ends = ports(ways);
  const choices = ways.map((one, i) => courses(one, ends.get(`0 ${i}`)!, ends.get(`1 ${i}`)!));
  const chosen = new Map<number, Point[]>();
  for (const i of ways.map((_, i) => i).sort((a, b) => choices[a]!.length - choices[b]!.length || a - b)) {
    const placed = [...chosen.values()].flatMap(pieces);
    const costs = choices[i]!.map((points) => cost(pieces(points), placed));
    chosen.set(i, choices[i]![costs.indexOf(Math.min(...costs))]!);
  }
  return ways.map((_, i) => chosen.get(i)!);
}

/** courses(way, start, end): all that a way can take, those in the middle of their gaps first. */
function courses({ from, to, out, into, gaps: [near, far] }: Way, leaves: number, comes: number): Point[][] {
  if (out === 0)
    return [
      [
        [from.x + box.width / 2, from.y + box.height],
        [to.x + box.width / 2, to.y],
      ],
    ];
  const start: Point = [out < 0 ? from.x : from.x + box.width, leaves];
  const end: Point = [into < 0 ? to.x : to.x + box.width, comes];
  const middle = (column: number) => first.x + column * pitch.x - (pitch.x - box.width) / 2;
  const xs = (column: number) => [0, 1, -1, 2, -2].map((n) => middle(column) + n * lane);
  if (near === far) return leaves === comes ? [[start, end]] : xs(near).map((x): Point[] => [start, [x, leaves], [x, comes], end]);
  // Across, above the row that it goes to.
  const across = to.y - (pitch.y - box.height) / 2;
  return [0, 1, -1].flatMap((n) => {
    const y = across + n * lane;
    return xs(near).flatMap((x) => xs(far).map((last): Point[] => [start, [x, leaves], [x, y], [last, y], [last, comes], end]));
  });
}

type Piece = readonly [a: Point, b: Point];
const pieces = (points: readonly Point[]): Piece[] => points.slice(1).map((end, i) => [points[i]!, end]);

/** How often pieces cross others; to run along one, nearer than the eye can tell, is worse than any number of crossings. */
function cost(own: readonly Piece[], placed: readonly Piece[]): number {
  const near = lane - 1;
  const extent = ([a, b]: Piece, axis: 0 | 1) => [Math.min(a[axis], b[axis]), Math.max(a[axis], b[axis])] as const;
  const meet = (a: Piece, b: Piece, axis: 0 | 1, room: number) => {
    const [[a0, a1], [b0, b1]] = [extent(a, axis), extent(b, axis)];
    return a0 < b1 + room && b0 < a1 + room;
  };
  const upright = (piece: Piece) => piece[0][0] === piece[1][0];
  let sum = 0;
  for (const a of own)
    for (const b of placed) {
      const along = upright(a) === upright(b);
      const room = (axis: 0 | 1) => (along && upright(a) === (axis === 0) ? near : 0);
      if (meet(a, b, 0, room(0)) && meet(a, b, 1, room(1))) sum += along ? 1000 : 1;
    }
  return sum;
}

/** At which height each way leaves and comes in: on a side those from and to above stand above those below, and who goes far lies around who does not. */
function ports(ways: readonly Way[]): Map<string, number> {
  const all = ways.flatMap(({ from, to, out, into }, i) => [
    { key: `0 ${i}`, box: from, other: to, side: out },
    { key: `1 ${i}`, box: to, other: from, side: into },
  ]);
  const direction = (one: { box: Node; other: Node }) => Math.sign(one.other.y - one.box.y);
  const heights = new Map<string, number>();
  for (const one of all) {
    const beside = all
      .filter(({ box, side }) => box === one.box && side === one.side)
      .sort((a, b) => direction(a) - direction(b) || b.other.y - a.other.y || a.other.x - b.other.x);
    heights.set(one.key, one.box.y + box.height / 2 + (beside.indexOf(one) - (beside.length - 1) / 2) * port);
  }
  return heights;
}

/** path(corners): the line with its corners rounded, for SVG. */
export function path(points: readonly Point[], radius = 6): string {
  const towards = ([x0, y0]: Point, [x1, y1]: Point): Point => {
    const length = Math.hypot(x1 - x0, y1 - y0);
    const share = Math.min(radius, length / 2) / length;
    return [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share];
  };
  const inner = points.slice(1, -1).map((at, i) => `L${towards(at, points[i]!)}Q${at} ${towards(at, points[i + 2]!)}`);
  return `M${points[0]}${inner.join('')}L${points.at(-1)}`;
}

type Point = readonly [x: number, y: number];

/** How far a line may come away from where it was, in pixels. */
const slack = 0.15;

/** A path of straight lines from place to place, in as many parts as it likes. */
const straight = /^(?:M-?[\d.]+[ ,]-?[\d.]+(?:L-?[\d.]+[ ,]-?[\d.]+)+Z?)+$/i;

/**
 * outline(path) is the same line to the eye in fewer letters, where the path is of straight lines: without the points that lie on the line between
 * their neighbours (Douglas and Peucker, 1973), and each said by its distance from the one before, in tenths of a pixel. Undefined for any other.
 */
export function outline(path: string): string | undefined {
  if (!straight.test(path)) return undefined;
  return path
    .split(/(?=M)/)
    .map((part) => {
      const numbers = part.match(/-?[\d.]+/g)!.map(Number);
      const points = Array.from({ length: numbers.length / 2 }, (_, i): Point => [numbers[2 * i]!, numbers[2 * i + 1]!]);
      return written(simpler(points)) + (/z$/i.test(part) ? 'z' : '');
    })
    .join('');
}

/** The points without which the line would come away by more than the slack. */
function simpler(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  let far = 0;
  let most = slack;
  for (let i = 1; i < points.length - 1; i++) {
    const distance = away(points[i]!, first, last);
    if (distance > most) [far, most] = [i, distance];
  }
  return far ? [...simpler(points.slice(0, far + 1)).slice(0, -1), ...simpler(points.slice(far))] : [first, last];
}

/** From a point to the line between two others, no farther than its ends. */
function away([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}

/** Counted in whole tenths, so that nothing adds up from one step to the next. */
function written(points: readonly Point[]): string {
  const tenths = points.map(([x, y]) => [Math.round(10 * x), Math.round(10 * y)] as const);
  const steps = tenths.slice(1).map(([x, y], i) => pair(x - tenths[i]![0], y - tenths[i]![1]));
  return `M${pair(...tenths[0]!)}l${steps.join(' ').replaceAll(' -', '-')}`;
}

const pair = (x: number, y: number) => `${short(x)} ${short(y)}`.replace(' -', '-');
const short = (tenths: number) => String(tenths / 10).replace(/^(-?)0\./, '$1.');

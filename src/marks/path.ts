type Point = readonly [x: number, y: number];

const hundredths = (x: number): number => Math.round(x * 100) / 100;

/**
 * pathOf(points, { step }) is a line through points as SVG writes it, to a hundredth of a unit: straight from one to the next, or level until it
 * steps. It breaks where a coordinate is not finite; a point between two breaks is closed, so that a round cap shows it.
 */
export function pathOf(points: readonly Point[], { step = false } = {}): string {
  let path = '';
  /** Points since the last break, and the height of the last one. */
  let count = 0;
  let level = 0;
  const end = () => {
    if (count === 1) path += 'Z';
    count = 0;
  };
  for (const point of points) {
    if (!point.every(Number.isFinite)) {
      end();
      continue;
    }
    const [x, y] = point.map(hundredths) as [number, number];
    if (count && step) path += `L${x},${level}`;
    path += `${count ? 'L' : 'M'}${x},${y}`;
    level = y;
    count++;
  }
  end();
  return path;
}

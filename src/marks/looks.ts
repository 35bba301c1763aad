/**
 * How a cell that holds no number looks; a computed zero is a number and has the ramp's lowest colour.
 * - `empty`: not computed (nothing there, the ground shows)
 * - `masked`: may not be seen (hatched)
 * - `evicted`: was there and is gone (crossed)
 */
export type Look = 'empty' | 'masked' | 'evicted';

/** What a cell holds: a number for the ramp, a colour of its own, or a look. */
export type Cell = number | Look | { readonly fill: string };

/** cellPath(x, y, width, height): a rectangle as a path, so that all cells of one colour are one element. */
export const cellPath = (x: number, y: number, width: number, height: number): string =>
  `M${trim(x)} ${trim(y)}h${trim(width)}v${trim(height)}h${trim(-width)}z`;

const hundredths = (v: number): number => Math.round(v * 100);
const trim = (v: number): string => String(hundredths(v) / 100);

/** Where a matrix is drawn; `inset` is the gap between cells. */
export interface Grid {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  readonly inset: number;
}

/** cellPaths(grid, look): for each look or colour that a cell has, one path with all its cells; empty ones have none. */
export function cellPaths({ x, y, width, height, rows, columns, inset }: Grid, look: (row: number, column: number) => string) {
  const [w, h] = [width / columns, height / rows];
  // A matrix has thousands of cells and few different steps between them, so each cell is drawn from where the last one of its colour ended:
  // that compresses to a third. In whole hundredths, so that nothing adds up. What is filled needs no line back to its start.
  const left = Array.from({ length: columns }, (_, j) => hundredths(x + j * w + inset / 2));
  const tall = hundredths(h - inset);
  const run = Array.from(
    { length: columns + 1 },
    (_, n) => `h${hundredths(n * w - inset) / 100}v${tall / 100}h${-hundredths(n * w - inset) / 100}`,
  );
  const byLook = new Map<string, { path: string; x: number; y: number }>();
  for (let i = 0; i < rows && columns > 0; i++) {
    const top = hundredths(y + i * h + inset / 2);
    let now = look(i, 0);
    for (let j = 0, start = 0; j < columns; j++) {
      const next = j + 1 < columns ? look(i, j + 1) : undefined;
      // Where no gap parts the cells, a run of equal ones is one rectangle.
      if (inset === 0 && next === now) continue;
      if (now !== 'empty') {
        const all = byLook.get(now) ?? { path: '', x: 0, y: 0 };
        const [dx, dy] = [left[start]! - all.x, top - all.y];
        all.path += `${all.path ? 'm' : 'M'}${dx / 100}${dy < 0 ? '' : ' '}${dy / 100}${run[j + 1 - start]!}`;
        [all.x, all.y] = [left[start]!, top + tall];
        byLook.set(now, all);
      }
      start = j + 1;
      now = next!;
    }
  }
  return Array.from(byLook, ([key, { path }]) => [key, path] as const);
}

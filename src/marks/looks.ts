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

const trim = (v: number): string => String(Math.round(v * 100) / 100);

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
  // A matrix has thousands of cells and few different coordinates: each is printed once. What is filled needs no line back to its start.
  const left = Array.from({ length: columns }, (_, j) => `M${trim(x + j * w + inset / 2)} `);
  const tall = trim(h - inset);
  const run = Array.from({ length: columns + 1 }, (_, n) => `h${trim(n * w - inset)}v${tall}h${trim(inset - n * w)}`);
  const byLook = new Map<string, { path: string }>();
  for (let i = 0; i < rows && columns > 0; i++) {
    const top = trim(y + i * h + inset / 2);
    let now = look(i, 0);
    for (let j = 0, start = 0; j < columns; j++) {
      const next = j + 1 < columns ? look(i, j + 1) : undefined;
      // Where no gap parts the cells, a run of equal ones is one rectangle.
      if (inset === 0 && next === now) continue;
      if (now !== 'empty') {
        let all = byLook.get(now);
        if (!all) byLook.set(now, (all = { path: '' }));
        all.path += left[start]! + top + run[j + 1 - start]!;
      }
      start = j + 1;
      now = next!;
    }
  }
  return Array.from(byLook, ([key, { path }]) => [key, path] as const);
}

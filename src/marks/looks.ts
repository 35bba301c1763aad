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

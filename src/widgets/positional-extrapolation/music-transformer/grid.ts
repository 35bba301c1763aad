import { onRamp, sequential } from '@/marks/colours';
import type { Of } from './simulate';

/** Where the matrix stands in both panels, so that what ends at the same place is at the same place. */
export const left = 28;
export const top = 84;

/** unitOf(result): the side of a cell that leaves room for the widest and the tallest matrix on the way. */
export function unitOf({ moves }: Of<'skew'>): number {
  const [rows, columns] = [0, 1].map((axis) => Math.max(...moves.shapes.map((shape) => shape[axis]!))) as [number, number];
  return Math.floor(10 * Math.min(30, (360 - left - 2) / columns, 270 / rows)) / 10;
}

/** heightOf(result): room for the tallest matrix on the way and a line below it, alike in both panels. */
export const heightOf = (result: Of<'skew'>): number => top + unitOf(result) * Math.max(...result.moves.shapes.map(([rows]) => rows)) + 30;

/** keysOf(result): names of the keys; those of the block before stand before key 0. */
export const keysOf = ({ kind, n }: Of<'skew'>): string[] =>
  Array.from({ length: n }, (_, j) => (kind === 'masked' ? `${j}` : `−${n - j}`));

/** A distance has one colour wherever it goes: near is strong. */
const share = (distance: number, most: number): number => 0.06 + 0.9 * (1 - distance / most);
export const colourOf = (distance: number, most: number): string => sequential(share(distance, most));
export const inkOn = (distance: number, most: number): string => onRamp(share(distance, most));
/** The farthest distance there is. */
export const farthest = ({ kind, n }: Of<'skew'>): number => (kind === 'masked' ? n - 1 : 2 * n - 1);

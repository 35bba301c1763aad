import type { Positions } from './hooks';
import type { Shape } from './model';

/** ownFrequencies(shape): what each pair of a head was trained to turn by, base^(-2j/d). */
export function ownFrequencies({ width, heads, base }: Shape): Float64Array {
  const d = width / heads;
  return Float64Array.from({ length: d / 2 }, (_, j) => base ** ((-2 * j) / d));
}

/** slope(shape, head): by how much ALiBi lowers a score with each token of distance, 2^(-8 (head + 1) / heads). */
export const slope = ({ heads }: Shape, head: number): number => 2 ** ((-8 * (head + 1)) / heads);

/** Where tokens stand, all said. */
export interface Standing {
  readonly frequencies: ArrayLike<number>;
  position(index: number): number;
  readonly distance: Positions['distance'];
}

/** standing(shape, positions, length): the hook with what it leaves out filled in. */
export function standing(shape: Shape, { frequencies, position, distance }: Positions = {}, length: number): Standing {
  return {
    frequencies: frequencies?.(shape, length) ?? ownFrequencies(shape),
    position: position ? (index) => position(index, length) : (index) => index,
    distance,
  };
}

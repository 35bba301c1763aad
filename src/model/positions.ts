import type { Positions } from './hooks';
import type { Shape } from './model';

/** ownFrequencies(shape): what each pair of a head was trained to turn by, base^(-2j/d). */
export function ownFrequencies({ width, heads, base }: Shape): Float64Array {
  const d = width / heads;
  return Float64Array.from({ length: d / 2 }, (_, j) => base ** ((-2 * j) / d));
}

/** slope(shape, head): by how much ALiBi lowers a score with each token of distance, 2^(-8 (head + 1) / heads). */
export const slope = ({ heads }: Shape, head: number): number => 2 ** ((-8 * (head + 1)) / heads);

/** Turns one head's channels at `at` in x by position times frequency, pair (j, j + d/2) at a time; into y at the same place. */
export function turnInto(y: Float32Array, x: Float32Array, at: number, position: number, frequencies: ArrayLike<number>): void {
  const half = frequencies.length;
  for (let j = 0; j < half; j++) {
    const cos = Math.cos(position * frequencies[j]!);
    const sin = Math.sin(position * frequencies[j]!);
    const a = x[at + j]!;
    const b = x[at + half + j]!;
    y[at + j] = a * cos - b * sin;
    y[at + half + j] = b * cos + a * sin;
  }
}

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

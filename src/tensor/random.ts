import { mersenne } from './mersenne';

/** A stream of random numbers; the same seed gives the same stream on every machine. */
export interface Random {
  /** A float in [0, 1). */
  uniform(): number;
  /** A draw from N(0, 1), by the polar method of Marsaglia. */
  normal(): number;
  /** A whole number in [0, n). */
  integer(n: number): number;
  /** An index drawn with the given weights (not negative, any positive sum). Throws RangeError when they sum to 0. */
  weighted(weights: ArrayLike<number>): number;
  /** A copy of the items in random order (Fisher-Yates). */
  shuffle<T>(items: ArrayLike<T>): T[];
}

/** random(seed) starts a stream. The seed is a whole number; equal seeds give equal streams. */
export function random(seed: number): Random {
  const draw = mersenne(seed);
  let spare: number | undefined;
  // Of two draws 26 and 27 bits, as many as a float between a half and one can hold.
  const uniform = () => (draw() & 0x3ffffff) * 2 ** -26 + (draw() & 0x7ffffff) * 2 ** -53;
  const integer = (n: number) => Math.floor(uniform() * n);
  return {
    uniform,
    integer,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const r = x * x + y * y;
        if (r > 0 && r < 1) {
          const factor = Math.sqrt((-2 * Math.log(r)) / r);
          spare = y * factor;
          return x * factor;
        }
      }
    },
    weighted(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i]!;
      if (!(total > 0)) throw new RangeError('weights must have a positive sum');
      let left = uniform() * total;
      let last = 0;
      for (let i = 0; i < weights.length; i++) {
        if (weights[i]! <= 0) continue;
        last = i;
        left -= weights[i]!;
        if (left < 0) return i;
      }
      return last;
    },
    shuffle(items) {
      const result = Array.from(items);
      for (let i = result.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [result[i], result[j]] = [result[j]!, result[i]!];
      }
      return result;
    },
  };
}

/** normals(seed, n) is n draws from N(0, 1). */
export function normals(seed: number, n: number): Float64Array {
  const source = random(seed);
  return Float64Array.from({ length: n }, () => source.normal());
}

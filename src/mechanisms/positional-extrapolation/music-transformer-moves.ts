/** Skewing followed number by number: where each of them stands after each move, found by moving their names through the same functions. */
import { generate, type Matrix } from '@/tensor/tensor';
import { skewStages, type ByDistance } from './music-transformer';
import { unmaskedStages } from './music-transformer-local';

/** One number on its way. */
export interface Cell {
  /** Which query it belongs to; undefined for a 0 that was added. */
  readonly query: number | undefined;
  /** The distance that it is for. */
  readonly distance: number | undefined;
  /** After each move; null before it is there, and once it is dropped. */
  readonly at: readonly Place[];
}

/** A list with holes would not survive being written as JSON; one with null does. */
export type Place = readonly [row: number, column: number] | null;

export interface Moves {
  readonly cells: readonly Cell[];
  /** Rows and columns of the matrix after each move. */
  readonly shapes: readonly (readonly [rows: number, columns: number])[];
}

/** moves(n, kind, side): the cells of M [n, n] (masked) or [n, 2n - 1] (unmasked) at the start, padded, reshaped, and cut. */
export function moves(n: number, kind: 'masked' | 'unmasked', side: 'left' | 'right' = 'left'): Moves {
  const width = kind === 'masked' ? n : 2 * n - 1;
  // Names from 1, so that a 0 is one that was added.
  const names: ByDistance = generate(['query', 'distance'] as const, [n, width], (i, r) => 1 + i * width + r);
  const { padded, reshaped, result } = kind === 'masked' ? skewStages(names, side) : unmaskedStages(names);
  const stages: Matrix[] = [names, padded, reshaped, result];
  const cells: Cell[] = Array.from({ length: n * width }, (_, name) => ({
    query: Math.floor(name / width),
    distance: width - (name % width) - (kind === 'masked' ? 1 : 0),
    at: stages.map((stage) => place(stage, stage.data.indexOf(name + 1))),
  }));
  // Zeros look alike: those added first keep their order through the reshape, which changes no order; those added in it come after.
  const zeros = (stage: Matrix) => [...stage.data.keys()].filter((at) => stage.data[at] === 0);
  const [early, late] = [zeros(padded), zeros(reshaped)];
  late.forEach((at, z) => {
    const kept = stays(kind, n, at);
    cells.push({
      query: undefined,
      distance: undefined,
      at: [
        null,
        early[z] === undefined ? null : place(padded, early[z]),
        place(reshaped, at),
        kept && place(result, kept[0] * n + kept[1]),
      ],
    });
  });
  return { cells, shapes: stages.map(({ shape }) => shape as [number, number]) };
}

const place = ({ shape }: Matrix, at: number): Place => (at < 0 ? null : [Math.floor(at / shape[1]!), at % shape[1]!]);

/** Where an element of the reshaped matrix goes when it is cut. */
function stays(kind: 'masked' | 'unmasked', n: number, at: number): Place {
  const width = kind === 'masked' ? n : 2 * n - 1;
  const [row, column] = [Math.floor(at / width), at % width];
  if (kind === 'masked') return row > 0 ? [row - 1, column] : null;
  return row < n && column >= n - 1 ? [row, column - n + 1] : null;
}

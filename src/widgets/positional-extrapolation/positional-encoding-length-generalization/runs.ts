/** Trainings that were run to their end: read where a state is computed, and carried by its result. */
import {
  testedLength,
  trainedLength,
  type Encoding,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import type { Task } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import file from '../../../../seeds/positional-encoding/runs.json';

/** A training that was run to its end by seeds/positional-encoding/train.mjs. */
export interface Run {
  /** Share of the problems of 1, 2, ... symbols that were answered without an error. */
  readonly exact: readonly number[];
  /** Mean loss at each of `lossAt`. */
  readonly loss: readonly number[];
}

interface Written {
  right: number[];
  loss: number[];
}
const written = file as unknown as {
  tests: number;
  batches: Record<Task, number>;
  at: Record<Task, number[]>;
  runs: Record<string, Record<Encoding, Written[]>>;
};

export const lossAt = (task: Task): readonly number[] => written.at[task];

/** runsOf(task, layers, encoding): one for each seed, from 1. */
export const runsOf = (task: Task, layers: number, encoding: Encoding): Run[] =>
  written.runs[task + layers]![encoding].map(({ right, loss }) => ({ exact: right.map((n) => n / written.tests), loss }));

const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;

/** The share of problems answered without an error: of lengths up to the trained one, up to twice that, and beyond. */
export interface Summary {
  readonly inside: number;
  readonly twice: number;
  readonly beyond: number;
  /** The mean over seeds at each length. */
  readonly mean: readonly number[];
}

/** summary(runs): means over lengths, and over seeds. */
export function summary(runs: readonly Run[]): Summary {
  const over = (from: number, to: number) => runs.map(({ exact }) => mean(exact.slice(from, to)));
  return {
    inside: mean(over(0, trainedLength)),
    twice: mean(over(trainedLength, 2 * trainedLength)),
    beyond: mean(over(2 * trainedLength, testedLength)),
    mean: runs[0]!.exact.map((_, i) => mean(runs.map(({ exact }) => exact[i]!))),
  };
}

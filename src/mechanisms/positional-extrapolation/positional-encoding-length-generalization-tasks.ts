/** Problems that a small decoder is trained on: symbols, a sign that asks, and the answer. */
import type { Random } from '@/tensor/random';
import type { Batch } from './positional-encoding-length-generalization-pass';

export const tasks = ['sort', 'copy'] as const;
export type Task = (typeof tasks)[number];

/** How many symbols there are; none stands twice in a problem. */
export const symbols = 21;
/** Signs that are no symbols: the first token of all, the sign that asks, and the end. */
export const [begins, asks, ends] = [symbols, symbols + 1, symbols + 2] as const;
export const vocabulary = symbols + 3;

export interface Problem {
  readonly given: readonly number[];
  readonly answer: readonly number[];
}

/** answer(task, given): what should be written. */
export function answer(task: Task, given: readonly number[]): number[] {
  return task === 'copy' ? [...given] : [...given].sort((a, b) => a - b);
}

/** problem(task, length, source): `length` different symbols, drawn evenly. Throws RangeError for more than there are. */
export function problem(task: Task, length: number, source: Random): Problem {
  if (length > symbols) throw new RangeError(`there are ${symbols} symbols, not ${length}`);
  const given = source.shuffle(Array.from({ length: symbols }, (_, i) => i)).slice(0, length);
  return { given, answer: answer(task, given) };
}

/** written(problem): begin, the symbols, the sign that asks, the answer. What follows its last symbol is the end. */
export const written = ({ given, answer }: Problem): number[] => [begins, ...given, asks, ...answer];

/** batchOf(problems): their tokens one after the other; asked is what follows the sign that asks and each symbol of the answer. */
export function batchOf(problems: readonly Problem[]): Batch {
  const rows = problems.map(written);
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, s) => (starts[s + 1] = starts[s]! + row.length));
  const tokens = Int32Array.from(rows.flat());
  const targets = new Int32Array(tokens.length).fill(-1);
  problems.forEach(({ given, answer }, s) => {
    const from = starts[s]! + given.length + 1;
    [...answer, ends].forEach((token, i) => (targets[from + i] = token));
  });
  return { tokens, starts, targets };
}

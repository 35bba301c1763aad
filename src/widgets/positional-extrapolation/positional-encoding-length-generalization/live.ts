import type { Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-net';
import { batchOf, ends, problem, type Task } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import {
  accuracy,
  architectureOf,
  begin,
  recipeOf,
  train,
  type Training,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-train';
import { likely, read } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-pass';
import { random } from '@/tensor/random';

/** How many steps a training has, and how many batches each: as many as a phone trains in some seconds. */
export const lastStep = 16;
export const batchesOf = (layers: number): number => (layers === 2 ? 25 : 16);
/** Lengths that are tested after each step, and problems of each. */
export const lengths = [1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20];
export const tests = 8;
const testSeed = 1;
/** Lengths of the two problems whose answers are shown. */
export const shown = [8, 16] as const;

export interface Live {
  /** Mean loss of each step so far, nats for each token of an answer. */
  readonly loss: readonly number[];
  /** After the last of them: share of problems answered without an error, and of symbols right, at each of `lengths`. */
  readonly exact: readonly number[];
  readonly symbols: readonly number[];
  /** Two problems, and what the network says to them after each right symbol; the end is one. */
  readonly answers: readonly { readonly given: readonly number[]; readonly wanted: readonly number[]; readonly said: readonly number[] }[];
}

interface Course {
  readonly training: Training;
  readonly loss: number[];
  readonly after: Omit<Live, 'loss'>[];
}

/** Trainings that somebody looked at lately: who takes a step goes on from where they are, who goes back finds what was there. */
const courses = new Map<string, Course>();

/** live(encoding, task, layers, seed, step): a training after that many steps, from the first one or from where it was left. */
export function live(encoding: Encoding, task: Task, layers: number, seed: number, step: number): Live {
  const key = [encoding, task, layers, seed].join();
  let course = courses.get(key);
  if (!course) {
    const batches = lastStep * batchesOf(layers);
    course = { training: begin(architectureOf(encoding, layers), recipeOf(task, batches), seed), loss: [], after: [] };
    courses.set(key, course);
    if (courses.size > 8) courses.delete(courses.keys().next().value!);
  }
  while (course.loss.length < step) {
    let sum = 0;
    for (let i = 0; i < batchesOf(layers); i++) sum += train(course.training);
    course.loss.push(rounded(sum / batchesOf(layers)));
    course.after.push(tested(course.training, task));
  }
  const none = {
    exact: [],
    symbols: [],
    answers: problems(task).map(({ given, answer }) => ({ given, wanted: [...answer, ends], said: [] })),
  };
  return { loss: course.loss.slice(0, step), ...(step ? course.after[step - 1]! : none) };
}

function tested({ net }: Training, task: Task): Omit<Live, 'loss'> {
  const found = accuracy(net, task, lengths, tests, testSeed);
  return {
    exact: found.map(({ exact }) => exact),
    symbols: found.map(({ symbols }) => rounded(symbols)),
    answers: problems(task).map((one) => ({
      given: one.given,
      wanted: [...one.answer, ends],
      said: likely(read(net, batchOf([one])), net.architecture.vocabulary),
    })),
  };
}

/** The first of the problems that are tested, of each length that is shown. */
const problems = (task: Task) => shown.map((length) => problem(task, length, random(1000 * testSeed + length)));

const rounded = (x: number) => Number(x.toPrecision(4));

/** workOf(encoding, layers, step): operations of a training up to a step, and of its tests. */
export function workOf(layers: number, step: number): number {
  // Multiplications of a token on the way forward; three times that with the way back. Three or so take the time of what counts as an operation.
  const token = layers * (4 * 24 * 24 + 2 * 24 * 48 + 900) + 24 * 24;
  const trained = batchesOf(layers) * 16 * 11 * 3;
  const tested = tests * lengths.reduce((sum, n) => sum + 2 * n + 2, 0);
  return 4e5 + step * (trained + tested) * token * 0.3;
}

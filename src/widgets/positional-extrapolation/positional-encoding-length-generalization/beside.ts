/** What only the worker runs: trainings, and readings of a resident model. */
import { lossCurve, type LossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { encodings, type Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import { batchOf, ends, problem, type Task } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import {
  accuracy,
  architectureOf,
  begin,
  recipeOf,
  train,
  type Training,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-train';
import { net, type Net } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-net';
import { likely, read } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-pass';
import type { Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';
import { random } from '@/tensor/random';
import { batchesOf, lastStep, lengths, shown, tests, type Live } from './course';
import { characters, stretch } from './names';
import { lossAt, runsOf, summary } from './runs';
import type { Settings } from './simulate';

const testSeed = 1;

interface Course {
  readonly training: Training;
  readonly loss: number[];
  /** After each step, the weights; and what came of the tests, where somebody looked. */
  readonly weights: Float64Array[];
  readonly after: Omit<Live, 'loss'>[];
}

/** Trainings that somebody looked at lately: who takes a step goes on from where they are, who goes back finds what was there. */
const courses = new Map<string, Course>();

/** live(encoding, task, layers, seed, step): a training after that many steps, from the first one or from where it was left. */
function live(encoding: Encoding, task: Task, layers: number, seed: number, step: number): Live {
  const key = [encoding, task, layers, seed].join();
  let course = courses.get(key);
  if (!course) {
    const batches = lastStep * batchesOf(layers);
    course = { training: begin(architectureOf(encoding, layers), recipeOf(task, batches), seed), loss: [], weights: [], after: [] };
    courses.set(key, course);
    if (courses.size > 8) courses.delete(courses.keys().next().value!);
  }
  while (course.loss.length < step) {
    let sum = 0;
    for (let i = 0; i < batchesOf(layers); i++) sum += train(course.training);
    course.loss.push(rounded(sum / batchesOf(layers)));
    course.weights.push(course.training.net.weights.slice());
  }
  const none = {
    exact: [],
    symbols: [],
    answers: problems(task).map(({ given, answer }) => ({ given, wanted: [...answer, ends], said: [] })),
  };
  const found = step ? (course.after[step - 1] ??= tested(net(course.training.net.architecture, course.weights[step - 1]!), task)) : none;
  return { loss: course.loss.slice(0, step), ...found };
}

function tested(one: Net, task: Task): Omit<Live, 'loss'> {
  const found = accuracy(one, task, lengths, tests, testSeed);
  return {
    exact: found.map(({ exact }) => exact),
    symbols: found.map(({ symbols }) => rounded(symbols)),
    answers: problems(task).map((asked) => ({
      given: asked.given,
      wanted: [...asked.answer, ends],
      said: likely(read(one, batchOf([asked])), one.architecture.vocabulary),
    })),
  };
}

/** The first of the problems that are tested, of each length that is shown. */
const problems = (task: Task) => shown.map((length) => problem(task, length, random(1000 * testSeed + length)));

const rounded = (x: number) => Number(x.toPrecision(4));
const fixed = (x: number) => Number(x.toFixed(5));

/** Readings that were made already: a step changes what is looked at. */
const readings = new Map<string, LossCurve>();

/** textCurves(passage): the loss along a text under rotations, and under biases by distance. */
export function textCurves(passage: Passage) {
  const curve = (name: string): LossCurve => {
    const key = `${name} ${passage}`;
    let found = readings.get(key);
    if (!found) {
      const { loss, inside, outside } = lossCurve(resident(name), passageText(passage), { length: characters, width: stretch });
      readings.set(key, (found = { loss: loss.map((x) => fixed(x)), inside: fixed(inside), outside: fixed(outside!) }));
    }
    return found;
  };
  return { window: resident('rope').shape.window, rope: curve('rope'), alibi: curve('alibi') };
}

/** trainLook(settings): a training so far, and all five encodings where they were trained to the end. */
export function trainLook({ encoding, task, layers, seed, step }: Pick<Settings, 'encoding' | 'task' | 'layers' | 'seed' | 'step'>) {
  return {
    live: live(encoding, task, layers, seed, step),
    /** Where the losses of the runs to the end stand, in batches. */
    at: lossAt(task),
    all: encodings.map((name) => {
      const runs = runsOf(task, layers, name);
      return { encoding: name, runs, ...summary(runs) };
    }),
  };
}

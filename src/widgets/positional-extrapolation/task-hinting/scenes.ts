import { number, percent } from '@/marks/format';
import type { Arm } from '@/mechanisms/positional-extrapolation/task-hinting-train';
import type { Scene } from '@/shell/contract';
import type { Values } from '@/shell/parameters';
import { lastStep, lengths, seeds, trained, twice, type Live } from './course';
import type { params } from './params';
import type { Result } from './simulate';

type Set = Values<typeof params>;

/** The seeds of an arm at a length, and their mean. */
export const exactAt = (train: readonly Live[], arm: Arm, i = twice): number[] =>
  train.find((one) => one.arm === arm)!.exact.map((e) => e[i]!);
export const mean = (x: readonly number[]): number => (x.length ? x.reduce((a, b) => a + b, 0) / x.length : 0);
const at = (train: readonly Live[], i = twice) => ({
  none: mean(exactAt(train, 'none', i)),
  more: mean(exactAt(train, 'more', i)),
  hints: mean(exactAt(train, 'hints', i)),
});
/** finely(share): in per cent to a decimal, where what is missing counts. */
export const finely = (share: number): string => `${number(100 * share, 1)}\u00a0%`;
const longestTest = lengths.length - 1;

export const scenes: Scene<typeof params, Result>[] = [
  {
    id: 'trained',
    title: 'Twenty values',
    set: {},
    notice: ({ step }) =>
      `At the trained length ${percent(step!.chosen.exact)} of the lists come out without an error. Follow the curves to the right: at 100 values ${finely(step!.fixed.at(-1)!.step)} of the steps are still right, and hardly any list is.`,
    claim: ({ step }) => step !== undefined && step.chosen.n === 20 && step.chosen.exact > 0.93 && step.fixed.at(-1)!.exact < 0.12,
  },
  {
    id: 'long',
    title: 'A hundred values',
    set: { n: 100 },
    notice: ({ step }) =>
      `${finely(step!.chosen.step)} of the steps are right, and ${percent(step!.chosen.exact)} of the lists: sorting this one takes ${step!.steps.length} steps, and each may fail. Red cells are the steps of this run that do.`,
    claim: ({ step }) => step !== undefined && step.chosen.n === 100 && step.chosen.step > 0.9 && step.chosen.exact < 0.12,
  },
  {
    id: 'one-error',
    title: 'One error',
    set: { n: 100, step: 10 },
    notice: ({ step }) => {
      const { from, next, pick } = step!.at!;
      return `After ${from} comes ${next}, which stands in the list ${times(step!.counts[next]!)}; but ${pick} stands in it ${times(step!.counts[pick]!)}, only ${pick - next} further up, and its tokens together get more attention. In lists of 20 such pairs are rare.`;
    },
    claim: ({ step }) => step?.at !== undefined && step.at.pick !== step.at.next && step.counts[step.at.pick]! > step.counts[step.at.next]!,
  },
  {
    id: 'sharper',
    title: 'A sharper step',
    set: { n: 100, beta: 1.6 },
    notice: ({ step }) =>
      `With β = 1.6, ${finely(step!.chosen.step)} of the steps are right, and ${percent(step!.chosen.exact)} of the lists. The stairs stand at ln 2, ln 3, ln 4: what a value that occurs two, three or four times needs not to win over its neighbour.`,
    claim: ({ step }, { law }) =>
      step !== undefined && law === 'fixed' && step.chosen.n === 100 && step.chosen.exact > 0.75 && step.chosen.exact < 1,
  },
  {
    id: 'tempered',
    title: 'Sharper with length',
    set: { n: 100, law: 'log' },
    notice: ({ step }) => {
      const [ten, fixed] = [step!.curve, step!.fixed].map((curve) => curve.find(({ n }) => n === 10)!.exact);
      return `The same β at 20 values, and ${number(step!.sharp)} at 100: ${percent(step!.chosen.exact)} of the lists instead of ${percent(step!.baseline.exact)}. Shorter lists, where it is blunter, lose a little: of 10 values ${finely(ten!)} are right instead of ${finely(fixed!)}. The curve turns up where the sharpness passes ln 3; with β = 0.7 it would stay below that at 100 values, and gain little.`;
    },
    claim: ({ step }, { law }) =>
      step !== undefined &&
      law === 'log' &&
      step.chosen.n === 100 &&
      step.chosen.exact > step.baseline.exact + 0.25 &&
      step.chosen.exact < 0.7 &&
      [10, 20].every((n) => {
        const lost = step.fixed.find((one) => one.n === n)!.exact - step.curve.find((one) => one.n === n)!.exact;
        return n === 20 ? lost === 0 : lost > 0 && lost < 0.05;
      }),
  },
  {
    id: 'no-repeats',
    title: 'No value twice',
    set: { n: 100, repeats: false },
    notice: ({ step }) =>
      `Without copies the nearest value always has the most attention: ${percent(step!.chosen.exact)} at any length and any sharpness. The error was made by the copies, whose attention adds up.`,
    claim: ({ step }, { repeats, decode }) => step !== undefined && !repeats && decode === 'argmax' && step.chosen.exact === 1,
  },
  {
    id: 'mixture',
    title: 'The hint',
    set: { look: 'hints', n: 100 },
    notice: ({ hints }) =>
      `One list, one element, one answer. Of the steps of sorting 100 values ${percent(hints!.coverage.total.successor)} are exactly such a question about the next larger value, and ${percent(hints!.coverage.total.predecessor)} are one about the next smaller. A question has one token in the loss, a sorted list as many as it is long.`,
    claim: ({ hints }) =>
      hints !== undefined &&
      hints.coverage.exercised.successor.next === 1 &&
      hints.coverage.total.successor > 0.5 &&
      hints.coverage.total.successor < 0.7,
  },
  {
    id: 'no-shortcut',
    title: 'Trained: no shortcut',
    set: { look: 'train', step: lastStep, shortcut: 0 },
    notice: ({ train }) => {
      const [two, far] = [at(train!), at(train!, longestTest)];
      return `A network that can only compare pairs. With hints ${percent(two.hints)} of lists of ${2 * trained} come out right, without ${percent(two.none)}; but with as many more steps of sorting in their place ${percent(two.more)}. Here a hint is more data and nothing else; at ${lengths[longestTest]} values it is ${percent(far.hints)} against ${percent(far.more)}.`;
    },
    claim: ({ train }) =>
      train !== undefined && trainedTo(train) && at(train).hints > at(train).none + 0.1 && at(train).hints < at(train).more + 0.03,
  },
  {
    id: 'shortcut',
    title: 'Trained: a shortcut',
    set: { look: 'train', step: lastStep },
    notice: ({ train }) => {
      const [two, far] = [at(train!), at(train!, longestTest)];
      const wins = exactAt(train!, 'hints').filter((exact, seed) => exact > exactAt(train!, 'more')[seed]!).length;
      return `Now the network may also learn how large the k-th of n values usually is, which is no help at lengths it never saw. A hint cannot feed that: at ${2 * trained} values ${percent(two.none)} without, ${percent(two.more)} with more sorting, ${percent(two.hints)} with hints, and with hints more in ${wins} of ${seeds} seeds. The setting was looked for until found, and at ${lengths[longestTest]} values ${percent(far.hints)} against ${percent(far.more)} is next to nothing.`;
    },
    claim: ({ train }) =>
      train !== undefined &&
      trainedTo(train) &&
      at(train).hints > at(train).more + 0.08 &&
      exactAt(train, 'hints').filter((exact, seed) => exact > exactAt(train, 'more')[seed]!).length >= seeds - 1,
  },
];

const trainedTo = (train: readonly Live[]) => train[0]!.loss.length > 0;
const times = (count: number) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

export type { Set };

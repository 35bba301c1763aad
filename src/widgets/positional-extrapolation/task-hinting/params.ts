import { hints } from '@/mechanisms/positional-extrapolation/task-hinting-tasks';
import { countsOf } from '@/mechanisms/positional-extrapolation/task-hinting';
import type { Parameters } from '@/shell/parameters';
import { lastStep } from './course';
import { examples, listOf } from './lists';

export type Look = 'step' | 'hints' | 'train';

const looks =
  (...names: Look[]) =>
  ({ look }: Readonly<Record<string, unknown>>) =>
    names.includes(look as Look);

/** The list that is looked at lately, so that a slider does not draw it at every move. */
let drawn: { key: string; steps: number } | undefined;

/** stepsOf(values): how many steps sorting the list takes; one less than it has different values. */
function stepsOf({ n, q, repeats, seed }: Readonly<Record<string, unknown>>): number {
  const key = [n, q, repeats, seed].join();
  if (drawn?.key !== key) {
    const counts = countsOf(listOf(n as number, q as number, repeats as boolean, seed as number), q as number);
    drawn = { key, steps: counts.reduce((sum, count) => sum + Number(count > 0), 0) - 1 };
  }
  return drawn.steps;
}

export const hintNames: Record<(typeof hints)[number] | 'none', string> = {
  none: 'none',
  successor: 'the next larger value',
  predecessor: 'the next smaller value',
  count: 'how often it occurs',
  fill: 'fill the blanks',
};

export const params = {
  look: {
    type: 'choice',
    label: 'Look at',
    help: 'One attention step and what becomes of a hundred of them; what a batch with hints is made of; a small network that is trained here.',
    default: 'step',
    options: { step: 'the step of sorting', hints: 'the hints', train: 'a small training' },
  },
  step: {
    type: 'step',
    // The clock of a training: it changes what is computed.
    label: 'Step',
    help: 'The step of the run, or the example of the batch, that is looked at. Of the training: 25 batches more.',
    default: 0,
    last: (values) => (values.look === 'train' ? lastStep : values.look === 'hints' ? examples - 1 : Math.max(0, stepsOf(values) - 1)),
  },
  n: {
    type: 'integer',
    label: 'Length, n',
    help: 'How many values the list has. Training showed up to 20.',
    default: 20,
    min: 2,
    max: 100,
    when: looks('step', 'hints'),
  },
  beta: {
    type: 'number',
    label: 'Sharpness, β',
    help: 'How much the logit of a value falls for each unit that it is larger.',
    default: 0.8,
    min: 0.1,
    max: 2,
    step: 0.05,
    when: looks('step'),
  },
  law: {
    type: 'choice',
    label: 'Sharpness and length',
    help: 'The same at every length, or growing as the logarithm of the length, with the same value at 20.',
    default: 'fixed',
    options: { fixed: 'fixed', log: 'β ln n / ln 20' },
    when: looks('step'),
  },
  q: {
    type: 'integer',
    label: 'Different values, q',
    help: 'The size of the alphabet that the values of a list are drawn from.',
    default: 100,
    min: 20,
    max: 200,
    step: 10,
    when: looks('step', 'hints'),
  },
  repeats: {
    type: 'flag',
    label: 'Values may repeat',
    help: 'Off: no value stands in a list twice.',
    default: true,
    when: looks('step'),
  },
  decode: {
    type: 'choice',
    label: 'What is written',
    help: 'The value with the most attention, or one drawn by it.',
    default: 'argmax',
    options: { argmax: 'the largest mass', sample: 'a draw by mass' },
    when: looks('step'),
  },
  trials: {
    type: 'integer',
    label: 'Lists',
    help: 'How many lists the shares are counted over.',
    default: 500,
    min: 50,
    max: 1000,
    step: 50,
    when: looks('step'),
  },
  hint: {
    type: 'choice',
    label: 'Hint',
    help: 'The simpler task that is mixed in.',
    default: 'successor',
    options: hintNames,
    when: looks('hints'),
  },
  share: {
    type: 'number',
    label: 'Share of hints, ρ',
    help: 'Of the examples of a batch; in the training, of the terms of the loss.',
    default: 0.5,
    min: 0,
    max: 0.6,
    step: 0.1,
    when: ({ look, hint }) => look === 'train' || (look === 'hints' && hint !== 'none'),
  },
  shortcut: {
    type: 'integer',
    label: 'Learning rate of the shortcut',
    help: 'Times that of the attention step. At 0 the network has no shortcut.',
    default: 10,
    min: 0,
    max: 10,
    values: [0, 2, 10],
    when: looks('train'),
  },
  seed: {
    type: 'seed',
    label: 'Seed',
    help: 'Other lists; six others of them for the training.',
    default: 1,
  },
} as const satisfies Parameters;

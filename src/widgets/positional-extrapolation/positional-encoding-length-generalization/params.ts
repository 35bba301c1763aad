import type { Parameters } from '@/shell/parameters';
import { lastStep } from './course';
import { encodingNames, lookNames, positions, stretches } from './names';

const looks =
  (...names: string[]) =>
  ({ look }: Readonly<Record<string, unknown>>) =>
    names.includes(look as string);

export const params = {
  look: {
    type: 'choice',
    label: 'Look at',
    help: 'What is measured: a training, or one of the explanations of what it finds.',
    default: 'train',
    options: lookNames,
  },
  step: {
    type: 'step',
    // The clock of a training: it changes what is computed.
    label: 'Step',
    help: 'Of the training: some batches more. Of the text: one part of it after the other. Elsewhere: the query after the so many-th; at 0 the last, or the mean of all.',
    default: 0,
    last: ({ look }) => (look === 'train' ? lastStep : look === 'text' ? stretches : positions - 1),
  },
  encoding: {
    type: 'choice',
    label: 'Encoding',
    help: 'How the decoder is told where tokens stand, or that it is not told.',
    default: 'nope',
    options: encodingNames,
    when: looks('train', 'terms'),
  },
  task: {
    type: 'choice',
    label: 'Task',
    help: 'What is written after the question: the symbols in the order of the alphabet, or as they stand.',
    default: 'sort',
    options: { sort: 'sort', copy: 'copy' },
    when: looks('train', 'alike'),
  },
  layers: {
    type: 'integer',
    label: 'Layers',
    help: 'A decoder without positions needs one to find out where tokens stand.',
    default: 2,
    min: 2,
    max: 3,
    when: looks('train', 'alike'),
  },
  seed: {
    type: 'seed',
    label: 'Seed',
    help: 'Other first weights and other problems; seeds 1 to 4 are those of the long trainings.',
    default: 1,
    when: looks('train'),
  },
  trained: {
    type: 'integer',
    label: 'Trained length',
    help: 'Positions that training showed.',
    default: 20,
    min: 4,
    max: 32,
    when: looks('terms', 'count', 'alike'),
  },
  heads: {
    type: 'integer',
    label: 'Heads',
    help: 'Among so many heads ALiBi spreads its slopes.',
    default: 8,
    min: 1,
    max: 12,
    when: ({ look, encoding }) => look === 'alike' || (look === 'terms' && encoding === 'alibi'),
  },
  head: {
    type: 'integer',
    label: 'Head looked at',
    help: 'The first has the steepest slope where their number is a power of two.',
    default: 1,
    min: 1,
    max: 12,
    when: ({ look, encoding }) => look === 'alike' || (look === 'terms' && encoding === 'alibi'),
  },
  buckets: {
    type: 'integer',
    label: 'Buckets',
    help: 'Half of them hold one distance each, the others grow.',
    default: 32,
    min: 8,
    max: 64,
    values: [8, 16, 32, 64],
    when: ({ look, encoding }) => look === 'terms' && encoding === 't5',
  },
  furthest: {
    type: 'integer',
    label: 'Distance scale of the buckets',
    help: 'From about there on all distances share the last bucket.',
    default: 128,
    min: 16,
    max: 512,
    values: [16, 32, 64, 128, 256, 512],
    when: ({ look, encoding }) => look === 'terms' && encoding === 't5',
  },
  strength: {
    type: 'number',
    label: 'Strength, c',
    help: 'What the second head multiplies the difference of two decoded positions by.',
    default: 0.5,
    min: 0,
    max: 2,
    step: 0.1,
    when: looks('count', 'alike'),
  },
  beyond: {
    type: 'choice',
    label: 'Past the trained positions',
    help: 'What the perceptron makes of shares that are smaller than any in training.',
    default: 'linear',
    options: { linear: 'goes on in a line', clamp: 'stays at the last' },
    when: looks('count', 'alike'),
  },
  passage: {
    type: 'choice',
    label: 'Passage',
    help: 'Held out: the models were not trained on these.',
    default: 'persuasion',
    options: { persuasion: 'Persuasion', mansfield: 'Mansfield Park', emma: 'Emma' },
    when: looks('text'),
  },
} as const satisfies Parameters;

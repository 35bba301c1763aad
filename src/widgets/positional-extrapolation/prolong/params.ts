import { passages } from '@/model/passages';
import type { Parameters } from '@/shell/parameters';

/** Rows that are drawn. */
export const drawnRows = 10;
/** Lengths of a row, in thousands (1,024) of tokens. */
export const rowLengths = [16, 32, 64, 128, 512] as const;

const packed = ({ look }: Readonly<Record<string, unknown>>) => look !== 'text';

export const params = {
  look: {
    type: 'choice',
    label: 'Look at',
    help: 'Four questions to the same rows of training; the last one goes to a small model that was really trained.',
    default: 'supply',
    options: { supply: 'how far back tokens see', work: 'what attention costs', devices: 'devices that wait', text: 'a trained model' },
  },
  row: {
    type: 'integer',
    label: 'Row length, L',
    help: 'Tokens of a row of training, in thousands of 1,024.',
    unit: 'K',
    default: 64,
    min: 16,
    max: 512,
    values: rowLengths,
    when: packed,
  },
  share: {
    type: 'number',
    label: 'Share of long documents',
    help: 'Of the tokens: books and code repositories. The recipe has 0.6.',
    default: 0.6,
    min: 0,
    max: 1,
    step: 0.1,
    when: packed,
  },
  filter: {
    type: 'flag',
    label: 'Filtered by length',
    help: 'Of long documents only those are kept that fill what they are cut to; else any is packed, and cut where a row ends.',
    default: true,
    when: packed,
  },
  whole: {
    type: 'choice',
    label: 'Long documents',
    help: 'In rows of more than 64K: the share, by tokens, in documents as long as the row. The recipe’s second stage has a third.',
    default: 'third',
    options: { none: 'all cut to 64K', third: 'a third fills rows, by tokens', all: 'all fill their row' },
    when: (values) => packed(values) && values.filter === true && Number(values.row) > 64,
  },
  median: {
    type: 'integer',
    label: 'Median short document',
    help: 'Of a log-normal distribution; a guess of ours at pages from the web.',
    unit: 'tokens',
    default: 512,
    min: 256,
    max: 4096,
    values: [256, 512, 1024, 2048, 4096],
    when: packed,
  },
  mask: {
    type: 'flag',
    label: 'Document mask',
    help: 'Attention stays within each document. Without it a token sees all of its row that comes before.',
    default: true,
    when: packed,
  },
  distance: {
    type: 'integer',
    label: 'Distance, D',
    help: 'How far back a token should be able to look. It can be dragged in the picture.',
    unit: 'K',
    default: 60,
    min: 1,
    max: 512,
    when: ({ look }) => look === 'supply',
  },
  shown: {
    type: 'integer',
    view: true,
    label: 'Row in the map',
    help: 'Which of the ten rows the attention map is of. A click on a row chooses it.',
    default: 1,
    min: 1,
    max: drawnRows,
    when: ({ look }) => look === 'supply' || look === 'work',
  },
  devices: {
    type: 'integer',
    label: 'Devices',
    help: 'They share each step and wait for each other.',
    default: 8,
    min: 2,
    max: 8,
    values: [2, 4, 8],
    when: ({ look }) => look === 'devices',
  },
  turns: {
    type: 'integer',
    label: 'Rows for each in a step',
    help: 'What a device reads before weights change, and can sort. The first stage has 8 on 8 devices.',
    default: 8,
    min: 2,
    max: 16,
    values: [2, 4, 8, 16],
    when: ({ look }) => look === 'devices',
  },
  counted: {
    type: 'choice',
    label: 'Time counts',
    help: 'Attention alone, or with all the matrices of an 8B model, which take as long in every row.',
    default: 'all',
    options: { all: 'attention and weights', attention: 'attention alone' },
    when: ({ look }) => look === 'devices',
  },
  seed: {
    type: 'seed',
    label: 'Seed',
    help: 'Another seed, other documents.',
    default: 1,
    when: packed,
  },
  first: {
    type: 'choice',
    label: 'First document',
    help: 'Held out: the model was not trained on these.',
    default: 'persuasion',
    options: passages,
    when: ({ look }) => look === 'text',
  },
  second: {
    type: 'choice',
    label: 'Second document',
    help: 'Packed behind the first; what is measured is how it is read.',
    default: 'mansfield',
    options: passages,
    when: ({ look }) => look === 'text',
  },
  before: {
    type: 'integer',
    label: 'Length of the first',
    help: 'The model was trained on rows of 256 characters.',
    unit: 'characters',
    default: 100,
    min: 50,
    max: 300,
    values: [50, 100, 200, 300],
    when: ({ look }) => look === 'text',
  },
} as const satisfies Parameters;

/** Characters of the second document, before its line. */
export const secondLength = 100;

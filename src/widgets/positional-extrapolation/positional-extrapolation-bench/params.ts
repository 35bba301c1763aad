import { methodNames, methods } from '@/mechanisms/positional-extrapolation/bench';
import { passages } from '@/model/passages';
import type { Parameters } from '@/shell/parameters';

const names = Object.fromEntries(methodNames.map((name) => [name, methods[name].name]));
const scaled = new Set(['linear', 'ntk', 'clex', 'yarn']);
const banded = new Set(['band', 'lambda']);

export const params = {
  method: { type: 'choice', label: 'Method', help: 'What is put into the model.', default: 'yarn', options: names },
  other: { type: 'choice', label: 'Beside it', help: 'What it is compared with, on the same text.', default: 'rope', options: names },
  scale: {
    type: 'integer',
    label: 'Scale, s',
    help: 'For how many times the trained length frequencies are changed.',
    default: 4,
    min: 2,
    max: 8,
    values: [2, 3, 4, 6, 8],
    when: ({ method, other }) => scaled.has(String(method)) || scaled.has(String(other)),
  },
  band: {
    type: 'integer',
    label: 'Band',
    help: 'How many of the latest keys a query sees, where it does not see all.',
    unit: 'keys',
    default: 192,
    min: 64,
    max: 256,
    values: [64, 128, 192, 256],
    when: ({ method, other }) => banded.has(String(method)) || banded.has(String(other)),
  },
  length: {
    type: 'integer',
    label: 'Length',
    help: 'Characters of the text, with three planted lines. The main model was trained on 256 at a time.',
    default: 768,
    min: 256,
    max: 1024,
    values: [256, 512, 768, 1024],
  },
  passage: {
    type: 'choice',
    label: 'Text',
    help: 'From the last twentieth of four novels, which no model here was trained on; they were on the rest.',
    default: 'emma',
    options: passages,
  },
  seed: { type: 'seed', label: 'Seed', help: 'Other lines are planted.', default: 1 },
} as const satisfies Parameters;

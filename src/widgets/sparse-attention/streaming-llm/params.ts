import type { Parameters } from '@/shell/parameters';
import { lastStep, queryAt } from './simulate';
import { names } from './words';

export const params = {
  position: {
    type: 'step',
    view: true,
    label: 'Stream',
    help: 'How far the stream has come: the query whose cache and attention are shown. It can be dragged in the picture.',
    default: 12,
    last: () => lastStep,
    reading: (step: number) => `token ${queryAt(step)}`,
  },
  source: {
    type: 'choice',
    label: 'Model',
    help: 'A stand-in whose sinks are set by hand, or one of two small models that were trained, on a chapter they have not seen.',
    default: 'stand-in',
    options: { 'stand-in': 'stand-in with sinks', twin: 'trained, with a sink', model: 'trained, without' },
  },
  policy: { type: 'choice', label: 'Policy', help: 'What the cache keeps.', default: 'streaming', options: names },
  sinks: {
    type: 'integer',
    label: 'Sinks kept, S',
    help: 'First tokens that StreamingLLM never evicts. With none it is the plain window.',
    default: 4,
    min: 0,
    max: 8,
    values: [0, 1, 2, 4, 8],
  },
  cache: {
    type: 'integer',
    label: 'Cache, C',
    help: 'Tokens held between two steps, sinks among them.',
    default: 64,
    min: 16,
    max: 256,
    values: [16, 32, 64, 128, 256],
  },
  profile: {
    type: 'choice',
    label: 'Sinks of the head',
    help: 'How much higher it scores the first positions: 4.5 each; 6, 5, 4, 4; one by 7; or none, with a softmax that need not sum to 1.',
    default: 'spread',
    options: { spread: 'four alike', steep: 'four, falling', dedicated: 'one dedicated', 'off-by-one': 'none, softmax off by one' },
    when: ({ source }) => source === 'stand-in',
  },
  gain: {
    type: 'number',
    label: 'Head gain, g',
    help: 'What the head’s output is multiplied by before it is added to the logits. At 0 the head does nothing.',
    default: 10,
    min: 0,
    max: 20,
    step: 1,
    when: ({ source }) => source === 'stand-in',
  },
  fact: {
    type: 'flag',
    label: 'Plant a fact',
    help: 'A line like [key=1234] at token 10, asked for again and again while the stream goes on.',
    default: false,
    when: ({ source }) => source !== 'stand-in',
  },
  seed: {
    type: 'seed',
    label: 'Seed',
    help: 'Another text for the stand-in, another fact for a trained model.',
    default: 1,
    when: ({ source, fact }) => source === 'stand-in' || fact === true,
  },
} as const satisfies Parameters;

import { widget } from '@/shell/contract';

/** A widget with a parameter of every type, for the tests of the shell. */
export const example = widget({
  slug: 'example',
  title: 'An example',
  params: {
    round: {
      type: 'step',
      view: true,
      label: 'Round',
      help: 'How many rounds are shown.',
      default: Infinity,
      last: ({ length }) => (length as number) / 2,
    },
    length: { type: 'integer', label: 'Length', help: 'How many there are.', default: 8, min: 2, max: 64, step: 2, aliases: ['n'] },
    k: { type: 'integer', label: 'Budget', help: 'How many are kept.', default: 4, min: 1, max: 32 },
    scale: { type: 'number', label: 'Scale', help: 'What they are multiplied with.', default: 0.5, min: -1, max: 2, step: 0.05 },
    how: {
      type: 'choice',
      label: 'How',
      help: 'Which way it is done.',
      default: 'plain',
      options: { plain: 'plain', fancy: 'fancy', broken: 'broken' },
    },
    causal: { type: 'flag', label: 'Causal', help: 'Whether later ones are hidden.', default: true },
    tiles: { type: 'bits', label: 'Tiles', help: 'Which tiles are dropped.', default: '', size: 10 },
    note: { type: 'text', label: 'Note', help: 'Any words.', default: 'as it was' },
    seed: { type: 'seed', label: 'Seed', help: 'Another example.', default: 1 },
  },
  constrain: (values) => ({ ...values, k: Math.min(values.k, values.length) }),
  simulate({ length, k, scale, how }) {
    if (how === 'broken') throw new Error('cannot be computed');
    return { sum: length * scale, kept: k };
  },
  work: ({ length, k }) => 1e5 * length * Math.max(1, k / 2),
  scenes: [
    { id: 'long', title: 'Long', set: { length: 64 }, notice: (r) => `The sum is ${r.sum}.`, claim: (r) => r.sum > 10 },
    { id: 'short', title: 'Short', set: { length: 2, k: 2, round: 0 }, notice: (r) => `The sum is ${r.sum}.`, claim: (r) => r.sum < 10 },
  ],
  describe: (r) => `The sum is ${r.sum}.`,
  outcomes: (r) => [
    { name: 'the sum', value: r.sum },
    { name: 'kept', value: r.kept, say: (kept) => `${kept} of them` },
  ],
  tables: (r) => [{ name: 'Sums', columns: ['sum'], rows: [[r.sum]] }],
  caveat: 'It is an example.',
});

import { number, percent } from '@/marks/format';
import type { Basis } from '@/mechanisms/positional-extrapolation/giraffe';
import { widget } from '@/shell/contract';
import { methods, simulate } from './simulate';

export default widget({
  slug: 'giraffe',
  title: 'Which rotations leave the range they were trained in',
  params: {
    method: { type: 'choice', label: 'Basis', help: 'How the frequencies are changed.', default: 'rope', options: methods },
    stretch: {
      type: 'integer',
      label: 'Length read, in trained lengths',
      help: 'How far past the trained length the model is used.',
      default: 4,
      min: 1,
      max: 8,
    },
    scale: {
      type: 'integer',
      label: 'Scale, s',
      help: 'What linear divides by; the factor of NTK-aware and YaRN.',
      default: 4,
      min: 1,
      max: 16,
      when: ({ method }) => method === 'linear' || method === 'ntk' || method === 'yarn',
    },
    exponent: {
      type: 'number',
      label: 'Exponent, k',
      help: 'How much more the slow pairs are slowed.',
      default: 0.5,
      min: 0,
      max: 2,
      step: 0.1,
      when: ({ method }) => method === 'power',
    },
    keep: {
      type: 'number',
      label: 'Kept from, turns',
      help: 'Pairs that turn at least this often in training stay as they are.',
      default: 1,
      min: 0.25,
      max: 4,
      step: 0.25,
      values: [0.25, 0.5, 1, 2, 4],
      when: ({ method }) => method === 'truncated',
    },
    divisor: {
      type: 'integer',
      label: 'Flattened to 1 over',
      help: 'The band below gets one slow frequency: this part of a turn in training.',
      default: 16,
      min: 2,
      max: 64,
      values: [2, 4, 8, 16, 32, 64],
      when: ({ method, frozen }) => method === 'truncated' && frozen !== true,
    },
    frozen: {
      type: 'flag',
      label: 'Freeze the flattened band',
      help: 'Give it no rotation at all, like the pairs below it.',
      default: false,
      when: ({ method }) => method === 'truncated',
    },
    trained: {
      type: 'integer',
      label: 'Trained length, T',
      help: 'Positions seen in training.',
      default: 64,
      min: 32,
      max: 256,
      values: [32, 64, 128, 256],
    },
    channels: {
      type: 'integer',
      label: 'Channels, d',
      help: 'Two channels make a pair that rotates together.',
      default: 32,
      min: 16,
      max: 64,
      values: [16, 32, 64],
    },
    pair: {
      type: 'integer',
      view: true,
      label: 'Pair looked at',
      help: 'Marked in the first two pictures; 0 turns fastest.',
      default: 8,
      min: 0,
      max: 31,
    },
    wanted: {
      type: 'choice',
      label: 'Wanted logit',
      help: 'The curve over distance that the head is fitted to, inside the trained length.',
      default: 'wave',
      options: { wave: 'damped wave', recency: 'recent first', bump: 'one distance', knots: 'random' },
    },
    penalty: {
      type: 'integer',
      label: 'Penalty, log₁₀',
      help: 'Ridge penalty of the fit: a larger one keeps the weights small.',
      default: -6,
      min: -8,
      max: 0,
    },
    seed: { type: 'seed', label: 'Seed', help: 'Another random curve.', default: 1, when: ({ wanted }) => wanted === 'knots' },
  },
  constrain: (values) => ({ ...values, pair: Math.min(values.pair, values.channels / 2 - 1) }),
  // A decomposition for each of three bases, and six curves.
  work: ({ channels, stretch, trained }) => 135 * channels ** 3 + 24 * stretch * trained * channels,

  simulate: (settings) => simulate(settings),

  scenes: [
    {
      id: 'unseen',
      title: 'Angles never seen',
      set: {},
      notice: (r, { trained }) =>
        `${count(r.chosen)} of ${r.chosen.left.length} pairs had not finished a turn in ${trained} positions; past that they show angles that training never did. A logit fitted to within ${number(r.chosen.error)} inside reaches ${number(r.chosen.outside)} outside.`,
      claim: (r) =>
        r.chosen.basis === 'rope' &&
        count(r.chosen) >= r.chosen.left.length / 2 &&
        r.chosen.left.every((left, i) => left === r.chosen.seen[i]! < turn) &&
        r.chosen.outside > 5 &&
        r.chosen.error < 0.05,
    },
    {
      id: 'linear',
      title: 'Linear: squeeze all',
      set: { method: 'linear' },
      notice: (r, { scale }) =>
        `Every pair turns ${scale} times slower, so ${count(r.chosen) === 0 ? 'none leaves' : `${count(r.chosen)} still leave`} its trained range and the logit stays within ${number(r.chosen.outside)}. The price: neighbours now differ by 1/${scale} of the angle they used to.`,
      claim: (r, { scale }) =>
        scale > 2 && r.chosen.outside < 0.95 && count(r.chosen) === 0 && slowedBy(r).every((factor) => Math.abs(factor - scale) < 1e-9),
    },
    {
      id: 'ntk',
      title: 'NTK-aware: slow the slow',
      set: { method: 'ntk' },
      notice: (r, { scale }) =>
        `The fastest pair keeps its speed and the slowest is slowed ${scale} times, by a larger base. The pairs between are slowed too little: ${count(r.chosen)} leave, against ${count(r.baseline)} under RoPE, and the logit reaches ${number(r.chosen.outside)}.`,
      claim: (r, { scale }) =>
        r.chosen.theta[0] === 1 &&
        Math.abs(slowedBy(r).at(-1)! - scale) < 1e-9 &&
        count(r.chosen) > 0 &&
        count(r.chosen) < count(r.baseline) &&
        r.chosen.outside > 5,
    },
    {
      id: 'yarn',
      title: 'By parts',
      set: { method: 'yarn' },
      notice: (r) =>
        `YaRN asks each pair how often it turned in training: often, and it is left alone; less than once, and it is squeezed as in linear scaling; a blend between. ${count(r.chosen) === 0 ? 'No pair leaves' : `${count(r.chosen)} leave`}, yet the logit reaches ${number(r.chosen.outside)}: each angle is known, but not these angles together.`,
      claim: (r, { scale }) =>
        slowedBy(r)[0] === 1 &&
        Math.abs(slowedBy(r).at(-1)! - scale) < 1e-9 &&
        count(r.chosen) === 0 &&
        r.chosen.outside > 2 &&
        r.chosen.outside < r.baseline.outside / 2,
    },
    {
      id: 'power',
      title: 'Power: only softer',
      set: { method: 'power' },
      notice: (r, { exponent }) =>
        `With k = ${number(exponent)} the slow pairs are slowed more than the fast ones, but in training as well. ${count(r.chosen)} leave: what is outside is as new as before, and the logit reaches ${number(r.chosen.outside)}.`,
      claim: (r) =>
        r.chosen.basis === 'power' &&
        slowedBy(r).every((factor, i, all) => i === 0 || factor > all[i - 1]!) &&
        count(r.chosen) >= count(r.baseline) &&
        r.chosen.outside > 5,
    },
    {
      id: 'truncated',
      title: 'Truncated basis',
      set: { method: 'truncated' },
      notice: (r, { divisor, stretch }) =>
        `${band(r, 'kept')} pairs that turn in training are kept, ${band(r, 'flattened')} get one slow frequency and ${band(r, 'zeroed')} none. Only the slow ones can still leave, and they do: 1/${divisor} of a turn was seen, ${stretch}/${divisor} are shown, and the logit reaches ${number(r.chosen.outside)}.`,
      claim: (r) =>
        r.chosen.basis === 'truncated' &&
        r.chosen.left.some(Boolean) &&
        r.chosen.left.every((left, i) => left === (r.bands[i] === 'flattened')) &&
        r.chosen.outside > 5,
    },
    {
      id: 'frozen',
      title: 'Nothing left to leave',
      set: { method: 'truncated', frozen: true },
      notice: (r) =>
        `With the slow band frozen too, every rotation outside was seen inside, and the logit stays within ${number(r.chosen.outside)}. But fewer pairs are left to draw with: inside, the fit is off by up to ${number(r.chosen.error)}.`,
      claim: (r) => r.chosen.basis === 'truncated' && count(r.chosen) === 0 && r.chosen.outside < 1.5 && r.chosen.error > 0.2,
    },
    {
      id: 'penalty',
      title: 'Small weights behave',
      set: { penalty: 0 },
      notice: (r) =>
        `Plain RoPE again, fitted with a strong penalty on its weights: outside, the logit reaches only ${number(r.chosen.outside)}, the part of the slow pairs ${number(r.chosen.slow)}, and inside the fit is off by ${number(r.chosen.error)}. What explodes are large weights on slow pairs, not rotation itself.`,
      claim: (r) => r.chosen.basis === 'rope' && r.chosen.outside < 2.5 && r.chosen.slow < 0.5 && r.chosen.error > 0.05,
    },
  ],

  describe: (r, { method, trained }) =>
    `${methods[method as Basis]}: read at ${number(r.length)} positions after training on ${trained}, ${count(r.chosen)} of ${r.chosen.left.length} pairs show angles not seen in training (${count(r.baseline)} with unchanged RoPE). The fitted logit, within ${number(r.chosen.error)} of the wanted one inside, ${r.length > trained ? `reaches ${number(r.chosen.outside)} in size outside (${number(r.baseline.outside)} with RoPE), and ${percent(r.chosen.beyond)} of the attention falls there, where even attention would put ${percent(r.even)}` : 'is not used outside'}.`,

  outcomes: (r) => [
    { name: 'pairs out of their range', value: r.chosen.left.filter(Boolean).length },
    { name: 'largest logit beyond the trained length', value: r.chosen.outside },
    { name: 'attention beyond it', value: r.chosen.beyond, say: percent },
    { name: 'error of the fit inside', value: r.chosen.error },
  ],

  tables: (r, { trained }) => [
    {
      name: 'Bases compared',
      columns: [
        'basis',
        'pairs that leave the trained range',
        'largest logit beyond the trained length',
        'of pairs that did not finish a turn in training',
        'largest error of the fit inside',
      ],
      rows: r.all.map((m) => [methods[m.basis], count(m), m.outside, m.slow, m.error]),
    },
    {
      name: 'Frequencies, radians per position',
      columns: ['pair', ...r.all.map(({ basis }) => methods[basis])],
      rows: Array.from(r.all[0]!.theta, (_, i) => [i, ...r.all.map(({ theta }) => theta[i]!)]),
    },
    {
      name: `Logit and attention by distance (trained on 0 to ${trained - 1})`,
      columns: [
        'distance',
        'wanted',
        'logit, this basis',
        'logit, RoPE',
        'attention, this basis',
        'attention, RoPE',
        'similarity, this basis',
        'similarity, RoPE',
      ],
      rows: Array.from(r.chosen.logits, (logit, i) => [
        i,
        i < trained ? r.target[i]! : 'none',
        logit,
        r.baseline.logits[i]!,
        r.chosen.attention[i]!,
        r.baseline.attention[i]!,
        r.chosen.similarity[i]!,
        r.baseline.similarity[i]!,
      ]),
    },
  ],

  caveat:
    'No language model is trained here. The logit is the best fit that rotations allow to a wanted curve inside the trained length; it shows what the functions do outside their data, not perplexity or retrieval. How bad each basis is outside depends on the curve and the penalty; that linear scaling and frozen pairs stay bounded does not.',
});

const turn = 2 * Math.PI;
const count = ({ left }: { left: readonly boolean[] }): number => left.filter(Boolean).length;
const band = (r: { bands: readonly string[] }, which: string): number => r.bands.filter((b) => b === which).length;
/** How many times slower than under RoPE each pair turns. */
const slowedBy = (r: { chosen: { theta: Float64Array }; baseline: { theta: Float64Array } }): number[] =>
  Array.from(r.chosen.theta, (theta, i) => r.baseline.theta[i]! / theta);

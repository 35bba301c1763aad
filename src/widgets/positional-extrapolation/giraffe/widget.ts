import { number, percent } from '@/marks/format';
import { bands, frequencies, similarityCurve, type Basis } from '@/mechanisms/positional-extrapolation/giraffe';
import { fitLogits, target, type Target } from '@/mechanisms/positional-extrapolation/giraffe-fit';
import { arc, rope, thresholds, unseenArc } from '@/mechanisms/positional-extrapolation/rotary';
import { widget } from '@/shell/contract';

export const methods = {
  rope: 'RoPE, unchanged',
  linear: 'linear',
  ntk: 'NTK-aware',
  yarn: 'NTK-by-parts (YaRN)',
  power: 'power',
  truncated: 'truncated',
} as const satisfies Record<Basis, string>;
const order = Object.keys(methods) as Basis[];

/** Linear, NTK-aware and YaRN change a model that was trained with RoPE; the power and truncated bases are trained with. */
const trainedWith = (basis: Basis): Basis => (basis === 'power' || basis === 'truncated' ? basis : 'rope');

/** No turn at all in any length that matters: the flattened band frozen. */
const never = 1e12;

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
      help: 'Marked in all pictures; 0 turns fastest.',
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

  simulate({ method, stretch, scale, exponent, keep, divisor, frozen, trained, channels, wanted, penalty, seed }) {
    const length = stretch * trained;
    const truncation = { context: trained, keep, divisor: frozen ? never : divisor };
    const basisOf = (basis: Basis, factor: number) => frequencies(basis, { dim: channels, scale: factor, exponent, ...truncation });
    const y = target(wanted as Target, trained, seed);
    const epsilon = 10 ** penalty;
    const all = order.map((basis) => {
      const own = trainedWith(basis);
      const inTraining = basisOf(own, 1);
      const theta = basis === own ? inTraining : basisOf(basis, scale);
      const fit = fitLogits({ theta: inTraining, evaluated: theta, target: y, length, epsilon });
      const unseen = unseenArc(theta, length, inTraining, trained);
      return {
        basis,
        theta,
        seen: arc(inTraining, trained),
        reached: arc(theta, length),
        // A pair has left when it shows angles beyond those of training, by more than it turned in one step there:
        // squeezed positions fall between whole ones, the last after the last.
        left: Array.from(unseen, (radians, i) => radians > inTraining[i]! + 1e-9),
        outside: fit.outside,
        // Where the attention of the softmax over all distances falls.
        beyond: fit.attention.subarray(trained).reduce((sum, p) => sum + p, 0),
        error: fit.error,
        logits: fit.logits,
        attention: fit.attention,
        similarity: similarityCurve(theta, length),
      };
    });
    return {
      target: y,
      length,
      all: all.map(({ basis, theta, seen, reached, left, outside, error }) => ({ basis, theta, seen, reached, left, outside, error })),
      chosen: all.find(({ basis }) => basis === method)!,
      baseline: all[0]!,
      // The share that even attention over all distances would put beyond the trained ones.
      even: (length - trained) / length,
      thresholds: thresholds(truncation),
      bands: bands(rope(channels), truncation),
    };
  },

  scenes: [
    {
      id: 'unseen',
      title: 'Angles never seen',
      set: {},
      notice: (r, { trained }) =>
        `${count(r.chosen)} of ${r.chosen.left.length} pairs had not finished a turn in ${trained} positions; past that they show angles that training never did. A logit fitted to within ${number(r.chosen.error)} inside reaches ${number(r.chosen.outside)} outside.`,
      claim: (r) => r.chosen.basis === 'rope' && count(r.chosen) >= r.chosen.left.length / 2 && r.chosen.outside > 5,
    },
    {
      id: 'linear',
      title: 'Linear: squeeze all',
      set: { method: 'linear' },
      notice: (r, { scale }) =>
        `Every pair turns ${scale} times slower, so ${count(r.chosen) === 0 ? 'none leaves' : `${count(r.chosen)} still leave`} its trained range and the logit stays within ${number(r.chosen.outside)}. The price: neighbours now differ by 1/${scale} of the angle they used to.`,
      claim: (r) => r.chosen.outside < 0.95 && count(r.chosen) === 0 && r.chosen.theta[0]! < 0.5,
    },
    {
      id: 'ntk',
      title: 'NTK-aware: slow the slow',
      set: { method: 'ntk' },
      notice: (r, { scale }) =>
        `The fastest pair keeps its speed and the slowest is slowed ${scale} times, by a larger base. The pairs between are slowed too little: ${count(r.chosen)} leave, against ${count(r.baseline)} under RoPE, and the logit reaches ${number(r.chosen.outside)}.`,
      claim: (r) => r.chosen.theta[0] === 1 && count(r.chosen) > 0 && count(r.chosen) < count(r.baseline),
    },
    {
      id: 'yarn',
      title: 'By parts',
      set: { method: 'yarn' },
      notice: (r) =>
        `YaRN asks each pair how often it turned in training: often, and it is left alone; less than once, and it is squeezed as in linear scaling; a blend between. ${count(r.chosen) === 0 ? 'No pair leaves' : `${count(r.chosen)} leave`}, yet the logit reaches ${number(r.chosen.outside)}: each angle is known, but not these angles together.`,
      claim: (r) => r.chosen.theta[0]! > 0.9 && count(r.chosen) === 0 && r.chosen.outside < 5,
    },
    {
      id: 'power',
      title: 'Power: only softer',
      set: { method: 'power' },
      notice: (r, { exponent }) =>
        `With k = ${number(exponent)} the slow pairs are slowed more than the fast ones, but in training as well: what is outside is as new as before, and the logit reaches ${number(r.chosen.outside)}.`,
      claim: (r) => r.chosen.basis === 'power' && r.chosen.outside > 5 && r.chosen.theta[0] === 1,
    },
    {
      id: 'truncated',
      title: 'Truncated basis',
      set: { method: 'truncated' },
      notice: (r) =>
        `${band(r, 'kept')} pairs that turn in training are kept, ${band(r, 'flattened')} get one slow frequency and ${band(r, 'zeroed')} none. Only the slow ones can still leave, and they do: a sixteenth of a turn was seen, a quarter is shown, and the logit reaches ${number(r.chosen.outside)}.`,
      claim: (r) => r.chosen.basis === 'truncated' && count(r.chosen) === band(r, 'flattened') && r.chosen.outside > 5,
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
        `Plain RoPE again, fitted with a strong penalty on its weights: outside, the logit reaches only ${number(r.chosen.outside)}, and inside the fit is off by ${number(r.chosen.error)}. What explodes are large weights on slow pairs, not rotation itself.`,
      claim: (r) => r.chosen.basis === 'rope' && r.chosen.outside < 2.5 && r.chosen.error > 0.05,
    },
  ],

  describe: (r, { method, trained }) =>
    `${methods[method as Basis]}: read at ${number(r.length)} positions after training on ${trained}, ${count(r.chosen)} of ${r.chosen.left.length} pairs show angles not seen in training (${count(r.baseline)} with unchanged RoPE). The fitted logit, within ${number(r.chosen.error)} of the wanted one inside, ${r.length > trained ? `reaches ${number(r.chosen.outside)} in size outside (${number(r.baseline.outside)} with RoPE), and ${percent(r.chosen.beyond)} of the attention falls there, where even attention would put ${percent(r.even)}` : 'is not used outside'}.`,

  tables: (r, { trained }) => [
    {
      name: 'Bases compared',
      columns: [
        'basis',
        'pairs that leave the trained range',
        'largest logit beyond the trained length',
        'largest error of the fit inside',
      ],
      rows: r.all.map((m) => [methods[m.basis], m.left.filter(Boolean).length, m.outside, m.error]),
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

const count = ({ left }: { left: readonly boolean[] }): number => left.filter(Boolean).length;
const band = (r: { bands: readonly string[] }, which: string): number => r.bands.filter((b) => b === which).length;

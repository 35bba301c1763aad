import { number, percent } from '@/marks/format';
import { widget } from '@/shell/contract';
import { passages, type Passage } from '@/model/passages';
import { params } from './params';
import { count, scenes } from './scenes';
import { isUnrotated, methods, modelsFor, simulate, sizes, stretchOfText, type Method } from './simulate';

/** xPos keeps its small letter. */
const begun = (name: string) => (/^[a-z][A-Z]/.test(name) ? name : name[0]!.toUpperCase() + name.slice(1));
const logit = ({ error, strays }: { readonly error: number; readonly strays: number }) =>
  strays > error
    ? `The logit, fitted to within ${number(error)} of the wanted one and off by up to ${number(strays)} inside once the basis is changed,`
    : `The fitted logit, within ${number(error)} of the wanted one inside,`;

export default widget({
  slug: 'giraffe',
  title: 'Which rotations leave the range they were trained in',
  params,
  constrain(values) {
    // xPos and random positions are trained with, and the language model was not.
    const measured = isUnrotated(values.method) ? 'fit' : values.measured;
    return {
      ...values,
      measured,
      // Its texts are as long as a phone can read in a few seconds.
      stretch: measured === 'text' ? Math.min(4, values.stretch) : values.stretch,
      pair: Math.min(values.pair, sizes({ ...values, measured }).channels / 2 - 1),
      // What is flattened turns no faster than what is kept.
      divisor: Math.max(values.divisor, 1 / values.keep),
    };
  },
  models: modelsFor,
  // A decomposition for each of six ways to be fitted, one of them to 16 sequences, and eight curves; and of the model, a token's
  // multiplications and those of its attention, some four in the time that others take for one.
  work(inputs) {
    const { stretch, measured, method } = inputs;
    const { trained, channels } = sizes(inputs);
    const length = stretch * trained;
    const reads = measured === 'text' ? (method === 'rope' ? 1 : method === 'linear' ? 3 : 2) : 0;
    return 270 * channels ** 3 + 8 * trained * channels ** 2 + 32 * length * channels + reads * (180e3 * length + 115 * length ** 2);
  },

  simulate: (settings) => simulate(settings),

  scenes,

  describe: (r, { method, passage, scale, scaleTrained }) =>
    r.text
      ? `${begun(methods[method as Method])}, in a small trained model that reads ${passage === 'own' ? 'your text' : passages[passage as Passage]}: ${number(r.text.chosen.inside)} nats per character inside its window of ${r.trained}${r.text.chosen.outside === undefined ? '' : `, ${number(r.text.chosen.outside)} past it`}${method === 'rope' ? '' : `; unchanged RoPE pays ${number(r.text.baseline.inside)}${r.text.baseline.outside === undefined ? '' : ` and ${number(r.text.baseline.outside)}`}`}${r.text.tuned?.outside === undefined ? '' : `; after a short training with a scale of 4 ${number(r.text.tuned.inside)} and ${number(r.text.tuned.outside)}`}. ${count(r.chosen)} of ${r.chosen.left.length} pairs show angles not seen in training.`
      : `${begun(methods[method as Method])}${method === 'linear' && scaleTrained > 1 ? `, fitted with a scale of ${scaleTrained} and read with ${scale}` : ''}: read at ${number(r.length)} positions after training on ${r.trained}, ${count(r.chosen)} of ${r.chosen.left.length} pairs show angles not seen in training (${count(r.baseline)} with unchanged RoPE). ${logit(r.chosen)} ${r.length > r.trained ? `reaches ${number(r.chosen.outside)} in size outside (${number(r.baseline.outside)} with RoPE), and ${percent(r.chosen.beyond)} of the attention falls there, where even attention would put ${percent(r.even)}` : 'is not used outside'}.`,

  outcomes: (r) =>
    r.text
      ? [
          ...(r.text.chosen.outside === undefined ? [] : [{ name: 'nats per character past the window', value: r.text.chosen.outside }]),
          { name: 'nats per character inside it', value: r.text.chosen.inside },
          { name: 'pairs out of their range', value: r.chosen.left.filter(Boolean).length },
        ]
      : [
          { name: 'pairs out of their range', value: r.chosen.left.filter(Boolean).length },
          { name: 'largest logit beyond the trained length', value: r.chosen.outside },
          { name: 'attention beyond it', value: r.chosen.beyond, say: percent },
          { name: 'error of the fit inside', value: r.chosen.error },
        ],

  tables: (r, { method }) => [
    {
      name: 'Methods compared',
      columns: [
        'method',
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
    ...(r.text
      ? [
          {
            name: 'Nats per character by position',
            columns: [
              'from position',
              methods[method as Method],
              'RoPE',
              ...(r.text.tuned ? ['linear, after a short training with a scale of 4'] : []),
            ],
            rows: r.text.chosen.loss.map((nats, i) => [
              i * stretchOfText,
              nats,
              r.text!.baseline.loss[i]!,
              ...(r.text!.tuned ? [r.text!.tuned.loss[i]!] : []),
            ]),
          },
        ]
      : [
          {
            name: `Logit and attention by distance (trained on 0 to ${r.trained - 1})`,
            columns: [
              'distance',
              'wanted',
              'logit, this method',
              'logit, RoPE',
              'attention, this method',
              'attention, RoPE',
              'similarity, this method',
              'similarity, RoPE',
            ],
            rows: Array.from(r.chosen.logits, (logit, i) => [
              i,
              i < r.trained ? r.target[i]! : 'none',
              logit,
              r.baseline.logits[i]!,
              r.chosen.attention[i]!,
              r.baseline.attention[i]!,
              r.chosen.similarity[i]!,
              r.baseline.similarity[i]!,
            ]),
          },
        ]),
  ],

  caveat:
    'The logit is the best fit that rotations allow to a wanted curve inside the trained length; how bad each method is outside depends on the curve and the penalty, and with random positions on the draw. Linear scaling stays within the curve it was fitted to as long as its scale is at least the length read, times the scale it was fitted with. Frozen pairs stay small with up to 32 channels and pairs kept from a whole turn on; with more channels, or less of a turn, pairs that have barely turned can be played against each other, and the logit leaves. The language model is very small, reads characters, and was trained with plain RoPE, so that xPos and random positions, which change training, cannot be put into it; a loss says nothing about whether facts are found, and how much fine-tuning would change is shown for linear scaling alone.',
});

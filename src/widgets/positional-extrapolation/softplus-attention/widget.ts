import { number, percent } from '@/marks/format';
import { passages } from '@/model/passages';
import { widget } from '@/shell/contract';
import { params } from './params';
import { scenes } from './scenes';
import { compared, type Compared, type Inputs } from './row';
import { simulate, work } from './simulate';
import { nameOf, over, share, voidOf } from './words';

const names = Object.entries(compared) as [Compared, string][];

export default widget({
  slug: 'softplus-attention',
  title: 'What keeps a row of attention sharp as it grows',
  params,
  simulate: (inputs) => simulate(inputs as Inputs),
  work: (inputs) => work(inputs as Inputs),
  models: ({ source }) => (source === 'model' ? ['rope'] : []),

  scenes,

  describe(r, values) {
    const name = nameOf(values);
    const row = r.row;
    const gone = row.chosen.sum === 0;
    const sum = !gone && Math.abs(row.chosen.sum - 1) > 0.01 ? ` The weights sum to ${number(row.chosen.sum)}.` : '';
    if (!r.text)
      return `${name}, a row of ${number(row.n)} keys of which one has cosine ${values.needle}: ${gone ? `${voidOf(values)} (softmax gives that key ${share(row.plain.mass)})` : `it gets ${share(row.chosen.mass)} (softmax ${share(row.plain.mass)}), and the row has ${number(row.chosen.entropy, 2)} nats of entropy (softmax ${number(row.plain.entropy, 2)})`}.${values.sharpen ? ` Stage two keeps ${percent(row.kept)} of the keys; after stage one alone the needle has ${share(row.before)}.` : ''}${sum}`;
    const { text } = r;
    const past = values.length > 256 ? ` and ${number(text.put.outside, 2)} past it` : '';
    const pastBefore = values.length > 256 ? ` and ${number(text.unchanged.outside, 2)}` : '';
    return `${name}, in the place of the softmax of a trained model that reads ${passages[values.passage]}: ${number(text.put.inside, 2)} nats per character inside its window${past} (unchanged ${number(text.unchanged.inside, 2)}${pastBefore}), and ${text.put.right} of 4 digits of a planted line (unchanged ${text.unchanged.right}). Head ${text.head} of layer ${text.layer}, asked for the line, ${gone ? `would be left with nothing: ${voidOf(values)}` : `would give its digits ${share(row.chosen.mass)}`} (softmax${gone ? ' gives its digits' : ''} ${share(row.plain.mass)}). The model was not trained with anything but softmax.${sum}`;
  },

  outcomes: (r) => [
    { name: r.text ? 'attention on the planted digits' : 'attention on the needle', value: r.row.chosen.mass, say: share },
    ...(r.text
      ? [
          { name: 'nats per character inside the window', value: r.text.put.inside },
          { name: 'digits right', value: r.text.put.right },
        ]
      : r.row.chosen.sum
        ? [{ name: 'entropy in nats', value: r.row.chosen.entropy }]
        : []),
    { name: 'sum of the row', value: r.row.chosen.sum },
  ],

  tables(r, values) {
    const name = nameOf(values);
    const { row } = r;
    const { needle } = row;
    // A row without any weight has neither.
    const own = (key: 'mass' | 'entropy', i: number) => (r.mine.sum[i] ? r.mine[key][i]! : 'none');
    return [
      {
        name: 'The row, in bars of several keys',
        columns: ['bar', 'lowest score', 'highest score', 'most after stage one (multiples of 1/N)', `share, ${name}`, 'share, softmax'],
        rows: [
          ...row.low.map((low, i) => [i, low, row.high[i]!, row.first[i]!, row.weight[i]!, row.softmax[i]!]),
          ...needle.scores.map((score, i) => [
            `key ${needle.at[0] + i}, needle`,
            score,
            score,
            needle.first[i]!,
            needle.weight[i]!,
            needle.softmax[i]!,
          ]),
        ],
      },
      ...(r.text
        ? []
        : [
            {
              name: 'Share of the needle by keys in the row',
              columns: ['keys', name, ...names.map(([, said]) => said)],
              rows: r.lengths.map((n, i) => [n, own('mass', i), ...names.map(([key]) => r.lines[key].mass[i]!)]),
            },
          ]),
      {
        name: r.text ? `Entropy of real rows by keys, nats, ${over(r.mine)}` : 'Entropy by keys in the row, nats',
        columns: ['keys', name, ...names.map(([, said]) => said), 'even'],
        rows: r.lengths.map((n, i) => [n, own('entropy', i), ...names.map(([key]) => r.lines[key].entropy[i]!), Math.log(n)]),
      },
      ...(r.text
        ? [
            {
              name: 'Nats per character by position',
              columns: ['from position', `${name}, put in`, 'as trained'],
              rows: r.text.put.curve.map((nats, i) => [32 * i, nats, r.text!.unchanged.curve[i]!]),
            },
          ]
        : []),
    ];
  },

  caveat:
    'Scores are given here, and a model that is trained with an attention learns scores for it: that softmax followed by stage two looks better still in the made-up row says nothing about training with it. The trained model is very small, reads characters, and was trained with softmax; what stage two breaks there, training might have used. None of this repeats the paper’s own result, a validation loss that stays nearly constant to 16 times the trained length.',
});

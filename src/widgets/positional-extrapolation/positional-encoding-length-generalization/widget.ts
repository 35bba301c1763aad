import { number, percent } from '@/marks/format';
import { widget, type Outcome } from '@/shell/contract';
import { batchesOf, lastStep, tests, workOf } from './course';
import { characters, encodingNames, positions, shortNames } from './names';
import { params } from './params';
import { nearest, nowAt, scenes } from './scenes';
import { simulate, type Result, type Settings } from './simulate';
import { tables } from './tables';

export default widget({
  slug: 'positional-encoding-length-generalization',
  title: 'Train short, test long: four ways to say where tokens stand, and none',
  params,
  constrain: (values) => ({ ...values, head: Math.min(values.head, values.heads), furthest: Math.max(values.furthest, values.buckets) }),
  models: ({ look }) => (look === 'text' ? ['rope', 'alibi'] : []),
  trains: ({ look }) => look === 'train',
  work({ look, layers, step }) {
    if (look === 'train') return workOf(layers, Math.min(step, lastStep));
    // Two readings; or for each of five encodings a map of 40 positions and its softmax, and for ten pairs of them a divergence.
    return look === 'text' ? 2 * (180e3 * characters + 115 * characters ** 2) : look === 'alike' ? 2e5 : 8e4;
  },

  simulate: (inputs): Result => simulate(inputs as Settings),

  scenes,

  describe({ train, terms, count, alike, text }, { encoding, task, layers, trained }) {
    const name = encodingNames[encoding];
    if (train) {
      const all = train.all.map((one) => `${shortNames[one.encoding]} ${percent(one.twice)}`).join(', ');
      const { length } = train.live.loss;
      if (!length)
        return `Trained to ${task} up to 8 symbols, to their end, all answer so much at 9 to 16 without an error: ${all}. The one trained here, of ${layers} layers with the encoding ${name}, has not begun.`;
      return `A decoder of ${layers} layers with the encoding ${name}, trained for ${length * batchesOf(layers)} batches to ${task} up to 8 symbols, answers ${percent(nowAt(train, 8))} of problems with 8 symbols and ${percent(nowAt(train, 16))} of those with 16 without an error, ${tests} of each. Trained to their end, all answer so much at 9 to 16 symbols: ${all}.`;
    }
    if (terms)
      return `${name}: of the pairs of ${positions} positions past the first ${trained}, ${percent(terms.chosen.unseen)} have a term of position that training did not show. The others: ${terms.all
        .filter((one) => one !== terms.chosen)
        .map((one) => `${shortNames[one.encoding]} ${percent(one.unseen)}`)
        .join(', ')}.`;
    if (count)
      return `Without positions, position ${count.query + 1} is read as ${number(count.decoded[count.query]!)}. The head that compares such positions is within ${number(count.inside)} nats of ALiBi up to position ${trained} and within ${number(count.outside)} past it.`;
    if (alike) {
      const order = nearest(alike);
      return `Networks trained to ${task} with ${layers} layers: from the attention of those without positions those with ${order.map((one) => `${shortNames[one.encoding]} are ${number(one.mean)}`).join(', ')} nats away.`;
    }
    return `Nats per character inside a window of ${text!.window} and past it: RoPE ${number(text!.rope.inside)} and ${number(text!.rope.outside!)}, ALiBi ${number(text!.alibi.inside)} and ${number(text!.alibi.outside!)}.`;
  },

  outcomes({ train, terms, count, alike, text }, { encoding }): Outcome[] {
    if (train) {
      const chosen = train.all.find((one) => one.encoding === encoding)!;
      return [
        ...(train.live.loss.length
          ? [
              { name: 'answered at 16 symbols', value: nowAt(train, 16), say: percent },
              { name: 'answered at 8 symbols', value: nowAt(train, 8), say: percent },
              { name: 'loss, nats per token', value: train.live.loss.at(-1)! },
            ]
          : []),
        { name: 'answered at 9 to 16 symbols when trained to the end', value: chosen.twice, say: percent },
      ];
    }
    if (terms) return [{ name: 'pairs with a term never seen', value: terms.chosen.unseen, say: percent }];
    if (count)
      return [
        { name: 'position read', value: count.decoded[count.query]! },
        { name: 'divergence from ALiBi past the trained length, nats', value: count.outside },
      ];
    if (alike)
      return alike.trained.slice(0, 4).map((one) => ({ name: `divergence of ${shortNames[one.encoding]}, nats`, value: one.mean }));
    return [
      { name: 'nats past the window, RoPE', value: text!.rope.outside! },
      { name: 'nats past the window, ALiBi', value: text!.alibi.outside! },
    ];
  },

  tables,

  caveat:
    'A network of some 10,000 to 15,000 weights, symbols that never repeat, two tasks, one learning rate for all: what it ranks first is not what a hundred million weights do on ten tasks, and an encoding that fails here may only want more training. T5’s bias has 8 buckets at a scale of 16 (32 at 128 in the paper’s code), and RoPE turns all 6 channels of a head (there a quarter of 64). The long trainings are read from a file that the same code wrote. Weights set by hand show what can be expressed, not what training finds.',
});

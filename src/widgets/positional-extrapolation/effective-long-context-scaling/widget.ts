import { number, percent } from '@/marks/format';
import { passages, type Passage } from '@/model/passages';
import { widget } from '@/shell/contract';
import { params } from './params';
import { scenes } from './scenes';
import { changes, lastDistance, modelsFor, simulate, work } from './simulate';
import { textModel, width } from './text';

const both = ({ inside, outside }: { readonly inside: number; readonly outside: number }) =>
  `${number(inside, 2)} and ${number(outside, 2)}`;

export default widget({
  slug: 'effective-long-context-scaling',
  title: 'A larger base, and what it buys',
  params,
  models: modelsFor,
  work,
  simulate: (settings) => simulate(settings),
  scenes,

  describe({ pairs, text, cost, law }, { base, factor, distance, size, share, context, passage }) {
    if (text)
      return `A small trained model reads ${passages[passage as Passage]}, ${text.length} characters where it was trained on ${textModel.window}. In nats per character, inside its window and past it, RoPE pays ${both(text.rope)}; base ${number(base)} pays ${both(text.abf)}; with positions divided by ${factor} it pays ${both(text.pi)}${text.tuned ? `, after a short training with that ${both(text.tuned)}` : ''}. Of the four digits planted at the beginning and asked for at the end, RoPE gives back ${text.rope.right}, base ${number(base)} ${text.abf.right}, divided positions ${text.pi.right}${text.tuned ? `, trained ${text.tuned.right}` : ''}.`;
    if (cost)
      return `A run of the ${size} model with ${percent(share)} of its steps on short sequences takes ${percent(cost.relative)} of the operations of one that is long throughout. Attention costs as much as all else at ${number(cost.breakEven)} tokens.`;
    if (law) {
      const own = law.sizes[law.chosen]!;
      return `By its law the ${size} model pays ${number(own.here, 3)} nats a token with ${number(context)} tokens of context and ${number(own.doubled, 3)} with twice as many: ${percent(own.keeps)} of the reducible part is left.`;
    }
    const { rope, pi, abf } = pairs!;
    return `Score of all-ones vectors ${number(distance)} positions apart: ${number(rope.score!, 2)} under RoPE, ${number(pi.score!, 2)} with positions divided by ${factor}, ${number(abf.score!, 2)} with base ${number(base)}. ${rope.turned[0]}, ${pi.turned[0]} and ${abf.turned[0]} of ${rope.theta.length} pairs turn within 4,096 positions. The step to the neighbour goes sideways by ${number(rope.granularity)}, ${number(pi.granularity)} and ${number(abf.granularity)}.`;
  },

  outcomes({ pairs, text, cost, law }) {
    if (text)
      return [
        { name: 'nats per character past the window, adjusted base', value: text.abf.outside },
        { name: 'digits found of four, adjusted base', value: text.abf.right },
        { name: 'inside the window, adjusted base', value: text.abf.inside },
        { name: 'past the window, RoPE', value: text.rope.outside },
      ];
    if (cost) return [{ name: 'cost over a run that is long throughout', value: cost.relative, say: percent }];
    if (law) return [{ name: 'nats that a doubling saves', value: law.sizes[law.chosen]!.gain }];
    return [
      { name: 'score with the adjusted base', value: pairs!.abf.score! },
      { name: 'score with divided positions', value: pairs!.pi.score! },
      { name: 'score under RoPE', value: pairs!.rope.score! },
      { name: 'sideways step to the neighbour, adjusted base', value: pairs!.abf.granularity },
    ];
  },

  tables({ pairs, text, cost, law }, { context }) {
    const three = pairs ? [pairs.rope, pairs.pi, pairs.abf] : [];
    return [
      ...(text
        ? [
            {
              name: 'Nats per character by position',
              columns: ['from position', ...Object.values(changes), ...(text.tuned ? ['PI, after a short training with it'] : [])],
              rows: text.rope.loss.map((nats, i) => [
                i * width,
                nats,
                text.pi.loss[i]!,
                text.abf.loss[i]!,
                ...(text.tuned ? [text.tuned.loss[i]!] : []),
              ]),
            },
            {
              name: `The planted line ${text.line}`,
              columns: ['change', 'digits given', 'right of four', 'nats inside the window', 'nats past it'],
              rows: [
                ...[text.rope, text.pi, text.abf].map((r, i) => [Object.values(changes)[i]!, r.says, r.right, r.inside, r.outside]),
                ...(text.tuned ? [['PI, trained', text.tuned.says, text.tuned.right, text.tuned.inside, text.tuned.outside]] : []),
              ],
            },
          ]
        : []),
      ...(pairs
        ? [
            {
              name: 'What each change does',
              columns: [
                'change',
                ...pairs.lengths.map((length) => `pairs that turn within ${number(length)}`),
                'sideways step to the neighbour',
                'its limit in the paper',
                'trend of the score is zero at [positions]',
              ],
              rows: three.map((s) => [changes[s.change], ...s.turned, s.granularity, s.limit, s.reach]),
            },
            {
              name: 'Wavelengths, positions',
              columns: ['pair', ...Object.values(changes)],
              rows: pairs.rope.wavelengths.map((_, i) => [i, ...three.map((s) => s.wavelengths[i]!)]),
            },
          ]
        : []),
      ...(pairs && !text
        ? [
            {
              name: `Mean score by distance, up to ${number(lastDistance)}`,
              columns: ['from', 'to', ...Object.values(changes), 'lowest sampled, ABF', 'highest sampled, ABF'],
              rows: pairs.abf.band.map((s, i) => [s.from, s.to, ...three.map(({ band }) => band[i]!.mean), s.low, s.high]),
            },
          ]
        : []),
      ...(cost
        ? [
            {
              name: 'Operations per token of training',
              columns: ['context [tokens]', 'weights', 'attention', 'together'],
              rows: cost.tokens.map((t) => [t.context, t.weights, t.attention, t.total]),
            },
            {
              name: 'Operations of a run of 419 billion tokens',
              columns: ['run', 'operations'],
              rows: [
                ['long throughout', cost.scratch],
                ['this curriculum', cost.run],
                ['short throughout', cost.all],
                ...cost.published.map((p) => [`published, switch after ${percent(p.share)}`, p.cost] as [string, number]),
              ],
            },
            {
              name: 'Relative cost by size',
              columns: ['model', 'cost over long throughout'],
              rows: cost.sizes.map((s) => [s.name, s.relative]),
            },
          ]
        : []),
      ...(law
        ? [
            {
              name: 'Loss by context, nats per token',
              columns: ['context [tokens]', ...law.sizes.map((s) => s.name)],
              rows: law.sizes[0]!.curve.map((p, i) => [p.context, ...law.sizes.map((s) => s.curve[i]!.loss)]),
            },
            {
              name: `A doubling from ${context} tokens`,
              columns: ['model', 'loss', 'loss after it', 'reducible part', 'share of it that is left'],
              rows: law.sizes.map((s) => [s.name, s.here, s.doubled, s.reducible, s.keeps]),
            },
          ]
        : []),
    ];
  },

  caveat:
    'Vectors of ones are no real queries: the curves show what rotation does on average, not where a model attends. The language model is very small, reads characters, and had its base changed at inference alone, while the paper trains on for billions of tokens; no model here was trained with a larger base, and one planted line is one trial. The fits of the loss law and the totals of training are the paper’s, as public reading notes quote them; the law is computed from its fit, not measured.',
});

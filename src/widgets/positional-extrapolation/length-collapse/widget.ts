import { number } from '@/marks/format';
import { widget } from '@/shell/contract';
import { params } from './params';
import { heads, lastLine, partly, scenes, two } from './scenes';
import { simulate, work, type Inputs } from './simulate';
import { count, mostLayered, textsOf } from './sizes';
import { tables } from './tables';

export default widget({
  slug: 'length-collapse',
  title: 'What averaging over more tokens does to a text’s vector',
  params,
  constrain: (values) => ({ ...values, n: values.source === 'layers' ? Math.min(mostLayered, values.n) : values.n }),
  models: ({ source }) => (source === 'model' ? ['rope'] : []),
  work: (inputs) => work(inputs as Inputs),
  simulate: (inputs) => simulate(inputs as Inputs),
  scenes,

  describe(r, { tau, n, read, layers, pooling }) {
    const how = pooling === 'mean' ? 'the mean over tokens' : 'one token';
    const before = (value: string) => (tau === 1 ? '' : ` (${value} at temperature 1)`);
    if (r.texts)
      return `${count} random texts, pooled by ${pooling === 'mean' ? how : 'the attention of one query'} at temperature ${number(tau)}: their mean cosine is ${two(r.texts.crowd.own[0]!)} at ${r.texts.crowd.sizes[0]} tokens and ${two(r.texts.crowd.own.at(-1)!)} at ${n}${before(two(r.texts.crowd.base.at(-1)!))}; a vector averages ${number(r.texts.effective.at(-1)!)} tokens in effect${before(number(r.texts.effectiveBase.at(-1)!))}.`;
    if (r.layers)
      return `Of the differences between ${r.layers.sizes.at(-1)} random tokens, ${layers === 1 ? 'one layer' : `${layers} layers`} of attention at temperature ${number(tau)} ${layers === 1 ? 'leaves' : 'leave'} ${partly(lastLine(r.layers.contrast).at(-1)!)} relative to their mean${before(partly(lastLine(r.layers.contrastBase).at(-1)!))}${r.layers.sizes.length > 1 ? `, ${partly(r.layers.contrast[0]!.at(-1)!)} of those between ${r.layers.sizes[0]}` : ''}; the first layer’s filter rate is ${two(r.layers.rate.at(-1)!)}${before(two(r.layers.rateBase.at(-1)!))}.`;
    const m = r.model!;
    const found = heads(m);
    return `A small trained decoder reads ${textsOf(read)} passages at temperature ${number(tau)}: pooled by ${pooling === 'mean' ? how : 'their last character'}, their mean cosine is ${two(m.crowd.own[0]!)} after ${m.crowd.sizes[0]} characters and ${two(m.crowd.own.at(-1)!)} after ${read}${before(two(m.crowd.base.at(-1)!))}. Half of its ${found.count} heads average fewer than ${number(found.median)} tokens there, none more than ${number(found.most)}; a character inside its window costs ${number(m.loss.inside)} nats${before(number(m.lossBase.inside))}.`;
  },

  outcomes(r) {
    if (r.layers)
      return [
        { name: 'differences left after all layers', value: lastLine(r.layers.contrast).at(-1)!, say: partly },
        { name: 'filter rate of the first layer', value: r.layers.rate.at(-1)! },
      ];
    const crowd = (r.texts ?? r.model)!.crowd;
    return [
      { name: 'mean cosine of the longest texts', value: crowd.own.at(-1)!, say: (x) => number(x, 3) },
      { name: 'mean cosine of the shortest texts', value: crowd.own[0]!, say: (x) => number(x, 3) },
      r.texts
        ? { name: 'tokens averaged in effect', value: r.texts.effective.at(-1)! }
        : { name: 'nats per character inside the window', value: r.model!.loss.inside },
    ];
  },

  tables,

  caveat:
    'Independent logits are the case the theory is about, not a typical one; values are the tokens themselves, without perceptrons or norms, and a random text has nothing of its own but its tokens. The trained model is a very small causal decoder of characters, not an embedding model: a causal mask and its picky heads are outside the theory’s assumptions, its vectors were never trained to be compared, and its losses say nothing about retrieval. No benchmark score is reproduced.',
});

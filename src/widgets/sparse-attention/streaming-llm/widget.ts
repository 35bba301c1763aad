import { number, percent } from '@/marks/format';
import type { Policy } from '@/mechanisms/sparse-attention/streaming-llm';
import { widget } from '@/shell/contract';
import { params } from './params';
import { modelOf, lastStep, queryAt, simulate, work, type Inputs, type Result } from './simulate';
import { tables } from './tables';
import { answerAt, digits, firstsSeen, headName, names, ordinary, perplexity, plainly, sumOn } from './words';

interface Standing {
  readonly position: number;
  readonly policy: string;
  readonly sinks: number;
  readonly cache: number;
}

/** What the query gives the first tokens that it sees, under the policy that is chosen. */
const onFirsts = (r: Result, values: Standing) => sumOn(r.shown[values.position]!, firstsSeen(values.policy as Policy, values, r.first));
/** How many times more an ordinary token gets under the policy chosen than under the one beside it. */
const inflated = (r: Result, values: Standing) => {
  const each = (policy: Policy, look: Result['shown'][number]) => ordinary(look, firstsSeen(policy, values, r.first));
  return each(values.policy as Policy, r.shown[values.position]!) / each(r.other, r.beside[values.position]!);
};

export default widget({
  slug: 'streaming-llm',
  title: 'When the first token leaves the cache',
  params,
  simulate: (inputs) => simulate(inputs as Inputs),
  work: (inputs) => work(inputs as Inputs),
  models: ({ source }) => [modelOf(source)].filter((name) => name !== undefined),

  scenes: [
    {
      id: 'sinks',
      title: 'Four tokens kept',
      set: {},
      notice: (r, values) =>
        `The head has nothing to say and parks ${percent(onFirsts(r, values))} of its attention on four first tokens. Kept in the cache, they hold perplexity at ${perplexity(r.policies.streaming.after)}; the plain window, of the same size, goes to ${perplexity(r.policies.window.after)}.`,
      claim: (r, values) =>
        values.policy === 'streaming' &&
        onFirsts(r, values) > 0.7 &&
        r.policies.streaming.after < r.policies.streaming.before + 0.2 &&
        r.policies.window.after > r.policies.streaming.after + 1,
    },
    {
      id: 'eviction',
      title: 'The window moves on',
      set: { policy: 'window', position: 5 },
      notice: (r, values) =>
        `The first tokens have just gone, and the weights still have to sum to 1: each of the others gets ${number(inflated(r, values))} times as much as with the sinks. What the head reads is noise, and perplexity rises from ${perplexity(r.policies.window.before)} to ${perplexity(r.policies.window.after)}.`,
      claim: (r, values) => values.policy === 'window' && inflated(r, values) > 5 && r.policies.window.after > r.policies.window.before + 1,
    },
    {
      id: 'one-sink',
      title: 'One sink is too few',
      set: { sinks: 1 },
      notice: (r, values) =>
        `This head spreads its idle attention over four tokens. Keep only one and it can hold ${percent(onFirsts(r, values))}; perplexity is ${perplexity(r.policies.streaming.after)}, between the window’s ${perplexity(r.policies.window.after)} and ${perplexity(r.policies.recompute.after)} with everything computed anew.`,
      claim: (r, { sinks }) =>
        sinks === 1 &&
        r.policies.streaming.after > r.policies.recompute.after + 0.1 &&
        r.policies.streaming.after < r.policies.window.after - 0.5,
    },
    {
      id: 'recompute',
      title: 'Computed anew each time',
      set: { policy: 'recompute' },
      notice: (r) =>
        `Rebuild the window for every token and its first token becomes a sink again: perplexity ${perplexity(r.policies.recompute.after)}, beside ${perplexity(r.policies.streaming.after)} with kept sinks. It takes ${number(r.products.recompute / r.products.streaming)} times as many products of queries and keys.`,
      claim: (r, { policy }) =>
        policy === 'recompute' &&
        Math.abs(r.policies.recompute.after - r.policies.streaming.after) < 0.03 &&
        r.products.recompute > 10 * r.products.streaming &&
        r.policies.window.after > r.policies.recompute.after + 1,
    },
    {
      id: 'dedicated',
      title: 'A token made for it',
      set: { profile: 'dedicated', sinks: 1 },
      notice: (r, values) =>
        `A model trained with a placeholder in front can park everything there. Now a single sink takes ${percent(onFirsts(r, values))} and perplexity is ${perplexity(r.policies.streaming.after)}, as with everything computed anew (${perplexity(r.policies.recompute.after)}).`,
      claim: (r, { sinks }) =>
        sinks === 1 &&
        r.first === 1 &&
        Math.abs(r.policies.streaming.after - r.policies.recompute.after) < 0.01 &&
        r.policies.window.after > r.policies.streaming.after + 1,
    },
    {
      id: 'off-by-one',
      title: 'A softmax that may say nothing',
      set: { profile: 'off-by-one', policy: 'window' },
      notice: (r, values) =>
        `With a 1 added below the fraction, weights need not sum to 1: this head scores all tokens low and gives them ${percent(sumOn(r.shown[values.position]!, r.shown[values.position]!.slots))} together. Nothing is parked, nothing is lost: the plain window’s perplexity is ${perplexity(r.policies.window.after)}.`,
      claim: (r, values) =>
        r.first === 0 &&
        sumOn(r.shown[values.position]!, r.shown[values.position]!.slots) < 0.5 &&
        Math.abs(r.policies.window.after - r.policies.streaming.after) < 0.03,
    },
    {
      id: 'grown',
      title: 'A sink that grew',
      set: { source: 'twin', policy: 'window', sinks: 1, position: 9 },
      notice: (r) =>
        `Nobody set this one: a small model, trained with a start token in front of every text, gives it ${percent(r.heads?.most.share ?? 0)} of the attention of ${r.heads ? headName(r.heads.most) : 'no head'}. When it leaves the window, perplexity is ${perplexity(r.policies.window.after)}; keep that one token and it is ${perplexity(r.policies.streaming.after)}. No explosion, but three small layers have few heads that rest.`,
      claim: (r, { sinks }) =>
        sinks === 1 &&
        r.heads !== null &&
        r.heads.most.share > 0.5 &&
        r.policies.window.after > r.policies.streaming.after + 0.03 &&
        r.policies.streaming.after < r.policies.recompute.after + 0.03,
    },
    {
      id: 'trained',
      title: 'A model without sinks',
      set: { source: 'model', policy: 'window', cache: 128, position: 9 },
      notice: (r) =>
        `No sinks, no break. Another small model, trained longer, gives its first four tokens ${percent(r.heads?.share ?? 0)} of its attention (most in ${r.heads ? headName(r.heads.most) : 'no head'}, ${percent(r.heads?.most.share ?? 0)}), and when they leave nothing happens: perplexity ${perplexity(r.policies.window.after)} with the window, ${perplexity(r.policies.streaming.after)} with sinks kept.`,
      claim: (r) => r.heads !== null && r.heads.share < 0.05 && Math.abs(r.policies.window.after - r.policies.streaming.after) < 0.01,
    },
    {
      id: 'too-long',
      title: 'Dense, past the trained length',
      set: { source: 'model', policy: 'dense', cache: 128, position: lastStep },
      notice: (r) =>
        `The same model was trained on ${r.heads?.trained} tokens. Holding all it has read, it ends at perplexity ${perplexity(r.policies.dense.end)}; with a cache of 128, sinks or not, at ${perplexity(r.policies.streaming.end)}, for ${number(r.products.dense / r.products.streaming)} times fewer products.`,
      claim: (r) =>
        r.source === 'model' &&
        r.policies.dense.end > r.policies.streaming.end + 0.03 &&
        r.policies.dense.end > r.policies.window.end + 0.03,
    },
    {
      id: 'forgotten',
      title: 'A fact that is evicted',
      set: { source: 'model', fact: true, cache: 128, position: 12 },
      notice: (r, { position }) =>
        `The line ${r.fact?.line} stands at token 10. While it is held the model has ${r.fact?.answers.streaming[0]?.right} of 4 digits right; after ${queryAt(position)} tokens StreamingLLM has ${answerAt(r, 'streaming', position)?.right}, the window ${answerAt(r, 'window', position)?.right}, dense attention ${answerAt(r, 'dense', position)?.right}. Sinks keep the model fluent; they do not lengthen its memory.`,
      claim: (r, { position }) => {
        const right = (policy: Policy) => answerAt(r, policy, position)?.right ?? NaN;
        return r.fact?.answers.streaming[0]?.right === 4 && right('streaming') <= 1 && right('window') <= 1 && right('dense') === 4;
      },
    },
  ],

  describe(r, values) {
    const { dense, window, recompute, streaming } = r.policies;
    const policy = values.policy as Policy;
    const query = queryAt(values.position);
    const firsts = firstsSeen(policy, values, r.first);
    const shown = firsts
      ? `gives ${firsts === 1 ? 'the first' : `the first ${firsts}`} of ${policy === 'recompute' ? 'its window' : 'the text'} ${percent(onFirsts(r, values))} of its attention`
      : 'none of them one that the text began with';
    const sees = `${names[policy]}: token ${number(query)} sees ${number(r.shown[values.position]!.slots)} tokens, itself among them, ${firsts ? 'and ' : ''}${shown}.`;
    const trained = r.heads
      ? ` Before anything is evicted, the trained model gives its first ${r.first === 1 ? 'token' : 'four tokens'} ${percent(r.heads.share)}, most in ${headName(r.heads.most)} (${percent(r.heads.most.share)}).`
      : '';
    const compared = ` Once token 0 has left a cache of ${values.cache}, perplexity is ${perplexity(streaming.after)} with StreamingLLM (${values.sinks} kept), ${perplexity(window.after)} with the plain window, ${perplexity(recompute.after)} with recomputation and ${perplexity(dense.after)} dense.`;
    return `${sees}${trained}${compared}${r.fact ? ` ${digits(r, policy, values.position)}` : ''}`;
  },

  outcomes(r, values) {
    const policy = values.policy as Policy;
    const said = answerAt(r, policy, values.position);
    return [
      ...(said ? [{ name: 'digits of the fact right', value: said.right }] : []),
      { name: 'perplexity once token 0 has left', value: Math.exp(r.policies[policy].after), say: plainly },
      { name: 'attention on the first tokens', value: onFirsts(r, values), say: percent },
      { name: 'products of a query and a key', value: r.products[policy] },
    ];
  },

  tables,

  caveat:
    'The stand-in’s sinks are set by hand, not learned, and its one head has nothing to do but be idle; dense attention fails there only because many tokens thin the sinks out. The trained models are tiny and read characters; one has a single head that rests on its start token (its keys also see the character before, which made that come), the other has grown no sinks to speak of. Their recomputed windows are rebuilt once every third of a window, not for each token; the products are counted as if they were.',
});

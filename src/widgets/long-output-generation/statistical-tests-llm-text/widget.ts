import { deviation, mean } from 'd3-array';
import { number, percent } from '@/marks/format';
import { temper, type Chain } from '@/mechanisms/long-output-generation/markov';
import { azumaTypeI, azumaTypeII, model, rates } from '@/mechanisms/long-output-generation/statistical-tests-llm-text';
import { errorBounds } from '@/mechanisms/long-output-generation/statistical-tests-llm-text-bounds';
import {
  errors,
  experiment,
  lengthsUpTo,
  pair,
  wilson,
  type PairOptions,
} from '@/mechanisms/long-output-generation/statistical-tests-llm-text-toy';
import { widget } from '@/shell/contract';
import { row } from '@/tensor/tensor';

/** Tokens of the longest text, and the lengths at which texts are judged. */
const longest = 400;
export const lengths = lengthsUpTo(longest);
/** Texts of each writer, and how many of them are drawn. */
export const texts = 600;
const shown = 24;
const stripLength = 48;
/** How symbols are written. */
export const letters = 'abcdefghijklmnopqrstuvwxyz';
const writers = ['a', 'b'] as const;

export default widget({
  slug: 'statistical-tests-llm-text',
  title: 'Who wrote this? Surprise against expected surprise',
  params: {
    judged: {
      type: 'step',
      view: true,
      label: 'Length judged',
      help: `How far into the texts: from ${lengths[0]} tokens to ${longest}, three steps to a doubling.`,
      default: 10,
      last: () => lengths.length - 1,
      reading: (step) => `${lengths[step]} tokens`,
    },
    tau: {
      type: 'number',
      label: 'Threshold, τ',
      unit: 'nats',
      help: '“A wrote it” when the statistic is no farther than this from 0.',
      default: 0.17,
      min: 0,
      max: 0.6,
      step: 0.01,
    },
    distance: {
      type: 'number',
      label: 'Distance of B from A',
      help: '0: B is A. 1: B was drawn independently.',
      default: 0.8,
      min: 0,
      max: 1,
      step: 0.05,
    },
    temperature: {
      type: 'number',
      label: 'A writes at temperature',
      help: 'Below 1 it keeps to likely tokens, above 1 it strays.',
      default: 1,
      min: 0.5,
      max: 1.5,
      step: 0.05,
    },
    informed: {
      type: 'flag',
      label: 'The test knows the temperature',
      help: 'Otherwise it takes A’s entropy at temperature 1.',
      default: true,
      when: ({ temperature }) => temperature !== 1,
    },
    contexts: {
      type: 'choice',
      label: 'Contexts',
      help: 'All about equally hard, or an easy topic and a hard one that each last for long.',
      default: 'alike',
      options: { alike: 'equally hard', mixed: 'easy and hard topics' },
    },
    stranger: {
      type: 'choice',
      label: 'B is',
      help: 'Any other model, or one tilted until A expects as much surprise from it as from itself.',
      default: 'other',
      options: { other: 'another model', blind: 'tilted to no drift' },
    },
    symbols: {
      type: 'integer',
      label: 'Vocabulary',
      help: 'How many symbols there are.',
      default: 8,
      min: 6,
      max: 24,
      values: [6, 8, 12, 24],
    },
    seed: { type: 'seed', label: 'Seed', help: 'Another pair of models.', default: 4 },
  },

  // Every token of every text, and the bounds by matrix powers.
  work: ({ symbols }) => 32 * texts * longest + 1000 * symbols ** 3,
  simulate({ tau, distance, temperature, informed, contexts, stranger, symbols, seed }) {
    const { a, b } = pair({
      symbols,
      contexts: contexts as PairOptions['contexts'],
      stranger: stranger as PairOptions['stranger'],
      distance,
      seed,
    });
    const written = temperature === 1 ? a : temper(a, temperature);
    const tested = informed ? written : a;
    const made = experiment({ writers: { a: written, b }, tested, texts, length: longest, shown, seed: seed + 10000 });
    const wrong = errors(made, tau);
    const limits = (writer: Chain) => {
      const found = rates(writer, tested);
      // A drift of 0 comes out as some 1e-17.
      return { ...found, drift: Math.abs(found.drift) < 1e-9 ? 0 : found.drift };
    };
    const [own, other] = [limits(written), limits(b)];
    const exact = errorBounds(written, b, model(tested).excess, tau, lengths);
    const sample = (from: typeof made.a) => ({
      // [length][text], of the texts that are drawn.
      delta: lengths.map((_, k) => row(from.delta, k).slice(0, shown)),
      perplexity: lengths.map((_, k) => row(from.perplexity, k).slice(0, shown)),
      // [length], of all texts.
      all: lengths.map((_, k) => row(from.delta, k).slice()),
      mean: lengths.map((_, k) => mean(row(from.delta, k))!),
      spread: lengths.map((_, k) => deviation(row(from.delta, k))!),
      surprise: lengths.map((_, k) => mean(row(from.perplexity, k))!),
      tokens: row(from.tokens, 0).slice(0, stripLength),
      excess: row(from.excess, 0).slice(0, stripLength),
    });
    return {
      a: sample(made.a),
      b: sample(made.b),
      own: { drift: own.drift, entropy: own.entropy, crossEntropy: own.crossEntropy, width: own.width },
      other: { drift: other.drift, entropy: other.entropy, crossEntropy: other.crossEntropy, divergence: other.divergence },
      errors: wrong,
      // Where the true chances may be, at 95 %.
      intervals: wrong.map((e) => ({ typeI: wilson(e.typeI, texts), typeII: wilson(e.typeII, texts) })),
      chernoff: { typeI: exact.typeI, typeII: exact.typeII, rateI: exact.rateI, rateII: exact.rateII },
      // Azuma's promise holds only where A's own drift is 0: when the test knows what A samples from.
      azuma: lengths.map((n) => ({
        typeI: own.drift === 0 ? azumaTypeI(n, tau, own.width) : 1,
        typeII: azumaTypeII(n, tau, other.width, other.contextDrift),
      })),
    };
  },

  scenes: [
    {
      id: 'closing-in',
      title: 'Two funnels',
      set: {},
      notice: (r, { judged }) =>
        `After ${lengths[judged]} tokens the statistic of A’s texts has closed in on 0, give or take ${number(r.a.spread[judged]!)}, and that of B’s on ${number(r.other.drift)}. Mean surprise closes in on A’s entropy for one and on the cross-entropy for the other.`,
      claim: (r, { judged }) =>
        r.a.spread[judged]! < 0.1 &&
        Math.abs(r.a.mean[judged]!) < 0.02 &&
        Math.abs(r.b.mean[judged]! - r.other.drift) < 0.02 &&
        r.other.drift > 0.2 &&
        Math.abs(r.a.surprise[judged]! - r.own.entropy) < 0.02 &&
        Math.abs(r.b.surprise[judged]! - r.other.crossEntropy) < 0.02,
    },
    {
      id: 'short',
      title: 'Short texts',
      set: { judged: 0 },
      notice: (r, { judged }) =>
        `After only ${lengths[judged]} tokens the funnels still overlap: ${percent(r.errors[judged]!.typeI)} of A’s texts are turned away and ${percent(r.errors[judged]!.typeII)} of B’s let in. Little can be told yet: even the likelihood ratio, which knows both models, misjudges ${percent(r.errors[judged]!.ratio)}.`,
      claim: (r, { judged }) => r.errors[judged]!.typeI > 0.15 && r.errors[judged]!.typeII > 0.08 && r.errors[judged]!.ratio > 0.02,
    },
    {
      id: 'exponential',
      title: 'Each token helps',
      set: { judged: 13 },
      notice: (r, { judged }) =>
        `On a logarithmic axis the errors fall like straight lines: exponentially. Chernoff’s bound for these two models halves every ${number(Math.LN2 / r.chernoff.rateI, 0)} tokens for A’s texts and every ${number(Math.LN2 / r.chernoff.rateII, 0)} for B’s, and the counts stay below it; at ${lengths[judged]} tokens ${number(Math.round(r.errors[judged]!.delta * 2 * texts)).replace(/^0$/, 'none')} of ${number(2 * texts)} texts ${Math.round(r.errors[judged]!.delta * 2 * texts) === 1 ? 'is' : 'are'} misjudged.`,
      claim: (r, { judged }) =>
        r.errors[judged]!.delta < 0.01 &&
        r.errors.every(({ typeI, typeII }, k) => typeI <= r.chernoff.typeI[k]! && typeII <= r.chernoff.typeII[k]!) &&
        r.chernoff.rateI > 0.02 &&
        r.chernoff.rateII > 0.02 &&
        Math.abs(decay(r.chernoff.typeI, judged) / r.chernoff.rateI - 1) < 0.1 &&
        Math.abs(decay(r.chernoff.typeII, judged) / r.chernoff.rateII - 1) < 0.1,
    },
    {
      id: 'topics',
      title: 'Perplexity alone misleads',
      set: { contexts: 'mixed', distance: 1, judged: 10 },
      notice: (r, { judged }) =>
        `Now texts have easy and hard stretches. Log-perplexity mostly says how hard the topic was, and with its best threshold misjudges ${percent(r.errors[judged]!.perplexity.error)}; with A’s entropy along the same text subtracted it is ${percent(r.errors[judged]!.delta)}. That is this pair; of the next few seeds about half give pairs that need longer texts.`,
      claim: (r, { judged }) => r.errors[judged]!.perplexity.error > 0.2 && r.errors[judged]!.delta < 0.06,
    },
    {
      id: 'temperature',
      title: 'The wrong temperature',
      set: { temperature: 0.5, informed: false, judged: 13 },
      notice: (r, { judged, temperature }) =>
        `A’s own weights wrote this, at temperature ${number(temperature)}, and the test does not know: the texts are less surprising than A’s entropy says, the statistic drifts to ${number(r.own.drift)}, and ${percent(r.errors[judged]!.typeI)} of A’s texts are disowned.`,
      claim: (r, { judged }) => r.own.drift < -0.2 && r.errors[judged]!.typeI > 0.9,
    },
    {
      id: 'informed',
      title: 'Knowing it',
      set: { temperature: 0.5, judged: 13 },
      notice: (r, { judged }) =>
        `With the entropy of what is really sampled the drift is ${number(r.own.drift)} again, and only ${percent(r.errors[judged]!.typeI)} of A’s texts are turned away. The guarantee is for the sampler, not for the weights.`,
      claim: (r, { judged, temperature }) => temperature < 1 && r.own.drift === 0 && r.errors[judged]!.typeI < 0.05,
    },
    {
      id: 'blind',
      title: 'A stranger it cannot see',
      set: { stranger: 'blind', distance: 1, judged: 13 },
      notice: (r, { judged }) =>
        `This B is not A, yet A expects exactly as much surprise from it: no drift, and ${percent(r.errors[judged]!.typeII)} of its texts pass as A’s. Knowing both models, the likelihood ratio misjudges ${percent(r.errors[judged]!.ratio)}.`,
      claim: (r, { judged }) =>
        Math.abs(r.other.drift) < 1e-6 && r.other.divergence > 0.1 && r.errors[judged]!.typeII > 0.9 && r.errors[judged]!.ratio < 0.02,
    },
  ],

  describe: (r, { judged, tau }) =>
    `After ${lengths[judged]} tokens, with a threshold of ${number(tau)}, the test turns away ${percent(r.errors[judged]!.typeI)} of A’s ${number(texts)} texts and lets in ${percent(r.errors[judged]!.typeII)} of B’s. The statistic tends to ${number(r.own.drift)} for A’s texts and to ${number(r.other.drift)} for B’s. A threshold on log-perplexity alone misjudges ${percent(r.errors[judged]!.perplexity.error)} at best, the likelihood ratio ${percent(r.errors[judged]!.ratio)}.`,

  outcomes: (r, { judged }) => [
    { name: 'A’s texts turned away', value: r.errors[judged]!.typeI, say: percent },
    { name: 'B’s texts let in', value: r.errors[judged]!.typeII, say: percent },
    { name: 'errors by perplexity alone', value: r.errors[judged]!.perplexity.error, say: percent },
    { name: 'drift of B', value: r.other.drift },
  ],

  tables: (r, { judged }) => [
    {
      name: `Errors by length, ${number(texts)} texts of each writer`,
      columns: [
        'tokens',
        'A turned away',
        '95 % from',
        'to',
        'B let in',
        '95 % from',
        'to',
        'bound on A turned away (Chernoff)',
        'bound on B let in (Chernoff)',
        'bound on A turned away (Azuma)',
        'bound on B let in (Azuma)',
      ],
      rows: r.errors.map((e, k) => [
        e.length,
        e.typeI,
        ...r.intervals[k]!.typeI,
        e.typeII,
        ...r.intervals[k]!.typeII,
        r.chernoff.typeI[k]!,
        r.chernoff.typeII[k]!,
        r.azuma[k]!.typeI,
        r.azuma[k]!.typeII,
      ]),
    },
    {
      name: 'Share of all texts misjudged, by detector',
      columns: [
        'tokens',
        'log-perplexity',
        'its best threshold in hindsight (nats)',
        'the test',
        'nearer of two statistics',
        'likelihood ratio',
      ],
      rows: r.errors.map((e) => [
        e.length,
        e.perplexity.error,
        Number.isFinite(e.perplexity.threshold) ? e.perplexity.threshold : 'none',
        e.delta,
        e.nearer,
        e.ratio,
      ]),
    },
    {
      name: 'The statistic, and mean surprise, by length: over all texts (nats)',
      columns: ['tokens', 'A, mean', 'A, standard deviation', 'B, mean', 'B, standard deviation', 'A, mean surprise', 'B, mean surprise'],
      rows: lengths.map((n, k) => [
        n,
        ...[r.a, r.b].flatMap(({ mean, spread }) => [mean[k]!, spread[k]!]),
        r.a.surprise[k]!,
        r.b.surprise[k]!,
      ]),
    },
    {
      name: 'The texts drawn as lines (nats)',
      columns: ['writer', 'text', 'tokens', 'log-perplexity', 'statistic'],
      rows: writers.flatMap((writer) =>
        Array.from(r[writer].delta[0]!, (_, text) =>
          lengths.map((n, k) => [writer.toUpperCase(), text + 1, n, r[writer].perplexity[k]![text]!, r[writer].delta[k]![text]!]),
        ).flat(),
      ),
    },
    {
      name: `The statistic of every text after ${lengths[judged]} tokens (nats)`,
      columns: ['text', 'A', 'B'],
      rows: Array.from(r.a.all[judged]!, (delta, text) => [text + 1, delta, r.b.all[judged]![text]!]),
    },
    {
      name: 'One text of each, token by token',
      columns: ['token', 'A’s symbol', 'surprise minus expected (nats)', 'B’s symbol', 'surprise minus expected (nats)'],
      rows: Array.from(r.a.tokens, (symbol, t) => [t + 1, letters[symbol]!, r.a.excess[t]!, letters[r.b.tokens[t]!]!, r.b.excess[t]!]),
    },
  ],

  caveat:
    'Both models are Markov chains known exactly, so every limit can be computed. People are no Markov chains, real models are seen through a tokenizer and unknown settings, and none of these error rates says how well real texts can be told apart.',
});

/** By how much the logarithm of a bound falls per token from one length to the longest. */
const decay = (bounds: readonly number[], from: number): number => Math.log(bounds[from]! / bounds.at(-1)!) / (longest - lengths[from]!);

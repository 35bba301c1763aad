import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import type { Read, Result } from './simulate';

/** two(x): a cosine or a loss, to two decimals; what is nearly 1 to three. */
export const two = (x: number): string => number(x, x > 0.985 && x < 0.9995 ? 3 : 2);
/** partly(x): a part in per cent, however small. */
export const partly = (x: number): string => (x >= 0.001 ? percent(x) : x >= 1e-5 ? `${number(100 * x)}\u00a0%` : 'less than 0.001\u00a0%');
const lastOf = (x: readonly number[]): number => x.at(-1)!;
const meanOf = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;

/** What the heads do at the longest length that it was computed for. */
export const heads = (m: Read) => {
  const effective = m.effective.map(lastOf);
  const rates = m.rates.map(lastOf);
  return {
    count: effective.length,
    most: Math.max(...effective),
    median: [...effective].sort((a, b) => a - b)[Math.floor(effective.length / 2)]!,
    medianBase: m.effectiveBase.map(lastOf).sort((a, b) => a - b)[Math.floor(effective.length / 2)]!,
    lowest: Math.min(...rates),
    rate: meanOf(rates),
    even: lastOf(m.ratesEven),
    firstRate: meanOf(m.rates.map((one) => one[0]!)),
    from: m.share.at(-1)![0]!,
    to: lastOf(m.share.at(-1)!),
  };
};

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'crowd',
    title: 'Long texts crowd',
    set: {},
    notice: (r, { n }) =>
      `Eight texts of random tokens, each made one vector by one attending query. At 8 tokens two of them have a cosine of ${two(r.texts!.crowd.own[0]!)} in the mean, at ${n} one of ${two(lastOf(r.texts!.crowd.own))}: the query averages ${number(lastOf(r.texts!.effective), 0)} tokens in effect, and what told the texts apart averages out.`,
    claim: (r, { tau }) =>
      tau === 1 &&
      r.texts !== null &&
      lastOf(r.texts.crowd.own) > 0.7 &&
      r.texts.crowd.own[0]! < 0.4 &&
      Math.abs(lastOf(r.texts.crowd.own) - lastOf(r.texts.crowd.law!)) < 0.05,
  },
  {
    id: 'sharper',
    title: 'A temperature below 1',
    set: { n: 512, tau: 0.5 },
    notice: (r, { tau, n }) =>
      `With logits divided by ${number(tau)} the query averages ${number(lastOf(r.texts!.effective), 0)} of ${n} tokens instead of ${number(lastOf(r.texts!.effectiveBase), 0)}. The cosine still rises with length, to ${two(lastOf(r.texts!.crowd.own))} where it was ${two(lastOf(r.texts!.crowd.base))}: the gap between short and long texts is smaller, and the long ones rest on less of what they say.`,
    claim: (r) =>
      r.texts !== null &&
      lastOf(r.texts.crowd.own) < lastOf(r.texts.crowd.base) - 0.2 &&
      lastOf(r.texts.crowd.own) > r.texts.crowd.own[0]! + 0.2 &&
      lastOf(r.texts.effective) < lastOf(r.texts.effectiveBase) / 3,
  },
  {
    id: 'mean',
    title: 'A mean has no temperature',
    set: { n: 512, tau: 0.5, pooling: 'mean' },
    notice: (r, { n }) =>
      `Pool by the mean of all ${n} tokens and the cosine is ${two(lastOf(r.texts!.crowd.own))}, at any temperature. Texts crowd by averaging alone; attention is one way to average.`,
    claim: (r, { tau }) =>
      r.texts !== null && tau !== 1 && lastOf(r.texts.crowd.own) === lastOf(r.texts.crowd.base) && lastOf(r.texts.crowd.own) > 0.8,
  },
  {
    id: 'filter',
    title: 'Attention as a low-pass filter',
    set: { source: 'layers' },
    notice: (r, { layers }) => {
      const l = r.layers!;
      return `Now all tokens attend. One layer leaves ${partly(l.contrast[0]![1]!)} of their differences in a text of ${l.sizes[0]}, ${partly(lastOf(l.contrast.map((one) => one[1]!)))} in one of ${lastOf(l.sizes)}, near one over the root of n times a constant; ${layers} layers leave ${partly(lastOf(l.contrast[0]!))} and ${partly(lastOf(lastLine(l.contrast)))}. What all tokens share passes whole.`;
    },
    claim: (r, { layers, tau }) =>
      r.layers !== null &&
      layers > 1 &&
      tau === 1 &&
      Math.abs(lastLine(r.layers.contrast)[1]! / lastOf(r.layers.law) - 1) < 0.15 &&
      lastOf(lastLine(r.layers.contrast)) < lastOf(r.layers.contrast[0]!) / 8,
  },
  {
    id: 'temperature',
    title: 'Less is filtered',
    set: { source: 'layers', tau: 0.5 },
    notice: (r, { tau, layers }) => {
      const l = r.layers!;
      return `At τ = ${number(tau)}, ${layers} layers leave ${partly(lastOf(lastLine(l.contrast)))} of the differences where they left ${partly(lastOf(lastLine(l.contrastBase)))}. The filter rate rises from ${two(lastOf(l.rateBase))} to ${two(lastOf(l.rate))}, far over the paper’s bound as it is quoted, ${two(lastOf(l.bound))}, which hardly depends on the temperature.`;
    },
    claim: (r) =>
      r.layers !== null &&
      lastOf(lastLine(r.layers.contrast)) > 5 * lastOf(lastLine(r.layers.contrastBase)) &&
      lastOf(r.layers.rate) > 2 * lastOf(r.layers.bound),
  },
  {
    id: 'tokens',
    title: 'When queries know what they want',
    set: { source: 'layers', logits: 'tokens', layers: 1 },
    notice: (r) => {
      const l = r.layers!;
      return `Logits of the tokens themselves, of about the same spread. At ${lastOf(l.sizes)} tokens a layer leaves ${partly(lastOf(lastLine(l.contrast)))} of the differences, not the ${partly(lastOf(l.law))} of independent logits: different queries gather different tokens, and that does not average out.`;
    },
    claim: (r, { logits }) => r.layers !== null && logits === 'tokens' && lastLine(r.layers.contrast)[1]! > 1.5 * lastOf(r.layers.law),
  },
  {
    id: 'residual',
    title: 'With a residual connection',
    set: { source: 'layers', residual: true },
    notice: (r, { layers }) => {
      const l = r.layers!;
      return `Add what was there, as every transformer does. ${layers} layers now leave ${partly(lastOf(l.contrast[0]!))} at ${l.sizes[0]} tokens and ${partly(lastOf(lastLine(l.contrast)))} at ${lastOf(l.sizes)}: the mean doubles in each layer beside differences that stay, and length hardly matters.`;
    },
    claim: (r, { residual }) =>
      r.layers !== null &&
      residual &&
      lastOf(lastLine(r.layers.contrast)) > 0.6 * lastOf(r.layers.contrast[0]!) &&
      lastOf(lastLine(r.layers.contrast)) > 10 * lastOf(r.layers.law) ** 3,
  },
  {
    id: 'real-crowd',
    title: 'Real texts crowd too',
    set: { source: 'model', read: 256, pooling: 'mean' },
    notice: (r, { read }) =>
      `A small trained model reads eight passages of four novels. Pooled by the mean, two of them have a cosine of ${two(r.model!.crowd.own[0]!)} after ${r.model!.crowd.sizes[0]} characters and ${two(lastOf(r.model!.crowd.own))} after ${read}. What is missing to 1 fell from ${number(1 - r.model!.crowd.own[0]!)} to ${number(1 - lastOf(r.model!.crowd.own))}: these vectors point almost one way.`,
    claim: (r, { pooling }) =>
      r.model !== null &&
      pooling === 'mean' &&
      lastOf(r.model.crowd.own) > 0.985 &&
      1 - lastOf(r.model.crowd.own) < (1 - r.model.crowd.own[0]!) / 5,
  },
  {
    id: 'real-heads',
    title: 'But not by its attention',
    set: { source: 'model', read: 128, pooling: 'one' },
    notice: (r, { read }) => {
      const found = heads(r.model!);
      return `Its heads are picky: at ${read} characters half of them average fewer than ${number(found.median)} tokens and none more than ${number(found.most)}. The high share of the last layer went from ${percent(found.from)} to ${percent(found.to)}; filter rates rise with length, to ${two(found.rate)} in the mean, as a causal mask makes even attention’s (${two(found.even)}). The last character’s vectors do not crowd: ${two(r.model!.crowd.own[0]!)}, then ${two(lastOf(r.model!.crowd.own))}.`;
    },
    claim: (r, { read, pooling }) => {
      if (!r.model || pooling !== 'one') return false;
      const found = heads(r.model);
      return (
        found.most < read / 8 &&
        found.rate > found.firstRate &&
        found.rate > found.even + 0.3 &&
        found.to > found.from &&
        lastOf(r.model.crowd.own) < 0.35
      );
    },
  },
  {
    id: 'real-temperature',
    title: 'What a temperature does to it',
    set: { source: 'model', read: 384, tau: 0.8, pooling: 'mean' },
    notice: (r, { tau }) => {
      const { loss, lossBase, crowd } = r.model!;
      return `At τ = ${number(tau)} the mean’s cosines stay (${two(lastOf(crowd.base))} to ${two(lastOf(crowd.own))}). Inside its window the model pays for what it was not trained with, ${number(lossBase.inside)} to ${number(loss.inside)} nats a character; past it, where heads see more tokens than ever, sharper is a little better: ${number(lossBase.past ?? NaN)} to ${number(loss.past ?? NaN)}.`;
    },
    claim: (r, { pooling }) =>
      r.model !== null &&
      pooling === 'mean' &&
      Math.abs(lastOf(r.model.crowd.own) - lastOf(r.model.crowd.base)) < 0.003 &&
      r.model.loss.inside > r.model.lossBase.inside + 0.01 &&
      (r.model.loss.past ?? NaN) < (r.model.lossBase.past ?? NaN) - 0.01,
  },
];

/** The longest text's numbers, layer by layer. */
export function lastLine(lines: readonly (readonly number[])[]): readonly number[] {
  return lines.at(-1)!;
}

import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import { type Result } from './simulate';
import { textModel, width } from './text';

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'base',
    title: 'One number raised',
    set: {},
    notice: ({ pairs }, { base, distance }) =>
      `At a distance of ${number(distance)} the score is ${fixed(pairs!.rope.score!)} under RoPE and ${fixed(pairs!.abf.score!)} with the base at ${number(base)}. Pairs that swing through whole turns by then cancel each other out, and there are fewer of them: ${pairs!.abf.turned[0]} turn within 4,096 positions, in place of ${pairs!.rope.turned[0]}.`,
    claim: ({ pairs }) =>
      pairs !== undefined && pairs.rope.score! < 0 && pairs.abf.score! > 3 && pairs.abf.turned[0]! < 0.75 * pairs.rope.turned[0]!,
  },
  {
    id: 'divided',
    title: 'Dividing buys distance too',
    set: { distance: 20000 },
    notice: ({ pairs }, { factor }) =>
      `Divide positions by ${factor} and the curve moves to the right as it is: around 20,000 its mean is ${fixed(pairs!.pi.mean!)}, where RoPE has ${fixed(pairs!.rope.mean!)}. The price is close by. A step to the neighbour goes sideways by ${fixed(pairs!.pi.granularity, 4)} of a vector, ${number(Math.round((10 * pairs!.rope.granularity) / pairs!.pi.granularity) / 10)} times less than before; with the larger base it is ${fixed(pairs!.abf.granularity, 4)}.`,
    claim: ({ pairs }) =>
      pairs !== undefined &&
      pairs.pi.mean! > 0.4 &&
      pairs.rope.mean! < 0 &&
      pairs.rope.granularity > 7 * pairs.pi.granularity &&
      pairs.abf.granularity > 0.7 * pairs.rope.granularity,
  },
  {
    id: 'higher',
    title: 'Twenty times more, for little',
    set: { base: 10_000_000, distance: 32768 },
    notice: ({ pairs }) =>
      `A base of ten million. The score at 32,768 is ${fixed(pairs!.abf.score!)}, and a step to the neighbour still goes sideways by ${fixed(pairs!.abf.granularity, 4)}: the price is a logarithm. But now only ${pairs!.abf.turned[1]} of ${pairs!.abf.theta.length} pairs turn even once in 32,768 positions, against ${pairs!.rope.turned[1]} before.`,
    claim: ({ pairs }) =>
      pairs !== undefined &&
      pairs.abf.score! > 2 &&
      pairs.abf.granularity > 0.55 * pairs.rope.granularity &&
      pairs.abf.turned[1]! < 0.6 * pairs.rope.turned[1]!,
  },
  {
    id: 'text',
    title: 'A real text, not trained on',
    set: { look: 'text', base: 100_000, factor: 2 },
    notice: ({ text }, { factor }) =>
      `A small model trained on ${textModel.window} characters reads ${text!.length}. Past its window RoPE pays ${fixed(text!.rope.outside)} nats a character and a base of 100,000 only ${fixed(text!.abf.outside)}; asked at the end for a line from the beginning, they find ${text!.rope.right} and ${text!.abf.right} of 4 digits. Positions divided by ${factor} break it even inside (${fixed(text!.pi.inside)}): its fast pairs expect whole steps.`,
    claim: ({ text }) =>
      text !== undefined &&
      text.abf.outside < text.rope.outside - 0.6 &&
      text.abf.inside < text.rope.inside + 0.2 &&
      text.pi.inside > text.rope.inside + 1 &&
      text.abf.right === 4 &&
      text.rope.right < 2 &&
      text.pi.right < 3,
  },
  {
    id: 'text-reach',
    title: 'Not raised far enough',
    set: { look: 'text', base: 20_000, factor: 2, windows: 3 },
    notice: ({ text }) =>
      `A base of 20,000 carries the model through a second window (${fixed(windowMean(text!.abf.loss, 1))} nats a character) and not through a third (${fixed(windowMean(text!.abf.loss, 2))}); asked at its end, it finds ${text!.abf.right} of 4 digits of the line. How far it reaches goes with the base: now try 100,000.`,
    claim: ({ text }) =>
      text !== undefined &&
      windowMean(text.abf.loss, 1) < text.abf.inside + 0.3 &&
      windowMean(text.abf.loss, 2) > text.abf.inside + 0.5 &&
      text.abf.right < 3,
  },
  {
    id: 'text-trained',
    title: 'What training repairs',
    set: { look: 'text', factor: 4 },
    notice: ({ text }) =>
      `The paper’s base, 500,000, finds the line but costs ${fixed(text!.abf.inside - text!.rope.inside)} nats a character inside the window, untrained; division by four costs ${fixed(text!.pi.inside - text!.rope.inside)}. After a short training with division that is ${fixed(text!.tuned!.inside - text!.rope.inside)}. A bad start says little about the end, and the paper trains after either change.`,
    claim: ({ text }) =>
      text?.tuned !== undefined &&
      text.abf.right === 4 &&
      text.abf.inside > text.rope.inside + 0.15 &&
      text.tuned.inside < text.pi.inside - 2 &&
      text.tuned.inside < text.rope.inside + 0.3 &&
      text.tuned.outside < text.rope.outside - 0.5,
  },
  {
    id: 'curriculum',
    title: 'Short first, long last',
    set: { look: 'cost' },
    notice: ({ cost }, { share }) =>
      `With ${percent(share)} of the steps on 4,096 tokens, the 7B model takes ${percent(cost!.relative)} of the operations of a run that is long throughout. The four totals that the paper reports lie on the line: attention counted in full doubles a token’s cost from 4,096 to 32,768.`,
    claim: ({ cost }) =>
      cost !== undefined &&
      cost.relative < 0.62 &&
      cost.published.length > 0 &&
      Math.abs(cost.long.total / cost.short.total - 2) < 1e-9 &&
      Math.abs(cost.scratch / cost.published[0]!.cost - 1) < 5e-4,
  },
  {
    id: 'wide-model',
    title: 'A wide model saves less',
    set: { look: 'cost', size: '70B' },
    notice: ({ cost }) =>
      `Attention costs as much as all else only at ${number(cost!.breakEven)} tokens, six times the width of the 70B model. At 32,768 it is ${percent(cost!.long.attention / cost!.long.total)} of a token, so the same curriculum saves ${percent(1 - cost!.relative)} here and ${percent(1 - cost!.sizes[0]!.relative)} at 7B. It is the paper’s reason to do without sparse attention.`,
    claim: ({ cost }) =>
      cost !== undefined &&
      cost.breakEven > 32_768 &&
      cost.long.attention < cost.long.weights &&
      cost.relative > cost.sizes[0]!.relative + 0.1,
  },
  {
    id: 'doubling',
    title: 'What a doubling is worth',
    set: { look: 'law', size: '70B' },
    notice: ({ law }, { context }) => {
      const own = law!.sizes[law!.chosen]!;
      return `Twice the context leaves ${percent(own.keeps)} of the part of the loss that context can still reduce. That part is small: from ${number(context)} to ${number(2 * context)} tokens the 70B model gains ${fixed(own.gain, 3)} nats of ${fixed(own.here)}. A larger model loses a larger share of it (at 7B ${percent(law!.sizes[0]!.keeps)} is left), but has less of it to lose.`;
    },
    claim: ({ law }) => {
      const own = law?.sizes[law.chosen];
      return (
        own !== undefined &&
        own.keeps < 0.71 &&
        own.gain < 0.02 &&
        own.gain > 0.01 &&
        own.keeps < law!.sizes[0]!.keeps &&
        own.reducible < law!.sizes[0]!.reducible
      );
    },
  },
];

/** The mean loss within the window of that number, 0 the one of training. */
const windowMean = (loss: readonly number[], window: number): number => {
  const each = textModel.window / width;
  return loss.slice(window * each, (window + 1) * each).reduce((sum, nats) => sum + nats, 0) / each;
};

const fixed = (x: number, digits = 2): string => number(x, digits).replace('-', '−');

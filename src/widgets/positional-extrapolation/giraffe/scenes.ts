import { number } from '@/marks/format';
import { yarnMagnitude } from '@/mechanisms/positional-extrapolation/rotary';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import type { simulate } from './simulate';

export const scenes: readonly Scene<typeof params, ReturnType<typeof simulate>>[] = [
  {
    id: 'unseen',
    title: 'Angles never seen',
    set: {},
    notice: (r, { trained }) =>
      `${count(r.chosen)} of ${r.chosen.left.length} pairs had not finished a turn in ${trained} positions; past that they show angles that training never did. A logit fitted to within ${number(r.chosen.error)} inside reaches ${number(r.chosen.outside)} outside.`,
    claim: (r) =>
      r.chosen.basis === 'rope' &&
      count(r.chosen) >= r.chosen.left.length / 2 &&
      r.chosen.left.every((left, i) => left === r.chosen.seen[i]! < turn) &&
      r.chosen.outside > 5 &&
      r.chosen.error < 0.05,
  },
  {
    id: 'linear',
    title: 'Linear: squeeze all',
    set: { method: 'linear' },
    notice: (r, { scale }) =>
      `Every pair turns ${scale} times slower, so ${count(r.chosen) === 0 ? 'none leaves' : `${count(r.chosen)} still leave`} its trained range, and outside the logit stays within ${number(r.chosen.outside)}. The price: neighbours now differ by 1/${scale} of the angle they used to.`,
    claim: (r, { scale }) =>
      scale > 2 && r.chosen.outside < 0.95 && count(r.chosen) === 0 && slowedBy(r).every((factor) => Math.abs(factor - scale) < 1e-9),
  },
  {
    id: 'wider',
    title: 'Read wider than trained',
    set: { method: 'linear', scaleTrained: 4, scale: 16 },
    notice: (r, { scaleTrained, scale }) =>
      `Fitted with a scale of ${scaleTrained} and read with the same, a head would leave its range as RoPE does: nothing is free. Read with ${scale}, every angle was seen again, and outside the logit stays within ${number(r.chosen.outside)}. The paper does the same: trained with 4, it reads its longest documents with 8.`,
    claim: (r, { scaleTrained, scale, stretch }) =>
      scaleTrained > 1 && scale >= scaleTrained * stretch && count(r.chosen) === 0 && r.chosen.outside < 0.95,
  },
  {
    id: 'ntk',
    title: 'NTK-aware: slow the slow',
    set: { method: 'ntk' },
    notice: (r, { scale }) =>
      `The fastest pair keeps its speed and the slowest is slowed ${scale} times, by a larger base. The pairs between are slowed too little: ${count(r.chosen)} leave, against ${count(r.baseline)} under RoPE, and the logit reaches ${number(r.chosen.outside)}.`,
    claim: (r, { scale }) =>
      r.chosen.theta[0] === 1 &&
      Math.abs(slowedBy(r).at(-1)! - scale) < 1e-9 &&
      count(r.chosen) > 0 &&
      count(r.chosen) < count(r.baseline) &&
      r.chosen.outside > 5,
  },
  {
    id: 'yarn',
    title: 'By parts',
    set: { method: 'yarn' },
    notice: (r) =>
      `YaRN asks each pair how often it turned in training: often, and it is left alone; less than once, and it is squeezed as in linear scaling; a blend between. ${count(r.chosen) === 0 ? 'No pair leaves' : `${count(r.chosen)} leave`}, yet the logit reaches ${number(r.chosen.outside)}: each angle is known, but not these angles together.`,
    claim: (r, { scale }) =>
      slowedBy(r)[0] === 1 &&
      Math.abs(slowedBy(r).at(-1)! - scale) < 1e-9 &&
      count(r.chosen) === 0 &&
      r.chosen.outside > 2 &&
      r.chosen.outside < r.baseline.outside / 2,
  },
  {
    id: 'power',
    title: 'Power: only softer',
    set: { method: 'power' },
    notice: (r, { exponent }) =>
      `With k = ${number(exponent)} the slow pairs are slowed more than the fast ones, but in training as well. ${count(r.chosen)} leave: what is outside is as new as before, and the logit reaches ${number(r.chosen.outside)}.`,
    claim: (r) =>
      r.chosen.basis === 'power' &&
      slowedBy(r).every((factor, i, all) => i === 0 || factor > all[i - 1]!) &&
      count(r.chosen) >= count(r.baseline) &&
      r.chosen.outside > 5,
  },
  {
    id: 'truncated',
    title: 'Truncated basis',
    set: { method: 'truncated' },
    notice: (r, { divisor, stretch }) =>
      `${band(r, 'kept')} pairs that turn in training are kept, ${band(r, 'flattened')} get one slow frequency and ${band(r, 'zeroed')} none. Only the slow ones can still leave, and they do: 1/${divisor} of a turn was seen, ${stretch}/${divisor} are shown, and the logit reaches ${number(r.chosen.outside)} in size.`,
    claim: (r) =>
      r.chosen.basis === 'truncated' &&
      r.chosen.left.some(Boolean) &&
      r.chosen.left.every((left, i) => left === (r.bands[i] === 'flattened')) &&
      r.chosen.outside > 5,
  },
  {
    id: 'frozen',
    title: 'Nothing left to leave',
    set: { method: 'truncated', frozen: true },
    notice: (r) =>
      `With the slow band frozen too, every rotation outside was seen inside, and outside the logit stays within ${number(r.chosen.outside)}. But fewer pairs are left to draw with: inside, the fit is off by up to ${number(r.chosen.error)}.`,
    claim: (r) => r.chosen.basis === 'truncated' && count(r.chosen) === 0 && r.chosen.outside < 1.5 && r.chosen.error > 0.2,
  },
  {
    id: 'xpos',
    title: 'xPos: shrink with distance',
    set: { method: 'xpos', scaleBase: 32 },
    notice: (r, { scaleBase }) =>
      `Every pair’s part of the logit shrinks with the distance, the fastest pair’s to 2/7 within ${scaleBase} positions, yet the logit still reaches ${number(r.chosen.outside)}. But fast pairs shrink most, and they were never the trouble: the part of the slow ones reaches ${number(r.chosen.slow)}.`,
    claim: (r) =>
      r.chosen.basis === 'xpos' &&
      r.chosen.outside > 3 &&
      r.chosen.outside < r.baseline.outside / 2 &&
      r.chosen.slow > 0.8 * r.chosen.outside &&
      r.chosen.left.every((left, i) => left === r.all[0]!.left[i]),
  },
  {
    id: 'random',
    title: 'Random positions',
    set: { method: 'random' },
    notice: (r) =>
      `Fitted to steps of random size, which go no farther than whole ones. The head learns the order better than the distance: inside it is off by ${number(r.chosen.error)}, where RoPE is by ${number(r.baseline.error)}. And no angle was added: ${count(r.chosen)} pairs leave as before, and the logit reaches ${number(r.chosen.outside)}.`,
    claim: (r) =>
      r.chosen.basis === 'random' && r.chosen.error > 2 * r.baseline.error && count(r.chosen) === count(r.baseline) && r.chosen.outside > 5,
  },
  {
    id: 'penalty',
    title: 'Small weights behave',
    set: { penalty: 0 },
    notice: (r) =>
      `Plain RoPE again, fitted with a strong penalty on its weights: outside, the logit reaches only ${number(r.chosen.outside)}, the part of the slow pairs ${number(r.chosen.slow)}, and inside the fit is off by ${number(r.chosen.error)}. What explodes are large weights on slow pairs, not rotation itself.`,
    claim: (r) => r.chosen.basis === 'rope' && r.chosen.outside < 2.5 && r.chosen.slow < 0.5 && r.chosen.error > 0.05,
  },
  {
    id: 'text',
    title: 'A real text, unchanged',
    set: { measured: 'text' },
    notice: (r) =>
      `A small model, trained on ${r.trained} characters at a time, reads a passage four times as long. Inside its window a character costs it ${number(r.text!.baseline.inside)} nats, past it ${number(r.text!.baseline.outside!)}: the same model, the same prose.`,
    claim: (r) => r.text !== undefined && r.chosen.basis === 'rope' && r.text.chosen.outside! > r.text.chosen.inside + 1,
  },
  {
    id: 'text-ntk',
    title: 'Its base changed',
    set: { measured: 'text', method: 'ntk' },
    notice: (r, { scale }) =>
      `NTK-aware frequencies for a scale of ${scale}, put into the same model without any training: ${number(r.text!.chosen.outside!)} nats past the window where unchanged RoPE pays ${number(r.text!.baseline.outside!)}, for ${number(r.text!.chosen.inside - r.text!.baseline.inside)} more inside it.`,
    claim: (r) =>
      r.text !== undefined &&
      r.chosen.basis === 'ntk' &&
      r.text.chosen.outside! < r.text.baseline.outside! - 0.8 &&
      r.text.chosen.inside < r.text.baseline.inside + 0.3,
  },
  {
    id: 'text-yarn',
    title: 'By parts holds',
    set: { measured: 'text', method: 'yarn' },
    notice: (r, { stretch, scale }) =>
      `Where the fitted logit strayed, the model does not: by parts, and with YaRN’s factor of ${number(yarnMagnitude(scale) ** 2)} on its scores, it pays ${number(r.text!.chosen.outside!)} nats up to ${stretch} times its window, ${number(r.text!.chosen.inside)} inside. It asks little of pairs that turn slowly, and needs the fast ones as they were.`,
    claim: (r) =>
      r.text !== undefined &&
      r.chosen.basis === 'yarn' &&
      r.text.chosen.outside! < r.text.chosen.inside + 0.2 &&
      r.text.chosen.outside! < r.text.baseline.outside! - 1.2,
  },
  {
    id: 'text-truncated',
    title: 'Slow pairs not missed',
    set: { measured: 'text', method: 'truncated' },
    notice: (r) =>
      `The truncated basis is meant to be trained with. Put into a model trained without it, with ${band(r, 'flattened')} slow pairs flattened and ${band(r, 'zeroed')} stopped, it pays ${number(r.text!.chosen.inside - r.text!.baseline.inside)} nats more inside and ${number(r.text!.baseline.outside! - r.text!.chosen.outside!)} less past the window: it was the slow pairs that broke it.`,
    claim: (r) =>
      r.text !== undefined &&
      r.chosen.basis === 'truncated' &&
      r.text.chosen.inside < r.text.baseline.inside + 0.25 &&
      r.text.chosen.outside! < r.text.baseline.outside! - 1,
  },
  {
    id: 'text-linear',
    title: 'Linear wants training',
    set: { measured: 'text', method: 'linear' },
    notice: (r, { scale }) =>
      `Positions divided by ${scale} stay in the range, yet the model, which never saw such small steps, pays ${number(r.text!.chosen.inside)} nats even inside its window. A short training with a scale of 4 repairs it: ${number(r.text!.tuned!.inside)} inside, ${number(r.text!.tuned!.outside!)} past it.`,
    claim: (r) =>
      r.text?.tuned !== undefined &&
      r.text.chosen.inside > r.text.baseline.inside + 0.8 &&
      r.text.tuned.inside < r.text.baseline.inside + 0.4 &&
      r.text.tuned.outside! < r.text.baseline.outside! - 0.8,
  },
];

const turn = 2 * Math.PI;
export const count = ({ left }: { left: readonly boolean[] }): number => left.filter(Boolean).length;
const band = (r: { bands: readonly string[] }, which: string): number => r.bands.filter((b) => b === which).length;
/** How many times slower than under RoPE each pair turns. */
const slowedBy = (r: { chosen: { theta: readonly number[] }; baseline: { theta: readonly number[] } }): number[] =>
  Array.from(r.chosen.theta, (theta, i) => r.baseline.theta[i]! / theta);

import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import { trained } from './names';
import type { params } from './params';
import type { Result } from './simulate';

const two = (x: number) => number(x, 2);

/** From the second half of the trained length to what comes after it. */
const rises = ({ inside, outside }: { readonly inside: number; readonly outside: number }) => outside - inside;

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'unchanged',
    title: 'Two failures at once',
    set: { pattern: 'full' },
    notice: (r, { window }) =>
      `Red are distances beyond L = ${window}: ${percent(r.unseen.full)} of all pairs. A logit fitted on ${window} of them and read on reaches ${number(r.head?.logits.freeOutside ?? 0)}, and the entropy goes from ${two(r.head?.full.entropy.inside ?? 0)} to ${two(r.head?.full.entropy.outside ?? 0)} nats and on, as there are ever more keys. The first tokens are still in sight, and the output keeps its direction (${two(r.head?.full.direction.outside ?? 0)}).`,
    claim: (r) =>
      r.pattern === 'full' &&
      r.head !== null &&
      r.head.logits.chosenOutside > 3 &&
      rises(r.head.chosen.entropy) > 0.3 &&
      r.head.chosen.direction.outside > 0.8 &&
      r.pairs.chosen === r.pairs.full,
  },
  {
    id: 'ceiling',
    title: 'The ceiling mends the logit',
    set: { pattern: 'ceiling' },
    notice: (r, { window }) =>
      `No distance counts for more than ${window}, and the fitted logit stays at what it is there, ${number(r.head?.logits.chosenOutside ?? 0)} in size instead of ${number(r.head?.logits.freeOutside ?? 0)}. Entropy does not care: ${two(r.head?.chosen.entropy.outside ?? 0)} nats, ${two(r.head?.full.entropy.outside ?? 0)} without.`,
    claim: (r) =>
      r.pattern === 'ceiling' &&
      r.head !== null &&
      r.head.logits.chosenOutside < 1 &&
      r.head.logits.freeOutside > 3 &&
      rises(r.head.chosen.entropy) > 0.3 &&
      Math.abs(r.head.chosen.entropy.outside - r.head.full.entropy.outside) < 0.2,
  },
  {
    id: 'window',
    title: 'The window loses the first tokens',
    set: { pattern: 'window' },
    notice: (r, { window }) =>
      `No query sees more than ${window} keys, and none that is too far. But where the first tokens leave the window the output turns away at once: its cosine with what it was falls from ${two(r.head?.chosen.direction.inside ?? 0)} to ${two(r.head?.chosen.direction.outside ?? 0)}. Set their pull to 0 and it hardly moves. Entropy no longer grows with the text, but it jumps to ${two(r.head?.chosen.entropy.outside ?? 0)} nats: the sink that held attention together is gone.`,
    claim: (r) =>
      r.pattern === 'window' &&
      r.head !== null &&
      r.head.chosen.direction.inside > 0.85 &&
      r.head.chosen.direction.outside < 0.7 &&
      r.head.full.direction.outside > 0.85 &&
      rises(r.head.chosen.entropy) > 0.8,
  },
  {
    id: 'lambda',
    title: 'Both, with four tokens kept',
    set: {},
    notice: (r) =>
      `Keep the first four tokens as if they stood just outside the window: the map takes the shape of a Λ. They go on getting attention, the cosine stays at ${two(r.head?.chosen.direction.outside ?? 0)}, the entropy at ${two(r.head?.chosen.entropy.outside ?? 0)} nats (${two(r.head?.full.entropy.outside ?? 0)} with full attention), and no logit leaves its range.`,
    claim: (r, { starting }) =>
      r.pattern === 'lambda' &&
      starting >= 4 &&
      r.head !== null &&
      r.head.chosen.direction.outside > 0.85 &&
      r.head.chosen.entropy.outside < r.head.full.entropy.outside - 0.3 &&
      r.head.logits.chosenOutside < 1,
  },
  {
    id: 'needle',
    title: 'What lies between is gone',
    set: { length: 512, query: 511, needle: 200 },
    notice: (r, { length, needle }) =>
      `At ${length} tokens little is different, for ${number(r.pairs.full / r.pairs.chosen)} times fewer products. But the last query was made for token ${needle}: with full attention it gives it ${percent(r.head?.full.onNeedle ?? 0)}, here ${percent(r.head?.chosen.onNeedle ?? 0)}. Drag the needle into the window, or onto the first four tokens, and it is found.`,
    claim: (r) => r.head !== null && r.head.full.onNeedle > 0.3 && r.head.chosen.onNeedle === 0 && r.pairs.full > 5 * r.pairs.chosen,
  },
  {
    id: 'text',
    title: 'A trained model, past its window',
    set: { measured: 'rope' },
    notice: (r) =>
      `A small model trained on 256 characters pays ${two(r.text?.full.inside ?? 0)} nats for each there, and ${two(r.text?.full.outside ?? 0)} past them; with LM-Infinite ${two(r.text?.lambda.outside ?? 0)}. So does the window alone (${two(r.text?.window.outside ?? 0)}): this model parks nothing on its first tokens, which get ${percent(r.text?.full.share.inside ?? 0)} of its attention.`,
    claim: (r) =>
      r.text !== null &&
      r.pattern === 'lambda' &&
      r.text.full.outside > r.text.full.inside + 0.7 &&
      r.text.lambda.outside < r.text.full.inside + 0.2 &&
      Math.abs(r.text.lambda.outside - r.text.window.outside) < 0.02 &&
      r.text.full.share.inside < 0.02,
  },
  {
    id: 'text-ceiling',
    title: 'The ceiling alone, in the same model',
    set: { measured: 'rope', pattern: 'ceiling' },
    notice: (r) =>
      `Nothing is hidden, only no distance counts for more than 256, and the loss past the window is ${two(r.text?.chosen.outside ?? 0)} instead of ${two(r.text?.full.outside ?? 0)}. Entropy goes from ${two(r.text?.chosen.entropy.inside ?? 0)} to ${two(r.text?.chosen.entropy.outside ?? 0)} nats, which does no harm yet. Scores never explode here: what breaks the model is where attention goes.`,
    claim: (r) =>
      r.text !== null &&
      r.pattern === 'ceiling' &&
      r.text.chosen.outside < r.text.full.outside - 0.7 &&
      rises(r.text.chosen.entropy) > 0.05 &&
      r.text.chosen.entropy.outside < r.text.full.entropy.outside &&
      r.text.full.scores.at(-1)! < r.text.full.scores[0]!,
  },
  {
    id: 'high-ceiling',
    title: 'A ceiling set too high',
    set: { measured: 'rope', pattern: 'ceiling', ceiling: 1.5 },
    notice: (r, { ceiling, local }) =>
      `At ${ceiling} times L, ${ceiling * local}, the ceiling lets keys stand where training had none, and keeps many of them there: ${two(r.text?.chosen.outside ?? 0)} nats past the window, no better than without one (${two(r.text?.full.outside ?? 0)}). Now lower it: from L down to a quarter of it the loss is about ${number(r.text?.lambda.outside ?? 0, 1)}. What distance a far key is given hardly matters, if training knew it.`,
    claim: (r) =>
      r.text !== null &&
      r.pattern === 'ceiling' &&
      r.unseen.chosen > 0 &&
      r.text.chosen.outside > r.text.chosen.inside + 0.8 &&
      r.text.chosen.outside > r.text.full.outside - 0.05,
  },
  {
    id: 'far-starts',
    title: 'Kept, but at their true distance',
    set: { measured: 'rope', pattern: 'mask', starting: 16 },
    notice: (r, { starting }) =>
      `Here the first ${starting} tokens stay visible at distances never trained. They get ${percent(r.text?.chosen.far ?? 0)} of the attention, and that is enough: ${two(r.text?.chosen.outside ?? 0)} nats, worse than the window without them (${two(r.text?.window.outside ?? 0)}). With the ceiling the same tokens cost nothing (${two(r.text?.lambda.outside ?? 0)}). The mask needs it.`,
    claim: (r) =>
      r.text !== null &&
      r.pattern === 'mask' &&
      r.text.chosen.far < 0.06 &&
      r.text.chosen.outside > r.text.window.outside + 0.15 &&
      r.text.lambda.outside < r.text.window.outside + 0.03,
  },
  {
    id: 'sink',
    title: 'A model that rests on its first token',
    set: { measured: 'sink', starting: 1 },
    notice: (r) =>
      `One head of this model gives the start token ${percent(Math.max(...(r.text?.chosen.heads ?? [0])))}. The window drops it and pays ${two(r.text?.window.outside ?? 0)} nats; LM-Infinite keeps that one token and pays ${two(r.text?.lambda.outside ?? 0)}, full attention ${two(r.text?.full.outside ?? 0)}. With it the loss past the window is no higher than inside (${two(r.text?.full.inside ?? 0)}). The curve of scores jumps at ${trained}: past it only the first token is left, and its scores are large.`,
    claim: (r) =>
      r.text !== null &&
      r.pattern === 'lambda' &&
      Math.max(...r.text.chosen.heads) > 0.8 &&
      r.text.chosen.scores[4]! > 1.3 * r.text.chosen.scores[3]! &&
      r.text.lambda.outside < r.text.window.outside - 0.03 &&
      r.text.lambda.outside < r.text.full.inside + 0.02 &&
      r.text.window.outside < r.text.full.outside - 0.03,
  },
];

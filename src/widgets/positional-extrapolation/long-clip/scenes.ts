import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import { run, type Result } from './simulate';

/** Mean share of attention on the token before, over positions from `from` to before `to`. */
export function skill(
  { at, share }: { readonly at: readonly number[]; readonly share: readonly number[] },
  from: number,
  to: number,
): number {
  const within = share.filter((_, i) => at[i]! >= from && at[i]! < to);
  return within.length ? within.reduce((sum, x) => sum + x, 0) / within.length : 0;
}
/** Early positions: those that short captions use. */
export const early = 20;
/** Mean cosine of each position from 1 to before `to` with the one before it. */
export const neighbours = (alike: readonly (readonly number[])[], to: number): number =>
  mean(alike.slice(1, to).map((cosines) => cosines.at(-2)!));
/** Of the head before, after, and stretched evenly, in per cent: over positions past K whose rows were trained; undefined where none is asked there. */
export function knownPast(
  { old, chosen, baseline }: NonNullable<Result['positions']>,
  { method, keep, trained }: { readonly method: string; readonly keep: number; readonly trained: number },
): readonly string[] | undefined {
  const heads = [old.head, chosen.head, baseline.head];
  return method === 'kps' && heads.every(({ at }) => at.some((t) => t >= keep && t < trained))
    ? heads.map((head) => percent(skill(head, keep, trained)))
    : undefined;
}
const most = (x: readonly number[]): number => Math.max(...x);
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
/** How much stronger than the others the named attributes show in the image features, after training; NaN where all are named and none is left. */
export const ratio = (gains: readonly number[], named: number): number => mean(gains.slice(0, named)) / mean(gains.slice(named));

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'kept',
    title: 'Keep what was learned',
    set: {},
    notice: (r, { keep, factor }) =>
      `The first ${keep} rows are copied bit for bit, each of the others becomes ${factor}: 77 positions become ${r.positions!.length}. A head that looks one token back still puts ${percent(skill(r.positions!.chosen.head, 1, early))} of its attention there in the first ${early} positions, with nothing trained again.`,
    claim: (r, { method, keep }) =>
      r.positions !== undefined &&
      method === 'kps' &&
      keep >= early &&
      r.positions.length === 248 &&
      most(r.positions.chosen.moved.slice(0, keep)) === 0 &&
      neighbours(r.positions.chosen.alike, early) === neighbours(r.positions.old.alike, early) &&
      skill(r.positions.chosen.head, 1, early) > 0.85,
  },
  {
    id: 'linear',
    title: 'Stretching everything',
    set: { method: 'linear', row: 10 },
    notice: (r) =>
      `Spread evenly over ${r.positions!.length}, only the first row stays. Position 10 now holds a mixture of old rows ${Math.floor(r.positions!.chosen.source[10]!)} and ${Math.ceil(r.positions!.chosen.source[10]!)}, neighbours look alike (a cosine of ${number(neighbours(r.positions!.chosen.alike, early), 2)} where it was ${number(neighbours(r.positions!.old.alike, early), 2)}), and the head that looks back finds its token with ${percent(skill(r.positions!.chosen.head, 1, early))} of its attention instead of ${percent(skill(r.positions!.old.head, 1, early))}.`,
    claim: (r, { method }) =>
      r.positions !== undefined &&
      method === 'linear' &&
      r.positions.chosen.moved[10]! > 0.5 &&
      r.positions.chosen.moved.slice(1).every((m) => m > 0) &&
      1 - neighbours(r.positions.chosen.alike, early) < (1 - neighbours(r.positions.old.alike, early)) / 3 &&
      skill(r.positions.chosen.head, 1, early) < 0.3,
  },
  {
    id: 'trained-longer',
    title: 'If more had been learned',
    set: { trained: 50 },
    notice: (r, { keep, trained }) =>
      `Had captions trained rows up to ${trained}, a K of ${keep} would break what rows ${keep} to ${trained} know: the head falls from ${percent(skill(r.positions!.old.head, keep, trained))} to ${percent(skill(r.positions!.chosen.head, keep, trained))} there. That so few rows are well trained is what makes stretching cheap. Drag K to the right and watch the length.`,
    claim: (r, { method, keep, trained }) =>
      r.positions !== undefined &&
      method === 'kps' &&
      trained >= keep + 10 &&
      skill(r.positions.old.head, keep, trained) > 0.8 &&
      skill(r.positions.chosen.head, keep, trained) < 0.3,
  },
  {
    id: 'whole-image',
    title: 'Too much to match',
    set: { part: 'components', kept: 16 },
    notice: (r, { named }) =>
      `An image shows 16 attributes, its short caption names ${named}. However well both are encoded, their cosine is ${number(r.matched!.coarse.short, 3)}, because the image says more than the caption; with the long caption the same feature has ${number(r.matched!.whole.long, 2)}.`,
    claim: (r, { kept, named }) =>
      r.matched !== undefined &&
      kept === 16 &&
      named < 8 &&
      Math.abs(r.matched.coarse.short - r.matched.whole.short) < 1e-9 &&
      r.matched.whole.short < 0.93 &&
      r.matched.whole.long > r.matched.whole.short,
  },
  {
    id: 'main-components',
    title: 'Only the main components',
    set: { part: 'components' },
    notice: (r, { kept }) =>
      `Kept along the ${kept} strongest directions of its batch, the image agrees with its short caption to ${number(r.matched!.coarse.short, 3)}; whole, to ${number(r.matched!.whole.short, 3)}. The details stay in the whole feature, for the long caption.`,
    claim: (r) =>
      r.matched !== undefined &&
      r.matched.coarse.short > 0.98 &&
      r.matched.coarse.short > r.matched.whole.short + 0.05 &&
      r.matched.coarse.short === most(r.matched.byKept.map(({ short }) => short)),
  },
  {
    id: 'too-coarse',
    title: 'Too coarse',
    set: { part: 'components', kept: 1 },
    notice: (r, { kept }) =>
      `With ${kept === 1 ? 'a single component' : `${kept} components`} less is left of the image than the caption says: ${number(r.matched!.coarse.short, 3)}. Drag the cut in the scree plot: k has a best value, and it is about as many directions as short captions speak of.`,
    claim: (r, { kept, named }) =>
      r.matched !== undefined && kept < named && r.matched.coarse.short < r.matched.whole.short - 0.1 && r.matched.coarse.short < 0.75,
  },
  {
    id: 'small-batch',
    title: 'The batch decides',
    set: { part: 'components', batch: 8 },
    notice: (r, { batch }) =>
      `${batch} images span at most ${r.matched!.most} directions, and their main ones are those of chance as much as of importance: the cosine is ${number(r.matched!.coarse.short, 3)}. Mean and directions belong to the batch on one device, so that an image's coarse feature changes with its company. At inference there is no such step.`,
    claim: (r) =>
      r.matched !== undefined &&
      r.matched.most === 7 &&
      r.matched.variance.slice(7).every((v) => v < 1e-12) &&
      r.matched.coarse.short < 0.97,
  },
  {
    id: 'training',
    title: 'What training makes of it',
    set: { part: 'training' },
    notice: (r, { named }) => {
      const { long, mixed, pcm } = last(r);
      return `Three trainings of ${run.steps} steps from the same start. With long captions only, all attributes end alike: ${number(ratio(long.gains, named), 2)} to 1. Short captions against whole features help a little (${number(ratio(mixed.gains, named), 2)}); against main components, what is named comes out ${number(ratio(pcm.gains, named), 2)} times as strong, and short captions find ${percent(pcm.short)} of their images instead of ${percent(mixed.short)}. Long ones pay some of it: ${percent(pcm.long)} against ${percent(mixed.long)}, from ${percent(r.training!.pcm[0]!.long)} at the start.`;
    },
    claim: (r, { named }) => {
      if (!r.training) return false;
      const { long, mixed, pcm } = last(r);
      return (
        Math.abs(ratio(long.gains, named) - 1) < 0.15 &&
        ratio(pcm.gains, named) > 1.7 &&
        ratio(pcm.gains, named) > ratio(mixed.gains, named) + 0.3 &&
        pcm.short > mixed.short + 0.02 &&
        pcm.long > r.training.pcm[0]!.long + 0.3
      );
    },
  },
  {
    id: 'training-whole',
    title: 'All components: no help',
    set: { part: 'training', kept: 16 },
    notice: (r, { named }) =>
      `With all 16 components kept the coarse feature is the whole one, and matching short captions with it is what it was before: the two trainings are one, and named attributes end ${number(ratio(last(r).pcm.gains, named), 2)} times as strong. It is the dropping that makes the difference.`,
    claim: (r, { named }) =>
      r.training !== undefined &&
      ratio(last(r).pcm.gains, named) < 1.6 &&
      last(r).pcm.gains.every((gain, a) => Math.abs(gain - last(r).mixed.gains[a]!) < 1e-3),
  },
];

/** All three after training. */
export const last = ({ training }: Result) => {
  const { long, mixed, pcm } = training!;
  return { long: long.at(-1)!, mixed: mixed.at(-1)!, pcm: pcm.at(-1)! };
};

import { number, percent } from '@/marks/format';
import { trainedLength } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import type { Scene } from '@/shell/contract';
import { batchesOf, batchesToEnd, lastStep, lengths, tests } from './course';
import { positions, shortNames } from './names';
import type { params } from './params';
import type { Result } from './simulate';

type Train = NonNullable<Result['train']>;
const of = ({ all }: Train, name: keyof typeof shortNames) => all.find(({ encoding }) => encoding === name)!;
/** nowAt(train, length): the share of problems of that length that the training in view answers without an error. */
export const nowAt = ({ live }: Train, length: number): number => live.exact[lengths.indexOf(length)] ?? 0;
const listed = (train: Train, part: 'twice' | 'beyond') =>
  train.all
    .toSorted((a, b) => b[part] - a[part])
    .map((one) => `${shortNames[one.encoding]} ${percent(one[part])}`)
    .join(', ');
/** nearest(alike): the encodings by how far networks with them attend from those without, nearest first. */
export const nearest = ({ trained }: NonNullable<Result['alike']>) =>
  trained.filter(({ encoding }) => encoding !== 'nope').toSorted((a, b) => a.mean - b.mean);

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'sort',
    title: 'Sorting: no positions needed',
    set: {},
    notice: ({ train }) =>
      `Trained to sort up to ${trainedLength} symbols, all five do so. At 17 to 20 symbols, means over the seeds: ${listed(train!, 'beyond')}. What must be found are symbols, not places, and a decoder that is told no places cannot trip over new ones. T5’s bias and ALiBi come through as well.`,
    claim: ({ train }) =>
      train !== undefined &&
      train.all.every(({ inside }) => inside > 0.97) &&
      train.all.every(({ beyond }) => beyond <= of(train, 'nope').beyond + 0.03) &&
      (['t5', 'alibi', 'nope'] as const).every((name) => of(train, name).beyond > 0.9) &&
      of(train, 'nope').beyond > Math.max(of(train, 'ape').beyond, of(train, 'rope').beyond) + 0.5,
  },
  {
    id: 'live',
    title: 'Trained before your eyes',
    set: { step: lastStep },
    notice: ({ train }, { layers }) =>
      `${lastStep * batchesOf(layers)} batches, trained in this page from seed 1: the decoder without positions sorts ${trainedLength} symbols in ${percent(nowAt(train!, 8))} of ${tests} problems, and 16, which it never saw, in ${percent(nowAt(train!, 16))}. Take another seed, press play, and stop where you like.`,
    claim: ({ train }, { encoding }) => encoding === 'nope' && train !== undefined && nowAt(train, 8) > 0.8 && nowAt(train, 16) > 0.7,
  },
  {
    id: 'live-ape',
    title: 'The same, told where',
    set: { step: lastStep, encoding: 'ape' },
    notice: ({ train }) =>
      `The same first seed, problems and batches, with sinusoids added to the embeddings. It sorts ${trainedLength} symbols in ${percent(nowAt(train!, 8))} of ${tests} problems and 16 in ${percent(nowAt(train!, 16))}: past position ${2 * trainedLength + 1} it meets vectors that no training showed.`,
    claim: ({ train }, { encoding }) => encoding === 'ape' && train !== undefined && nowAt(train, 8) > 0.7 && nowAt(train, 16) < 0.3,
  },
  {
    id: 'copy',
    title: 'Copying: places needed',
    set: { task: 'copy', encoding: 't5' },
    notice: ({ train }) =>
      `Now the place of a symbol is all that matters. Up to twice the trained length: ${listed(train!, 'twice')}. Without positions two layers do not even learn the trained lengths: ${percent(of(train!, 'nope').inside)} after ${number(batchesToEnd.copy)} batches. T5’s bias leads where the authors copy many symbols, too. Seeds differ much; look at the thin lines.`,
    claim: ({ train }, { task }) =>
      task === 'copy' &&
      train !== undefined &&
      train.all.every(({ encoding, twice }) => encoding === 't5' || twice < of(train, 't5').twice - 0.2) &&
      of(train, 'nope').inside < 0.7,
  },
  {
    id: 'one-layer-more',
    title: 'One layer more',
    set: { task: 'copy', layers: 3 },
    notice: ({ train }) =>
      `With a third layer the decoder without positions learns to copy: ${percent(of(train!, 'nope').inside)} inside. It had to spend a layer on finding out where tokens stand. Outside it reaches ${percent(of(train!, 'nope').twice)}, T5’s bias ${percent(of(train!, 't5').twice)}; the authors’ runs have these two in the same order, and closer. RoPE, second here at ${percent(of(train!, 'rope').twice)}, is last in theirs.`,
    claim: ({ train }, { task }) =>
      task === 'copy' &&
      train !== undefined &&
      of(train, 'nope').inside > 0.9 &&
      of(train, 'nope').twice > 0.05 &&
      train.all.every(({ encoding, twice }) => ['t5', 'rope'].includes(encoding) || twice < of(train, 'rope').twice) &&
      of(train, 't5').twice > of(train, 'rope').twice,
  },
  {
    id: 'buckets',
    title: 'A bucket for all the rest',
    set: { look: 'terms', encoding: 't5', buckets: 8, furthest: 16 },
    notice: ({ terms }, { trained }) =>
      `With 8 buckets at a scale of 16, T5 takes all distances from 12 or so on for one, and training at ${trained} has met it: nothing is new at ${positions}. ALiBi and RoPE have a value of its own for each distance: ${percent(terms!.all.find(({ encoding }) => encoding === 'alibi')!.unseen)} of the pairs outside the square get one never seen. Try 32 buckets at a scale of 128.`,
    claim: ({ terms }, { encoding }) =>
      encoding === 't5' &&
      terms !== undefined &&
      terms.chosen.unseen === 0 &&
      terms.all.find((one) => one.encoding === 'alibi')!.unseen > 0.2 &&
      terms.all.find((one) => one.encoding === 'ape')!.unseen === 1,
  },
  {
    id: 'count',
    title: 'Counting behind the mask',
    set: { look: 'count', step: 29 },
    notice: ({ count }, { trained, strength }) =>
      `An even head sees 1/p of the first token, a perceptron reads p from it, a later head subtracts. Up to position ${trained} this is ALiBi with slope ${number(strength)} exactly, with no position put in. At ${count!.query + 1} the perceptron, past its data, reads ${number(count!.decoded[count!.query]!)}.`,
    claim: ({ count }, { strength }) => count !== undefined && strength > 0 && count.inside < 1e-6 && count.outside > 1e-3 && count.off > 5,
  },
  {
    id: 'alike',
    title: 'Whose attention is alike',
    set: { look: 'alike' },
    notice: ({ alike }, { task, layers }) => {
      const order = nearest(alike!);
      const own = alike!.trained.find(({ encoding }) => encoding === 'nope')!;
      return `Of networks trained to ${task} with ${layers} layers, those with ${shortNames[order[0]!.encoding]} attend nearest to those without positions: ${number(order[0]!.mean)} nats, ${shortNames[order.at(-1)!.encoding]} ${number(order.at(-1)!.mean)}. The paper finds T5 nearest. But two without positions, of different seeds, are ${number(own.mean)} apart: so small a difference says little. Where two layers copy T5 is nearest, where three do it is furthest.`;
    },
    claim: ({ alike }) =>
      alike !== undefined &&
      nearest(alike).at(-1)!.mean - nearest(alike)[0]!.mean < 0.03 &&
      alike.trained.find(({ encoding }) => encoding === 'nope')!.mean > nearest(alike)[0]!.mean,
  },
  {
    id: 'text',
    title: 'A real text',
    set: { look: 'text' },
    notice: ({ text }) =>
      `Two small language models, alike but for the encoding, read four times their window. With RoPE a character costs ${number(text!.rope.inside)} nats inside and ${number(text!.rope.outside!)} past it; with ALiBi ${number(text!.alibi.inside)} and ${number(text!.alibi.outside!)}. A steady loss is why ALiBi was thought to extrapolate: it looks at what is near, which prose forgives and a task may not.`,
    claim: ({ text }) =>
      text !== undefined && text.rope.outside! > text.rope.inside + 0.8 && Math.abs(text.alibi.outside! - text.alibi.inside) < 0.2,
  },
];

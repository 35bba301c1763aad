import { bytes, number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import type { Of, Result } from './simulate';
import { bar, home } from './sizes';

type Claimed = Scene<typeof params, Result>;

/** A scene whose claim and notice speak of one of the four things to look at; of the others its claim is false. */
const about = <S extends Result['show']>(
  show: S,
  scene: Omit<Claimed, 'notice' | 'claim'> & {
    notice(result: Of<S>, values: Parameters<Claimed['notice']>[1]): string;
    claim(result: Of<S>, values: Parameters<Claimed['claim']>[1]): boolean;
  },
): Claimed => ({
  ...scene,
  set: show === 'skew' ? scene.set : { show, ...scene.set },
  notice: (r, values) => scene.notice(r as Of<S>, values),
  claim: (r, values) => r.show === show && scene.claim(r as Of<S>, values),
});

/** "Head 3 of layer 2", counted from 1. */
export const headName = ({ layer, head }: { readonly layer: number; readonly head: number }): string =>
  `head ${head + 1} of layer ${layer + 1}`;

export const scenes: readonly Claimed[] = [
  about('skew', {
    id: 'columns',
    title: 'Columns are distances',
    set: {},
    notice: (r) =>
      `Queries times one embedding for each distance: ${number(r.numbers.products)} products, and each column is one distance. Attention wants them by key, where each diagonal is one distance. The usual way (Shaw et al.) copies the ${r.n} embeddings out to every pair first: ${number(r.numbers.pairs)} numbers instead of ${number(r.numbers.distances)}.`,
    claim: (r, { step }) => step === 0 && r.kind === 'masked' && r.numbers.pairs === r.n * r.numbers.distances,
  }),
  about('skew', {
    id: 'reshape',
    title: 'One zero a row, read on',
    set: { step: 2 },
    notice: (r) =>
      `A column of zeros on the left makes each row ${r.n + 1} long. Read the same numbers off in rows of ${r.n}, and each row starts one place further right than the one above. The reshape computes nothing and moves nothing in memory: it only counts rows anew.`,
    claim: (r, { step, pad }) => step === 2 && pad === 'left' && r.kind === 'masked',
  }),
  about('skew', {
    id: 'diagonals',
    title: 'Diagonals are distances',
    set: { step: 3 },
    notice: (r) =>
      `Drop the first row, and all ${r.entries} numbers that count stand at their key, ${r.error ? `within ${number(r.error)} of` : 'each exactly'} what a dot product for each pair gives. Above the diagonal each row but the last has a zero and beyond it products of the query below, ${r.garbage} in all: nonsense, which the mask hides in the last step.`,
    claim: (r, { step }) => step === 3 && r.kind === 'masked' && r.wrong + r.zeros === 0 && r.error < 1e-12 && r.garbage > 0,
  }),
  about('skew', {
    id: 'wrong-side',
    title: 'The zero on the wrong side',
    set: { step: 3, pad: 'right' },
    notice: (r) =>
      `Pad on the right and the shape is the same, the code runs, and of ${r.entries} entries none is right: ${r.wrong} hold the product for another distance, one key too far left, and the ${r.zeros} on the diagonal a zero that was added.`,
    claim: (r, { step }) => step === 3 && r.zeros === r.n && r.wrong + r.zeros === r.entries && r.error > 0.1,
  }),
  about('skew', {
    id: 'block-before',
    title: 'The block before',
    set: { step: 3, local: true, length: 5 },
    notice: (r) =>
      `In blocks of ${r.n}, a query also sees all of the block before, so distances on both sides of ${r.n} are needed: ${r.columns} columns. Zeros on the right this time, then rows of ${r.columns}, then the last ${r.n} columns. No mask: all ${r.entries} entries count.`,
    claim: (r, { step }) => step === 3 && r.kind === 'unmasked' && r.error < 1e-12 && r.garbage === 0,
  }),
  about('memory', {
    id: 'memory',
    title: 'Gigabytes to megabytes',
    set: { step: 3 },
    notice: (r, { step }) => {
      const at = r.curve[step]!;
      return `At ${number(at.length)} positions and width ${r.width} the tensor of every pair takes ${bytes(at.gathered)} in each layer, the table of distances ${bytes(at.skewed)}: ${number(at.gathered / at.skewed)} times less. The logits, ${bytes(at.logits)}, are there either way, one for each pair and head: attention itself is still quadratic.`;
    },
    claim: (r, { step }) => {
      const at = r.curve[step]!;
      return at.gathered > 8e9 && at.skewed < 5e6 && at.logits < at.gathered / 20;
    },
  }),
  about('heads', {
    id: 'learned',
    title: 'A motif comes back',
    set: { step: 2 },
    notice: (r) =>
      `Two heads were trained to look from each note of the repeat at the same note a bar before. Here, where the motif stood in training, one with a number for each distance gives it ${percent(r.relative.found)} of its attention, one with a number for each pair of positions ${percent(r.absolute.found)}.`,
    claim: (r, { seen }) => seen === 1 && r.start === home && r.lag === bar && r.relative.found > 0.9 && r.absolute.found > 0.9,
  }),
  about('heads', {
    id: 'moved',
    title: 'The motif moves',
    set: { start: 13, step: 2 },
    notice: (r) =>
      `Nine steps later the relative head still finds it, with ${percent(r.relative.found)}: the distance is the same. For the absolute head these are pairs of positions that no example held; it gives ${percent(r.absolute.found)}. Drag the motif.`,
    claim: (r, { seen }) => seen === 1 && r.start > home + 6 && r.relative.found > 0.9 && r.absolute.found < 0.2,
  }),
  about('heads', {
    id: 'everywhere',
    title: 'Examples everywhere',
    set: { start: 13, step: 2, seen: 27 },
    notice: (r) =>
      `Absolute positions can learn the same thing. With the motif at all ${r.starts.length} places in training, that head gives ${percent(r.absolute.found)}. With a number of its own for each pair, ${number(r.sizes.absolute)} in all, it had to see each place; the other learned one distance out of ${r.sizes.relative}.`,
    claim: (r) => r.starts.length > 20 && r.absolute.found > 0.9 && r.start !== home && r.relative.found > 0.9,
  }),
  about('heads', {
    id: 'other-distance',
    title: 'Another distance',
    set: { lag: 19, step: 2 },
    notice: (r) =>
      `The repeat comes three steps late, and the relative head looks ${bar} back as ever, at the wrong note: ${percent(r.relative.found)} on the right one. A distance is not an echo; for that a head has to look at what was played as well.`,
    claim: (r) => r.lag !== bar && r.relative.found < 0.1,
  }),
  about('heads', {
    id: 'blocks',
    title: 'A bar out of reach',
    set: { local: true, step: 2 },
    notice: (r) =>
      `In blocks of ${r.block}, no query sees farther than ${2 * r.block! - 1} back, and the bar before is ${r.lag}: ${percent(r.relative.found)}. With blocks of ${bar} it is in sight again. For this ${number(r.logits)} logits are computed, not ${number(r.notes.length ** 2)}.`,
    claim: (r) => r.block !== undefined && 2 * r.block - 1 < r.lag && r.relative.found === 0 && r.logits < r.notes.length ** 2 / 2,
  }),
  about('model', {
    id: 'trained',
    title: 'In a trained model',
    set: { step: 4 },
    notice: (r) =>
      `Nobody set this one. A small model reads a line it cannot guess, for ${number(r.means.first)} nats a character, then prose, then the line again, for ${number(r.means.again)}. ${cap(headName(r.follows))} gives what came next the first time ${percent(r.follows.next)} of its attention; ${headName(r.fixed)} mostly looks one back (${percent(r.fixed.back)}), whatever comes.`,
    claim: (r) => r.means.first > r.means.again + 2 && r.follows.next > 0.7 && r.fixed.back > 0.5,
  }),
  about('model', {
    id: 'farther',
    title: 'Farther away',
    set: { step: 4, gap: 120 },
    notice: (r) =>
      `The line comes back after ${r.again - r.first} characters, and the same kind of head finds it, with ${percent(r.follows.next)}. Looking one back and looking for what matches, one layer after the other, make an echo at any distance within the ${r.trained} characters that it was trained on: what the relative head over the piece lacked.`,
    claim: (r) => r.again - r.first > 120 && r.follows.next > 0.7 && r.means.again < 1.5,
  }),
];

const cap = (words: string): string => words[0]!.toUpperCase() + words.slice(1);

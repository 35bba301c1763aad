import { alibi, alibiSlopes, byDistance, t5Bucket } from '@/mechanisms/positional-extrapolation/biases';
import { lossCurve, type LossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import {
  attentionOf,
  firstUnseen,
  positionTerm,
  unseenShare,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization';
import { jsd } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-compare';
import {
  decodePosition,
  firstShare,
  relativeHead,
  type Beyond,
} from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-construct';
import { encodings, type Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-net';
import type { Task } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import type { Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';
import type { Matrix } from '@/tensor/tensor';
import { live } from './live';
import { channels, characters, positions, stretch, type Look } from './names';
import { divergences, runsOf, summary } from './runs';

export interface Settings {
  readonly look: Look;
  readonly step: number;
  readonly encoding: Encoding;
  readonly task: Task;
  readonly layers: number;
  readonly seed: number;
  readonly trained: number;
  readonly heads: number;
  readonly head: number;
  readonly buckets: number;
  readonly furthest: number;
  readonly strength: number;
  readonly beyond: Beyond;
  readonly passage: Passage;
}

const round = (x: number, digits = 5) => Number(x.toFixed(digits));
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** A training so far, and all five encodings where they were trained to the end. */
function trainLook({ encoding, task, layers, seed, step }: Settings) {
  return {
    live: live(encoding, task, layers, seed, step),
    all: encodings.map((name) => ({ encoding: name, ...summary(runsOf(task, layers, name)) })),
  };
}

function termsLook(settings: Settings) {
  const { encoding, trained, heads, head, step } = settings;
  const options = { heads, head: head - 1, buckets: settings.buckets, maxDistance: settings.furthest, channels };
  const maps = encodings.map((name) => positionTerm(name, positions, options));
  const all = encodings.map((name, k) => ({
    encoding: name,
    first: firstUnseen(name, trained, options),
    unseen: unseenShare(name, positions, trained, options),
    // By distance, from the last query backwards: that is all there is to it. Of APE too, with identity matrices.
    term: Array.from({ length: positions }, (_, r) => round(maps[k]!.data[positions ** 2 - 1 - r]!)),
  }));
  const query = step || positions - 1;
  return {
    all,
    chosen: all.find((one) => one.encoding === encoding)!,
    query,
    slope: alibiSlopes(heads)[head - 1]!,
    // T5 as it was published.
    published: Array.from({ length: positions }, (_, r) => t5Bucket(r)),
    // T5's biases are learned, so that there is no row to show without a training.
    attention: encoding === 't5' ? undefined : Array.from(attentionOf(maps[encodings.indexOf(encoding)]!, query), (p) => round(p, 6)),
  };
}

/** The two heads and the perceptron between them. */
function counting({ trained, strength, beyond }: Settings) {
  const shares = firstShare(positions);
  const decoded = shares.map((share) => decodePosition(share, trained, beyond));
  return { shares, decoded, rows: relativeHead(decoded, strength), wanted: rowsOf(byDistance(positions, (r) => alibi(r, strength))) };
}
const rowsOf = (term: Matrix<'query', 'key'>) => Array.from({ length: positions }, (_, t) => attentionOf(term, t));

function countLook(settings: Settings) {
  const { trained, step } = settings;
  const { shares, decoded, rows, wanted } = counting(settings);
  const query = step || positions - 1;
  const divergence = rows.map((row, t) => jsd(row, wanted[t]!));
  return {
    query,
    shares: Array.from(shares),
    decoded: Array.from(decoded, (p) => round(p)),
    row: Array.from(rows[query]!, (p) => round(p, 6)),
    wanted: Array.from(wanted[query]!, (p) => round(p, 6)),
    divergence: divergence.map((x) => round(x, 8)),
    inside: Math.max(...divergence.slice(0, trained)),
    outside: Math.max(...divergence.slice(trained)),
    off: Math.max(...Array.from(decoded, (p, t) => Math.abs(p - t - 1))),
  };
}

/** Patterns of attention where all tokens say the same. T5 has none before its biases are learned. */
export const patterns = ['even', 'relative', 'alibi', 'rope', 'ape'] as const;

function alikeLook(settings: Settings) {
  const { heads, head, task, layers, step } = settings;
  const options = { heads, head: head - 1, buckets: 32, maxDistance: 128, channels };
  const of = (name: Encoding) => rowsOf(positionTerm(name, positions, options));
  const rows = { even: of('nope'), relative: counting(settings).rows, alibi: of('alibi'), rope: of('rope'), ape: of('ape') };
  const between = (a: (typeof patterns)[number], b: (typeof patterns)[number]) =>
    step ? jsd(rows[a][step]!, rows[b][step]!) : mean(rows[a].map((row, t) => jsd(row, rows[b][t]!)));
  return {
    slope: alibiSlopes(heads)[head - 1]!,
    matrix: patterns.map((a) => patterns.map((b) => round(between(a, b), 6))),
    // What training made: nets without positions against those with, and against other such ones.
    trained: encodings.map((encoding) => {
      const found = divergences(task, layers, encoding);
      return { encoding, found, mean: mean(found.flat()) };
    }),
  };
}

/** Readings that were made already: a step changes what is looked at. */
const read = new Map<string, LossCurve>();

function textLook({ passage }: Settings) {
  const curve = (name: string): LossCurve => {
    const key = `${name} ${passage}`;
    let found = read.get(key);
    if (!found) {
      const { loss, inside, outside } = lossCurve(resident(name), passageText(passage), { length: characters, width: stretch });
      read.set(key, (found = { loss: loss.map((x) => round(x)), inside: round(inside), outside: round(outside!) }));
    }
    return found;
  };
  return { window: resident('rope').shape.window, rope: curve('rope'), alibi: curve('alibi') };
}

/** simulate(settings): what is looked at, and nothing else. */
export function simulate(settings: Settings) {
  const { look } = settings;
  return {
    train: look === 'train' ? trainLook(settings) : undefined,
    terms: look === 'terms' ? termsLook(settings) : undefined,
    count: look === 'count' ? countLook(settings) : undefined,
    alike: look === 'alike' ? alikeLook(settings) : undefined,
    text: look === 'text' ? textLook(settings) : undefined,
  };
}
export type Result = ReturnType<typeof simulate>;

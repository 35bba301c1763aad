import { alibi, alibiSlopes, byDistance, t5Bucket } from '@/mechanisms/positional-extrapolation/biases';
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
import { encodings, type Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import type { Task } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import type { Passage } from '@/model/passages';
import type { Matrix } from '@/tensor/tensor';
import { divergences } from './alike';
import { textCurves, trainLook } from './beside';
import { channels, positions, type Look } from './names';

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
  const matrix = patterns.map(() => patterns.map(() => 0));
  // It is the same both ways.
  for (let i = 0; i < patterns.length; i++)
    for (let j = 0; j < i; j++) matrix[i]![j] = matrix[j]![i] = round(between(patterns[i]!, patterns[j]!), 6);
  return {
    slope: alibiSlopes(heads)[head - 1]!,
    matrix,
    // What training made: nets without positions against those with, and against other such ones.
    trained: encodings.map((encoding) => {
      const found = divergences(task, layers, encoding);
      return { encoding, found, mean: mean(found.flat()) };
    }),
  };
}

/** simulate(settings): what is looked at, and nothing else. */
export function simulate(settings: Settings) {
  const { look } = settings;
  return {
    train: look === 'train' ? trainLook(settings) : undefined,
    terms: look === 'terms' ? termsLook(settings) : undefined,
    count: look === 'count' ? countLook(settings) : undefined,
    alike: look === 'alike' ? alikeLook(settings) : undefined,
    text: look === 'text' ? textCurves(settings.passage) : undefined,
  };
}
export type Result = ReturnType<typeof simulate>;

/** One row through both stages, and what it is compared with: what made-up rows and those of the model have in common. */
import {
  offsetFor,
  scoresOf,
  stages,
  weigh,
  type Positive,
  type Row,
  type Scale,
  type StageOne,
} from '@/mechanisms/positional-extrapolation/softplus-attention';
import type { Variant } from '@/mechanisms/positional-extrapolation/softplus-attention-resident';
import { outcome } from '@/mechanisms/positional-extrapolation/softplus-attention-toy';
import type { Inputs as InputsOf } from '@/shell/parameters';
import type { params } from './params';

export type Inputs = InputsOf<typeof params>;

/** Channels of the made-up head. */
export const channels = 64;
/** What the resident model was trained on, and with how many channels a head. */
export const textModel = { trained: 256, dim: 32, stretch: 4 };
/** A row is drawn in at most so many bars. */
const mostBars = 96;

/** What every curve is compared with. */
export const compared = {
  softmax: 'softmax',
  entropy: 'softmax · ln N',
  lssa: 'LSSA',
  cube: 'LSSAR, p = 3',
  sharp: 'LSSAR, p = 15',
} as const;
export type Compared = keyof typeof compared;
export const order = Object.keys(compared) as Compared[];

/** chosenOf(inputs): both stages as the reader set them. */
export function chosenOf({ source, positive, scale, sharpen, p, offset, l1, trained }: Inputs): Variant {
  const base = baseOf(source, trained);
  return {
    one: { ...base, positive: positive as Positive, scale: scale as Scale, normalised: sharpen || l1 || source === 'model' },
    two: sharpen ? { power: p, offset } : undefined,
  };
}
export const baseOf = (source: string, trained: number): StageOne =>
  source === 'toy' ? { dim: channels, trained } : { dim: textModel.dim, trained: textModel.trained };
const softmaxOf = (base: StageOne): StageOne => ({ ...base, positive: 'exp', scale: 'plain' });

export const fixed = (base: StageOne): Record<Compared, Variant> => ({
  softmax: { one: softmaxOf(base) },
  entropy: { one: { ...softmaxOf(base), scale: 'entropy' } },
  lssa: { one: base },
  cube: { one: base, two: { power: 3 } },
  sharp: { one: base, two: { power: 15 } },
});

export const digits = (x: number, n = 4): number => Number(x.toPrecision(n));
export const list = (x: ArrayLike<number>, n = 4): number[] => Array.from(x, (y) => digits(y, n));

/** A row through both stages, in bars of several keys each; the needle's keys stand apart. */
export function drawn(row: Row, { one, two }: Variant, [from, to]: readonly [number, number]) {
  const n = row.logits.length;
  const base = { dim: one.dim, trained: one.trained };
  const { scores, first, weights } = stages(row, one, two);
  const softmax = weigh(scoresOf(row, softmaxOf(base)), softmaxOf(base));
  const count = Math.min(n, mostBars);
  const edge = (i: number) => Math.round((i * n) / count);
  const bars = Array.from({ length: count }, (_, i) => {
    const bar = { low: 0, high: 0, first: 0, weight: 0, softmax: 0 };
    let seen = 0;
    for (let j = edge(i); j < edge(i + 1); j++) {
      if (j >= from && j < to) continue;
      bar.low = seen ? Math.min(bar.low, scores[j]!) : scores[j]!;
      bar.high = seen ? Math.max(bar.high, scores[j]!) : scores[j]!;
      bar.first = Math.max(bar.first, first[j]! * n);
      bar.weight += weights[j]!;
      bar.softmax += softmax[j]!;
      seen++;
    }
    return bar;
  });
  const needle = Array.from({ length: to - from }, (_, i) => from + i);
  const below = offsetFor(n, two?.offset);
  const [chosen, plain] = [outcome(weights, [from, to]), outcome(softmax, [from, to])];
  const of = (key: 'low' | 'high' | 'first' | 'weight' | 'softmax', n = 3) =>
    list(
      bars.map((bar) => bar[key]),
      n,
    );
  return {
    n,
    /** Keys of a bar. */
    each: Math.ceil(n / count),
    low: of('low'),
    high: of('high'),
    first: of('first'),
    weight: of('weight'),
    softmax: of('softmax'),
    needle: {
      at: [from, to] as const,
      scores: list(needle.map((j) => scores[j]!)),
      first: list(needle.map((j) => first[j]! * n)),
      weight: list(needle.map((j) => weights[j]!)),
      softmax: list(needle.map((j) => softmax[j]!)),
    },
    /** What the row comes to, beside its softmax and beside what it was before stage two. */
    chosen: { mass: digits(chosen.mass, 6), entropy: digits(chosen.entropy, 6), sum: digits(chosen.sum, 6) },
    plain: { mass: digits(plain.mass, 6), entropy: digits(plain.entropy, 6) },
    before: digits(outcome(first, [from, to]).mass, 6),
    /** The share of keys that stage two keeps; all where there is none. */
    kept: two ? digits(first.reduce((sum, a) => sum + Number(a * n > below), 0) / n) : 1,
  };
}

export type Drawn = ReturnType<typeof drawn>;

/** One line of a panel. */
export interface Line {
  readonly mass: readonly number[];
  readonly entropy: readonly number[];
  readonly sum: readonly number[];
}

/** sameAs(inputs): which of the compared ones the reader has set, if any. */
export function sameAs(inputs: Inputs): Compared | null {
  const mine = chosenOf(inputs);
  const all = fixed(baseOf(inputs.source, inputs.trained));
  const full = ({ one, two }: Variant) =>
    JSON.stringify([one.positive ?? 'softplus', one.scale ?? 'length', one.normalised ?? true, two?.power, two && (two.offset ?? 1)]);
  return order.find((name) => full(all[name]) === full(mine)) ?? null;
}

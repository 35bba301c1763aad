import { ntk } from '@/mechanisms/positional-extrapolation/rotary';
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
import {
  become,
  planted,
  readUnchanged,
  readWith,
  type Become,
  type Loss,
  type Variant,
} from '@/mechanisms/positional-extrapolation/softplus-attention-resident';
import { background, grow, haystacks, outcome, type Outcome } from '@/mechanisms/positional-extrapolation/softplus-attention-toy';
import type { Passage } from '@/model/passages';
import { passage as textOf, resident } from '@/model/resident';
import type { Inputs as InputsOf } from '@/shell/parameters';
import type { params } from './params';

export type Inputs = InputsOf<typeof params>;

/** Channels of the made-up head. */
export const channels = 64;
/** What the resident model was trained on, and with how many channels a head. */
export const textModel = { trained: 256, dim: 32, stretch: 4 };
/** The shortest row of the curves, and at which real rows are looked at. */
export const shortest = 16;
const every = 32;
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
const order = Object.keys(compared) as Compared[];

/** chosenOf(inputs): both stages as the reader set them. */
export function chosenOf({ source, positive, scale, sharpen, p, offset, l1, trained }: Inputs): Variant {
  const base = baseOf(source, trained);
  return {
    one: { ...base, positive: positive as Positive, scale: scale as Scale, normalised: sharpen || l1 || source === 'model' },
    two: sharpen ? { power: p, offset } : undefined,
  };
}
const baseOf = (source: string, trained: number): StageOne =>
  source === 'toy' ? { dim: channels, trained } : { dim: textModel.dim, trained: textModel.trained };
const softmaxOf = (base: StageOne): StageOne => ({ ...base, positive: 'exp', scale: 'plain' });

const fixed = (base: StageOne): Record<Compared, Variant> => ({
  softmax: { one: softmaxOf(base) },
  entropy: { one: { ...softmaxOf(base), scale: 'entropy' } },
  lssa: { one: base },
  cube: { one: base, two: { power: 3 } },
  sharp: { one: base, two: { power: 15 } },
});

const digits = (x: number, n = 4): number => Number(x.toPrecision(n));
const list = (x: ArrayLike<number>, n = 4): number[] => Array.from(x, (y) => digits(y, n));

/** A row through both stages, in bars of several keys each; the needle's keys stand apart. */
function drawn(row: Row, { one, two }: Variant, [from, to]: readonly [number, number]) {
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

/** A reading as JSON holds it: past the window of a text that ends there, 0 is paid. */
export type Cost = Loss & { readonly outside: number };

interface Text {
  readonly line: string;
  readonly layer: number;
  readonly head: number;
  readonly unchanged: Cost;
  readonly put: Cost;
  /** Mean share of keys above the offset, over all rows and heads that were looked at. */
  readonly kept: number;
}

/** Readings of the model, which are always the same: a reader who turns a control reads the unchanged model once. */
const known = new Map<string, unknown>();
function once<T>(key: string, compute: () => T): T {
  if (!known.has(key)) {
    // Rows of sixteen heads are held by each.
    if (known.size > 24) known.clear();
    known.set(key, compute());
  }
  return known.get(key) as T;
}

const rounded = ({ curve, inside, outside, right, probability }: Loss): Cost => ({
  curve: list(curve),
  inside: digits(inside, 5),
  outside: digits(outside ?? 0, 5),
  right,
  probability: digits(probability),
});

function fromModel(inputs: Inputs) {
  const { passage, length, positions: where, seed, head } = inputs;
  const variant = chosenOf(inputs);
  const model = resident('rope');
  const positions = where === 'stretched' ? { frequencies: () => ntk(textModel.dim, textModel.stretch) } : undefined;
  const text = planted(textOf(passage as Passage), length, seed);
  const here = JSON.stringify([passage, length, where, seed]);
  const all = fixed(baseOf('model', 0));
  const unchanged = once(here, () => {
    const { loss, rows } = readUnchanged(model, text, every, positions);
    return { loss, rows, lines: order.map((name) => become(rows, all[name])) };
  });
  const { loss, rows } = unchanged;
  const isSoftmax = sameAs(inputs) === 'softmax';
  const put = isSoftmax ? loss : once(here + JSON.stringify(variant), () => readWith(model, text, variant, positions));
  const mine = become(rows, variant);
  const asking = rows.asking[head - 1]!;
  const line = (of: readonly Become[]): Line => ({
    mass: [],
    sum: list(of.map(({ sum }) => sum)),
    entropy: list(of.map(({ entropy }) => entropy)),
  });
  return {
    lengths: rows.keys,
    lines: Object.fromEntries(order.map((name, i) => [name, line(unchanged.lines[i]!)])) as Record<Compared, Line>,
    mine: line(mine),
    row: drawn(asking.row, variant, text.digits),
    text: {
      line: text.line,
      layer: asking.layer + 1,
      head: asking.head + 1,
      unchanged: rounded(loss),
      put: rounded(put),
      kept: digits(mine.reduce((sum, { kept }) => sum + kept, 0) / mine.length),
    } satisfies Text,
  };
}

function fromToy(inputs: Inputs) {
  const { n, needle, seed, trained } = inputs;
  const mine = chosenOf(inputs);
  const lengths = Array.from({ length: Math.log2(n / shortest) + 1 }, (_, i) => shortest * 2 ** i);
  const rows = haystacks(background(seed, n), lengths, needle, channels);
  const line = (all: readonly Outcome[]): Line => ({
    mass: list(all.map(({ mass }) => mass)),
    entropy: list(all.map((x) => x.entropy)),
    sum: list(all.map(({ sum }) => sum)),
  });
  const { softmax, entropy, lssa, cube, sharp } = fixed(baseOf('toy', trained));
  // Three of them have the same stage one.
  const [a, b, c] = grow(rows, lssa.one, [undefined, cube.two, sharp.two]).map(line);
  const of = ({ one, two }: Variant) => line(grow(rows, one, [two])[0]!);
  const lines: Record<Compared, Line> = { softmax: of(softmax), entropy: of(entropy), lssa: a!, cube: b!, sharp: c! };
  const same = sameAs(inputs);
  const row = rows.at(-1)!;
  return {
    lengths,
    lines,
    mine: same ? lines[same] : of(mine),
    row: drawn(row, mine, [row.needle, row.needle + 1]),
    text: null,
  };
}

/** sameAs(inputs): which of the compared ones the reader has set, if any. */
function sameAs(inputs: Inputs): Compared | null {
  const mine = chosenOf(inputs);
  const all = fixed(baseOf(inputs.source, inputs.trained));
  const full = ({ one, two }: Variant) =>
    JSON.stringify([one.positive ?? 'softplus', one.scale ?? 'length', one.normalised ?? true, two?.power, two && (two.offset ?? 1)]);
  return order.find((name) => full(all[name]) === full(mine)) ?? null;
}

/** simulate(inputs): plain data, as the page brings along that of a state that runs the model. */
export function simulate(inputs: Inputs): Result {
  return { ...(inputs.source === 'toy' ? fromToy(inputs) : fromModel(inputs)), same: sameAs(inputs) };
}

export interface Result {
  /** Keys that the rows of the lines see. */
  readonly lengths: readonly number[];
  readonly lines: Readonly<Record<Compared, Line>>;
  /** The line of what the reader has set, and which of the compared ones that is. */
  readonly mine: Line;
  readonly same: Compared | null;
  readonly row: Drawn;
  /** What a trained model made of it; null where the row is made up. */
  readonly text: Text | null;
}

/** work(inputs): rows twice as many keys as the longest, six ways; or two readings of the model, with a power for each score of one. */
export function work({ source, n, length }: Inputs): number {
  if (source === 'toy') return 1e4 + 230 * n;
  return 2 * (215e3 * length + 115 * length ** 2) + 250 * length ** 2;
}

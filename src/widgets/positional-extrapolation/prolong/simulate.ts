import { pairs } from '@/mechanisms/positional-extrapolation/prolong';
import { deal, sortedTurns, timeline } from '@/mechanisms/positional-extrapolation/prolong-devices';
import { operations, shareOf, stages, thousand } from '@/mechanisms/positional-extrapolation/prolong-recipe';
import {
  documents,
  keysPerToken,
  parts,
  plan,
  sizes,
  sourcesOf,
  supply,
  type Drawn,
  type Kind,
  type Mix,
  type Part,
} from '@/mechanisms/positional-extrapolation/prolong-toy';
import { random } from '@/tensor/random';
import { reading } from './beside';
import { drawnRows, rowLengths, secondLength } from './params';

export interface Settings {
  readonly look: string;
  readonly row: number;
  readonly share: number;
  readonly filter: boolean;
  readonly whole: string;
  readonly median: number;
  readonly mask: boolean;
  readonly distance: number;
  readonly devices: number;
  readonly turns: number;
  readonly counted: string;
  readonly seed: number;
  readonly first: string;
  readonly second: string;
  readonly before: number;
}

export const kinds: Record<Kind, string> = {
  whole: 'one long document a row',
  pieces: 'long documents cut to 64K',
  any: 'long documents of any length',
  short: 'short documents',
};

/** Distances at which curves have a point, in thousands: six to a doubling. */
export const distances = Array.from({ length: 55 }, (_, i) => 2 ** (i / 6));
const wholes: Record<string, number> = { none: 0, third: 1 / 3, all: 1 };

const mixOf = ({ row, share, whole, filter, median, seed }: Settings, length = row): Mix => ({
  row: length * thousand,
  share,
  whole: wholes[whole]!,
  filter,
  median,
  seed,
});

const tokensOf = (row: Part['rows'][number]) => row.map(({ tokens }) => tokens);
const mean = (x: readonly number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length;

/** Ten rows as they are drawn: of each kind as many as its share, from the recipe's sources. */
function draw({ row }: Settings, all: readonly Part[]) {
  const order = plan(all, drawnRows);
  const names = all.map(({ kind }, k) => sourcesOf(kind, row * thousand, order.filter((one) => one === k).length));
  const next = all.map(() => 0);
  return order.map((k) => {
    const { kind, rows } = all[k]!;
    const i = next[k]!++;
    return { kind, name: names[k]![i]!, lengths: tokensOf(rows[i % rows.length]!) };
  });
}

/** How far back tokens see: curves for every row length under the same settings, and short documents alone. */
function supplied(settings: Settings, all: readonly Part[], drawn: Drawn) {
  const { row, share, mask, distance } = settings;
  // The distance that is asked for comes last.
  const points = [...distances, distance].map((d) => d * thousand);
  const of = (length: number) => supply(length === row ? all : parts(mixOf(settings, length), drawn), points);
  const curves = rowLengths.map((length) => {
    const values = of(length);
    return { length, here: values.pop()!, values };
  });
  // With long documents alone there are no short ones to compare with.
  const short = all.filter(({ kind }) => kind === 'short').map((part) => ({ ...part, share: 1 }));
  const own = curves.find(({ length }) => length === row)!.here;
  const inRow = Math.max(0, 1 - distance / row);
  return {
    own,
    /** Of all tokens: with only other documents so far back, which is nothing under the mask. */
    others: mask ? 0 : inRow - own,
    /** What the share of long documents would give if each of them filled its row. */
    most: share * inRow,
    curves,
    short: short.length ? supply(short, points).slice(0, -1) : null,
  };
}

/** Scores and operations a token, with the mask and without. */
function costs({ row }: Settings, all: readonly Part[]) {
  const kindly = all.map((part) => ({ kind: part.kind, share: part.share, keys: keysPerToken(part), longest: sizes(part)[0]! }));
  const masked = kindly.reduce((sum, { share, keys }) => sum + share * keys, 0);
  const open = (row * thousand + 1) / 2;
  return { masked, open, kinds: kindly, weights: operations.token, attention: operations.pair };
}

/** Of the tokens, what is in long documents in the first stage of the recipe. */
export const recipeShare = shareOf(stages.first, ({ long }) => long);

/** Steps that are simulated to say what sorting gains. */
const steps = 100;

/** One step of several devices, as rows come and sorted; and the gain over many steps. */
function waiting({ row, mask, devices, turns, counted, seed }: Settings, all: readonly Part[]) {
  const price = (lengths: readonly number[]) =>
    (counted === 'all' ? row * thousand * operations.token : 0) + operations.pair * pairs(mask ? lengths : [row * thousand]);
  const priced = all.map(({ kind, rows }) => rows.map((one) => ({ kind, cost: price(tokensOf(one)) / 1e15 })));
  const source = random(seed);
  const shares = all.map(({ share }) => share);
  const one = () =>
    deal(source, devices, turns, (s) => {
      const rows = priced[s.weighted(shares)]!;
      return rows[s.integer(rows.length)]!;
    });
  const step = one();
  const time = (costs: readonly (readonly number[])[]) => timeline(costs);
  const plain = (rows: typeof step) => rows.map((own) => own.map(({ cost }) => cost));
  const told = (rows: typeof step) => ({ rows, ...time(plain(rows)) });
  let [unsorted, sorted, busy] = [0, 0, 0];
  for (let i = 0; i < steps; i++) {
    const made = plain(i ? one() : step);
    unsorted += time(made).starts.at(-1)!;
    sorted += time(sortedTurns(made)).starts.at(-1)!;
    busy += made.flat().reduce((sum, x) => sum + x, 0) / devices;
  }
  return {
    asTheyCome: told(step),
    sorted: told(step.map((own) => own.toSorted((a, b) => b.cost - a.cost))),
    gain: unsorted / sorted,
    idle: { asTheyCome: 1 - busy / unsorted, sorted: 1 - busy / sorted },
  };
}

/** Geometric mean of the digits' probabilities. */
export const probability = (digits: readonly number[]): number => Math.exp(mean(digits.map((p) => Math.log(Math.max(p, 1e-4)))));

/** simulate(settings): the rows, and of them what is looked at. */
export function simulate(settings: Settings) {
  if (settings.look === 'text') return { look: 'text', rows: null, supply: null, work: null, devices: null, text: reading(settings) };
  const drawn = documents(mixOf(settings));
  const all = parts(mixOf(settings), drawn);
  const { look } = settings;
  const recipe = { ...settings, share: recipeShare };
  return {
    look,
    rows: look === 'devices' ? null : draw(settings, all),
    supply: look === 'supply' ? supplied(settings, all, drawn) : null,
    work: look === 'work' ? costs(settings, all) : null,
    devices: look === 'devices' ? { ...waiting(settings, all), recipe: waiting(recipe, parts(mixOf(recipe))).gain } : null,
    text: null,
  };
}

export type Result = ReturnType<typeof simulate>;

/** work(settings): documents that are drawn, for every row length where curves are; or characters that are read five times. */
export function work({ look, median, devices, turns, before }: Settings): number {
  if (look === 'text') {
    const n = before + secondLength + 22;
    return 4 * (180e3 * n + 115 * n ** 2) + 180e3 * secondLength;
  }
  const documents = (3072 * 1024) / (1.6 * median);
  return (look === 'supply' ? 110 : look === 'devices' ? 80 : 40) * documents + (look === 'devices' ? 80 * steps * devices * turns : 0);
}

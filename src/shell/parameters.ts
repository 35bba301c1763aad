/**
 * What a reader can turn, as data. From this schema alone follow the controls, the query string, its validation,
 * the parameter table of the docs and the random inputs of the tests.
 */
interface Common {
  /** Shown beside the control: the field's standard term, sentence case. */
  readonly label: string;
  /** One line: what it is, or what turning it does. */
  readonly help: string;
  /** Shown after the number. */
  readonly unit?: string;
  /** True where it changes what is looked at, not what is computed: `simulate` does not see it and is not run again. */
  readonly view?: true;
  /** Names it had before. A link with an old name still works. */
  readonly aliases?: readonly string[];
  /** False where the control has no effect under the other values: it is then hidden. */
  when?(values: Readonly<Record<string, Value>>): boolean;
}

/** A whole number. `values` lists the only ones allowed; else every `step`th from `min` to `max`. */
export interface IntegerParameter extends Common {
  readonly type: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly values?: readonly number[];
}

/** A real number on a grid of `step` from `min`; with `values`, one of those. */
export interface NumberParameter extends Common {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly values?: readonly number[];
}

/** One of a few: names (as they stand in a link) with the labels a reader sees. */
export interface ChoiceParameter extends Common {
  readonly type: 'choice';
  readonly default: string;
  readonly options: Readonly<Record<string, string>>;
}

export interface FlagParameter extends Common {
  readonly type: 'flag';
  readonly default: boolean;
}

/** Where the random numbers start: 0 to 9999. Its control has a button for another one. */
export interface SeedParameter extends Common {
  readonly type: 'seed';
  readonly default: number;
}

/**
 * How far the reader has stepped: 0 to `last` of the other values. `default: Infinity` starts at the end. As a rule stepping only looks (`view`); where
 * it is the clock of a training it is left out of that.
 */
export interface StepParameter extends Common {
  readonly type: 'step';
  readonly default: number;
  last(values: Readonly<Record<string, Value>>): number;
  /** What a step is, where its number alone does not say: "101 tokens". */
  reading?(step: number): string;
}

/** A set of small whole numbers (painted tiles, drawn points) in hexadecimal, four to a digit; '' is the empty set. */
export interface BitsParameter extends Common {
  readonly type: 'bits';
  readonly default: string;
  /** How many there can be: 1 to 1024. */
  readonly size: number;
}

/** The reader's own words. They stand in the link, so there is room for a page of them and not for a book. */
export interface TextParameter extends Common {
  readonly type: 'text';
  readonly default: string;
}

export type Parameter =
  IntegerParameter | NumberParameter | ChoiceParameter | FlagParameter | SeedParameter | StepParameter | BitsParameter | TextParameter;

export type Value = number | string | boolean;

export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> = P extends ChoiceParameter
  ? keyof P['options'] & string
  : P extends FlagParameter
    ? boolean
    : P extends BitsParameter | TextParameter
      ? string
      : number;

/** A value for every parameter. */
export type Values<P extends Parameters> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** The values that `simulate` sees: all but those of view parameters. */
export type Inputs<P extends Parameters> = {
  readonly [K in keyof P as P[K] extends { readonly view: true } ? never : K]: ValueOf<P[K]>;
};

/** The highest seed. Four digits are enough to find another picture and short enough to say aloud. */
export const lastSeed = 9999;

/** range(parameter): the bounds of a numeric parameter under the given values, or undefined where it has none. */
export function range(parameter: Parameter, values: Readonly<Record<string, Value>>): [min: number, max: number] | undefined {
  if (parameter.type === 'seed') return [0, lastSeed];
  if (parameter.type === 'step') return [0, Math.max(0, Math.floor(parameter.last(values)))];
  if (parameter.type === 'integer' || parameter.type === 'number') return [parameter.min, parameter.max];
  return undefined;
}

/** Rounds to the grid of a numeric parameter and into its bounds. The number must be finite or an infinity, not NaN. */
export function snap(parameter: Parameter, value: number, values: Readonly<Record<string, Value>>): number {
  const [min, max] = range(parameter, values)!;
  const clamped = Math.min(max, Math.max(min, value));
  if (parameter.type === 'integer' || parameter.type === 'number') {
    if (parameter.values) {
      return parameter.values.reduce((best, v) => (Math.abs(v - clamped) < Math.abs(best - clamped) ? v : best));
    }
    const step = parameter.step ?? 1;
    const steps = Math.min(Math.floor((max - min) / step + 1e-9), Math.round((clamped - min) / step));
    return Number((min + steps * step).toFixed(decimals(parameter)));
  }
  return Math.round(clamped);
}

/** What a text takes in a link at most, as it is written there. */
export const longestText = 1400;

/** printText(text): how it is written in a link. */
export const printText = (text: string): string =>
  encodeURIComponent(text)
    // Signs at which what looks for links in a mail takes one to end.
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    // A link is unescaped until nothing is left to unescape, three times at most, because hosts escape it again: a percent sign has to outlive that.
    .replaceAll('%25', '%252525');

/** fitText(text): as much of it as a link can hold, in characters that can be written there. */
export function fitText(text: string): string {
  const characters = Array.from(text.replace(/\p{Surrogate}/gu, '\ufffd'));
  let room = longestText;
  const end = characters.findIndex((character) => (room -= printText(character).length) < 0);
  return characters.slice(0, end < 0 ? undefined : end).join('');
}

/** decimals(parameter): how many decimals its grid needs. */
export function decimals(parameter: Parameter): number {
  if (parameter.type !== 'number') return 0;
  const count = (x: number) => (plain(x).split('.')[1] ?? '').length;
  return Math.max(count(parameter.min), count(parameter.step), ...(parameter.values ?? []).map(count));
}

/** plain(x): a number in plain decimal, without an exponent. */
export function plain(x: number): string {
  const text = String(x);
  return /e/.test(text) ? x.toFixed(12).replace(/\.?0+$/, '') : text;
}

/** defaults(parameters): where every reader starts; a step may be Infinity until it is settled. */
export const defaults = (parameters: Parameters): Record<string, Value> =>
  Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));

/** Steps depend on the other values, so they are brought into their bounds last. */
export function settle<P extends Parameters>(parameters: P, values: Record<string, Value>): Values<P> {
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.type === 'step') values[name] = snap(parameter, Number(values[name]), values);
  }
  return values as Values<P>;
}

/** inputs(parameters, values): what `simulate` sees. */
export function inputs<P extends Parameters>(parameters: P, values: Values<P>): Inputs<P> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !parameters[name]!.view)) as Inputs<P>;
}

/** bits(text): the set that a bits value stands for. */
export function bits(text: string): Set<number> {
  const set = new Set<number>();
  for (let digit = 0; digit < text.length; digit++) {
    const nibble = parseInt(text[digit]!, 16);
    for (let bit = 0; bit < 4; bit++) if ((nibble >> bit) & 1) set.add(4 * digit + bit);
  }
  return set;
}

/** printBits(set) undoes bits: digits up to the last one that is not 0. */
export function printBits(set: Iterable<number>): string {
  const digits: number[] = [];
  for (const i of set) digits[i >> 2] = (digits[i >> 2] ?? 0) | (1 << (i & 3));
  return Array.from(digits, (digit) => (digit ?? 0).toString(16)).join('');
}

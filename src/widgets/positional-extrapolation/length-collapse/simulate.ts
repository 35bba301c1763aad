import { evenCausal, filterRate, laws, meanCosine, paperBound } from '@/mechanisms/positional-extrapolation/length-collapse';
import { readTexts, type Reading } from '@/mechanisms/positional-extrapolation/length-collapse-text';
import {
  channels,
  cosines,
  drawTexts,
  fromTokens,
  independent,
  leading,
  pass,
  pool,
  sizesUpTo,
  spectrum,
  tokens as drawTokens,
  weightsOf,
} from '@/mechanisms/positional-extrapolation/length-collapse-toys';
import { passages, type Passage } from '@/model/passages';
import { passage, resident } from '@/model/resident';
import { tokens } from '@/model/text';

export interface Inputs {
  readonly source: 'texts' | 'layers' | 'model';
  readonly tau: number;
  readonly n: number;
  readonly read: number;
  readonly pooling: 'one' | 'mean';
  readonly deviation: number;
  readonly mu: number;
  readonly layers: number;
  readonly logits: 'iid' | 'tokens';
  readonly residual: boolean;
  readonly seed: number;
}

/** Longer matrices of attention take too long to draw. */
export const mostLayered = 256;
/** Texts that are compared; of the longest passages there are only four. */
export const count = 8;
export const textsOf = (read: number): number => (read > 256 ? 4 : count);
/** The resident model's training. */
export const window = 256;
/** Filter rates are computed up to so many characters. */
const rated = 128;
/** Positions of the first text whose weights are drawn. */
const drawnWeights = 64;

const round = (x: number, digits = 4): number => Number(x.toFixed(digits));
/** Four significant digits. */
const short = (x: number): number => Number(x.toPrecision(4));
const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;

/** How alike the vectors of texts are, at each length. */
export interface Crowd {
  readonly sizes: readonly number[];
  /** Mean cosine of all pairs: at this temperature, and at 1. */
  readonly own: readonly number[];
  readonly base: readonly number[];
  /** What the site's law expects of the tokens that were averaged in effect; of a trained model nobody knows. */
  readonly law: readonly number[] | null;
  /** All pairs of the shortest texts, of the longest, and of the longest at temperature 1. */
  readonly shortest: readonly (readonly number[])[];
  readonly longest: readonly (readonly number[])[];
  readonly longestBase: readonly (readonly number[])[];
}

function ofTexts({ tau, n, pooling, deviation, mu, seed }: Inputs) {
  const texts = drawTexts(count, n, mu, seed);
  const sizes = sizesUpTo(n);
  const at = (over: number) => sizes.map((size) => pool(texts, size, pooling === 'mean' ? 0 : deviation / over));
  const own = at(tau);
  const base = tau === 1 ? own : at(1);
  const shown = Math.min(n, drawnWeights);
  /** In even shares, so that 1 is an n-th. */
  const weights = (over: number) =>
    [...weightsOf(texts[0]!.logits, n, pooling === 'mean' ? 0 : deviation / over).subarray(0, shown)].map((w) => short(w * n));
  const crowd: Crowd = {
    sizes,
    own: own.map(({ cosine }) => round(cosine)),
    base: base.map(({ cosine }) => round(cosine)),
    law: own.map(({ effective }) => round(laws.cosine(mu, channels, effective))),
    shortest: cosines(own[0]!.vectors),
    longest: cosines(own.at(-1)!.vectors),
    longestBase: cosines(base.at(-1)!.vectors),
  };
  return {
    crowd,
    effective: own.map((one) => short(one.effective)),
    effectiveBase: base.map((one) => short(one.effective)),
    weights: weights(tau),
    weightsBase: weights(1),
  };
}

function ofLayers({ tau, n: asked, deviation, mu, layers, logits, residual, seed }: Inputs) {
  const n = Math.min(asked, mostLayered);
  const x = drawTokens(n, mu, seed);
  const drawn = logits === 'iid' ? independent(n, layers, seed) : fromTokens(layers, seed);
  const sizes = sizesUpTo(n);
  const at = (over: number) =>
    sizes.map((size) => pass(leading(x, size, channels), { layers, deviation, tau: over, residual, logits: drawn }));
  const own = at(tau);
  const base = tau === 1 ? own : at(1);
  /** One channel, around its mean over what entered, of the text of 16 and of the whole. */
  const signals = (which: number) =>
    own[which]!.states.map(({ data }) => Array.from({ length: sizes[which]! }, (_, i) => round(data[i * channels]!, 3)));
  return {
    sizes,
    /** For each length, HC over DC after each layer, relative to what entered. */
    contrast: own.map((one) => one.contrast.map(short)),
    contrastBase: base.map((one) => one.contrast.map(short)),
    law: sizes.map((size) => short(laws.kept(size, deviation / tau))),
    rate: own.map((one) => short(one.rate)),
    rateBase: base.map((one) => short(one.rate)),
    rateLaw: sizes.map((size) => short(laws.rate(size, deviation / tau))),
    bound: sizes.map((size) => short(paperBound(size, deviation / tau))),
    effective: own.map((one) => short(one.effective)),
    effectiveBase: base.map((one) => short(one.effective)),
    short: signals(Math.min(1, sizes.length - 1)),
    long: signals(sizes.length - 1),
    /** Of the longest text: root mean square over channels of each frequency along the tokens, before and after each layer. */
    spectra: own.at(-1)!.states.map((state) => [...spectrum(state)].map(short)),
  };
}

/** The held-out texts: one from each novel, and then another from each. */
export const chosen = (read: number): { readonly name: Passage; readonly at: number }[] =>
  Array.from({ length: textsOf(read) }, (_, i) => ({
    name: (Object.keys(passages) as Passage[])[i % 4]!,
    at: i < 4 ? 0 : 540,
  }));

export const sizesOf = (read: number): number[] => sizesUpTo(read);

/** Readings that were made already: who turns the temperature reads the baseline once. */
const known = new Map<string, Reading>();
function readAt(read: number, tau: number): Reading {
  const key = `${read} ${tau}`;
  let found = known.get(key);
  if (!found) {
    const texts = chosen(read).map(({ name, at }) => tokens(passage(name).slice(at, at + read)));
    known.set(key, (found = readTexts(resident('rope'), texts, { tau, sizes: sizesOf(read), rated })));
  }
  return found;
}

function ofModel({ tau, read, pooling }: Inputs) {
  const own = readAt(read, tau);
  const base = tau === 1 ? own : readAt(read, 1);
  const vectors = (one: Reading) => (pooling === 'mean' ? one.mean : one.last);
  /** Nats a character inside the window, and past it; a text's character i stands at i + 1, after the start token. */
  const lossOf = ({ losses }: Reading) => ({
    inside: round(mean(losses.map((one) => mean(one.subarray(0, window - 1))))),
    ...(read > window && { past: round(mean(losses.map((one) => mean(one.subarray(window - 1))))) }),
  });
  const crowd: Crowd = {
    sizes: own.sizes,
    own: vectors(own).map((all) => round(meanCosine(all))),
    base: vectors(base).map((all) => round(meanCosine(all))),
    law: null,
    shortest: cosines(vectors(own)[0]!),
    longest: cosines(vectors(own).at(-1)!),
    longestBase: cosines(vectors(base).at(-1)!),
  };
  const heads = (x: Reading['effective']) => x.map((one) => one.map(short));
  return {
    crowd,
    effective: heads(own.effective),
    effectiveBase: heads(base.effective),
    rates: heads(own.rates),
    ratesBase: heads(base.rates),
    /** The same of even attention under a causal mask. */
    ratesEven: own.sizes.filter((n) => n <= rated).map((n) => short(filterRate(evenCausal(n + 1), { tolerance: 1e-5 }))),
    share: heads(own.share),
    shareBase: heads(base.share),
    loss: lossOf(own),
    lossBase: lossOf(base),
  };
}

/** simulate(inputs): plain data. */
export function simulate(inputs: Inputs) {
  const { source } = inputs;
  return {
    texts: source === 'texts' ? ofTexts(inputs) : null,
    layers: source === 'layers' ? ofLayers(inputs) : null,
    model: source === 'model' ? ofModel(inputs) : null,
  };
}

export type Result = ReturnType<typeof simulate>;
export type Layered = NonNullable<Result['layers']>;
export type Read = NonNullable<Result['model']>;
export type Pooling = NonNullable<Result['texts']>;

/** work(inputs): a normal takes some 25 operations, an exponential 8; a token of the model 180 thousand, and each pair of tokens 115. */
export function work({ source, tau, n: asked, read, layers, logits }: Inputs): number {
  const times = tau === 1 ? 1 : 2;
  if (source === 'texts') return count * asked * (17 * 25 + times * 2 * (17 + 12));
  if (source === 'model')
    return times * (textsOf(read) * (180e3 * read + 115 * read ** 2) + 16 * 40 * 4 * 1.4 * Math.min(read, rated) ** 2);
  const n = Math.min(asked, mostLayered);
  // Shorter texts take a third as much again; of the first layer, sixty rounds of power iteration.
  return n ** 2 * (layers * (logits === 'iid' ? 25 : 16) + times * 1.4 * (layers * (channels + 16) + 180));
}

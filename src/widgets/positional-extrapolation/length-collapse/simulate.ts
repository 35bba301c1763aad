import { laws, paperBound } from '@/mechanisms/positional-extrapolation/length-collapse';
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
import { ofModel } from './beside';
import { count, drawnWeights, mostLayered, rated, round, short, textsOf, type Crowd } from './sizes';

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
  /** One channel of the tokens that enter and that leave each layer. */
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
    /** Of the text of 16, or of 8 where the longest has no more than 16. */
    short: signals(Math.max(0, Math.min(1, sizes.length - 2))),
    long: signals(sizes.length - 1),
    /** Of the longest text: root mean square over channels of each frequency along the tokens, before and after each layer. */
    spectra: own.at(-1)!.states.map((state) => [...spectrum(state)].map(short)),
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

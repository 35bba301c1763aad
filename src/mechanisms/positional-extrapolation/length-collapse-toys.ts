/**
 * Two stand-ins in which the collapse can be watched: random tokens that pass through layers of random attention, and texts of random tokens that are
 * pooled to one vector each. Both compute the temperature asked for and tau = 1 from the same draws.
 */
import { fft } from '@/tensor/fft';
import { matmul, matmulTransposed } from '@/tensor/matmul';
import { normals, random } from '@/tensor/random';
import { softmaxInto } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import { attention, cosine, filterRate, meanCosine, participation, parts } from './length-collapse';

/** Channels of a token. */
export const channels = 16;

/** sizesUpTo(n, from): 8, 16, 32... up to n, and n itself. */
export const sizesUpTo = (n: number, from = 8): number[] => {
  const sizes: number[] = [];
  for (let size = from; size < n; size *= 2) sizes.push(size);
  return [...sizes, n];
};

/** leading(a, n): the first n rows and columns. */
export function leading(a: Matrix, n: number, columns = n): Matrix {
  const width = a.shape[1]!;
  const part = tensor(a.axes, [n, columns]);
  for (let i = 0; i < n; i++) part.data.set(a.data.subarray(i * width, i * width + columns), i * columns);
  return part;
}

/** tokens(n, mu, seed) [token, channel]: independent normals around a mean of norm mu, which lies along all channels alike. */
export const tokens = (n: number, mu: number, seed: number): Matrix =>
  tensor(
    ['token', 'channel'],
    [n, channels],
    normals(seed, n * channels).map((x) => x + mu / Math.sqrt(channels)),
  );

export interface LayersOptions {
  readonly layers: number;
  /** Standard deviation of the logits before the temperature. */
  readonly deviation: number;
  readonly tau: number;
  /** X + AX in place of AX. */
  readonly residual?: boolean;
  /** What gives the logits of a layer for n tokens [n, channels] that enter it. */
  logits(layer: number, x: Matrix): Matrix;
}

/** What happened to the tokens of one text. */
export interface Passed {
  /** The tokens that enter, and after each layer. */
  readonly states: readonly Matrix[];
  /** For each of those, the norm of HC over that of DC, relative to what entered: 1 where nothing was filtered. */
  readonly contrast: readonly number[];
  /** The norm of HC, relative to what entered. */
  readonly kept: readonly number[];
  /** sigma_a of the first layer. */
  readonly rate: number;
  /** The mean over rows of the first layer's participation number. */
  readonly effective: number;
}

/** pass(x, options): tokens through layers of attention, with the identity for values. n^2 (channels + 30) multiply-adds a layer, roughly. */
export function pass(x: Matrix, { layers, deviation, tau, residual = false, logits }: LayersOptions): Passed {
  const states = [x];
  let rate = 0;
  let effective = 0;
  for (let layer = 0; layer < layers; layer++) {
    const before = states.at(-1)!;
    const scores = logits(layer, before);
    const a = attention(
      tensor(
        scores.axes,
        scores.shape,
        scores.data.map((s) => deviation * s),
      ),
      tau,
    );
    if (layer === 0) {
      rate = filterRate(a, { tolerance: 1e-4, rounds: 60 });
      const n = a.shape[0]!;
      for (let i = 0; i < n; i++) effective += participation(a.data.subarray(i * n, (i + 1) * n)) / n;
    }
    const mixed = matmul(a, before);
    states.push(
      residual
        ? tensor(
            mixed.axes,
            mixed.shape,
            mixed.data.map((value, at) => value + before.data[at]!),
          )
        : mixed,
    );
  }
  const sizes = states.map(parts);
  const first = sizes[0]!;
  return {
    states,
    contrast: sizes.map(({ low, high }) => high / low / (first.high / first.low)),
    kept: sizes.map(({ high }) => high / first.high),
    rate,
    effective,
  };
}

/** independent(n, layers, seed): logits drawn from N(0, 1), a matrix a layer; a shorter text has the leading part of each. */
export function independent(n: number, layers: number, seed: number): LayersOptions['logits'] {
  const drawn = Array.from({ length: layers }, (_, layer) => tensor(['query', 'key'], [n, n], normals(seed * 101 + layer + 1, n * n)));
  return (layer, x) => (x.shape[0] === n ? drawn[layer]! : leading(drawn[layer]!, x.shape[0]!));
}

/**
 * fromTokens(layers, seed): logits q k / sqrt(d) of the tokens themselves, each brought to unit mean square first, by random matrices with entries
 * of variance 1 / d: about a unit of variance as well, but what a query attends to now depends on what it is.
 */
export function fromTokens(layers: number, seed: number): LayersOptions['logits'] {
  const square = (at: number) =>
    tensor(
      ['channel', 'out'],
      [channels, channels],
      normals(seed * 101 + at, channels * channels).map((x) => x / Math.sqrt(channels)),
    );
  const drawn = Array.from({ length: layers }, (_, layer) => [square(50 + layer), square(70 + layer)] as const);
  return (layer, x) => {
    const n = x.shape[0]!;
    const unit = tensor(x.axes, x.shape, x.data.slice());
    for (let i = 0; i < n; i++) {
      const row = unit.data.subarray(i * channels, (i + 1) * channels);
      const size = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / channels) || 1;
      row.forEach((value, c) => (row[c] = value / size));
    }
    const [q, k] = drawn[layer]!;
    const scores = matmulTransposed(matmul(unit, q), matmul(unit, k));
    return tensor(
      ['query', 'key'],
      [n, n],
      scores.data.map((s) => s / Math.sqrt(channels)),
    );
  };
}

/** A text: its tokens, and the logits with which one query looks at them. */
export interface Text {
  readonly tokens: Matrix;
  readonly logits: Float64Array;
}

/** drawTexts(count, n, mu, seed): texts of n tokens around the same mean, each with a row of logits from N(0, 1). A shorter one is a beginning of it. */
export function drawTexts(count: number, n: number, mu: number, seed: number): Text[] {
  const source = random(seed * 7919 + 13);
  return Array.from({ length: count }, () => {
    // Token by token, so that another length leaves the beginning as it is.
    const x = tensor(['token', 'channel'] as const, [n, channels]);
    const logits = new Float64Array(n);
    const own = random(source.integer(2 ** 30));
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < channels; c++) x.data[i * channels + c] = own.normal() + mu / Math.sqrt(channels);
      logits[i] = own.normal();
    }
    return { tokens: x, logits };
  });
}

/** Texts of one length, pooled. */
export interface Pooled {
  readonly n: number;
  readonly vectors: readonly Float64Array[];
  readonly cosine: number;
  /** The mean over texts of how many tokens were averaged, in effect. */
  readonly effective: number;
}

/**
 * pool(texts, n, deviation): the first n tokens of each text as one vector, by the attention of one query whose logits have that standard deviation
 * (already over the temperature). A deviation of 0 is the mean over tokens.
 */
export function pool(texts: readonly Text[], n: number, deviation: number): Pooled {
  let effective = 0;
  const vectors = texts.map(({ tokens: x, logits }) => {
    const weights = weightsOf(logits, n, deviation);
    effective += participation(weights) / texts.length;
    const vector = new Float64Array(channels);
    for (let i = 0; i < n; i++) for (let c = 0; c < channels; c++) vector[c]! += weights[i]! * x.data[i * channels + c]!;
    return vector;
  });
  return { n, vectors, cosine: meanCosine(vectors), effective };
}

/** cosines(vectors): all pairs, row by row, to three decimals. */
export const cosines = (vectors: readonly ArrayLike<number>[]): number[][] =>
  vectors.map((a) => vectors.map((b) => Math.round(1000 * cosine(a, b)) / 1000));

/** weightsOf(logits, n, deviation): what one query gives the first n tokens. */
export function weightsOf(logits: Float64Array, n: number, deviation: number): Float64Array {
  const weights = logits.slice(0, n);
  for (let i = 0; i < n; i++) weights[i]! *= deviation;
  softmaxInto(weights, weights);
  return weights;
}

/** spectrum(x): for each frequency along the tokens, from 0 (DC) to half a cycle a token, the root mean square over channels, over the root of n. */
export function spectrum(x: Matrix): Float64Array {
  const [n, d] = x.shape as [number, number];
  const power = new Float64Array(n / 2 + 1);
  for (let c = 0; c < d; c++) {
    const { re, im } = fft({ re: Float64Array.from({ length: n }, (_, i) => x.data[i * d + c]!), im: new Float64Array(n) });
    for (let f = 0; f <= n / 2; f++) power[f]! += (re[f]! ** 2 + im[f]! ** 2) / d / n;
  }
  return power.map(Math.sqrt);
}

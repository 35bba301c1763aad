/**
 * Giraffe (Pal et al. 2023): the ways to stretch RoPE that the paper compares on one base model, each reduced to what it changes:
 * the frequencies (linear, power, truncated), the size of the vectors (xPos) or the positions (randomised). NTK-aware scaling and YaRN,
 * proposals of others at that time, stand beside them.
 */
import { random } from '@/tensor/random';
import { tensor, type Matrix } from '@/tensor/tensor';
import { defaultBase, ntk, power, rope, similarity, thresholds, truncate, yarn, type TruncationOptions } from './rotary';

/** Methods that replace the frequencies; RoPE is the baseline. */
export type Basis = 'rope' | 'linear' | 'ntk' | 'yarn' | 'power' | 'truncated';

export interface BasisOptions extends TruncationOptions {
  /** Channels of a head: twice the number of pairs. */
  readonly dim: number;
  /** s: what linear, power and truncated divide positions by, the alpha of NTK-aware, the scale of YaRN. RoPE has none. */
  readonly scale?: number;
  /** k of the power basis. */
  readonly exponent?: number;
  readonly base?: number;
}

/**
 * frequencies(basis, options): theta [dim/2] in radians per position. The power and truncated bases take a scale too, as in the
 * authors' code, where positions are divided first. Truncation then follows the stretched context, scale times T, so that a
 * larger scale slows every pair alike and moves none to another band.
 */
export function frequencies(basis: Basis, options: BasisOptions): Float64Array {
  const { dim, context, scale = 1, exponent = 0.5, base = defaultBase } = options;
  const slowed = (theta: Float64Array) => theta.map((f) => f / scale);
  switch (basis) {
    case 'rope':
      return rope(dim, base);
    case 'linear':
      return slowed(rope(dim, base));
    case 'ntk':
      return ntk(dim, scale, base);
    case 'yarn':
      return yarn(dim, { scale, trained: context, base });
    case 'power':
      return slowed(power(dim, exponent, base));
    case 'truncated':
      return truncate(slowed(rope(dim, base)), { ...options, context: context * scale });
  }
}

/** What truncation did with a pair. */
export type Band = 'kept' | 'flattened' | 'zeroed';

/** bands(theta, options): the band of each pair, from its frequency before truncation. */
export function bands(theta: Float64Array, options: TruncationOptions): Band[] {
  const { keep, zero } = thresholds(options);
  return Array.from(theta, (f) => (f >= keep ? 'kept' : f >= zero ? 'flattened' : 'zeroed'));
}

/** Per-pair factor zeta_i^(distance / scaleBase) of a logit: xPos. */
export interface Decay {
  readonly zeta: Float64Array;
  readonly scaleBase: number;
}

/**
 * similarityCurve(theta, length, decay): similarity at distances 0 to length - 1, under xPos each pair's times its decay. By itself it
 * oscillates; it is not a decay.
 */
export const similarityCurve = (theta: Float64Array, length: number, decay?: Decay): Float64Array =>
  Float64Array.from({ length }, (_, distance) => {
    if (!decay) return similarity(theta, distance);
    const sizes = xposDecay(decay.zeta, distance, decay.scaleBase);
    return sizes.reduce((sum, size, i) => sum + size * Math.cos(distance * theta[i]!), 0) / theta.length;
  });

/** similarityMap(theta, positions): similarity of every pair of positions, queries down, keys across. */
export function similarityMap(theta: Float64Array, positions: ArrayLike<number>): Matrix<'query', 'key'> {
  const n = positions.length;
  const map = tensor(['query', 'key'] as const, [n, n]);
  for (let m = 0; m < n; m++) for (let k = 0; k < n; k++) map.data[m * n + k] = similarity(theta, positions[m]! - positions[k]!);
  return map;
}

/** xposBases(dim): zeta_i = (2i + 0.4 dim) / (1.4 dim) for each pair, what xPos raises to a power of the distance (Sun et al. 2022). */
export function xposBases(dim: number): Float64Array {
  return rope(dim).map((_, i) => (2 * i + 0.4 * dim) / (1.4 * dim));
}

/** xposDecay(zeta, distance, scaleBase): zeta_i^(distance / B), by which xPos multiplies the logit of pair i. Below 1 for keys in the past. */
export const xposDecay = (zeta: Float64Array, distance: number, scaleBase: number): Float64Array =>
  zeta.map((z) => z ** (distance / scaleBase));

/**
 * xposScale(x, position, zeta, scaleBase): x [dim] with both channels of pair (i, i + dim/2) multiplied by zeta_i^(position / B).
 * Queries take B, keys -B, so that the logit keeps the distance alone.
 */
export function xposScale(x: ArrayLike<number>, position: number, zeta: Float64Array, scaleBase: number): Float64Array {
  const pairs = zeta.length;
  if (x.length !== 2 * pairs) throw new RangeError(`${pairs} pairs need ${2 * pairs} channels, got ${x.length}`);
  return Float64Array.from(x, (value, c) => value * zeta[c % pairs]! ** (position / scaleBase));
}

/**
 * randomisedPositions(draws): n increasing positions whose steps are twice these draws from [0, 1), shrunk where the last one would
 * exceed n. A model is trained on them and evaluated on whole positions.
 */
export function randomisedPositions(draws: ArrayLike<number>): Float64Array {
  const n = draws.length;
  const positions = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) positions[i] = sum += 2 * draws[i]!;
  const shrink = n / Math.max(sum, n);
  return positions.map((p) => p * shrink);
}

/** randomDistances(samples, length, seed): distances between the first and every later token of `samples` randomised sequences [sample, length]. */
export function randomDistances(samples: number, length: number, seed: number): Matrix<'sample', 'token'> {
  const source = random(seed);
  const result = tensor(['sample', 'token'] as const, [samples, length]);
  for (let s = 0; s < samples; s++) {
    const positions = randomisedPositions(Float64Array.from({ length }, () => source.uniform()));
    for (let j = 0; j < length; j++) result.data[s * length + j] = positions[j]! - positions[0]!;
  }
  return result;
}

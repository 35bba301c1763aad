/**
 * How fast the errors really fall. For a Markov chain the moment-generating function of the sum of X_t is a power of
 * one matrix, the transition probabilities tilted by exp(theta X), so Chernoff's bound can be computed exactly for
 * every length, and its slope is the true one (the large-deviations rate: theta tau - ln of the tilted matrix's
 * largest eigenvalue, at its best theta).
 */
import { stationary, type Chain } from './markov';
import type { Matrix } from '@/tensor/tensor';

/** Bounds on one tail of the mean of f over N transitions. */
export interface Tail {
  /** The tilt: positive for the upper tail, negative for the lower. */
  readonly theta: number;
  /** Nats by which the tail falls for each further token. */
  readonly rate: number;
  /** For each length asked, an upper bound on the chance of that tail; at most 1. */
  readonly bounds: number[];
}

/** No tilt is searched beyond this. Larger ones only sharpen bounds that are already far below anything drawn. */
const largestTilt = 40;

/**
 * chernoff(writer, f, threshold, side, lengths): bounds P(mean of f >= threshold) ('upper') or P(mean of f <=
 * threshold) ('lower') for texts of the writer with a stationary start: share^T M^N 1 exp(-theta N threshold), with M
 * = p exp(theta f). Holds for any theta of the right sign; the theta used is the best one for long texts. Lengths must
 * ascend.
 */
export function chernoff(writer: Chain, f: Matrix, threshold: number, side: 'upper' | 'lower', lengths: readonly number[]): Tail {
  const sign = side === 'upper' ? 1 : -1;
  const n = writer.shape[0]!;
  // Choosing theta needs little precision, for the bound holds for any; the slope that is reported needs more.
  const exponent = (size: number, log = roughGrowth) => sign * size * threshold - log(tilted(writer, f, sign * size), n);
  // The exponent is concave in theta and 0 at 0: a golden-section search.
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = 0;
  let high = largestTilt;
  let left = high - golden * high;
  let right = golden * high;
  let atLeft = exponent(left);
  let atRight = exponent(right);
  while (high - low > 1e-3) {
    if (atLeft >= atRight || Number.isNaN(atRight)) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = exponent(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = exponent(right);
    }
  }
  const theta = (sign * (low + high)) / 2;
  const rate = Math.max(0, exponent(Math.abs(theta), growth));
  return rate > 0 && Math.abs(theta) > 2e-3
    ? {
        theta,
        rate,
        bounds: moments(writer, f, theta, lengths).map((m, i) => Math.min(1, Math.exp(m - theta * lengths[i]! * threshold))),
      }
    : { theta: 0, rate: 0, bounds: lengths.map(() => 1) };
}

/** p exp(theta f), row-major; 0 where p is 0. */
const tilted = (p: Chain, f: Matrix, theta: number): Float64Array => p.data.map((x, i) => (x > 0 ? x * Math.exp(theta * f.data[i]!) : 0));

/**
 * ln of the largest eigenvalue of a non-negative n x n matrix, roughly: so many steps of power iteration, each
 * averaged with the vector before it, since a strong tilt favours cycles. Infinity where the matrix has an infinite
 * entry.
 */
function roughGrowth(m: Float64Array, n: number, steps = 60): number {
  const v = new Float64Array(n).fill(1);
  const w = new Float64Array(n);
  let log = Infinity;
  for (let step = 0; step < steps; step++) {
    multiply(m, v, w);
    const largest = maximum(w);
    if (!(largest < Infinity)) return Infinity;
    log = Math.log(largest);
    // The eigenvalue lies between the least and the greatest growth of an entry (Collatz and Wielandt). That the greatest alone
    // stands still proves nothing: another entry may be catching up.
    let least = Infinity;
    let greatest = 0;
    for (let i = 0; i < n; i++) {
      const ratio = w[i]! / v[i]!;
      if (ratio < least) least = ratio;
      if (ratio > greatest) greatest = ratio;
    }
    if (greatest - least < 1e-7 * greatest) break;
    for (let i = 0; i < n; i++) v[i] = (v[i]! + w[i]! / largest) / 2;
    const peak = maximum(v);
    for (let i = 0; i < n; i++) v[i]! /= peak;
  }
  return log;
}

/** The same to full precision, also where the chain mixes slowly: by squaring the matrix 25 times. */
function growth(m: Float64Array, n: number): number {
  let power = m.slice();
  let log = 0;
  let weight = 1;
  for (let step = 0; step <= 25; step++, weight /= 2) {
    const largest = maximum(power);
    log += weight * Math.log(largest);
    for (let i = 0; i < n * n; i++) power[i]! /= largest;
    const square = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const x = power[i * n + k]!;
        for (let j = 0; j < n; j++) square[i * n + j]! += x * power[k * n + j]!;
      }
    }
    power = square;
  }
  return log;
}

function maximum(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) if (!(x[i]! <= largest)) largest = x[i]!;
  return largest;
}

/** w = m v. */
function multiply(m: Float64Array, v: Float64Array, w: Float64Array): void {
  const n = v.length;
  for (let i = 0, cell = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++, cell++) sum += m[cell]! * v[j]!;
    w[i] = sum;
  }
}

/**
 * moments(writer, f, theta, lengths): ln E exp(theta sum of f) over that many transitions of a stationary text, for
 * ascending lengths.
 */
export function moments(writer: Chain, f: Matrix, theta: number, lengths: readonly number[]): number[] {
  const n = writer.shape[0]!;
  const m = tilted(writer, f, theta);
  const share = stationary(writer);
  const v = new Float64Array(n).fill(1);
  const w = new Float64Array(n);
  let scale = 0;
  let done = 0;
  return lengths.map((length) => {
    for (; done < length; done++) {
      multiply(m, v, w);
      const largest = maximum(w);
      scale += Math.log(largest);
      for (let i = 0; i < n; i++) v[i] = w[i]! / largest;
    }
    return scale + Math.log(share.reduce((sum, x, i) => sum + x * v[i]!, 0));
  });
}

/** errorBounds: Chernoff's bounds on both errors of "accept iff |delta| <= tau", with their slopes. */
export interface ErrorBounds {
  readonly typeI: number[];
  readonly typeII: number[];
  /** Nats per token. */
  readonly rateI: number;
  readonly rateII: number;
}

/**
 * errorBounds(own, other, excess, tau, lengths): `own` is the chain behind the texts that should be accepted, `other`
 * behind those that should not, `excess` the table X of the tested model. Two tails add up to the first error; the
 * second needs only the nearer one.
 */
export function errorBounds(own: Chain, other: Chain, excess: Matrix, tau: number, lengths: readonly number[]): ErrorBounds {
  const above = chernoff(own, excess, tau, 'upper', lengths);
  const below = chernoff(own, excess, -tau, 'lower', lengths);
  const fromAbove = chernoff(other, excess, tau, 'lower', lengths);
  const fromBelow = chernoff(other, excess, -tau, 'upper', lengths);
  return {
    typeI: above.bounds.map((x, i) => Math.min(1, x + below.bounds[i]!)),
    typeII: fromAbove.bounds.map((x, i) => Math.min(x, fromBelow.bounds[i]!)),
    rateI: Math.min(above.rate, below.rate),
    rateII: Math.max(fromAbove.rate, fromBelow.rate),
  };
}

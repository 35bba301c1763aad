/**
 * Effective Long-Context Scaling (Xiong et al. 2023, arXiv 2309.16039): what a larger rotary base does to a score over distance, beside positions
 * that are divided. Formulas follow section 4.1 and appendix B; no code was released. Frequencies come from rotary.ts: fastest pair first, radians
 * per position.
 */
import { defaultBase, linear, rope, similarity } from './rotary';

/** Unchanged RoPE, position interpolation, and the paper's adjusted base frequency. */
export type Change = 'rope' | 'pi' | 'abf';

export interface ChangeOptions {
  /** Channels of a head: twice the number of pairs. */
  readonly dim: number;
  /** What interpolation divides positions by: 1 / alpha in appendix B. */
  readonly factor: number;
  /** The adjusted base: beta b in appendix B. */
  readonly base: number;
}

/** The base that the paper chose. */
export const paperBase = 500_000;

/** frequencies(change, options): theta [dim/2] under one of the three. Throws RangeError as rope and linear do. */
export function frequencies(change: Change, { dim, factor, base }: ChangeOptions): Float64Array {
  if (change === 'pi') return linear(dim, factor);
  return rope(dim, change === 'abf' ? base : defaultBase);
}

/**
 * score(theta, distance) is the attention score before the softmax of a query and a key that are all ones, that far apart: 2 / sqrt(d) times
 * the sum of cos(distance theta_i), at most sqrt(d). The quantity of the paper's figure 4.
 */
export const score = (theta: Float64Array, distance: number): number => Math.sqrt(2 * theta.length) * similarity(theta, distance);

/**
 * meanScore(theta, from, to) is the mean of score over the whole distances from, from + 1, ..., to, by the closed form of a sum of cosines
 * in arithmetic progression. What oscillates faster than the stretch is long is averaged out. Throws RangeError where to is below from.
 */
export function meanScore(theta: Float64Array, from: number, to: number): number {
  const n = to - from + 1;
  if (!(n >= 1)) throw new RangeError(`no distances from ${from} to ${to}`);
  const middle = (from + to) / 2;
  let sum = 0;
  for (const f of theta) {
    const half = Math.sin(f / 2);
    sum += Math.cos(middle * f) * (Math.abs(half) < 1e-12 ? 1 : Math.sin((n * f) / 2) / (n * half));
  }
  return (2 * sum) / Math.sqrt(2 * theta.length);
}

/** A stretch of distances; the mean score over all those in it and in its two neighbours; the lowest and highest of those that were sampled there. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A number that is far from any fraction, so that samples fall everywhere between the beats of the pairs. */
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * scoreBand(theta, { last, stretches, samples, also }): distances from 1 to `last` in stretches that are evenly wide on a logarithmic axis. In each,
 * scores are sampled at `samples` whole distances, or at all where there are no more, and at those in `also`. The mean is exact; low and high are the running envelope in
 * which the curve oscillates, as far as samples show it. Throws RangeError without a stretch.
 */
export function scoreBand(
  theta: Float64Array,
  {
    last,
    stretches,
    samples,
    also = [],
  }: { readonly last: number; readonly stretches: number; readonly samples: number; readonly also?: readonly number[] },
): Stretch[] {
  if (!(stretches >= 1 && last >= 1)) throw new RangeError(`cannot cut ${last} distances into ${stretches}`);
  const found: { from: number; to: number; low: number; high: number }[] = [];
  let from = 1;
  for (let i = 1; i <= stretches; i++) {
    const to = i === stretches ? last : Math.floor(last ** (i / stretches));
    // The first stretches of a logarithmic axis hold no whole distance of their own.
    if (to < from) continue;
    const n = to - from + 1;
    let [low, high] = [Infinity, -Infinity];
    const places = Array.from({ length: Math.min(n, samples) }, (_, k) =>
      n <= samples ? from + k : from + Math.floor(((k + ((i * golden) % 1)) / samples) * n),
    );
    for (const at of [...places, ...also.filter((d) => d >= from && d <= to)]) {
      const value = score(theta, at);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    found.push({ from, to, low, high });
    from = to + 1;
  }
  return found.map(({ from, to }, i) => {
    const near = found.slice(Math.max(0, i - 1), i + 2);
    const mean = i === 0 ? meanScore(theta, from, to) : meanScore(theta, near[0]!.from, near.at(-1)!.to);
    return { from, to, mean, low: Math.min(mean, ...near.map((s) => s.low)), high: Math.max(mean, ...near.map((s) => s.high)) };
  });
}

/** Euler's constant. */
const euler = 0.5772156649015329;

/**
 * trend(base, distance) is what the mean cosine tends to in a wide head, for distances well above 1 and well below the base:
 * 1 - (ln distance + 0.577) / ln base, from the cosine integral. A derivation of ours: it says that the share of pairs that have not begun to turn
 * falls by the same amount with every doubling of the distance.
 */
export const trend = (base: number, distance: number): number => 1 - (Math.log(distance) + euler) / Math.log(base);

/** reach(base) is where that trend is zero: 0.56 times the base. Divided positions multiply it. */
export const reach = (base: number): number => base * Math.exp(-euler);

/** wavelengths(theta) is how many positions each pair takes for a turn. */
export const wavelengths = (theta: Float64Array): Float64Array => theta.map((f) => (2 * Math.PI) / f);

/** turned(theta, length) is how many pairs finish a turn within a length. */
export const turned = (theta: Float64Array, length: number): number => wavelengths(theta).filter((wave) => wave <= length).length;

/**
 * granularity(theta) is the mean of sin theta_i, C_d in the theorem of appendix B (as a mean over the pairs, so that it has the limits given there): how far
 * a vector of ones steps sideways from one position to the next, as a share of its length. Sideways is along itself with every pair turned by a quarter:
 * with pairs as complex numbers, the imaginary part of the product of both over the norm squared. The angle between the two has another sine.
 */
export const granularity = (theta: Float64Array): number => theta.reduce((sum, f) => sum + Math.sin(f), 0) / theta.length;

/**
 * granularityLimit(change, options) is what the theorem gives for a wide head: 1 / ln b for RoPE, alpha / ln b for interpolation,
 * 1 / (ln b + ln beta) for the adjusted base. It takes sin x for x; the exact limit, wideGranularity, is up to 6 per cent lower.
 */
export function granularityLimit(change: Change, { factor, base }: Omit<ChangeOptions, 'dim'>): number {
  if (change === 'pi') return 1 / factor / Math.log(defaultBase);
  return 1 / Math.log(change === 'abf' ? base : defaultBase);
}

/** wideGranularity(base, factor) is the exact limit: (Si(1 / factor) - Si(1 / (factor base))) / ln base, Si being the sine integral. */
export const wideGranularity = (base: number, factor = 1): number =>
  (sineIntegral(1 / factor) - sineIntegral(1 / (factor * base))) / Math.log(base);

/** Si(x) for x up to 1, by its series. */
function sineIntegral(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 3; k < 25; k += 2) {
    term *= (-x * x) / (k * (k - 1));
    sum += term / k;
  }
  return sum;
}

/**
 * What encodings of position add to attention, or to an embedding, as functions of positions alone: ALiBi's slopes (Press et al. 2021), the buckets and
 * the bias of T5 (Raffel et al. 2020), and the sinusoidal table (Vaswani et al. 2017). Rotary embedding is in rotary.ts. All functions are pure.
 */
import { tensor, type Matrix } from '@/tensor/tensor';

/**
 * alibiSlopes(heads): m_h of each head. For a power of two, 2^(-8h/heads), h = 1, 2, ...; otherwise those of the largest power of two below, followed by
 * every second one of twice that power, so that they are not sorted (ofirpress/attention_with_linear_biases, get_slopes). Throws RangeError below 1.
 */
export function alibiSlopes(heads: number): Float64Array {
  whole('heads', heads, 1);
  const whole2 = 2 ** Math.floor(Math.log2(heads));
  const geometric = (n: number) => Float64Array.from({ length: n }, (_, h) => 2 ** ((-8 * (h + 1)) / n));
  const between = geometric(2 * whole2).filter((_, h) => h % 2 === 0);
  return Float64Array.of(...geometric(whole2), ...between.subarray(0, heads - whole2));
}

/** alibi(distance, slope) is -m (t - i): what ALiBi adds to the logit of a key `distance` positions back. */
export const alibi = (distance: number, slope: number): number => -slope * distance;

export interface BucketOptions {
  /** How many buckets: half of them hold one distance each. 32 in T5. */
  readonly buckets?: number;
  /** From here on all distances share the last bucket. 128 in T5. */
  readonly maxDistance?: number;
}

/**
 * t5Bucket(distance, options): which bias a causal decoder with T5's encoding looks up for a key that far back. Below half the number of buckets each
 * distance has its own; the other half grow geometrically up to maxDistance; the last takes all that is further (Hugging Face transformers,
 * T5Attention._relative_position_bucket, bidirectional=False). Throws RangeError for a distance in the future or sizes that leave no room to grow.
 */
export function t5Bucket(distance: number, { buckets = 32, maxDistance = 128 }: BucketOptions = {}): number {
  whole('buckets', buckets, 2);
  whole('distance', distance, 0);
  const exact = Math.floor(buckets / 2);
  if (!(maxDistance > exact)) throw new RangeError(`maxDistance must exceed the ${exact} exact buckets, got ${maxDistance}`);
  if (distance < exact) return distance;
  const share = Math.log(distance / exact) / Math.log(maxDistance / exact);
  return Math.min(buckets - 1, exact + Math.floor(share * (buckets - exact)));
}

/** t5FirstDistances(options): the nearest distance that falls in each bucket, in order of the buckets; a bucket that no whole distance falls in is NaN. */
export function t5FirstDistances(options: BucketOptions = {}): Float64Array {
  const { buckets = 32, maxDistance = 128 } = options;
  const first = new Float64Array(buckets).fill(NaN);
  for (let r = Math.ceil(maxDistance); r >= 0; r--) first[t5Bucket(r, options)] = r;
  return first;
}

/**
 * t5Bias(table, n, options): beta[bucket(t - i)] for queries t and keys i of one head [n, n], NaN where the key is in the future.
 * `table` holds a scalar for each bucket, learned in a model. Throws RangeError unless it has as many as there are buckets.
 */
export function t5Bias(table: ArrayLike<number>, n: number, options: BucketOptions = {}): Matrix<'query', 'key'> {
  const { buckets = 32 } = options;
  if (table.length !== buckets) throw new RangeError(`${buckets} buckets need as many biases, got ${table.length}`);
  return byDistance(n, (distance) => table[t5Bucket(distance, options)]!);
}

/** alibiBias(slope, n): -m (t - i) for queries t and keys i of one head [n, n], NaN where the key is in the future. */
export const alibiBias = (slope: number, n: number): Matrix<'query', 'key'> => byDistance(n, (distance) => alibi(distance, slope));

/** byDistance(n, f): f(t - i) for queries t and keys i [n, n], NaN where the key is in the future. */
export function byDistance(n: number, f: (distance: number) => number): Matrix<'query', 'key'> {
  const result = tensor(['query', 'key'] as const, [n, n], new Float64Array(n * n).fill(NaN));
  const values = Float64Array.from({ length: n }, (_, distance) => f(distance));
  for (let t = 0; t < n; t++) for (let i = 0; i <= t; i++) result.data[t * n + i] = values[t - i]!;
  return result;
}

/**
 * sinusoid(position, width, base): the absolute embedding [width] of a position: sines of position / base^(2k/width), then the cosines, in halves and not
 * interleaved (as in McGill-NLP/length-generalization, FixedAbsolutePositionalEmbedding). Throws RangeError for an odd width.
 */
export function sinusoid(position: number, width: number, base = 10000): Float64Array {
  if (width < 2 || width % 2) throw new RangeError(`width must be positive and even, got ${width}`);
  const half = width / 2;
  const result = new Float64Array(width);
  for (let k = 0; k < half; k++) {
    const angle = position / base ** ((2 * k) / width);
    result[k] = Math.sin(angle);
    result[half + k] = Math.cos(angle);
  }
  return result;
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) throw new RangeError(`${name} must be a whole number of at least ${least}, got ${value}`);
}

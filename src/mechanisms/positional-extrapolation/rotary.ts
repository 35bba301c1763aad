/**
 * Rotary position embedding: the frequencies of its pairs under every rescaling the site talks about, and what they do to a vector.
 * A head of `dim` channels is dim/2 pairs; pair i turns by theta_i radians per position. All functions are pure and give a new
 * Float64Array of dim/2 frequencies, fastest pair first. They throw RangeError for an odd dim or a parameter outside its bounds.
 */

/** The base b in theta_i = b^(-2i/dim), as in Su et al. (2021) and LLaMA. */
export const defaultBase = 10000;

/** rope(dim, base) is theta_i = base^(-2i/dim), radians per position. */
export function rope(dim: number, base = defaultBase): Float64Array {
  const pairs = pairsOf(dim);
  positive('base', base);
  return Float64Array.from({ length: pairs }, (_, i) => base ** ((-2 * i) / dim));
}

/** linear(dim, scale) is theta_i / scale: position interpolation (Chen et al. 2023), the same as reading position m as m / scale. */
export function linear(dim: number, scale: number, base = defaultBase): Float64Array {
  positive('scale', scale);
  return rope(dim, base).map((theta) => theta / scale);
}

/**
 * ntk(dim, alpha) is theta_i alpha^(-2i/(dim-2)), which is RoPE with the base times alpha^(dim/(dim-2)):
 * the fastest pair stays, the slowest is divided by exactly alpha. Needs at least two pairs.
 */
export function ntk(dim: number, alpha: number, base = defaultBase): Float64Array {
  positive('alpha', alpha);
  if (dim < 4) throw new RangeError(`NTK-aware scaling needs at least two pairs, got ${dim / 2}`);
  return rope(dim, ntkBase(dim, alpha, base));
}

/** ntkBase(dim, alpha) is the base that NTK-aware scaling puts in place of `base`. */
export const ntkBase = (dim: number, alpha: number, base = defaultBase): number => base * alpha ** (dim / (dim - 2));

/** dynamicAlpha(length, trained, factor): the alpha that dynamic NTK uses at a length: 1 up to the trained one, linear in it after. */
export const dynamicAlpha = (length: number, trained: number, factor = 1): number =>
  length > trained ? (factor * length) / trained - (factor - 1) : 1;

export interface YarnOptions {
  /** s, the target length over the trained one. */
  readonly scale: number;
  /** L, positions in training. */
  readonly trained: number;
  readonly base?: number;
  /** Pairs with more turns than this in L are left alone. */
  readonly fast?: number;
  /** Pairs with fewer turns than this in L are slowed by the whole scale. */
  readonly slow?: number;
}

/**
 * yarnRange(dim, options): the pair indices [low, high] between which YaRN goes over from kept to interpolated. Fractional indices
 * where a pair makes `fast` and `slow` turns in L, rounded outwards; high is bounded by dim - 1, not by the number of pairs.
 */
export function yarnRange(
  dim: number,
  { trained, base = defaultBase, fast = 32, slow = 1 }: Omit<YarnOptions, 'scale'>,
): [low: number, high: number] {
  positive('trained length', trained);
  if (base <= 1) throw new RangeError(`base must be above 1, got ${base}`);
  const pairWithTurns = (turns: number) => (dim * Math.log(trained / (2 * Math.PI * turns))) / (2 * Math.log(base));
  return [Math.max(Math.floor(pairWithTurns(fast)), 0), Math.min(Math.ceil(pairWithTurns(slow)), dim - 1)];
}

/**
 * yarn(dim, options): NTK-by-parts interpolation, the frequencies of YaRN (Peng et al. 2023). Fast pairs stay, slow ones
 * are divided by the scale, those between are blended. The blend is linear in the pair index, as in the authors' code
 * (jquesnelle/yarn, LlamaYaRNScaledRotaryEmbedding.py).
 */
export function yarn(dim: number, options: YarnOptions): Float64Array {
  const { scale, base = defaultBase } = options;
  positive('scale', scale);
  const [low, high] = yarnRange(dim, options);
  const width = high === low ? 0.001 : high - low;
  return rope(dim, base).map((theta, i) => {
    const slowed = Math.min(1, Math.max(0, (i - low) / width));
    return theta * (1 - slowed) + (theta / scale) * slowed;
  });
}

/** yarnMagnitude(scale): YaRN multiplies queries and keys by it, so logits by its square. */
export const yarnMagnitude = (scale: number): number => (scale > 1 ? 0.1 * Math.log(scale) + 1 : 1);

/** power(dim, k) is theta_i (1 - 2i/dim)^k (Giraffe): the slower a pair, the more it is slowed. */
export function power(dim: number, k: number, base = defaultBase): Float64Array {
  if (!(k >= 0)) throw new RangeError(`k must not be negative, got ${k}`);
  return rope(dim, base).map((theta, i) => theta * (1 - (2 * i) / dim) ** k);
}

export interface TruncationOptions {
  /** T, positions in training. */
  readonly context: number;
  /** b, the lowest frequency kept, in turns per T. */
  readonly keep?: number;
  /** rho = 2 pi / (divisor T); Infinity is rho = 0. */
  readonly divisor?: number;
  /** a = b / cut: below it a pair stops turning. */
  readonly cut?: number;
}

/** The three lines of the truncated basis, in radians per position. */
export interface Thresholds {
  readonly keep: number;
  readonly slow: number;
  readonly zero: number;
}

/** thresholds(options): b, rho and a. By default 1, 1/16 and 1/8 of a turn in T. */
export function thresholds({ context, keep = 1, divisor = 16, cut = 8 }: TruncationOptions): Thresholds {
  for (const [name, value] of Object.entries({ context, keep, divisor, cut })) positive(name, value);
  const b = (2 * Math.PI * keep) / context;
  return { keep: b, slow: (2 * Math.PI) / (divisor * context), zero: b / cut };
}

/**
 * truncate(theta, options): frequencies of at least b stay, those in [a, b) become rho, those below a become 0
 * (Giraffe; abacusai/Long-Context, interpolate.py). Both tests look at the frequency before it is replaced.
 */
export function truncate(theta: Float64Array, options: TruncationOptions): Float64Array {
  const { keep, slow, zero } = thresholds(options);
  return theta.map((f) => (f >= keep ? f : f >= zero ? slow : 0));
}

/** truncated(dim, options) is truncate applied to RoPE. */
export const truncated = (dim: number, options: TruncationOptions, base = defaultBase): Float64Array => truncate(rope(dim, base), options);

/**
 * rotate(x, position, theta): x [dim] with pair (i, i + dim/2) turned by position theta_i: the half-split layout of LLaMA.
 * `magnitude` multiplies the result. Positions may be fractions. Throws RangeError unless x holds theta.length pairs.
 */
export function rotate(x: ArrayLike<number>, position: number, theta: Float64Array, magnitude = 1): Float64Array {
  const pairs = theta.length;
  if (x.length !== 2 * pairs) throw new RangeError(`${pairs} pairs need ${2 * pairs} channels, got ${x.length}`);
  const result = new Float64Array(2 * pairs);
  for (let i = 0; i < pairs; i++) {
    const cos = magnitude * Math.cos(position * theta[i]!);
    const sin = magnitude * Math.sin(position * theta[i]!);
    result[i] = x[i]! * cos - x[i + pairs]! * sin;
    result[i + pairs] = x[i]! * sin + x[i + pairs]! * cos;
  }
  return result;
}

/** similarity(theta, distance) is the mean over pairs of cos(distance theta_i): the dot product of two vectors of ones, over dim. */
export function similarity(theta: Float64Array, distance: number): number {
  let sum = 0;
  for (let i = 0; i < theta.length; i++) sum += Math.cos(distance * theta[i]!);
  return sum / theta.length;
}

const turn = 2 * Math.PI;

/** arc(theta, length): per pair the arc in radians that positions 0 to length - 1 sweep, at most one full turn. */
export const arc = (theta: Float64Array, length: number): Float64Array => theta.map((f) => Math.min(turn, Math.max(0, length - 1) * f));

/**
 * unseenArc(theta, length, trainedTheta, trained): per pair, the radians that `length` positions at theta sweep beyond the arc that
 * `trained` positions at trainedTheta swept. A pair that turned once in training has seen every angle, so it counts 0.
 */
export function unseenArc(theta: Float64Array, length: number, trainedTheta: Float64Array, trained: number): Float64Array {
  if (theta.length !== trainedTheta.length) throw new RangeError(`cannot compare ${theta.length} pairs with ${trainedTheta.length}`);
  const seen = arc(trainedTheta, trained);
  return arc(theta, length).map((needed, i) => Math.max(0, needed - seen[i]!));
}

function pairsOf(dim: number): number {
  if (!Number.isInteger(dim) || dim < 2 || dim % 2) throw new RangeError(`dim must be a positive even number, got ${dim}`);
  return dim / 2;
}

function positive(name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`${name} must be positive, got ${value}`);
}

/**
 * Which curves a rotary logit can draw, and what they do outside the range they were fitted on.
 * With queries and keys fixed, the logit of a rotary head depends on the distance r as sum_i a_i cos(r theta_i) + b_i sin(r theta_i).
 * Fitting a and b to a wanted curve on the trained distances, by ridge regression, is the honest little stand-in for a trained head
 * (the picture is figure 2 of Chen et al. 2023): inside the range the curve is learned, outside it is whatever follows.
 */
import { eigenSymmetric } from '@/tensor/linalg';
import { random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import type { Decay } from './giraffe';

/** design(theta, distances, decay): row r holds cos(r theta_i) for every pair, then sin(r theta_i); under xPos each times the pair's decay. */
export function design(theta: Float64Array, distances: ArrayLike<number>, decay?: Decay): Matrix<'distance', 'feature'> {
  const pairs = theta.length;
  const x = tensor(['distance', 'feature'] as const, [distances.length, 2 * pairs]);
  for (let row = 0; row < distances.length; row++) {
    const r = distances[row]!;
    for (let i = 0; i < pairs; i++) {
      const size = decay ? decay.zeta[i]! ** (r / decay.scaleBase) : 1;
      x.data[row * 2 * pairs + i] = size * Math.cos(r * theta[i]!);
      x.data[row * 2 * pairs + pairs + i] = size * Math.sin(r * theta[i]!);
    }
  }
  return x;
}

/** distancesUpTo(length) is 0, 1, ..., length - 1. */
export const distancesUpTo = (length: number): Float64Array => Float64Array.from({ length }, (_, r) => r);

/** A design matrix with the eigenvectors of X^T X, from which the fit for any penalty is two products. */
export interface Prepared {
  readonly x: Matrix<'distance', 'feature'>;
  /** Eigenvalues of X^T X, ascending: how strongly the trained distances see each direction of the weights. */
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/** prepare(x) decomposes X^T X. Rounding can leave a tiny negative eigenvalue where the true one is 0; it becomes 0. */
export function prepare(x: Matrix<'distance', 'feature'>): Prepared {
  const [rows, n] = x.shape as [number, number];
  const gram = tensor(['row', 'column'] as const, [n, n]);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < n; i++) {
      const value = x.data[r * n + i]!;
      for (let j = 0; j <= i; j++) gram.data[i * n + j]! += value * x.data[r * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) gram.data[j * n + i] = gram.data[i * n + j]!;
  const { values, vectors } = eigenSymmetric(gram);
  return { x, values: Float64Array.from(values, (v) => Math.max(0, v)), vectors };
}

/**
 * ridge(prepared, target, epsilon): weights w with (X^T X + epsilon I) w = X^T y, for y [distance].
 * Throws RangeError unless the target has one number per row and epsilon is positive.
 */
export function ridge({ x, values, vectors }: Prepared, target: ArrayLike<number>, epsilon: number): Float64Array {
  const [rows, n] = x.shape as [number, number];
  if (target.length !== rows) throw new RangeError(`${rows} distances need ${rows} targets, got ${target.length}`);
  if (!(epsilon > 0)) throw new RangeError(`epsilon must be positive, got ${epsilon}`);
  const moments = new Float64Array(n);
  for (let r = 0; r < rows; r++) for (let i = 0; i < n; i++) moments[i]! += x.data[r * n + i]! * target[r]!;
  const weights = new Float64Array(n);
  for (let e = 0; e < n; e++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors.data[i * n + e]! * moments[i]!;
    along /= values[e]! + epsilon;
    for (let i = 0; i < n; i++) weights[i]! += along * vectors.data[i * n + e]!;
  }
  return weights;
}

/** curve(x, weights) is X w: the fitted logit at the distances of x. */
export function curve(x: Matrix<'distance', 'feature'>, weights: Float64Array): Float64Array {
  const [rows, n] = x.shape as [number, number];
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x.data[r * n + i]! * weights[i]!;
    return sum;
  });
}

export interface FitOptions {
  /** Frequencies in training. */
  readonly theta: Float64Array;
  /** Frequencies at evaluation; those of training unless given. */
  readonly evaluated?: Float64Array;
  /** Wanted logits at distances 0 to T - 1. */
  readonly target: Float64Array;
  /** Distances 0 to length - 1 are evaluated. */
  readonly length: number;
  readonly epsilon: number;
  readonly decay?: Decay;
  /** Distances seen in training [sample, T] in place of 0 to T - 1: randomised positions. */
  readonly seen?: Matrix<'sample', 'token'>;
  /** What `prepare` made of the trained distances, where several fits share it. */
  readonly prepared?: Prepared;
}

export interface Fit {
  /** The curve as trained, at distances 0 to T - 1 with the frequencies of training. */
  readonly trained: Float64Array;
  /** The curve as evaluated, at distances 0 to length - 1. */
  readonly logits: Float64Array;
  /** The part of it from pairs that made a whole turn in training, and the part from those that did not; they add up to it. */
  readonly turned: Float64Array;
  readonly unturned: Float64Array;
  /** cos weights of every pair, then sin weights. */
  readonly weights: Float64Array;
  /** Largest |trained - target|. */
  readonly error: number;
  /** Largest |logit| at distances 0 to T - 1 and from T on, as evaluated. */
  readonly inside: number;
  readonly outside: number;
  /** Softmax of the evaluated logits over all distances. */
  readonly attention: Float64Array;
  /** L2 norm of the weights. */
  readonly norm: number;
}

/** prepareFit(options): the decomposition that a fit to these trained distances needs, whatever its target's heights and its penalty. */
export const prepareFit = ({ theta, target, decay, seen }: Pick<FitOptions, 'theta' | 'target' | 'decay' | 'seen'>): Prepared =>
  prepare(design(theta, seen?.data ?? distancesUpTo(target.length), decay));

/** fitLogits(options): fit on the trained distances, draw to `length`. Throws RangeError when length is below T. */
export const fitLogits = (options: FitOptions): Fit => penaltyPath(options, [options.epsilon])[0]!;

/** penaltyPath(options, epsilons): the same fit under each of these penalties, from one decomposition. */
export function penaltyPath(options: Omit<FitOptions, 'epsilon'>, epsilons: readonly number[]): Fit[] {
  const { theta, evaluated = theta, target, length, decay, seen, prepared = prepareFit(options) } = options;
  const trainedLength = target.length;
  if (length < trainedLength) throw new RangeError(`length ${length} is below the trained ${trainedLength}`);
  const samples = seen ? seen.shape[0]! : 1;
  const targets = Float64Array.from({ length: samples * trainedLength }, (_, i) => target[i % trainedLength]!);
  const inTraining = design(theta, distancesUpTo(trainedLength), decay);
  const atEvaluation = design(evaluated, distancesUpTo(length), decay);
  const pairs = theta.length;
  return epsilons.map((epsilon) => {
    const weights = ridge(prepared, targets, epsilon);
    const trained = curve(inTraining, weights);
    const logits = curve(atEvaluation, weights);
    const turned = curve(
      atEvaluation,
      weights.map((w, f) => (theta[f % pairs]! * trainedLength >= 2 * Math.PI ? w : 0)),
    );
    return {
      trained,
      logits,
      turned,
      unturned: logits.map((value, r) => value - turned[r]!),
      weights,
      error: trained.reduce((most, value, r) => Math.max(most, Math.abs(value - target[r]!)), 0),
      inside: largest(logits, 0, trainedLength),
      outside: largest(logits, trainedLength, length),
      attention: softmax(logits),
      norm: Math.hypot(...weights),
    };
  });
}

function largest(x: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let r = from; r < to; r++) most = Math.max(most, Math.abs(x[r]!));
  return most;
}

/** Curves that a head may have to learn, over the trained distances 0 to T - 1. */
export type Target = 'wave' | 'recency' | 'bump' | 'knots';

/**
 * target(kind, length, seed): `wave` is sin(r/5) e^(-r/30) at T = 64 and stretches with T; `recency` falls from 1 to 0.02; `bump` looks at
 * the distance T/3; `knots` joins nine heights drawn uniformly from [-1, 1] by straight lines.
 */
export function target(kind: Target, length: number, seed = 0): Float64Array {
  const unit = 64 / length;
  const heights = kind === 'knots' ? randomHeights(seed) : undefined;
  return Float64Array.from({ length }, (_, r) => {
    const x = r * unit;
    if (kind === 'wave') return Math.sin(0.2 * x) * Math.exp(-x / 30);
    if (kind === 'recency') return Math.exp(-x / 16);
    if (kind === 'bump') return Math.exp(-(((x - 64 / 3) / 6) ** 2));
    const left = Math.floor(x / 8);
    const share = x / 8 - left;
    return heights![left]! * (1 - share) + heights![left + 1]! * share;
  });
}

function randomHeights(seed: number): Float64Array {
  const source = random(seed);
  return Float64Array.from({ length: 9 }, () => 2 * source.uniform() - 1);
}

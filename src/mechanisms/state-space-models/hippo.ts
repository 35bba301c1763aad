/**
 * HiPPO-LegS, the memory that S4 starts from: a state whose coordinates are the Legendre coefficients of the input's past, seen through
 * an exponential warp of time. Here as in S4 it is time-invariant: x' = A x + B u, without the 1/t of the original.
 * Source: arXiv 2111.00396, section 2.2 and appendix C; state-spaces/s4, models/s4/s4.py::transition.
 */
import { generate, tensor, type Matrix } from '@/tensor/tensor';

/** A system x' = A x + B u with one input. */
export interface System {
  readonly a: Matrix<'row', 'column'>;
  readonly b: Float64Array;
}

/** hippo(n): A[i, k] = -sqrt((2i + 1)(2k + 1)) below the diagonal, -(i + 1) on it, 0 above; B[i] = sqrt(2i + 1). */
export function hippo(n: number): System {
  positive(n);
  return {
    a: generate(['row', 'column'], [n, n], (i, k) => (k! > i! ? 0 : k === i ? -(i! + 1) : -Math.sqrt((2 * i! + 1) * (2 * k! + 1)))),
    b: Float64Array.from({ length: n }, (_, i) => Math.sqrt(2 * i + 1)),
  };
}

/** legendre(n, x): P_0(x) to P_{n-1}(x), by the three-term recurrence. */
export function legendre(n: number, x: number): Float64Array {
  const p = new Float64Array(n);
  if (n > 0) p[0] = 1;
  if (n > 1) p[1] = x;
  for (let k = 2; k < n; k++) p[k] = ((2 * k - 1) * x * p[k - 1]! - (k - 1) * p[k - 2]!) / k;
  return p;
}

/** basis(n, lag): sqrt(2k + 1) P_k(2 e^-lag - 1), what each coordinate contributes to the past `lag` units of time ago. */
export function basis(n: number, lag: number): Float64Array {
  return legendre(n, 2 * Math.exp(-lag) - 1).map((p, k) => p * Math.sqrt(2 * k + 1));
}

/** impulse(n, t): e^(tA) B in closed form, basis(n, t) e^-t. Throws nothing; t must not be negative. */
export const impulse = (n: number, t: number): Float64Array => basis(n, t).map((value) => value * Math.exp(-t));

/** recall(state, lag): the input `lag` units of time ago, as far as the state remembers it: sum_k x_k basis_k(lag). */
export function recall(state: ArrayLike<number>, lag: number): number {
  const values = basis(state.length, lag);
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += state[k]! * values[k]!;
  return sum;
}

/**
 * heldKernel(n, c, step, length): tap j is the output C x j steps after an input of 1 that was held for one step, in closed form: the
 * integral of c . e^(sA) B over s from j step to (j + 1) step. With z = e^-s it is one of Legendre polynomials, (P_{k+1} - P_{k-1}) / (2k + 1).
 * The continuous system, therefore, with no matrix exponential and no step of integration.
 */
export function heldKernel(c: ArrayLike<number>, step: number, length: number): Float64Array {
  const n = c.length;
  const taps = new Float64Array(length);
  let before = integrals(n, 1);
  for (let j = 0; j < length; j++) {
    const after = integrals(n, Math.exp(-(j + 1) * step));
    for (let k = 0; k < n; k++) taps[j]! += c[k]! * Math.sqrt(2 * k + 1) * (before[k]! - after[k]!);
    before = after;
  }
  return taps;
}

/** An antiderivative of P_k(2z - 1) in z, for k below n. */
function integrals(n: number, z: number): Float64Array {
  const p = legendre(n + 1, 2 * z - 1);
  return Float64Array.from({ length: n }, (_, k) => (k === 0 ? z : (p[k + 1]! - p[k - 1]!) / (2 * (2 * k + 1))));
}

/**
 * eigenvectors(n) of A, which is triangular with eigenvalues -1 to -n: column k, and its inverse by forward substitution. Their entries
 * alternate and grow exponentially, which is why S4 does not diagonalise A.
 */
export function eigenvectors(n: number): { vectors: Matrix<'row', 'column'>; inverse: Matrix<'row', 'column'> } {
  const { a } = hippo(n);
  const vectors = tensor(['row', 'column'] as const, [n, n]);
  const inverse = tensor(['row', 'column'] as const, [n, n]);
  for (let k = 0; k < n; k++) {
    vectors.data[k * n + k] = 1;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k; j < i; j++) sum += a.data[i * n + j]! * vectors.data[j * n + k]!;
      vectors.data[i * n + k] = sum / (i - k);
    }
    // Columns of length 1: the best scaling there is, up to a factor.
    let norm = 0;
    for (let i = k; i < n; i++) norm += vectors.data[i * n + k]! ** 2;
    for (let i = k; i < n; i++) vectors.data[i * n + k]! /= Math.sqrt(norm);
  }
  for (let k = 0; k < n; k++) {
    for (let i = k; i < n; i++) {
      let sum = i === k ? 1 : 0;
      for (let j = k; j < i; j++) sum -= vectors.data[i * n + j]! * inverse.data[j * n + k]!;
      inverse.data[i * n + k] = sum / vectors.data[i * n + i]!;
    }
  }
  return { vectors, inverse };
}

/** eigenvectorCondition(n): ||V|| ||V^-1|| in the 2-norm: by how much diagonalising A may magnify rounding. */
export function eigenvectorCondition(n: number): number {
  const { vectors, inverse } = eigenvectors(n);
  return largestSingular(vectors) * largestSingular(inverse);
}

/** By power iteration on M^T M, to about nine digits: more than a condition number means. */
function largestSingular({ data, shape }: Matrix<'row', 'column'>): number {
  const n = shape[0]!;
  let x = Float64Array.from({ length: n }, (_, i) => 1 / (i + 1));
  let size = 0;
  for (let round = 0; round < 1000; round++) {
    const [image, back] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) image[i]! += data[i * n + k]! * x[k]!;
    for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) back[k]! += data[i * n + k]! * image[i]!;
    const norm = Math.hypot(...back);
    x = back.map((value) => value / norm);
    if (Math.abs(norm - size) <= 1e-12 * norm) break;
    size = norm;
  }
  return Math.sqrt(size);
}

function positive(n: number): void {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`a state of ${n} numbers`);
}

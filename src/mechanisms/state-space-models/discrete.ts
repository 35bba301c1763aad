/**
 * Discrete state-space models: two rules that make one of a continuous model, the recurrence, and the convolution that it is.
 * x_k = A x_{k-1} + B u_k, y_k = C x_k, with x_{-1} = 0: the first output sees the first input.
 */
import type { Counter } from '@/tensor/counter';
import { solve } from '@/tensor/linalg';
import { matmul } from '@/tensor/matmul';
import { generate, tensor, type Matrix } from '@/tensor/tensor';
import type { System } from './hippo';

/** bilinear({a, b}, step): (I - step/2 A)^-1 (I + step/2 A) and (I - step/2 A)^-1 step B. S4's rule (arXiv 2111.00396, eq. 3). */
export function bilinear({ a, b }: System, step: number): System {
  const n = b.length;
  const identity = (i: number, k: number) => (i === k ? 1 : 0);
  const left = generate(['row', 'column'], [n, n], (i, k) => identity(i!, k!) - (step / 2) * a.data[i! * n + k!]!);
  const right = generate(['row', 'column'], [n, n + 1], (i, k) =>
    k === n ? step * b[i!]! : identity(i!, k!) + (step / 2) * a.data[i! * n + k!]!,
  );
  const both = solve(left, right);
  return split(both.data, n);
}

/**
 * hold({a, b}, step): e^(step A), and the integral of e^(sA) B over one step: exact for an input held constant between samples. By the
 * exponential of [[A, B], [0, 0]], scaled down until it is small, a Taylor series, and squared back.
 */
export function hold({ a, b }: System, step: number): System {
  const n = b.length;
  const m = n + 1;
  let size = 0;
  for (let i = 0; i < n; i++) {
    let sum = Math.abs(b[i]!);
    for (let k = 0; k < n; k++) sum += Math.abs(a.data[i * n + k]!);
    size = Math.max(size, sum * step);
  }
  const halvings = Math.max(0, Math.ceil(Math.log2(size)) + 2);
  const x = generate(['row', 'column'], [m, m], (i, k) =>
    i === n ? 0 : ((k === n ? b[i!]! : a.data[i! * n + k!]!) * step) / 2 ** halvings,
  );
  let sum = generate(['row', 'column'], [m, m], (i, k) => (i === k ? 1 : 0) + x.data[i! * m + k!]!);
  let term: Matrix<'row', 'column'> = x;
  for (let order = 2; order <= 16; order++) {
    term = square(term, x);
    term.data.forEach((value, i) => (term.data[i] = value / order));
    sum.data.forEach((value, i) => (sum.data[i] = value + term.data[i]!));
  }
  for (let i = 0; i < halvings; i++) sum = square(sum, sum);
  const top = new Float64Array(n * m);
  top.set(sum.data.subarray(0, n * m));
  return split(top, n);
}

const square = (x: Matrix<'row', 'column'>, y: Matrix<'row', 'column'>): Matrix<'row', 'column'> =>
  matmul(x, { ...y, axes: ['column', 'other'] as const }) as unknown as Matrix<'row', 'column'>;

/** [A | b] with n rows, taken apart. */
function split(data: Float64Array, n: number): System {
  return {
    a: generate(['row', 'column'], [n, n], (i, k) => data[i! * (n + 1) + k!]!),
    b: Float64Array.from({ length: n }, (_, i) => data[i * (n + 1) + n]!),
  };
}

/** power(a, exponent): the matrix multiplied with itself that often, by squaring. */
export function power(a: Matrix<'row', 'column'>, exponent: number): Matrix<'row', 'column'> {
  const n = a.shape[0]!;
  let result = generate(['row', 'column'], [n, n], (i, k) => (i === k ? 1 : 0));
  let base = a;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2) result = square(result, base);
    base = square(base, base);
  }
  return result;
}

export interface Run {
  readonly outputs: Float64Array;
  /** The state after each step [step, coordinate]. */
  readonly states: Matrix<'step', 'coordinate'>;
}

/** recur(system, c, u): the recurrence on a dense matrix, 2 N^2 operations a step and 4 N for input and output. */
export function recur({ a, b }: System, c: ArrayLike<number>, u: ArrayLike<number>, counter?: Counter): Run {
  const n = b.length;
  const length = u.length;
  const states = tensor(['step', 'coordinate'] as const, [length, n]);
  const outputs = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    const now = t * n;
    for (let i = 0; i < n; i++) {
      let sum = b[i]! * u[t]!;
      if (t > 0) for (let k = 0; k < n; k++) sum += a.data[i * n + k]! * states.data[now - n + k]!;
      states.data[now + i] = sum;
      outputs[t]! += c[i]! * sum;
    }
  }
  if (counter) counter.flops += length * (2 * n * n + 4 * n);
  return { outputs, states };
}

/** kernelByPowers(system, c, length): C A^i B by running the recurrence on an impulse: 2 N^2 + 2 N operations a tap. The naive way. */
export function kernelByPowers({ a, b }: System, c: ArrayLike<number>, length: number, counter?: Counter): Float64Array {
  const n = b.length;
  const kernel = new Float64Array(length);
  let x = b.slice();
  let next = new Float64Array(n);
  for (let t = 0; t < length; t++) {
    let y = 0;
    for (let i = 0; i < n; i++) y += c[i]! * x[i]!;
    kernel[t] = y;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a.data[i * n + k]! * x[k]!;
      next[i] = sum;
    }
    [x, next] = [next, x];
  }
  if (counter) counter.flops += length * (2 * n * n + 2 * n);
  return kernel;
}

/** wrapped(kernel, u): the circular convolution that an FFT without zero padding computes, by its definition: the end pollutes the beginning. */
export function wrapped(kernel: ArrayLike<number>, u: ArrayLike<number>): Float64Array {
  const length = u.length;
  return Float64Array.from({ length }, (_, t) => {
    let sum = 0;
    for (let s = 0; s < length; s++) sum += kernel[s]! * u[(t - s + length) % length]!;
    return sum;
  });
}

/** The toy of S4: signals to remember, rows C that read the state, and the kernel that naive diagonalisation would give. */
import { random } from '@/tensor/random';
import { basis, eigenvectors } from './hippo';

export type Signal = 'impulse' | 'bumps' | 'chirp' | 'noise' | 'steps';

/** signal(kind, length, seed): one channel of input, within about [-1, 1]. */
export function signal(kind: Signal, length: number, seed = 0): Float64Array {
  const source = random(seed);
  if (kind === 'impulse') return Float64Array.from({ length }, (_, t) => (t === 0 ? 1 : 0));
  if (kind === 'bumps') {
    const bump = (x: number, centre: number, width: number) => Math.exp(-(((x - centre) / width) ** 2));
    return Float64Array.from({ length }, (_, t) => bump(t / length, 0.42, 0.05) + 0.7 * bump(t / length, 0.72, 0.06));
  }
  if (kind === 'chirp') return Float64Array.from({ length }, (_, t) => Math.sin(2 * Math.PI * (1 + 6 * (t / length)) * (t / length)));
  if (kind === 'steps') {
    let level = 0;
    return Float64Array.from({ length }, (_, t) =>
      t % Math.max(1, Math.round(length / 10)) === 0 ? (level = 2 * source.uniform() - 1) : level,
    );
  }
  // Noise smooth enough to be remembered in part: a moving average of normal numbers.
  let smooth = 0;
  return Float64Array.from({ length }, () => (smooth = 0.9 * smooth + 0.3 * source.normal()));
}

export type Reading = 'delay' | 'mean' | 'last';

/** reading(kind, n, lag): the row C. `delay` reads the input `lag` units of time ago, `mean` its recent mean x_0, `last` the finest coordinate. */
export function reading(kind: Reading, n: number, lag: number): Float64Array {
  if (kind === 'delay') return basis(n, lag);
  return Float64Array.from({ length: n }, (_, k) => (k === (kind === 'mean' ? 0 : n - 1) ? 1 : 0));
}

/**
 * kernelByDiagonalization(c, step, length): the bilinear kernel by way of A = V diag(-1, ..., -n) V^-1, as anyone would try first. Exact on
 * paper; in double precision V's condition number eats the digits.
 */
export function kernelByDiagonalization(c: ArrayLike<number>, step: number, length: number): Float64Array {
  const n = c.length;
  const { vectors, inverse } = eigenvectors(n);
  const weights = new Float64Array(n);
  const poles = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let left = 0;
    let right = 0;
    for (let i = 0; i < n; i++) {
      left += c[i]! * vectors.data[i * n + k]!;
      right += inverse.data[k * n + i]! * Math.sqrt(2 * i + 1);
    }
    const lambda = -(k + 1);
    poles[k] = (1 + (step / 2) * lambda) / (1 - (step / 2) * lambda);
    weights[k] = (left * right * step) / (1 - (step / 2) * lambda);
  }
  return Float64Array.from({ length }, (_, t) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += weights[k]! * poles[k]! ** t;
    return sum;
  });
}

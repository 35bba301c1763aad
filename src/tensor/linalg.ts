/**
 * The two pieces of dense linear algebra that mechanisms need, kept small: a general library brings 14 kB to a page for these.
 * The tests hold them against ml-matrix.
 */
import { tensor, type Matrix, type Tensor } from './tensor';

/**
 * solve(a, b) is x with a x = b, for a square a [i, j] and b [i, k]: Gaussian elimination with row pivots, n^3 / 3 + n^2 k multiply-adds.
 * Throws RangeError when the shapes do not fit, or a is singular to working precision.
 */
export function solve<J extends string, K extends string>(
  a: Tensor<readonly [string, J]>,
  b: Tensor<readonly [string, K]>,
): Tensor<readonly [J, K]> {
  const n = a.shape[0]!;
  const columns = b.shape[1]!;
  if (a.shape[1] !== n || b.shape[0] !== n) throw new RangeError(`cannot solve ${a.shape.join('x')} for ${b.shape.join('x')}`);
  const m = a.data.slice();
  const x = b.data.slice();
  const scale = m.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let pivot = 0; pivot < n; pivot++) {
    let best = pivot;
    for (let i = pivot + 1; i < n; i++) if (Math.abs(m[i * n + pivot]!) > Math.abs(m[best * n + pivot]!)) best = i;
    if (!(Math.abs(m[best * n + pivot]!) > scale * n * Number.EPSILON)) throw new RangeError('the matrix is singular');
    if (best !== pivot) {
      swap(m, best * n, pivot * n, n);
      swap(x, best * columns, pivot * columns, columns);
    }
    for (let i = pivot + 1; i < n; i++) {
      const factor = m[i * n + pivot]! / m[pivot * n + pivot]!;
      if (factor === 0) continue;
      for (let j = pivot + 1; j < n; j++) m[i * n + j]! -= factor * m[pivot * n + j]!;
      for (let k = 0; k < columns; k++) x[i * columns + k]! -= factor * x[pivot * columns + k]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = 0; k < columns; k++) {
      let sum = x[i * columns + k]!;
      for (let j = i + 1; j < n; j++) sum -= m[i * n + j]! * x[j * columns + k]!;
      x[i * columns + k] = sum / m[i * n + i]!;
    }
  }
  return tensor([a.axes[1], b.axes[1]] as const, [n, columns], x);
}

function swap(data: Float64Array, one: number, other: number, count: number): void {
  for (let i = 0; i < count; i++) [data[one + i], data[other + i]] = [data[other + i]!, data[one + i]!];
}

/**
 * eigenSymmetric(a): ascending eigenvalues and the orthonormal eigenvectors as columns, for a real symmetric matrix. Jacobi's method:
 * rotations that zero one pair of entries at a time, in sweeps, until what is left off the diagonal is rounding. Slower than QR for large
 * matrices, and more accurate for the small ones here. Throws RangeError when a is not square.
 */
export function eigenSymmetric(a: Matrix): { values: number[]; vectors: Matrix } {
  const n = a.shape[0]!;
  if (a.shape[1] !== n) throw new RangeError(`a matrix of ${a.shape.join('x')} has no eigenvalues`);
  const m = a.data.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const whole = Math.hypot(...m) || 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += m[p * n + q]! ** 2;
    if (Math.sqrt(off) <= Number.EPSILON * whole) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = m[p * n + q]!;
        if (apq === 0) continue;
        const theta = (m[q * n + q]! - m[p * n + p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        rotate(m, v, n, p, q, c, t * c);
        // What the rotation zeroes but for rounding.
        m[p * n + q] = m[q * n + p] = 0;
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => m[i * n + i]! - m[j * n + j]!);
  const vectors = tensor(['row', 'column'] as const, [n, n]);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors.data[i * n + to] = v[i * n + from]!;
  });
  return { values: order.map((i) => m[i * n + i]!), vectors };
}

/** One rotation of rows and columns p and q of m, and of the columns of v. */
function rotate(m: Float64Array, v: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const [x, y] = [m[i * n + p]!, m[i * n + q]!];
    m[i * n + p] = c * x - s * y;
    m[i * n + q] = s * x + c * y;
  }
  for (let i = 0; i < n; i++) {
    const [x, y] = [m[p * n + i]!, m[q * n + i]!];
    m[p * n + i] = c * x - s * y;
    m[q * n + i] = s * x + c * y;
  }
  for (let i = 0; i < n; i++) {
    const [x, y] = [v[i * n + p]!, v[i * n + q]!];
    v[i * n + p] = c * x - s * y;
    v[i * n + q] = s * x + c * y;
  }
}

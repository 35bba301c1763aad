import type { Counter } from './counter';
import { tensor, type Tensor } from './tensor';

/**
 * matmul(a, b) = a b, for a [i, k] and b [k, j]; the result is [i, j].
 * Adds 2ijk to counter.flops. Throws RangeError when the inner sizes differ.
 */
export function matmul<I extends string, J extends string>(
  a: Tensor<readonly [I, string]>,
  b: Tensor<readonly [string, J]>,
  counter?: Counter,
): Tensor<readonly [I, J]> {
  const [height, depth] = a.shape as [number, number];
  const [inner, width] = b.shape as [number, number];
  if (depth !== inner) throw new RangeError(`cannot multiply ${height}x${depth} by ${inner}x${width}`);
  const result = tensor([a.axes[0], b.axes[1]] as const, [height, width]);
  const [x, y, z] = [a.data, b.data, result.data];
  // Four rows of b at a time: each pass over a row of the result then does four multiply-adds per load and store.
  const whole = depth - (depth % 4);
  for (let i = 0; i < height; i++) {
    const out = i * width;
    let k = 0;
    for (; k < whole; k += 4) {
      const left = i * depth + k;
      const [x0, x1, x2, x3] = [x[left]!, x[left + 1]!, x[left + 2]!, x[left + 3]!];
      const r0 = k * width;
      const r1 = r0 + width;
      const r2 = r1 + width;
      const r3 = r2 + width;
      for (let j = 0; j < width; j++) {
        z[out + j] = z[out + j]! + x0 * y[r0 + j]! + x1 * y[r1 + j]! + x2 * y[r2 + j]! + x3 * y[r3 + j]!;
      }
    }
    for (; k < depth; k++) {
      const factor = x[i * depth + k]!;
      const right = k * width;
      for (let j = 0; j < width; j++) z[out + j]! += factor * y[right + j]!;
    }
  }
  if (counter) counter.flops += 2 * height * width * depth;
  return result;
}

/**
 * matmulTransposed(a, b) = a b^T, for a [i, k] and b [j, k]: all dot products of rows of a with rows of b.
 * Adds 2ijk to counter.flops. Throws RangeError when the inner sizes differ.
 */
export function matmulTransposed<I extends string, J extends string>(
  a: Tensor<readonly [I, string]>,
  b: Tensor<readonly [J, string]>,
  counter?: Counter,
): Tensor<readonly [I, J]> {
  const [height, depth] = a.shape as [number, number];
  const [width, inner] = b.shape as [number, number];
  if (depth !== inner) throw new RangeError(`cannot multiply ${height}x${depth} by the transpose of ${width}x${inner}`);
  const result = tensor([a.axes[0], b.axes[0]] as const, [height, width]);
  const [x, y, z] = [a.data, b.data, result.data];
  // Four rows of b at a time: their sums do not wait for one another, and each number of a is loaded once for the four.
  const whole = width - (width % 4);
  for (let i = 0; i < height; i++) {
    const left = i * depth;
    let j = 0;
    for (; j < whole; j += 4) {
      const r0 = j * depth;
      const r1 = r0 + depth;
      const r2 = r1 + depth;
      const r3 = r2 + depth;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = 0; k < depth; k++) {
        const factor = x[left + k]!;
        s0 += factor * y[r0 + k]!;
        s1 += factor * y[r1 + k]!;
        s2 += factor * y[r2 + k]!;
        s3 += factor * y[r3 + k]!;
      }
      const out = i * width + j;
      z[out] = s0;
      z[out + 1] = s1;
      z[out + 2] = s2;
      z[out + 3] = s3;
    }
    for (; j < width; j++) z[i * width + j] = dot(x, left, y, j * depth, depth);
  }
  if (counter) counter.flops += 2 * height * width * depth;
  return result;
}

/** dot(a, aOffset, b, bOffset, n) is the dot product of two runs of n numbers. */
export function dot(a: Float64Array, aOffset: number, b: Float64Array, bOffset: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[aOffset + k]! * b[bOffset + k]!;
  return sum;
}

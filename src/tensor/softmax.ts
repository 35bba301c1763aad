/** logSumExp(x) = log of the sum of exp(x_i), without overflow; -Infinity when every entry is. */
export function logSumExp(x: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i]! > max) max = x[i]!;
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.exp(x[i]! - max);
  return max + Math.log(sum);
}

/** softmax(x) sums to 1. An entry of -Infinity (masked) gets exactly 0; where all are masked, so do all. */
export function softmax(x: ArrayLike<number>): Float64Array {
  const result = new Float64Array(x.length);
  softmaxInto(result, x);
  return result;
}

/** softmaxInto(result, x) writes softmax(x) to `result`, as long as x, and returns logSumExp(x): each exponential is taken once. */
export function softmaxInto(result: Float64Array, x: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i]! > max) max = x[i]!;
  if (max === -Infinity) {
    result.fill(0);
    return -Infinity;
  }
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += result[i] = Math.exp(x[i]! - max);
  for (let i = 0; i < x.length; i++) result[i]! /= sum;
  return max + Math.log(sum);
}

/** entropy(p) in nats; terms with p = 0 count 0. */
export function entropy(p: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum -= p[i]! * Math.log(p[i]!);
  return sum;
}

import { softmaxInto } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import type { Head } from './lm-infinite';
import { rotate } from './rotary';

/**
 * blockwise(head, window, starting) is LM-Infinite's output [token, value] as the authors' `long_seq` mode gets it: queries in blocks of `window`, each
 * against its own block of keys and the one before ([L, 2L] scores), beside the scores of all queries with the starting tokens [n, G];
 * one softmax over both. Time and memory are O(n (L + G)). Source: models/lambda_attention.py, Lambda_Attention_Matrix.
 */
export function blockwise({ q, k, v, theta }: Head, window: number, starting: number): Matrix<'token', 'value'> {
  const [n = 0, channels = 0] = q.shape;
  const width = v.shape[1]!;
  const global = Math.min(starting, n);
  const scale = 1 / Math.sqrt(channels);
  const line = (x: Matrix, i: number) => x.data.subarray(i * channels, (i + 1) * channels);
  const product = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += a[c]! * b[c]!;
    return sum * scale;
  };
  const keys = Array.from({ length: n }, (_, j) => rotate(line(k, j), j, theta));
  const out = tensor(['token', 'value'] as const, [n, width]);
  for (let block = 0; block < n; block += window) {
    for (let i = block; i < Math.min(n, block + window); i++) {
      const own = rotate(line(q, i), i, theta);
      const stationary = rotate(line(q, i), window, theta);
      // Columns: the starting tokens, the block before, the own block. What is not in reach stays hidden, and so does what the text has not.
      const scores = new Float64Array(global + 2 * window).fill(-Infinity);
      for (let j = 0; j < global; j++) if (i - j >= window) scores[j] = product(stationary, line(k, j));
      for (let b = 0; b < 2 * window; b++) {
        const j = block - window + b;
        const a = i - block;
        if (j >= 0 && j < n && b - a >= 1 && b - a <= window) scores[global + b] = product(own, keys[j]!);
      }
      softmaxInto(scores, scores);
      for (let s = 0; s < scores.length; s++) {
        if (scores[s] === 0) continue;
        const j = s < global ? s : block - window + s - global;
        for (let c = 0; c < width; c++) out.data[i * width + c]! += scores[s]! * v.data[j * width + c]!;
      }
    }
  }
  return out;
}

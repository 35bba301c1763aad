/** One layer of several heads with a temperature, as the authors' modules compute it: what is checked against them. */
import { matmul, matmulTransposed } from '@/tensor/matmul';
import { generate, tensor, type Matrix } from '@/tensor/tensor';
import { attention } from './length-collapse';

export interface HeadsOptions {
  readonly heads: number;
  readonly tau: number;
  /** What is divided out of the logits before the temperature: the root of a head's channels in BERT, 1 in T5. */
  readonly scale: number;
  /** Added to each logit before the temperature is applied: a mask, a relative bias. */
  bias(head: number, query: number, key: number): number;
}

/**
 * heads(x, w, options): weights of each head, and what they gather [token, width]. x is [token, width]; w.q, w.k and w.v are [out, in], as in a linear
 * layer of PyTorch. Throws RangeError where the heads do not divide the width.
 */
export function headsOf(
  x: Matrix,
  w: { readonly q: Matrix; readonly k: Matrix; readonly v: Matrix },
  { heads, tau, scale, bias }: HeadsOptions,
): { weights: Matrix<'query', 'key'>[]; output: Matrix } {
  const [n, width] = x.shape as [number, number];
  const d = width / heads;
  if (!Number.isInteger(d)) throw new RangeError(`${heads} heads do not divide ${width} channels`);
  const [q, k, v] = [w.q, w.k, w.v].map((matrix) => matmulTransposed(x, matrix)) as [Matrix, Matrix, Matrix];
  const output = tensor(['token', 'channel'], [n, width]);
  const weights = Array.from({ length: heads }, (_, head) => {
    const own = (all: Matrix) => generate(['token', 'channel'], [n, d], (i, c) => all.data[i! * width + head * d + c!]!);
    const products = matmulTransposed(own(q), own(k));
    const a = attention(
      generate(['query', 'key'], [n, n], (i, j) => products.data[i! * n + j!]! / scale + bias(head, i!, j!)),
      tau,
    );
    const gathered = matmul(a, own(v));
    for (let i = 0; i < n; i++) output.data.set(gathered.data.subarray(i * d, (i + 1) * d), i * width + head * d);
    return a;
  });
  return { weights, output };
}

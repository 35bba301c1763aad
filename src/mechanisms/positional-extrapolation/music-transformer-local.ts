/**
 * Relative attention within blocks (Music Transformer, section 3.5; tensor2tensor, masked_relative_local_attention_1d): a query sees its own block up
 * to itself, and the whole block before. Cost and memory of the logits then grow with L N instead of L^2.
 */
import { matmulTransposed } from '@/tensor/matmul';
import { softmaxInto } from '@/tensor/softmax';
import { row, rows, tensor, type Matrix } from '@/tensor/tensor';
import { embeddingsFor, skew, type Attended, type ByDistance, type ByKey, type Embeddings } from './music-transformer';

/** The matrix after each move of skewing without a mask. */
export interface UnmaskedStages {
  /** [N, 2N]: with a column of 0 on the right. */
  readonly padded: Matrix;
  /** [N + 1, 2N - 1]: N - 1 more of them at the end, then read row by row. */
  readonly reshaped: Matrix;
  /** [N, N]: its first N rows and last N columns. */
  readonly result: ByKey;
}

/**
 * unmaskedStages(m): for the block before, all of which may be seen, distances on both sides of N are needed: from M [N, 2N - 1], whose column c is for
 * the distance 2N - 1 - c, to [query, key] with M[i, j - i + N - 1]. Throws RangeError at another shape.
 */
export function unmaskedStages(m: ByDistance): UnmaskedStages {
  const [n, width] = m.shape as [number, number];
  if (width !== 2 * n - 1) throw new RangeError(`${n} queries need ${2 * n - 1} distances, got ${width}`);
  const padded = tensor(['query', 'distance'] as const, [n, 2 * n]);
  for (let i = 0; i < n; i++) padded.data.set(row(m, i), 2 * i * n);
  const reshaped = tensor(['row', 'column'] as const, [n + 1, width]);
  reshaped.data.set(padded.data);
  const result = tensor(['query', 'key'] as const, [n, n]);
  for (let i = 0; i < n; i++) row(result, i).set(row(reshaped, i).subarray(n - 1));
  return { padded, reshaped, result };
}

export const skewUnmasked = (m: ByDistance): ByKey => unmaskedStages(m).result;

/** blockOf(length, block): the block that is used. Fewer than two whole ones are one, and nothing is local. */
export const blockOf = (length: number, block: number): number => (length < 2 * block ? length : block);

/** seesLocally(i, j, block): whether a query sees a key: no later one, and none before the block before its own. */
export const seesLocally = (query: number, key: number, block: number): boolean =>
  key <= query && Math.floor(query / block) - Math.floor(key / block) <= 1;

/** localLogits(length, block): how many logits are computed, those that the mask then hides among them. */
export function localLogits(length: number, block: number): number {
  const n = blockOf(length, block);
  return n * n + (Math.ceil(length / n) - 1) * 2 * n * n;
}

/**
 * localRelativeAttention(q, k, v, e, { block, scale }): attention block by block, q and k [L, d], v [L, dv]; of the embeddings e the last 2 N are
 * used. A last block that is not full is filled with rows of 0, as in the reference. `scale` is 1/sqrt(d) unless given.
 */
export function localRelativeAttention(
  q: Matrix<'query', 'channel'>,
  k: Matrix<'key', 'channel'>,
  v: Matrix<'key', 'channel'>,
  e: Embeddings,
  { block, scale = 1 / Math.sqrt(q.shape[1]!) }: { readonly block: number; readonly scale?: number },
): Attended {
  if (!(Number.isInteger(block) && block > 0)) throw new RangeError(`a block is a whole number of positions, got ${block}`);
  const length = q.shape[0]!;
  const n = blockOf(length, block);
  const table = embeddingsFor(e, 2 * n);
  const distances = (first: number, last: number) => Array.from({ length: last - first }, (_, c) => first + c);
  const [near, far] = [rows(table, distances(n, 2 * n)), rows(table, distances(0, 2 * n - 1))];
  const probabilities = tensor(['query', 'key'] as const, [length, length]);
  const output = tensor(['query', 'channel'] as const, [length, v.shape[1]!]);
  for (let first = 0; first < length; first += n) {
    const before = Math.max(0, first - n);
    const own = blockRows(q, first, n);
    const relative = skew(matmulTransposed(own, near));
    const previous = first ? skewUnmasked(matmulTransposed(own, far)) : undefined;
    for (let i = 0; i < n && first + i < length; i++) {
      const seen = new Float64Array(first + i + 1 - before);
      for (let j = 0; j < seen.length; j++) {
        const key = before + j;
        const shift = key < first ? previous!.data[i * n + j]! : relative.data[i * n + key - first]!;
        let content = 0;
        for (let c = 0; c < q.shape[1]!; c++) content += own.data[i * q.shape[1]! + c]! * k.data[key * q.shape[1]! + c]!;
        seen[j] = scale * (content + shift);
      }
      softmaxInto(seen, seen);
      row(probabilities, first + i).set(seen, before);
      const out = row(output, first + i);
      seen.forEach((p, j) => row(v, before + j).forEach((x, c) => (out[c]! += p * x)));
    }
  }
  return { probabilities, output };
}

/** Rows first to first + n - 1, with rows of 0 past the end. */
function blockRows(q: Matrix<'query', 'channel'>, first: number, n: number): Matrix<'query', 'channel'> {
  const width = q.shape[1]!;
  const result = tensor(['query', 'channel'] as const, [n, width]);
  result.data.set(q.data.subarray(first * width, (first + n) * width));
  return result;
}

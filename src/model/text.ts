import { logSumExp } from '@/tensor/softmax';
import { encode, start, vocabulary } from './alphabet';
import type { Hooks } from './hooks';
import type { Model } from './model';

/** tokens(text) is the start token and the ids of the text's characters: what a model reads. */
export const tokens = (text: string): Int32Array => Int32Array.of(start, ...encode(text));

/** rowsOf(logits) is the logits after each token, one array a token, without a copy. */
export const rowsOf = (logits: Float32Array): Float32Array[] =>
  Array.from({ length: logits.length / vocabulary }, (_, i) => logits.subarray(i * vocabulary, (i + 1) * vocabulary));

/** loss(logits, id): nats that a model pays for a token, -log of its probability under these logits [vocabulary]. */
export const loss = (logits: ArrayLike<number>, id: number): number => logSumExp(logits) - logits[id]!;

/** losses(logits, ids): nats of each token but the first, given the logits after each [ids.length, vocabulary]. Entry i is of token i + 1. */
export const losses = (logits: Float32Array, ids: ArrayLike<number>): Float64Array =>
  Float64Array.from(rowsOf(logits).slice(0, ids.length - 1), (row, i) => loss(row, ids[i + 1]!));

/** lossesOf(model, ids, hooks): the same, read at once. */
export const lossesOf = (model: Model, ids: ArrayLike<number>, hooks?: Hooks): Float64Array => losses(model.reader(hooks).read(ids), ids);

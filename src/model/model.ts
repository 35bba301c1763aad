import type { Cache, Hooks } from './hooks';
import type { Reader } from './reader';

/** How a model tells positions apart: rotary embedding, ALiBi's slopes, or not at all. */
export type Kind = 'rope' | 'alibi' | 'nope';

/** A decoder's sizes. */
export interface Shape {
  readonly kind: Kind;
  readonly vocabulary: number;
  /** Channels of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Channels within the perceptron. */
  readonly hidden: number;
  /** RoPE's base. */
  readonly base: number;
  /** Characters of a row in training. */
  readonly window: number;
}

/** One block: x += o(attention(norm1 x)); x += down(gelu(up(norm2 x))). Matrices are [out, in], row after row. */
export interface Block {
  readonly norm1: Float32Array;
  readonly q: Float32Array;
  readonly k: Float32Array;
  /** Of each head, the logit of the share that its keys have from the token before; none in most models. */
  readonly shift?: Float32Array;
  readonly v: Float32Array;
  readonly o: Float32Array;
  readonly norm2: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

/** A decoder with its weights. */
export interface Model {
  readonly name: string;
  /** reader(hooks, cache) begins to read a text with it. */
  reader(hooks?: Hooks, cache?: Cache): Reader;
  readonly shape: Shape;
  /** [vocabulary, width]. */
  readonly embed: Float32Array;
  readonly blocks: readonly Block[];
  readonly norm: Float32Array;
  /** [vocabulary, width]. */
  readonly unembed: Float32Array;
  /** For each layer but the last, what reads off a next character there: a norm's gain and a matrix [vocabulary, width]. None unless trained. */
  readonly exits: readonly { readonly norm: Float32Array; readonly unembed: Float32Array }[];
}

/** How many numbers a model of this shape is. */
export function parameters({ vocabulary, width, layers, hidden }: Shape): number {
  return 2 * vocabulary * width + width + layers * (4 * width * width + 2 * width * hidden + 2 * width);
}

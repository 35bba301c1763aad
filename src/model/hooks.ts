import type { Shape } from './model';

/** Where attention is being computed. */
export interface Place {
  readonly layer: number;
  readonly head: number;
  /** Which token of the text asks. */
  readonly query: number;
  /** Of each key that is held, which token of the text it is; keys are in the order of the text. */
  readonly keys: ArrayLike<number>;
}

/** Where tokens stand, for a model that can tell. */
export interface Positions {
  /** What pair j turns by at each position, in radians [width / heads / 2]; the model's own unless given. */
  frequencies?(shape: Shape, length: number): ArrayLike<number>;
  /** Where the token at an index stands; at its index unless given. With a cache, the index may be that of its slot. */
  position?(index: number, length: number): number;
  /** How far apart a query takes a key to be, in place of the difference of their positions: slower, each pair is turned by itself. */
  distance?(query: number, key: number): number;
}

/** What a mechanism may put in place of a part of the model. Whatever is left out stays as it was trained. */
export interface Hooks {
  readonly positions?: Positions;
  /** Changes the scores of one query in one head before they are weighed; -Infinity hides a key. `scores` has a place for each key. */
  score?(scores: Float64Array, place: Place): void;
  /** Turns scores to weights, in place of the softmax. */
  weigh?(scores: Float64Array, place: Place): void;
  /** Sees the weights that come out. */
  watch?(weights: Float64Array, place: Place): void;
  /** Sees what leaves a layer: the residual stream of the new tokens [rows, width]. */
  state?(layer: number, x: Float32Array): void;
  /** Runs only that many layers, and reads off the next character by the exit trained there. All of them unless given. */
  readonly layers?: number;
}

/** What a mechanism may do with the cache. */
export interface Cache {
  /**
   * Which tokens to keep after one was read, from those that are held: numbers of tokens, in the order of the text. All of them unless given.
   */
  keep?(held: readonly number[]): readonly number[];
  /** Positions are counted within the cache, and not in the text: a token that moves up in it is turned anew. */
  readonly slots?: boolean;
}

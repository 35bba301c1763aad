/**
 * A synthetic head for the three failures that LM-Infinite names: a logit fitted to the trained distances, attention that has more keys to spread over, and
 * first tokens that draw attention and carry a value of their own. The last is planted, not learned.
 */
import { solve } from '@/tensor/linalg';
import { normals } from '@/tensor/random';
import { tensor, type Matrix } from '@/tensor/tensor';
import { curve, design, distancesUpTo } from './giraffe-fit';
import type { Head } from './lm-infinite';
import { rope } from './rotary';

/** Channels of the synthetic head, and of its values. */
export const channels = 16;
/** How many tokens at the beginning draw attention. */
export const planted = 4;
/** Channels of the head whose logit is fitted. */
export const fittedChannels = 32;

export interface Toy {
  readonly length: number;
  /** How strongly the first tokens draw attention; at 0 they are like the others. */
  readonly strength: number;
  /** A token whose key the last query was made for. */
  readonly needle: number;
  readonly seed: number;
}

/** What a query gives along the direction of the sinks, and a sink's key for each unit of strength. */
const [asks, answers] = [2, 4];
/** What all values have in common, without which any change of keys would turn the output; and what a sink's value has of its own. */
const [common, distinct] = [3, 5];
/** How strongly the last query asks for the needle, and the needle's key answers. */
const [wants, offers] = [9, 6];

/**
 * toyHead({ length, strength, needle, seed }): q, k, v [length, 16] from N(0, 1), drawn token by token so that a longer head begins as a shorter one. Every
 * query leans on the slowest pair by 2, keys of the first four tokens by 4 strength. Values have 3 in common on one channel; those of the first four have
 * 5 on another, in full from a strength of 1. The last query and the needle share the second slowest pair. Both pairs hardly turn within a few hundred
 * positions.
 */
export function toyHead({ length, strength, needle, seed }: Toy): Head {
  const [q, k, v] = (['query', 'key', 'value'] as const).map((_, i) =>
    tensor(['token', 'channel'] as const, [length, channels], normals(3 * seed + i, length * channels)),
  );
  const half = channels / 2;
  const [slowest, second] = [half - 1, half - 2];
  for (let i = 0; i < length; i++) {
    q!.data[i * channels + slowest]! += asks;
    v!.data[i * channels + 1]! += common;
  }
  for (let j = 0; j < Math.min(planted, length); j++) {
    k!.data[j * channels + slowest]! += answers * strength;
    v!.data[j * channels]! += distinct * Math.min(1, strength);
  }
  q!.data[(length - 1) * channels + second]! += wants;
  k!.data[Math.min(needle, length - 1) * channels + second]! += offers;
  return { q: q!, k: k!, v: v!, theta: rope(channels) };
}

/** A logit over the distance that was fitted within the trained length. */
export interface FittedLogit {
  /** At distances 0 to length - 1. */
  readonly free: Float64Array;
  /** The same with every distance cut at the ceiling. */
  readonly capped: Float64Array;
}

/**
 * fittedLogit(target, length, ceiling, epsilon): sum over pairs of a cos r theta + b sin r theta, by ridge regression to `target` on the distances
 * it has (as in Chen et al. 2023, figure 2), read on to `length`. With d = 32, the wave on 64 distances and epsilon 1e-6 it reaches 21.4 within 256.
 */
export function fittedLogit(target: Float64Array, length: number, ceiling: number, epsilon = 1e-6): FittedLogit {
  const theta = rope(fittedChannels);
  const x = design(theta, distancesUpTo(target.length));
  const free = curve(design(theta, distancesUpTo(length)), ridge(x, target, epsilon));
  return { free, capped: free.map((_, r) => free[Math.min(r, ceiling, length - 1)]!) };
}

/** Weights w with (X^T X + epsilon I) w = X^T y. */
function ridge(x: Matrix, y: Float64Array, epsilon: number): Float64Array {
  const [rows = 0, n = 0] = x.shape;
  const gram = tensor(['row', 'column'] as const, [n, n]);
  const moments = tensor(['row', 'one'] as const, [n, 1]);
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < n; i++) {
      const value = x.data[r * n + i]!;
      moments.data[i]! += value * y[r]!;
      for (let j = 0; j < n; j++) gram.data[i * n + j]! += value * x.data[r * n + j]!;
    }
  for (let i = 0; i < n; i++) gram.data[i * n + i]! += epsilon;
  return solve(gram, moments).data;
}

/** cosine(a, b); 0 where one of them is 0. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
}

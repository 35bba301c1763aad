/**
 * LM-Infinite (Han et al. 2023): a query sees the latest `window` tokens, itself among them, and the first `starting` ones, and takes no key to be
 * further away than `ceiling`. Source: Glaciohound/LM-Infinite, models/lambda_attention.py and models/llama.py. Positions count from 0.
 */
import type { Hooks } from '@/model/hooks';
import { softmaxInto } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import { rotate } from './rotary';

/** Who sees whom, and how far away. Infinity for a window is no mask, for a ceiling true distances. */
export interface Reach {
  /** L: keys that a query sees back from itself, itself included; at least 1. */
  readonly window: number;
  /** G: first tokens that every query sees. */
  readonly starting: number;
  /** The largest distance a query and a key are given. */
  readonly ceiling: number;
}

/** The paper's method and what it is taken apart into. */
export const patterns = ['full', 'ceiling', 'window', 'mask', 'lambda'] as const;
export type Pattern = (typeof patterns)[number];

/**
 * reachOf(pattern, window, starting, ceiling): full attention; the ceiling alone; a sliding window, which has no starting tokens; the Λ-shaped mask with
 * true distances; and LM-Infinite, the mask with its ceiling, which the authors' scripts set to the window (limit_distance, local_branch).
 */
export function reachOf(pattern: Pattern, window: number, starting: number, ceiling = window): Reach {
  const masked = pattern === 'window' || pattern === 'mask' || pattern === 'lambda';
  return {
    window: masked ? window : Infinity,
    starting: pattern === 'mask' || pattern === 'lambda' ? starting : 0,
    ceiling: pattern === 'ceiling' || pattern === 'lambda' ? ceiling : Infinity,
  };
}

/** sees(query, key, reach): the local branch, or the global one. */
export const sees = (query: number, key: number, { window, starting }: Reach): boolean =>
  key <= query && (query - key < window || key < starting);

/** apart(query, key, reach): the distance that the logit is computed with. Local ones are 0 to window - 1, so a ceiling at the window is one more than any. */
export const apart = (query: number, key: number, { ceiling }: Reach): number => Math.min(query - key, ceiling);

/** seen(query, reach): how many keys it sees. A starting token inside the window counts once. */
export const seen = (query: number, { window, starting }: Reach): number => Math.min(query + 1, window + starting);

/** pairs(n, reach): products of a query and a key in one head, over n tokens: n²/2 without a mask, n (L + G) with one. */
export function pairs(n: number, reach: Reach): number {
  checked(reach);
  const most = Math.min(n, reach.window + reach.starting);
  return (most * (most + 1)) / 2 + (n - most) * most;
}

/** pairsBeyond(n, reach, known): how many of them are given a distance larger than `known`. */
export function pairsBeyond(n: number, reach: Reach, known: number): number {
  checked(reach);
  if (reach.ceiling <= known) return 0;
  let count = 0;
  // Keys 0 to further - 1 are beyond; a query sees the starting ones of these, and those of its window.
  for (let further = 1; further < n - known; further++) {
    const local = firstLocal(further + known, reach);
    count += Math.min(further, reach.starting) + Math.max(0, further - Math.max(reach.starting, local));
  }
  return count;
}

/** held(n, reach): tokens whose keys and values a cache holds to read on after n. */
export const held = (n: number, { window, starting }: Reach): number => Math.min(n, window + starting);

/** firstLocal(query, reach): where the local branch begins. */
export const firstLocal = (query: number, { window }: Reach): number => Math.max(0, query + 1 - window);

/** What a head is given: rows of q, k [token, channel] and v [token, value], and the frequencies of its pairs. */
export interface Head {
  readonly q: Matrix;
  readonly k: Matrix;
  readonly v: Matrix;
  /** Radians per position [channel / 2]. */
  readonly theta: Float64Array;
}

/** One row of attention. Both branches share one softmax. */
export interface Row {
  /** Which keys the query sees, ascending. */
  readonly keys: Int32Array;
  /** One for each of them: rotated by the distance, over the root of the channels. */
  readonly logits: Float64Array;
  readonly weights: Float64Array;
}

/**
 * rowsOf(head, reach) gives a function from a query to its row. Within the ceiling query and key are turned by their positions; beyond it
 * the query is turned to the position `ceiling` and the key not at all, which is the same distance for all. Throws RangeError for sizes that do not fit.
 */
export function rowsOf({ q, k, theta }: Pick<Head, 'q' | 'k' | 'theta'>, reach: Reach): (query: number) => Row {
  checked(reach);
  const [n = 0, channels = 0] = q.shape;
  if (k.shape[0] !== n || k.shape[1] !== channels || channels !== 2 * theta.length)
    throw new RangeError(`q ${q.shape.join('x')}, k ${k.shape.join('x')} and ${theta.length} pairs do not fit`);
  const turned = (x: Matrix, position: (i: number) => number) => {
    const y = new Float64Array(n * channels);
    for (let i = 0; i < n; i++) y.set(rotate(x.data.subarray(i * channels, (i + 1) * channels), position(i), theta), i * channels);
    return y;
  };
  const [rq, rk] = [turned(q, (i) => i), turned(k, (i) => i)];
  const stationary = reach.ceiling < n ? turned(q, () => reach.ceiling) : rq;
  const scale = 1 / Math.sqrt(channels);
  return (query) => {
    const keys = new Int32Array(seen(query, reach));
    const logits = new Float64Array(keys.length);
    const local = firstLocal(query, reach);
    const outside = Math.min(local, reach.starting);
    for (let s = 0; s < keys.length; s++) {
      const key = (keys[s] = s < outside ? s : local + s - outside);
      const capped = query - key > reach.ceiling;
      const [a, b] = capped ? [stationary, k.data] : [rq, rk];
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += a[query * channels + c]! * b[key * channels + c]!;
      logits[s] = sum * scale;
    }
    const weights = new Float64Array(keys.length);
    softmaxInto(weights, logits);
    return { keys, logits, weights };
  };
}

/** gathered(row, v): the weighted mean of the values that a row sees [value]. */
export function gathered({ keys, weights }: Row, v: Matrix): Float64Array {
  const width = v.shape[1]!;
  const out = new Float64Array(width);
  for (let s = 0; s < keys.length; s++) for (let c = 0; c < width; c++) out[c]! += weights[s]! * v.data[keys[s]! * width + c]!;
  return out;
}

/** attend(head, reach): the head's output [token, value], row after row. */
export function attend(head: Head, reach: Reach): Matrix<'token', 'value'> {
  const [n = 0, width = 0] = head.v.shape;
  const row = rowsOf(head, reach);
  const out = tensor(['token', 'value'] as const, [n, width]);
  for (let i = 0; i < n; i++) out.data.set(gathered(row(i), head.v), i * width);
  return out;
}

/**
 * entropyFloor(n, bound) = ln n - 2 B: what the entropy of a softmax over n logits within [-B, B] is at least. No weight exceeds
 * e^B / (n e^-B), and the entropy is a mean of -ln of the weights.
 */
export const entropyFloor = (n: number, bound: number): number => Math.log(n) - 2 * bound;

/** reachHooks(reach) makes a resident model read so. It turns each pair of tokens by itself only where a distance is cut short. */
export function reachHooks(reach: Reach): Pick<Hooks, 'positions' | 'score'> {
  checked(reach);
  return {
    positions: Number.isFinite(reach.ceiling) ? { distance: (query, key) => apart(query, key, reach) } : undefined,
    score: Number.isFinite(reach.window)
      ? (scores, { query, keys }) => {
          for (let j = 0; j < scores.length; j++) if (!sees(query, keys[j]!, reach)) scores[j] = -Infinity;
        }
      : undefined,
  };
}

/** kept(tokens, coming, reach): of the tokens that are held, in order, those that the query numbered `coming` or a later one may still see. */
export const kept = (tokens: readonly number[], coming: number, reach: Reach): readonly number[] =>
  tokens.filter((token) => token < reach.starting || coming - token < reach.window);

function checked({ window, starting, ceiling }: Reach): void {
  const whole = (x: number, least: number) => x === Infinity || (Number.isInteger(x) && x >= least);
  if (!whole(window, 1)) throw new RangeError(`window must be a whole number and at least 1, got ${window}`);
  if (!whole(starting, 0) || starting === Infinity) throw new RangeError(`starting must be a whole number and at least 0, got ${starting}`);
  if (!whole(ceiling, 0)) throw new RangeError(`ceiling must be a whole number and at least 0, got ${ceiling}`);
}

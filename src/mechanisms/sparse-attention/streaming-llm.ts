import type { Cache, Hooks } from '@/model/hooks';
import { softmaxInto } from '@/tensor/softmax';

/**
 * StreamingLLM (Xiao et al., 2023): a cache of the first tokens and the latest ones, in which positions are counted by slot.
 * Source: mit-han-lab/streaming-llm, streaming_llm/kv_cache.py (StartRecentKVCache) and pos_shift/modify_llama.py. All functions are pure;
 * they throw RangeError for sizes that are not whole and at least 0.
 */

/** How much a cache holds between two tokens: `sinks` first tokens and `recent` latest ones, together its capacity. */
export interface Sizes {
  readonly sinks: number;
  readonly recent: number;
}

/** The four ways to read a stream that the paper compares. */
export const policies = ['dense', 'window', 'recompute', 'streaming'] as const;
export type Policy = (typeof policies)[number];

/** capacity(sizes): how many tokens are held once the cache is full. */
export const capacity = ({ sinks, recent }: Sizes): number => whole('sinks', sinks) + whole('recent', recent);

/**
 * evict(held, sizes): what stays after a token was read, of any list in the order of the text: all while it fits, then the first
 * `sinks` and the last `recent` (`__call__`). As this comes after the token, a query sees one key more than the capacity: its own.
 */
export function evict<T>(held: readonly T[], sizes: Sizes): readonly T[] {
  if (held.length <= capacity(sizes)) return held;
  return [...held.slice(0, sizes.sinks), ...held.slice(held.length - sizes.recent)];
}

/**
 * evictForSpace(held, coming, sizes): what stays before `coming` tokens are read at once, so that they fit (`evict_for_space`). Where they
 * are `recent` or more, the sinks alone.
 */
export function evictForSpace<T>(held: readonly T[], coming: number, sizes: Sizes): readonly T[] {
  const { length } = held;
  if (length + whole('coming', coming) <= capacity(sizes)) return held;
  return [...held.slice(0, sizes.sinks), ...held.slice(length + coming - sizes.recent)];
}

/** slotOf(token, query, sizes): the slot in which a query finds a token, 0 first; -1 where it is not held any more. The query's own slot is its last. */
export function slotOf(token: number, query: number, sizes: Sizes): number {
  if (token > query) return -1;
  const own = ownSlot(query, sizes);
  if (own === query || token < sizes.sinks) return token;
  return query - token <= sizes.recent ? own - (query - token) : -1;
}

/** ownSlot(query, sizes): where a query stands: at its place in the text until the cache is full, from then on always in the same slot. */
export const ownSlot = (query: number, sizes: Sizes): number => Math.min(whole('query', query), capacity(sizes));

/**
 * slotDistance(token, query, sizes): how far apart their slots are, which is the distance that RoPE turns by. The true one among recent tokens;
 * from a sink never more than the capacity. NaN for a token that is not held.
 */
export function slotDistance(token: number, query: number, sizes: Sizes): number {
  const slot = slotOf(token, query, sizes);
  return slot < 0 ? NaN : ownSlot(query, sizes) - slot;
}

/** sinkWeight(logit, n) = e^s / (e^s + n - 1): what a key with this logit gets among n - 1 others whose logits are 0. */
export const sinkWeight = (logit: number, n: number): number => 1 / (1 + (whole('n', n) - 1) * Math.exp(-logit));

/** inflation(logit, w) = (e^s + w) / w: by what the weights of w ordinary keys grow when the sink is gone. */
export const inflation = (logit: number, w: number): number => Math.exp(logit) / whole('w', w) + 1;

/**
 * softmaxOffByOne(x)_i = e^x_i / (1 + sum of e^x_j), the "zero sink": the softmax with one more key, of zeros and with the value 0. Sums to
 * less than 1, so a head may say nothing. -Infinity gets exactly 0.
 */
export function softmaxOffByOne(x: ArrayLike<number>): Float64Array {
  const result = new Float64Array(x.length);
  const whole = softmaxInto(result, x);
  if (whole === -Infinity) return result;
  const share = 1 / (1 + Math.exp(-whole));
  for (let i = 0; i < result.length; i++) result[i]! *= share;
  return result;
}

/**
 * products(policy, tokens, cache): how many dot products of a query and a key one head computes to read that many tokens. With a cache
 * a query meets what is held and itself; recomputing, each token has its whole window read anew.
 */
export function products(policy: Policy, tokens: number, cache: number): number {
  whole('tokens', tokens);
  whole('cache', cache);
  const triangle = (n: number) => (n * (n + 1)) / 2;
  if (policy === 'dense') return triangle(tokens);
  if (policy === 'recompute') {
    const growing = Math.min(tokens, cache);
    return (growing * (growing + 1) * (growing + 2)) / 6 + (tokens - growing) * triangle(cache);
  }
  const growing = Math.min(tokens, cache + 1);
  return triangle(growing) + (tokens - growing) * (cache + 1);
}

/** streamingCache(sizes) is the policy for a resident model that reads token by token: keys are kept unturned and turned by slot. */
export const streamingCache = (sizes: Sizes): Cache => ({ slots: true, keep: (held) => evict(held, sizes) });

/**
 * streamingHooks(sizes) makes a resident model read many tokens at once as it would one by one under streamingCache: a query is shown its
 * sinks and its latest keys alone, and takes a sink to be as far away as its slot is. The reader must count positions in slots; between two
 * readings its cache may drop what streamingCache would.
 */
export function streamingHooks(sizes: Sizes): Pick<Hooks, 'positions' | 'score'> {
  const { sinks, recent } = sizes;
  const most = capacity(sizes);
  return {
    // Without sinks all distances are true ones, and RoPE turns each key once instead of each pair.
    positions: sinks ? { distance: (query, key) => (key < sinks ? Math.min(query, most) - key : query - key) } : undefined,
    score(scores) {
      for (let slot = sinks; slot < scores.length - 1 - recent; slot++) scores[slot] = -Infinity;
    },
  };
}

function whole(name: string, x: number): number {
  if (!(Number.isInteger(x) && x >= 0)) throw new RangeError(`${name} must be a whole number and at least 0, got ${x}`);
  return x;
}

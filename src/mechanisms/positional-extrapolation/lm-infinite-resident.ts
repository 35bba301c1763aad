/**
 * A resident model that reads past its window under LM-Infinite and under the parts of it: what each character costs, how evenly the attention of a
 * query is spread, what it gives the first tokens, and how large scores get with the distance. All of it measured while the text is read.
 */
import type { Model } from '@/model/model';
import { loss, rowsOf } from '@/model/text';
import { entropy } from '@/tensor/softmax';
import { kept, reachHooks, seen, type Reach } from './lm-infinite';

/** Tokens read at once; how many changes the time it takes, not what comes out. */
const chunk = 64;

export interface Watch {
  /** Every so many queries, the last of each stretch, is looked at. */
  readonly every: number;
  /** Which first tokens' share is measured: those numbered below this. */
  readonly first: number;
}

export interface Reading {
  /** Nats for each token but the first [ids - 1]. */
  readonly losses: Float64Array;
  /** The queries that were looked at, ascending. */
  readonly queries: readonly number[];
  /** Of each, the entropy of its weights in nats, as a mean over all heads of all layers. */
  readonly entropies: readonly number[];
  /** Of each, how many keys it sees. */
  readonly seen: readonly number[];
  /** Of each, the share of its attention on the first tokens, as a mean over all heads. */
  readonly shares: readonly number[];
  /** Of each, the share on keys that stand a trained window away or further, the first ones among them. */
  readonly far: readonly number[];
  /** Of each layer and head, the mean share on the first tokens over the queries past the trained window [layers * heads]; 0 where there is none. */
  readonly heads: readonly number[];
  /**
   * Of keys that stand [i every, (i + 1) every) away: the root mean square of the scores that they are given, over heads and queries. NaN where no key is
   * seen; it does not grow with the number of keys, as a maximum would.
   */
  readonly scores: readonly number[];
  /** The largest size of a score at all. */
  readonly largest: number;
}

/** read(model, ids, reach, watch): a masked text is read in pieces with a cache that drops what nobody will see: its time is linear. */
export function read(model: Model, ids: Int32Array, reach: Reach, { every, first }: Watch): Reading {
  const { layers, heads, window } = model.shape;
  const all = layers * heads;
  const n = ids.length - 1;
  const stretches = Math.ceil(n / every);
  const queries = Array.from({ length: stretches }, (_, i) => Math.min(n, (i + 1) * every) - 1);
  const at = new Map(queries.map((query, i) => [query, i]));
  const entropies = new Float64Array(stretches);
  const shares = new Float64Array(stretches);
  const ofHead = new Float64Array(all);
  const far = new Float64Array(stretches);
  const squares = new Float64Array(stretches);
  const counts = new Float64Array(stretches);
  let largest = 0;
  const past = queries.filter((query) => query >= window).length;
  const hooks = reachHooks(reach);

  const reader = model.reader(
    {
      ...hooks,
      score(row, place) {
        hooks.score?.(row, place);
        if (!at.has(place.query)) return;
        for (let j = 0; j < row.length; j++) {
          if (row[j] === -Infinity) continue;
          const bin = Math.floor((place.query - place.keys[j]!) / every);
          squares[bin]! += row[j]! ** 2;
          counts[bin]!++;
          largest = Math.max(largest, Math.abs(row[j]!));
        }
      },
      watch(weights, place) {
        const i = at.get(place.query);
        if (i === undefined) return;
        let share = 0;
        for (let j = 0; j < weights.length && place.keys[j]! < first; j++) share += weights[j]!;
        entropies[i]! += entropy(weights) / all;
        shares[i]! += share / all;
        for (let j = 0; j < weights.length && place.query - place.keys[j]! >= window; j++) far[i]! += weights[j]! / all;
        if (place.query >= window) ofHead[place.layer * heads + place.head]! += share / past;
      },
    },
    Number.isFinite(reach.window) ? { keep: (tokens) => kept(tokens, tokens.at(-1)! + 1, reach) } : {},
  );
  const losses = new Float64Array(n);
  const step = Number.isFinite(reach.window) ? chunk : n;
  for (let from = 0; from < n; from += step)
    rowsOf(reader.read(ids.subarray(from, Math.min(n, from + step)))).forEach(
      (row, i) => (losses[from + i] = loss(row, ids[from + i + 1]!)),
    );
  return {
    losses,
    queries,
    entropies: [...entropies],
    seen: queries.map((query) => seen(query, reach)),
    shares: [...shares],
    far: [...far],
    heads: [...ofHead],
    scores: Array.from(squares, (sum, i) => Math.sqrt(sum / counts[i]!)),
    largest,
  };
}

/**
 * A motif that comes back in a text, read by a model that was really trained: what its characters cost the first time and again, and which of its
 * heads looks back at them. Its positions are rotary, not a table of embeddings, yet scores depend on the distance alone in both.
 */
import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { lossesOf, tokens } from '@/model/text';

/** A text in which a motif stands twice. */
export interface Repeat {
  /** The start token and all characters. */
  readonly ids: Int32Array;
  /** Which token the motif begins with, the first time and again. */
  readonly first: number;
  readonly again: number;
  /** Characters of the motif. */
  readonly length: number;
}

/** repeated(prose, motif, { lead, gap }): `lead` characters of prose, the motif, the next `gap` of them, the motif. Throws RangeError where there is too little of either. */
export function repeated(prose: string, motif: string, { lead, gap }: { readonly lead: number; readonly gap: number }): Repeat {
  const written = tokens(motif).length - 1;
  if (written < 2) throw new RangeError('a motif needs two characters to have a next one');
  const ids = tokens(prose.slice(0, lead) + motif + prose.slice(lead, lead + gap) + motif);
  if (ids.length !== 1 + lead + gap + 2 * written) throw new RangeError(`prose of ${prose.length} characters does not fill ${lead + gap}`);
  return { ids, first: 1 + lead, again: 1 + lead + written + gap, length: written };
}

/** What takes the distances away: each key is scored as if it stood where the query stands. */
export const withoutDistance: Hooks = { positions: { distance: () => 0 } };

/** Of one head, while it reads the motif again. */
export interface Look {
  readonly layer: number;
  readonly head: number;
  /** Mean attention on the character that came next the first time: the one to expect now. */
  readonly next: number;
  /** At each character of the motif, the weights of all that it sees. */
  readonly weights: readonly Float64Array[];
}

export interface Heard {
  /** Nats for each character of the motif. */
  readonly first: Float64Array;
  readonly again: Float64Array;
  /** One for each head, those of the first layer first. */
  readonly looks: readonly Look[];
}

/** hear(model, repeat, hooks): reads the text at once. The last character of the motif has no next one within it, so that it does not count for `next`. */
export function hear(model: Model, { ids, first, again, length }: Repeat, hooks: Hooks = {}): Heard {
  const { layers, heads } = model.shape;
  const weights = Array.from({ length: layers * heads }, () => new Array<Float64Array>(length));
  const losses = lossesOf(model, ids, {
    ...hooks,
    watch(seen, { layer, head, query }) {
      if (query >= again) weights[layer * heads + head]![query - again] = Float64Array.from(seen);
    },
  });
  return {
    // Entry i of the losses is of token i + 1.
    first: losses.slice(first - 1, first - 1 + length),
    again: losses.slice(again - 1, again - 1 + length),
    looks: weights.map((rows, n) => ({
      layer: Math.floor(n / heads),
      head: n % heads,
      next: rows.slice(0, -1).reduce((sum, row, k) => sum + row[first + k + 1]!, 0) / (length - 1),
      weights: rows,
    })),
  };
}

/** byDistance(weights, query): mean weight at each distance, over rows that begin at that query; of the distances that all of them have. */
export function byDistance(weights: readonly Float64Array[]): Float64Array {
  const shortest = weights[0]!.length;
  return Float64Array.from(
    { length: shortest },
    (_, d) => weights.reduce((sum, row) => sum + row[row.length - 1 - d]!, 0) / weights.length,
  );
}

/**
 * Positional Integrity Encoding (He et al. 2024): a cache of rotated keys after an edit in the middle of its text. Keys before the edit are kept, the
 * new tokens are encoded, and every key behind is turned by one rotation to where it now stands, because R_(t + shift) R_t^-1 = R_shift. Values stay.
 * Here: what an edit does to positions, the rotation, and what each way of keeping the cache costs. No model.
 */
import { rotate } from './rotary';

/** `removed` tokens from `at` on give way to `inserted` new ones. Numbers of tokens of the text before any edit. */
export interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: number;
}

/** A token of the edited text: one of the old text, or a new one (the `fresh`th of all edits). */
export type Slot = {
  /** Where it stands now: its number in the edited text. */
  readonly position: number;
  /** How far it moved; 0 for a new token. */
  readonly shift: number;
} & ({ readonly old: number; readonly fresh?: undefined } | { readonly fresh: number; readonly old?: undefined });

/**
 * Ways to bring a cache up to date. `full` encodes everything from the first edit on, `pie` and `conflict` only the new tokens (conflict leaves the old
 * keys turned for where they stood), `drop` forgets what stands behind the first edit, `stale` does nothing: the cache is that of the old text.
 */
export type Method = 'full' | 'pie' | 'conflict' | 'drop' | 'stale';
export const methods: readonly Method[] = ['full', 'pie', 'conflict', 'drop', 'stale'];

/**
 * splice(length, edits): the edited text, token by token. Several edits are given from left to right and may touch, not overlap; what stands behind
 * them is shifted by the sum. Throws RangeError otherwise.
 */
export function splice(length: number, edits: readonly Edit[]): Slot[] {
  const slots: Slot[] = [];
  let from = 0;
  let fresh = 0;
  const keep = (to: number) => {
    for (; from < to; from++) slots.push({ old: from, position: slots.length, shift: slots.length - from });
  };
  for (const { at, removed, inserted } of edits) {
    const whole = [at, removed, inserted].every((n) => Number.isInteger(n) && n >= 0);
    if (!whole || at < from || at + removed > length)
      throw new RangeError(`an edit of ${removed} tokens at ${at} does not fit ${length} tokens`);
    keep(at);
    from = at + removed;
    for (let i = 0; i < inserted; i++) slots.push({ fresh: fresh++, position: slots.length, shift: 0 });
  }
  keep(length);
  return slots;
}

/** firstChange(edits): the first token of the edited text that is new or moved; the text before it is untouched. */
export const firstChange = (edits: readonly Edit[], length: number): number => edits[0]?.at ?? length;

/** A key that a cache holds, and the position that it is turned for. */
export interface Seat {
  readonly slot: Slot;
  readonly position: number;
}

/**
 * seats(slots, method, from): which keys are held, and for which position each is turned. `from` is the first change. Under `stale` the slots must
 * be those of the old text.
 */
export function seats(slots: readonly Slot[], method: Method, from: number): Seat[] {
  return slots
    .filter(({ old, position }) => method !== 'drop' || old === undefined || position < from)
    .map((slot) => ({ slot, position: method === 'conflict' && slot.old !== undefined ? slot.old : slot.position }));
}

/** What is wrong with the positions of a cache whose next token stands at `next`. */
export interface Confusion {
  /** Positions that more than one key is turned for. */
  readonly doubled: readonly number[];
  /** Positions before the next token that no key is turned for. */
  readonly holes: readonly number[];
  /** Keys turned for the next token's own position or a later one: it would look into its future. */
  readonly ahead: number;
}

/** confusion(held, next): how the positions of the keys that are held disagree with a text that ends before `next`. */
export function confusion(held: readonly Seat[], next: number): Confusion {
  const count = new Map<number, number>();
  for (const { position } of held) count.set(position, (count.get(position) ?? 0) + 1);
  return {
    doubled: [...count]
      .filter(([, keys]) => keys > 1)
      .map(([position]) => position)
      .sort((a, b) => a - b),
    holes: Array.from({ length: next }, (_, position) => position).filter((position) => !count.has(position)),
    ahead: held.filter(({ position }) => position >= next).length,
  };
}

/**
 * moved(keys, shift, theta): the keys of one token [heads x dim], each head already turned for some position, turned by `shift` more: as if they had
 * been turned for the position that many further on. theta [dim/2] is in radians per position, pairs are (i, i + dim/2). With grouped queries
 * these are the heads of keys. Throws RangeError unless whole heads are given.
 */
export function moved(keys: ArrayLike<number>, shift: number, theta: Float64Array): Float64Array {
  const dim = 2 * theta.length;
  if (keys.length % dim) throw new RangeError(`heads of ${dim} channels do not fill ${keys.length}`);
  const all = Float64Array.from(keys);
  for (let at = 0; at < all.length; at += dim) all.set(rotate(all.subarray(at, at + dim), shift, theta), at);
  return all;
}

/** cosine(a, b): of the angle between two vectors, all heads as one. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The sizes that a cost depends on. */
export interface CostShape {
  readonly layers: number;
  /** Channels of the residual stream. */
  readonly width: number;
  /** Channels of a token's keys, all heads; as many as `width` unless heads share them. */
  readonly keyWidth?: number;
  /** Numbers in the matrices of one layer. */
  readonly matrices: number;
}

/** Multiplications to bring the cache up to date. */
export interface Cost {
  /** Tokens through the matrices of all layers. */
  readonly encode: number;
  /** Queries with keys, weights with values, of those tokens. */
  readonly attend: number;
  /** Keys turned: two a channel. */
  readonly turn: number;
  readonly total: number;
}

/** cost(slots, method, from, shape): by counting, see Cost. Reading off a next token costs every method the same and is left out. */
export function cost(slots: readonly Slot[], method: Method, from: number, { layers, width, keyWidth = width, matrices }: CostShape): Cost {
  const encoded = slots.filter(
    ({ fresh, position }) => method !== 'stale' && (fresh !== undefined || (method === 'full' && position >= from)),
  );
  const turned = method === 'pie' ? slots.filter(({ shift }) => shift !== 0).length : 0;
  const encode = layers * matrices * encoded.length;
  // What was dropped is not looked at.
  const seen = (slot: Slot) => (method === 'drop' ? Math.min(slot.position, from + slot.fresh!) : slot.position) + 1;
  const attend = layers * 2 * width * encoded.reduce((sum, slot) => sum + seen(slot), 0);
  const turn = layers * 2 * keyWidth * turned;
  return { encode, attend, turn, total: encode + attend + turn };
}

/**
 * A small decoder with random weights whose cache is edited: one head, RMS-normalised attention with a residual stream, no perceptron. It is there for
 * what can be known exactly: in the first layer a repaired key is right to the last bit, and how far deeper ones are off depends on how
 * much of its context a token takes in.
 */
import { random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { cosine, moved, seats, type Method, type Slot } from './positional-integrity-encoding';
import { rope, rotate } from './rotary';

/** Matrices [dim, dim], row after row, of one layer; a row makes one channel. */
export interface Layer {
  readonly q: Float64Array;
  readonly k: Float64Array;
  readonly v: Float64Array;
  readonly o: Float64Array;
}

export interface Toy {
  readonly dim: number;
  readonly layers: readonly Layer[];
  /** Radians per position [dim/2]. */
  readonly theta: Float64Array;
  /** By how much what a stored token gathers is multiplied before it joins its stream: 0, and no key or value knows of its context. */
  readonly coupling: number;
}

/** Of each layer, one array a token: keys as they are turned, and values. */
export interface Cache {
  readonly keys: readonly (readonly Float64Array[])[];
  readonly values: readonly (readonly Float64Array[])[];
}

export interface ToyOptions {
  readonly dim?: number;
  readonly layers?: number;
  readonly base?: number;
  readonly coupling?: number;
}

/** randomToy(seed, options): q and k from N(0, 2.25/dim), v from N(0, 1/dim), o from N(0, 0.25/dim). */
export function randomToy(seed: number, { dim = 16, layers = 4, base = 10000, coupling = 1 }: ToyOptions = {}): Toy {
  const source = random(seed);
  const matrix = (deviation: number) => Float64Array.from({ length: dim * dim }, () => (deviation / Math.sqrt(dim)) * source.normal());
  return {
    dim,
    theta: rope(dim, base),
    coupling,
    layers: Array.from({ length: layers }, () => ({ q: matrix(1.5), k: matrix(1.5), v: matrix(1), o: matrix(0.5) })),
  };
}

/** randomTokens(seed, n, dim): n vectors from N(0, 1). A longer text with the same seed begins alike. */
export function randomTokens(seed: number, n: number, dim = 16): Float64Array[] {
  const source = random(seed);
  return Array.from({ length: n }, () => Float64Array.from({ length: dim }, () => source.normal()));
}

/** What encoding some tokens gives: their rows of each layer's keys and values, and of each layer the stream that leaves it, one array a token. */
export interface Encoded extends Cache {
  readonly states: readonly (readonly Float64Array[])[];
}

/**
 * encode(toy, tokens, positions, before, coupling): tokens one after another behind a cache, each seeing the whole of it, those before and itself. Keys
 * come out turned for `positions`.
 */
export function encode(
  toy: Toy,
  tokens: readonly Float64Array[],
  positions: ArrayLike<number>,
  before: Cache = empty(toy),
  coupling: number = toy.coupling,
): Encoded {
  const { dim, theta } = toy;
  let x: readonly Float64Array[] = tokens;
  const rows = toy.layers.map(({ q, k, v, o }, layer) => {
    const y = x.map(normalised);
    const keys = y.map((row, r) => rotate(times(k, row), positions[r]!, theta));
    const values = y.map((row) => times(v, row));
    const [allKeys, allValues] = [before.keys[layer]!.concat(keys), before.values[layer]!.concat(values)];
    const earlier = before.keys[layer]!.length;
    x = x.map((stream, r) => {
      const query = rotate(times(q, y[r]!), positions[r]!, theta);
      const scores = new Float64Array(earlier + r + 1);
      for (let j = 0; j < scores.length; j++) scores[j] = dot(query, allKeys[j]!) / Math.sqrt(dim);
      const weights = softmax(scores);
      const gathered = new Float64Array(dim);
      for (let j = 0; j < weights.length; j++) {
        const [weight, value] = [weights[j]!, allValues[j]!];
        for (let c = 0; c < dim; c++) gathered[c]! += weight * value[c]!;
      }
      const out = times(o, gathered);
      return stream.map((value, c) => value + coupling * out[c]!);
    });
    return { keys, values, x };
  });
  return { keys: rows.map(({ keys }) => keys), values: rows.map(({ values }) => values), states: rows.map((row) => row.x) };
}

/** encodeText(toy, tokens): a text from its beginning. */
export const encodeText = (toy: Toy, tokens: readonly Float64Array[]): Encoded =>
  encode(
    toy,
    tokens,
    Float64Array.from(tokens, (_, i) => i),
  );

/**
 * editedCache(toy, old, tokens, slots, method, from): the cache of the edited text, `tokens` [slots.length], made from that of the old text. `from` is the
 * first change. New tokens stand where they belong in the edited text and see what is held of the text before them. Under `stale` it is the old one.
 */
export function editedCache(
  toy: Toy,
  old: Cache,
  tokens: readonly Float64Array[],
  slots: readonly Slot[],
  method: Method,
  from: number,
): Cache {
  if (method === 'stale') return old;
  let cache: Cache = empty(toy);
  const append = (next: Cache) => {
    cache = {
      keys: cache.keys.map((rows, layer) => rows.concat(next.keys[layer]!)),
      values: cache.values.map((rows, layer) => rows.concat(next.values[layer]!)),
    };
  };
  const held = seats(slots, method, from);
  const encoded = ({ slot }: (typeof held)[number]) => slot.fresh !== undefined || (method === 'full' && slot.position >= from);
  for (let i = 0; i < held.length;) {
    // As many of a kind as there are in a row.
    let end = i + 1;
    while (end < held.length && encoded(held[end]!) === encoded(held[i]!)) end++;
    const run = held.slice(i, end);
    if (encoded(held[i]!)) {
      const own = run.map(({ slot }) => tokens[slot.position]!);
      append(encode(toy, own, Float64Array.from(run, ({ position }) => position), cache)); // prettier-ignore
    } else
      append({
        keys: old.keys.map((rows) =>
          run.map(({ slot, position }) => {
            const key = rows[slot.old!]!;
            return position === slot.old ? key : moved(key, position - slot.old!, toy.theta);
          }),
        ),
        values: old.values.map((rows) => run.map(({ slot }) => rows[slot.old!]!)),
      });
    i = end;
  }
  return cache;
}

/**
 * nextStates(toy, cache, query, position): the stream of a query token that reads the cache, after each layer, always with a coupling of 1. No layer
 * knows of later ones, so the state after the l-th is what a toy of l layers ends with.
 */
export const nextStates = (toy: Toy, cache: Cache, query: Float64Array, position: number): Float64Array[] =>
  encode(toy, [query], [position], cache, 1).states.map(([state]) => state!);

/** keyCosines(cache, reference): of each layer and token, the cosine between its key and that of the reference [layers][tokens]. */
export const keyCosines = (cache: Cache, reference: Cache): number[][] =>
  cache.keys.map((rows, layer) => rows.map((key, t) => cosine(key, reference.keys[layer]![t]!)));

const empty = ({ layers }: Toy): Cache => ({ keys: layers.map(() => []), values: layers.map(() => []) });

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}

function times(w: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  const y = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    let sum = 0;
    for (let c = 0; c < n; c++) sum += w[r * n + c]! * x[c]!;
    y[r] = sum;
  }
  return y;
}

/** A vector over its root mean square. */
function normalised(x: Float64Array): Float64Array {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + 1e-6);
  return x.map((value) => value * scale);
}

import { softmaxInto } from '@/tensor/softmax';
import type { Cache, Hooks, Place } from './hooks';
import { addInto, geluInto, linear, normed } from './linear';
import type { Model } from './model';
import { scorer } from './scores';
import { standing } from './positions';

/**
 * A model at work on one text: it reads tokens, one or many at a time, and keeps what later ones need to see. Reading a text at once or token by
 * token gives the same logits, unless a cache policy forgets in between.
 *
 * Keys are kept as they are before RoPE turns them, so that positions may change while they are held.
 */
export class Reader {
  readonly model: Model;
  /** Which tokens of the text are held, in order. */
  held: readonly number[] = [];
  /** How many tokens were read. */
  length = 0;
  /** Multiplications so far: of matrices, and of queries with keys and weights with values, those that a hook hides among them. */
  products = 0;
  readonly #hooks: Hooks;
  readonly #cache: Cache;
  /** Of each layer, keys and values of what is held [held, width]. */
  #keys: Float32Array[];
  #values: Float32Array[];
  /** Of each layer, the key of the last token before it was mixed. */
  readonly #last: Float32Array[] = [];

  constructor(model: Model, hooks: Hooks = {}, cache: Cache = {}) {
    const { layers } = model.shape;
    if (hooks.layers !== undefined && !(Number.isInteger(hooks.layers) && hooks.layers >= 1 && hooks.layers <= layers))
      throw new RangeError(`${model.name} has ${layers} layers, not ${hooks.layers}`);
    this.model = model;
    this.#hooks = hooks;
    this.#cache = cache;
    this.#keys = Array.from({ length: layers }, () => new Float32Array());
    this.#values = Array.from({ length: layers }, () => new Float32Array());
  }

  /** read(ids) is the logits after each of them [ids.length, vocabulary]. Throws RangeError at an id that is no token. */
  read(ids: ArrayLike<number>): Float32Array {
    const { model, length } = this;
    const { shape } = model;
    const rows = ids.length;
    const layers = this.#hooks.layers ?? shape.layers;
    const x = embedded(model, ids);
    this.held = [...this.held, ...Array.from({ length: rows }, (_, i) => length + i)];
    this.length += rows;
    for (let layer = 0; layer < layers; layer++) {
      const { norm1, q, k, v, o, norm2, up, down } = model.blocks[layer]!;
      const y = normed(x, norm1);
      const to = (w: Float32Array) => linear(y, w, rows, shape.width, shape.width);
      this.#keys[layer] = joined(this.#keys[layer]!, this.#shifted(layer, to(k)));
      this.#values[layer] = joined(this.#values[layer]!, to(v));
      addInto(x, linear(this.#attend(layer, to(q), rows), o, rows, shape.width, shape.width));
      const inner = linear(normed(x, norm2), up, rows, shape.width, shape.hidden);
      geluInto(inner);
      addInto(x, linear(inner, down, rows, shape.hidden, shape.width));
      this.#hooks.state?.(layer, x);
    }
    const { width, hidden, vocabulary } = shape;
    this.products += rows * (layers * (4 * width * width + 2 * width * hidden) + width * vocabulary);
    this.#forget();
    return readOff(model, x, layers);
  }

  /** keys(layer) is the keys of what is held, before RoPE turns them [held, width]. */
  keys(layer: number): Float32Array {
    return this.#keys[layer]!;
  }

  /**
   * upTo(count, hooks, cache) is another reader, which has read only the first `count` tokens, and need not read them again. Throws RangeError where
   * one of them is not held any more, or where the model mixes keys with those before them, which are not kept.
   */
  upTo(count: number, hooks: Hooks = {}, cache: Cache = {}): Reader {
    const { model, held } = this;
    if (count > held.length || held.slice(0, count).some((token, i) => token !== i))
      throw new RangeError(`not all of the first ${count} tokens are held`);
    if (model.blocks.some(({ shift }) => shift)) throw new RangeError(`${model.name} mixes keys with those before them`);
    const reader = new Reader(model, hooks, cache);
    const first = (x: Float32Array) => x.slice(0, count * model.shape.width);
    reader.held = held.slice(0, count);
    reader.length = count;
    reader.#keys = this.#keys.map(first);
    reader.#values = this.#values.map(first);
    return reader;
  }

  /** How much is held, in bytes: keys and values of four bytes a number. */
  get cacheBytes(): number {
    return [...this.#keys, ...this.#values].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The new keys, each mixed with the one before it where the model was trained so. */
  #shifted(layer: number, k: Float32Array): Float32Array {
    const { shape, blocks } = this.model;
    const { shift } = blocks[layer]!;
    if (!shift) return k;
    const { width, heads } = shape;
    // The first token of all has none before it.
    const before = joined(this.#last[layer] ?? k.subarray(0, width), k.subarray(0, k.length - width));
    this.#last[layer] = k.slice(-width);
    const share = Float64Array.from(shift, (logit) => 1 / (1 + Math.exp(-logit)));
    return k.map((x, i) => x + share[Math.floor((i % width) / (width / heads))]! * (before[i]! - x));
  }

  /** What attention gathers for the new tokens, whose queries are q [rows, width]. */
  #attend(layer: number, q: Float32Array, rows: number): Float32Array {
    const { score, weigh = softmax, watch, positions } = this.#hooks;
    const { shape } = this.model;
    const { width, heads } = shape;
    const d = width / heads;
    const { held } = this;
    const before = held.length - rows;
    const stands = standing(shape, positions, this.length);
    const seats = held.map((token, slot) => stands.position(this.#cache.slots ? slot : token));
    const scoring = scorer(shape, stands, q, this.#keys[layer]!, seats, before);
    const values = this.#values[layer]!;
    const out = new Float32Array(rows * width);
    const room = new Float64Array(held.length);
    for (let head = 0; head < heads; head++)
      for (let r = 0; r < rows; r++) {
        // A query sees what stands before it, and itself.
        const scores = room.subarray(0, before + r + 1);
        const place: Place = { layer, head, query: held[before + r]!, keys: held };
        this.products += 2 * d * scores.length;
        scoring(scores, r, place);
        score?.(scores, place);
        weigh(scores, place);
        watch?.(scores, place);
        gather(out, r * width + head * d, scores, values, head * d, width, d);
      }
    return out;
  }

  /** Drops what the policy does not keep. */
  #forget(): void {
    const { keep } = this.#cache;
    if (!keep) return;
    const kept = keep(this.held);
    const slots = kept.map((token) => this.held.indexOf(token));
    if (slots.some((slot, i) => slot < 0 || (i > 0 && slot <= slots[i - 1]!)))
      throw new RangeError('a cache can only keep, in order, what it holds');
    if (kept.length === this.held.length) return;
    const { width } = this.model.shape;
    const chosen = (x: Float32Array) => {
      const y = new Float32Array(slots.length * width);
      slots.forEach((slot, i) => y.set(x.subarray(slot * width, (slot + 1) * width), i * width));
      return y;
    };
    // A layer that is not run holds nothing.
    this.#keys = this.#keys.map((x) => (x.length ? chosen(x) : x));
    this.#values = this.#values.map((x) => (x.length ? chosen(x) : x));
    this.held = [...kept];
  }
}

/** readOff(model, x, layers) is the logits that leave after that many layers: x [rows, width] is the residual stream there. */
export function readOff(model: Model, x: Float32Array, layers: number = model.shape.layers): Float32Array {
  const { width, vocabulary } = model.shape;
  const exit = layers === model.shape.layers ? model : model.exits[layers - 1];
  if (!exit) throw new RangeError(`${model.name} has no exit after layer ${layers}`);
  return linear(normed(x, exit.norm), exit.unembed, x.length / width, width, vocabulary);
}

function embedded({ embed, shape: { vocabulary, width } }: Model, ids: ArrayLike<number>): Float32Array {
  const x = new Float32Array(ids.length * width);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary)) throw new RangeError(`${id} is no token: there are ${vocabulary}`);
    x.set(embed.subarray(id * width, (id + 1) * width), i * width);
  }
  return x;
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  if (!a.length) return b;
  const c = new Float32Array(a.length + b.length);
  c.set(a);
  c.set(b, a.length);
  return c;
}

const softmax = (scores: Float64Array): void => void softmaxInto(scores, scores);

/** out += weights values, four keys at a time. */
function gather(
  out: Float32Array,
  at: number,
  weights: Float64Array,
  values: Float32Array,
  first: number,
  stride: number,
  d: number,
): void {
  const n = weights.length;
  let j = 0;
  for (; j + 3 < n; j += 4) {
    const [a, b, c, e] = [weights[j]!, weights[j + 1]!, weights[j + 2]!, weights[j + 3]!];
    if (a === 0 && b === 0 && c === 0 && e === 0) continue;
    const v0 = first + j * stride;
    const v1 = v0 + stride;
    const v2 = v1 + stride;
    const v3 = v2 + stride;
    for (let i = 0; i < d; i++) out[at + i]! += a * values[v0 + i]! + b * values[v1 + i]! + c * values[v2 + i]! + e * values[v3 + i]!;
  }
  for (; j < n; j++) for (let i = 0; i < d; i++) out[at + i]! += weights[j]! * values[first + j * stride + i]!;
}

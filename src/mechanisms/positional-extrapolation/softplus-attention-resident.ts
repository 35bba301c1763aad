/**
 * Softplus attention put in the place of the softmax of a model that was trained with one. Nothing is trained here: what is measured is what that model
 * makes of other weights, and what its own rows would become under them.
 */
import { decode, encode } from '@/model/alphabet';
import type { Hooks, Place, Positions } from '@/model/hooks';
import { linear, normed } from '@/model/linear';
import type { Model } from '@/model/model';
import { likeliest, needle } from '@/model/needle';
import { losses, rowsOf } from '@/model/text';
import { random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { stages, type Row, type StageOne, type StageTwo } from './softplus-attention';
import { outcome, needleAt } from './softplus-attention-toy';

/**
 * lengths(model, ids): what a hook must see of each layer, and what gives a row's cosines beside its logits. Lengths of queries and keys are computed
 * anew from the residual stream; turning by RoPE does not change them. For a text that is read at once.
 */
export function lengths(model: Model, ids: ArrayLike<number>) {
  const { shape, blocks, embed } = model;
  const { width, heads, layers } = shape;
  const d = width / heads;
  /** Of each layer, 1 / |q| and 1 / |k| of each token and head [token * heads]. */
  const inverse: { q: Float64Array; k: Float64Array }[] = [];
  const perHead = (x: Float32Array) =>
    Float64Array.from({ length: x.length / d }, (_, at) => {
      let sum = 0;
      for (let c = at * d; c < (at + 1) * d; c++) sum += x[c]! ** 2;
      return 1 / Math.sqrt(sum || 1);
    });
  const enter = (layer: number, x: Float32Array) => {
    const { norm1, q, k } = blocks[layer]!;
    const y = normed(x, norm1);
    const through = (w: Float32Array) => perHead(linear(y, w, x.length / width, width, width));
    inverse[layer] = { q: through(q), k: through(k) };
  };
  const x = new Float32Array(ids.length * width);
  for (let i = 0; i < ids.length; i++) x.set(embed.subarray(ids[i]! * width, (ids[i]! + 1) * width), i * width);
  enter(0, x);
  return {
    state: (layer: number, out: Float32Array) => {
      if (layer + 1 < layers) enter(layer + 1, out);
    },
    rowAt: (logits: Float64Array, { layer, head, query }: Place): Row => {
      const { q, k } = inverse[layer]!;
      const times = Math.sqrt(d) * q[query * heads + head]!;
      const cosines = new Float64Array(logits.length);
      for (let j = 0; j < cosines.length; j++) cosines[j] = logits[j]! * times * k[j * heads + head]!;
      return { logits, cosines };
    },
  };
}

/** What stands in the place of the softmax: stage one, and stage two where there is one. */
export interface Variant {
  readonly one: StageOne;
  readonly two?: StageTwo;
}

/** substituted(model, ids, variant): the hooks that put these weights in the place of the softmax of every layer, for a text that is read at once. */
export function substituted(model: Model, ids: ArrayLike<number>, { one, two }: Variant): Hooks {
  const { state, rowAt } = lengths(model, ids);
  return { state, weigh: (scores, place) => scores.set(stages(rowAt(scores, place), one, two).weights) };
}

/** A passage with a planted line, its question at the end, and the answer but for its last digit: what a model reads at once. */
export interface Planted {
  readonly ids: Int32Array;
  /** "[key=1234]". */
  readonly line: string;
  /** The digits of the line, tokens [from, to). */
  readonly digits: readonly [from: number, to: number];
  /** The token "=" of the question: what it says next is the first digit. */
  readonly asks: number;
  readonly answer: Int32Array;
  /** Whether a token is one of the passage: the line and its question are no prose. */
  readonly prose: (token: number) => boolean;
}

/** planted(passage, length, seed): a text of so many tokens with one line planted in it. Throws RangeError where the passage is too short. */
export function planted(passage: string, length: number, seed: number): Planted {
  const { ids, answer } = needle(random(seed), passage, { length: length - 3, depth: needleAt, others: 0 });
  const [bracket, closing] = encode('[]');
  const from = ids.indexOf(bracket!);
  const to = ids.indexOf(closing!) + 1;
  const asks = ids.length - 1;
  const key = decode(ids.subarray(from + 1, from + 4));
  return {
    ids: Int32Array.of(...ids, ...answer.subarray(0, 3)),
    line: `[${key}=${decode(answer)}]`,
    digits: [from + 5, to - 1],
    asks,
    answer,
    prose: (token) => token > 0 && !(token >= from && token < to) && token < asks - 4,
  };
}

/** What a reading of a planted text cost and found. */
export interface Loss {
  /** Mean nats a character of prose, for each stretch of `width` characters. */
  readonly curve: readonly number[];
  /** The mean inside the model's window, and past it where there is something. */
  readonly inside: number;
  readonly outside?: number;
  /** How many of the four digits are the likeliest, given those before. */
  readonly right: number;
  /** Probability of the right digits, as the geometric mean over them. */
  readonly probability: number;
}

/** Rows of the unchanged model. */
export interface Rows {
  /** Queries that were looked at, by how many keys they see. */
  readonly keys: readonly number[];
  /** Of each of those the rows of all heads. */
  readonly seen: readonly (readonly Row[])[];
  /** The rows of the token that asks, those heads first whose softmax looks hardest at the planted digits. */
  readonly asking: readonly { readonly layer: number; readonly head: number; readonly row: Row; readonly mass: number }[];
}

/** Characters averaged to one point of a curve. */
export const stretch = 32;

/** judge(model, text, logits): what was paid and found. */
function judge(model: Model, { ids, prose, asks, answer }: Planted, logits: Float32Array): Loss {
  const paid = losses(logits, ids);
  const mean = (from: number, to: number) => {
    let [sum, count] = [0, 0];
    for (let token = Math.max(1, from); token < Math.min(to, ids.length); token++)
      if (prose(token)) [sum, count] = [sum + paid[token - 1]!, count + 1];
    return count ? sum / count : NaN;
  };
  const { window } = model.shape;
  const curve = Array.from({ length: Math.ceil(ids.length / stretch) }, (_, i) => mean(i * stretch, (i + 1) * stretch));
  const said = rowsOf(logits).slice(asks);
  const outside = mean(window, ids.length);
  return {
    // A stretch without prose has the mean of the one before.
    curve: curve.map((x, i) => (Number.isNaN(x) ? (curve[i - 1] ?? curve[i + 1]!) : x)),
    inside: mean(0, window),
    outside: Number.isNaN(outside) ? undefined : outside,
    right: answer.reduce((count, digit, i) => count + Number(likeliest(said[i]!) === digit), 0),
    probability: Math.exp(answer.reduce((sum, digit, i) => sum + Math.log(softmax(said[i]!)[digit]!), 0) / answer.length),
  };
}

/** readWith(model, text, variant, positions): reads it with the variant in the place of the softmax of every layer. */
export const readWith = (model: Model, text: Planted, variant: Variant, positions?: Positions): Loss =>
  judge(model, text, model.reader({ ...substituted(model, text.ids, variant), positions }).read(text.ids));

/** readUnchanged(model, text, every, positions): reads it with the model's softmax and keeps every so manieth row. */
export function readUnchanged(
  model: Model,
  text: Planted,
  every: number,
  positions?: Positions,
): { readonly loss: Loss; readonly rows: Rows } {
  const { state, rowAt } = lengths(model, text.ids);
  const keys = Array.from({ length: Math.floor(text.ids.length / every) }, (_, i) => (i + 1) * every);
  const seen: Row[][] = keys.map(() => []);
  const asking: { layer: number; head: number; row: Row; mass: number }[] = [];
  const score = (scores: Float64Array, place: Place) => {
    const looked = scores.length % every === 0;
    if (!looked && place.query !== text.asks) return;
    const row = rowAt(scores.slice(), place);
    if (looked) seen[scores.length / every - 1]!.push(row);
    if (place.query === text.asks)
      asking.push({ layer: place.layer, head: place.head, row, mass: outcome(softmax(row.logits), text.digits).mass });
  };
  const loss = judge(model, text, model.reader({ state, score, positions }).read(text.ids));
  asking.sort((a, b) => b.mass - a.mass);
  return { loss, rows: { keys, seen, asking } };
}

/** What rows would become under a variant, as means over the heads. */
export interface Become {
  /** Nats, over the rows that have any weight; 0 where none has. */
  readonly entropy: number;
  /** What the weights of a row sum to. */
  readonly sum: number;
  /** Share of keys that weigh more than nothing. */
  readonly kept: number;
}

/** become(rows, variant): for each length that was looked at, what the rows of all heads would become. */
export const become = ({ seen }: Rows, { one, two }: Variant): Become[] =>
  seen.map((heads) => {
    let [nats, kept, total, weighing] = [0, 0, 0, 0];
    for (const row of heads) {
      const { weights } = stages(row, one, two);
      const { entropy, sum } = outcome(weights, [0, 0]);
      if (sum > 0) weighing++;
      nats += entropy;
      total += sum / heads.length;
      kept += weights.reduce((count, w) => count + Number(w > 0), 0) / weights.length / heads.length;
    }
    return { entropy: weighing ? nats / weighing : 0, sum: total, kept };
  });

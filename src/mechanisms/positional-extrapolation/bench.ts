import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { encode } from '@/model/alphabet';
import { likeliest } from '@/model/needle';
import { loss, rowsOf, tokens } from '@/model/text';
import { random } from '@/tensor/random';
import { basisHooks } from './giraffe-text';
import { reachHooks, type Reach } from './lm-infinite';
import { dynamicAlpha, linear, ntk, power, rope, truncated, unseenArc, yarn } from './rotary';

/**
 * The theme's methods side by side: each is put into a small model that was really trained, which reads the same text with the same facts planted
 * in it. Nothing is trained here; two methods have a model of their own, and one has a model that was trained on with it.
 */

/** What a method is given: how many times longer to read, the trained length of the main model, the keys that a band sees, and the text's length. */
export interface Setting {
  readonly scale: number;
  readonly trained: number;
  readonly band: number;
  readonly length: number;
}

/** A way to read past the trained length. */
export interface Method {
  readonly name: string;
  /** The resident model that reads with it. */
  readonly model: string;
  /** Of a rotary model, what each pair turns by at a position. None where there are no rotations. */
  theta?(dim: number, setting: Setting): Float64Array;
  /** What stands in the place of attention's own parts, besides the frequencies. */
  hooks?(setting: Setting, dim: number): Hooks;
  /** The farthest distance that any score is computed at, where there is one. */
  reach?(setting: Setting): number;
  /** The length of the rows that its model was trained on last with it, where that is not the main model's. */
  readonly window?: number;
  /** What is trained for it, in the papers. */
  readonly training: 'none' | 'some' | 'from scratch';
}

/** How many first tokens a Λ-shaped mask keeps. */
export const first = 4;

const everything: Reach = { window: Infinity, starting: 0, ceiling: Infinity };

export const methods = {
  rope: { name: 'RoPE, unchanged', model: 'rope', theta: (d) => rope(d), training: 'none' },
  linear: { name: 'linear', model: 'rope', theta: (d, { scale }) => linear(d, scale), training: 'some' },
  tuned: { name: 'linear ÷ 4, trained on', model: 'linear', theta: (d) => linear(d, 4), window: 1024, training: 'some' },
  ntk: { name: 'NTK-aware', model: 'rope', theta: (d, { scale }) => ntk(d, scale), training: 'none' },
  dynamic: {
    name: 'dynamic NTK',
    model: 'rope',
    theta: (d, { length, trained }) => ntk(d, dynamicAlpha(length, trained)),
    training: 'none',
  },
  clex: { name: 'CLEX, untrained', model: 'rope', theta: (d, { scale }) => ntk(d, 2 * scale - 1), training: 'some' },
  yarn: {
    name: 'by parts (YaRN)',
    model: 'rope',
    theta: (d, { scale, trained }) => yarn(d, { scale, trained }),
    hooks: ({ scale, trained }, dim) => basisHooks('yarn', { dim, scale, context: trained }),
    training: 'some',
  },
  power: { name: 'power basis', model: 'rope', theta: (d) => power(d, 0.5), training: 'some' },
  truncated: { name: 'truncated basis', model: 'rope', theta: (d, { trained }) => truncated(d, { context: trained }), training: 'some' },
  abf: { name: 'base 500,000 (ABF)', model: 'rope', theta: (d) => rope(d, 500_000), training: 'some' },
  ceiling: {
    name: 'ceiling, all keys',
    model: 'rope',
    theta: (d) => rope(d),
    hooks: ({ trained }) => reachHooks({ ...everything, ceiling: trained - 1 }),
    reach: ({ trained }) => trained,
    training: 'none',
  },
  band: {
    name: 'a band of keys',
    model: 'rope',
    theta: (d) => rope(d),
    hooks: ({ band }) => reachHooks({ ...everything, window: band }),
    reach: ({ band }) => band,
    training: 'none',
  },
  lambda: {
    name: 'Λ mask with ceiling',
    model: 'rope',
    theta: (d) => rope(d),
    hooks: ({ band }) => reachHooks({ window: band, starting: first, ceiling: band }),
    reach: ({ band }) => band + 1,
    training: 'none',
  },
  sharper: {
    name: 'RoPE, scores × ln n',
    model: 'rope',
    theta: (d) => rope(d),
    hooks: ({ trained }) => ({
      score(scores, { query }) {
        const factor = Math.max(1, Math.log(query + 1) / Math.log(trained));
        for (let j = 0; j < scores.length; j++) scores[j]! *= factor;
      },
    }),
    training: 'from scratch',
  },
  alibi: { name: 'ALiBi, its own model', model: 'alibi', training: 'from scratch' },
  nope: { name: 'NoPE, its own model', model: 'nope', training: 'from scratch' },
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;
export const methodNames = Object.keys(methods) as MethodName[];

/** hooksOf(method, dim, setting): all that is put into the model. */
export function hooksOf(name: MethodName, dim: number, setting: Setting): Hooks {
  const { theta, hooks }: Method = methods[name];
  const own = hooks?.(setting, dim) ?? {};
  const frequencies = theta?.(dim, setting);
  return { ...own, positions: frequencies ? { ...own.positions, frequencies: () => frequencies } : own.positions };
}

/** trainedOn(method, setting): how many tokens its model was trained on at a time. */
export const trainedOn = (name: MethodName, { trained }: Pick<Setting, 'trained'>): number => (methods[name] as Method).window ?? trained;

/** unseen(method, dim, setting): radians that each pair comes to in the text and that its model was never shown; none without rotations. */
export function unseen(name: MethodName, dim: number, setting: Setting): Float64Array | undefined {
  const method: Method = methods[name];
  const theta = method.theta?.(dim, setting);
  if (!theta) return undefined;
  const length = Math.min(setting.length, method.reach?.(setting) ?? Infinity);
  const beyond = unseenArc(theta, length, rope(dim), setting.trained);
  // The model that was trained on has seen its own angles too.
  const own = method.window && unseenArc(theta, length, theta, method.window);
  return own ? beyond.map((radians, i) => Math.min(radians, own[i]!)) : beyond;
}

/** A planted line "[key=1234]" and how far before the end of the text it stands. */
export interface Fact {
  readonly key: string;
  readonly value: string;
  /** The number of the token that its bracket is. */
  readonly at: number;
}

/** A text with facts in it. */
export interface Planted {
  readonly ids: Int32Array;
  readonly facts: readonly Fact[];
}

/** planted(passage, length, depths, seed): start token, passage and a line at each depth (0 to 1, ascending), `length` tokens in all. */
export function planted(passage: string, length: number, depths: readonly number[], seed: number): Planted {
  const source = random(seed);
  const draw = (from: string, n: number) => Array.from({ length: n }, () => from[source.integer(from.length)]!).join('');
  const lines = depths.map(() => ({ key: draw('abcdefghijklmnopqrstuvwxyz', 3), value: draw('0123456789', 4) }));
  const room = length - 1 - 10 * lines.length;
  if (room < 0 || passage.length < room) throw new RangeError(`a passage of ${passage.length} characters does not fill ${length} tokens`);
  let text = '';
  let from = 0;
  const facts = lines.map(({ key, value }, i) => {
    const to = Math.round(depths[i]! * room);
    text += passage.slice(from, to);
    from = to;
    const fact = { key, value, at: 1 + text.length };
    text += `[${key}=${value}]`;
    return fact;
  });
  return { ids: tokens(text + passage.slice(from, room)), facts };
}

/** What a model made of a text. */
export interface Reading {
  /** Nats for each token but the first. */
  readonly losses: Float64Array;
  /** For each fact: how many of its four digits come out right, each given those before it. */
  readonly right: readonly number[];
  /** The mean share of attention, over heads, layers and the queries past the trained length, by how far back the key stands [bins]. */
  readonly attention: readonly number[];
  /** The mean weight of one key there, hidden ones among them; none where no key stands so far back [bins]. */
  readonly weight: readonly (number | null)[];
  /** The mean entropy of a head at the queries that are watched, in nats. */
  readonly entropy: number;
  /** Multiplications for reading the text; a key that is hidden costs none. */
  readonly products: number;
}

/** Where the bins of distance begin; the last one has no end. */
export const bins = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const;
/** Queries are watched every so often. */
const every = 32;

/**
 * readWith(model, text, hooks, trained): reads a text, then asks for each fact aside: question and digits are read as if they came next, and taken out
 * of the cache again.
 */
export function readWith(model: Model, { ids, facts }: Planted, hooks: Hooks, trained: number): Reading {
  const attention = new Array<number>(bins.length).fill(0);
  const there = new Array<number>(bins.length).fill(0);
  let hidden = 0;
  let entropy = 0;
  let watched = 0;
  let aside = 0;
  const watch: Hooks['watch'] = (weights, { query, keys }) => {
    if (aside || query < trained || query % every) return;
    watched++;
    let bin = bins.length - 1;
    for (let j = 0; j < weights.length; j++) {
      const p = weights[j]!;
      // Keys come nearer.
      while (bins[bin]! > query - keys[j]!) bin--;
      there[bin]!++;
      attention[bin]! += p;
      if (p > 0) entropy -= p * Math.log(p);
    }
  };
  // Tokens are counted by their slots: what was asked aside and dropped leaves no gap.
  const slots = Int32Array.from({ length: ids.length + 16 }, (_, i) => i);
  const score: Hooks['score'] =
    hooks.score &&
    ((scores, place) => {
      hooks.score!(scores, { ...place, query: scores.length - 1, keys: slots });
      if (!aside) for (let j = 0; j < scores.length; j++) if (scores[j] === -Infinity) hidden++;
    });
  const reader = model.reader({ ...hooks, score, watch }, { slots: true, keep: (held) => (aside ? held.slice(0, -aside) : held) });
  const rows = rowsOf(reader.read(ids));
  const losses = Float64Array.from(rows.slice(0, -1), (row, i) => loss(row, ids[i + 1]!));
  const { width, heads } = model.shape;
  const products = reader.products - ((2 * width) / heads) * hidden;
  const right = facts.map(({ key, value }) => {
    const question = encode(`[${key}=`);
    const digits = encode(value);
    const asked = Int32Array.of(...question, ...digits.slice(0, -1));
    aside = asked.length;
    const said = rowsOf(reader.read(asked)).slice(question.length - 1);
    return said.filter((row, i) => likeliest(row) === digits[i]).length;
  });
  return {
    losses,
    right,
    attention: attention.map((x) => x / Math.max(1, watched)),
    weight: attention.map((x, bin) => (there[bin] ? x / there[bin] : null)),
    entropy: entropy / Math.max(1, watched),
    products,
  };
}

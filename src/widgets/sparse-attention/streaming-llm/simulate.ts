import { decode } from '@/model/alphabet';
import { passage, resident } from '@/model/resident';
import { tokens as tokensOf } from '@/model/text';
import { policies, products, type Policy, type Sizes } from '@/mechanisms/sparse-attention/streaming-llm';
import { firsts, plantFact, readResident, type Answer } from '@/mechanisms/sparse-attention/streaming-llm-resident';
import { profiles, readStandIn, standIn, type Profile } from '@/mechanisms/sparse-attention/streaming-llm-toy';

/** Tokens of the stream, numbered from 0. */
export const tokens = 576;
/** Queries whose attention is shown: every 16th, so that for every cache there is the first one that token 0 is hidden from. */
export const every = 16;
export const queryAt = (step: number): number => every * step + 1;
export const lastStep = Math.floor((tokens - 2) / every);
const looks = Array.from({ length: lastStep + 1 }, (_, step) => queryAt(step));
/** The curves have a point every so many tokens: a mean over those before it. */
export const pace = 4;
const window = { standIn: 32, model: 64 };
/** Where the fact stands, and when it is asked for; recomputing takes longer, so it is asked for twice. */
const factAt = 10;
const asks = looks.filter((_, i) => i > 0 && i % 3 === 0);
const rareAsks = [97, 385];
/** Bars: the first slots each by itself, what follows in groups. */
const [single, groups] = [8, 16];
/** Weights are whole hundred-thousandths. */
export const unit = 1e-5;

export interface Inputs {
  readonly source: 'stand-in' | 'model' | 'twin';
  readonly policy: Policy;
  readonly sinks: number;
  readonly cache: number;
  readonly profile: Profile;
  readonly gain: number;
  readonly fact: boolean;
  readonly seed: number;
}

/** Slots [from, to) of what a query sees, drawn as one bar. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** spans(n): how the n slots that a query sees are drawn. The last is the query itself. */
export function spans(n: number): Span[] {
  const alone = Math.min(n, single);
  const rest = n - alone;
  const parts = Math.min(groups, rest);
  const edge = (i: number) => alone + Math.round((i * rest) / parts);
  return [
    ...Array.from({ length: alone }, (_, i) => ({ from: i, to: i + 1 })),
    ...Array.from({ length: parts }, (_, i) => ({ from: edge(i), to: edge(i + 1) })),
  ];
}

/** The mean weight of a token in each bar. */
const barsOf = (weights: ArrayLike<number>): number[] =>
  spans(weights.length).map(({ from, to }) => {
    let sum = 0;
    for (let slot = from; slot < to; slot++) sum += weights[slot]!;
    return Math.round(sum / (to - from) / unit);
  });

const mean = (x: Float64Array): number => (x.length ? x.reduce((a, b) => a + b, 0) / x.length : 0);
const round = (x: number, digits: number): number => Number(x.toFixed(digits));

/** What one policy made of the stream. */
function told(reading: { losses: Float64Array; weights: ReadonlyMap<number, Float64Array> }, cache: number, span: number) {
  const { losses, weights } = reading;
  return {
    /** Mean nats over the last tokens, at every fourth. */
    curve: Array.from({ length: tokens / pace }, (_, i) =>
      round(mean(losses.subarray(Math.max(0, pace * (i + 1) - span), pace * (i + 1))), 3),
    ),
    /** Mean nats while token 0 is seen, and from the first query on that it is hidden from. */
    before: round(mean(losses.subarray(0, cache + 1)), 5),
    after: round(mean(losses.subarray(cache + 1)), 5),
    /** The same in the last quarter. */
    end: round(mean(losses.subarray((3 * tokens) / 4)), 5),
    /** For each query that is shown: how many slots it sees, and the mean weight of a token in each bar. */
    looks: looks.map((query) => ({ slots: weights.get(query)!.length, bars: barsOf(weights.get(query)!) })),
  };
}

export type Told = ReturnType<typeof told>;

/** The resident models: one whose heads found no place to rest, and one that did. */
export const modelOf = (source: string): string | undefined => ({ model: 'rope', twin: 'sink' })[source];

/** How many first tokens are watched in a model: of the one with a sink, that sink alone. */
const watched = (source: string): number => (source === 'twin' ? 1 : firsts);

/** Of all policies, only those are computed again that a control changes: sinks, one of four; the policy looked at, none. */
const known = new Map<string, unknown>();
function once<T>(key: string, compute: () => T): T {
  if (!known.has(key)) {
    if (known.size > 200) known.clear();
    known.set(key, compute());
  }
  return known.get(key) as T;
}

const sizesOf = (policy: Policy, { sinks, cache }: Pick<Inputs, 'sinks' | 'cache'>): Sizes =>
  policy === 'streaming' ? { sinks, recent: cache - sinks } : { sinks: 0, recent: cache };

interface Read {
  readonly all: Record<Policy, Told>;
  readonly text: string;
  readonly heads?: {
    readonly trained: number;
    readonly count: number;
    readonly share: number;
    readonly most: { readonly layer: number; readonly head: number; readonly share: number };
  };
  readonly fact?: { readonly line: string; readonly at: readonly [number, number]; readonly answers: Record<Policy, readonly Answer[]> };
}

function readAll(inputs: Inputs): Read {
  const { source, cache, profile, gain, seed } = inputs;
  const each = <T>(read: (policy: Policy, sizes: Sizes) => T) =>
    Object.fromEntries(policies.map((policy) => [policy, read(policy, sizesOf(policy, inputs))])) as Record<Policy, T>;
  if (source === 'stand-in') {
    const made = once(`stand-in ${seed}`, () => standIn(tokens, seed));
    const run = (policy: Policy, sizes: Sizes) =>
      once(`stand-in ${seed} ${policy} ${sizes.sinks} ${sizes.recent} ${cache} ${profile} ${gain}`, () =>
        told(readStandIn(made, policy, sizes, { profile, gain, looks }), cache, window.standIn),
      );
    return {
      all: each(run),
      text: String.fromCharCode(...made.text.slice(0, tokens).map((letter) => 97 + letter)),
    };
  }
  const fact = inputs.fact ? plantFact(passage('northanger'), factAt, seed) : undefined;
  const ids = (fact?.ids ?? tokensOf(passage('northanger'))).slice(0, tokens + 1);
  const run = (policy: Policy, sizes: Sizes) =>
    once(`${source} ${policy} ${sizes.sinks} ${sizes.recent} ${fact?.line}`, () => {
      const model = resident(modelOf(source)!);
      const { heads } = model.shape;
      const ask = fact && { fact, after: policy === 'recompute' ? rareAsks : asks };
      const reading = readResident(model, ids, policy, sizes, { looks, until: cache, first: watched(source), ask });
      const best = reading.shares.indexOf(Math.max(...reading.shares));
      return {
        ...told(reading, cache, window.model),
        trained: model.shape.window,
        heads: reading.shares.length,
        share: round(mean(reading.shares), 5),
        most: { layer: Math.floor(best / heads), head: best % heads, share: round(reading.shares[best]!, 5) },
        answers: reading.answers.map((one) => ({ ...one, probability: round(one.probability, 3) })),
      };
    });
  const all = each(run);
  return {
    all,
    text: `▸${decode(ids.subarray(1, tokens))}`,
    /** How the model spreads its attention before anything is evicted. */
    heads: { trained: all.dense.trained, count: all.dense.heads, share: all.dense.share, most: all.dense.most },
    fact: fact && {
      line: fact.line,
      at: fact.at,
      answers: Object.fromEntries(policies.map((policy) => [policy, all[policy].answers])) as Record<Policy, Answer[]>,
    },
  };
}

/** simulate(inputs): plain data, as the page brings along that of the state it was built with. */
export function simulate(inputs: Inputs) {
  const { source, policy, cache } = inputs;
  const { all, text, heads, fact } = readAll(inputs);
  const other: Policy = policy === 'streaming' ? 'window' : 'streaming';
  const curves = ({ curve, before, after, end }: Told) => ({ curve, before, after, end });
  return {
    source,
    text,
    policies: Object.fromEntries(policies.map((name) => [name, curves(all[name])])) as Record<Policy, ReturnType<typeof curves>>,
    other,
    /** Attention under the policy that is chosen, and under the one it stands beside. */
    shown: all[policy].looks,
    beside: all[other].looks,
    products: Object.fromEntries(policies.map((name) => [name, products(name, tokens, cache)])) as Record<Policy, number>,
    /** How many of the first tokens count as first: those that the stand-in's head is idle on, or those watched in the model. */
    first: source === 'stand-in' ? profiles[inputs.profile].length : watched(source),
    heads: heads ?? null,
    fact: fact ?? null,
  };
}

export type Result = ReturnType<typeof simulate>;

/** work(inputs): a token through the model is some 1.6 Mflop, and each key that a query meets 2 kflop more; nine of them are an operation. */
export function work({ source, cache, sinks, fact }: Inputs): number {
  if (source === 'stand-in') return 8e6;
  const [token, key] = [1.8e5, 230];
  const met = cache + 64;
  // Dense, window, and streaming, whose distances from sinks are taken pair by pair.
  const each = 3 * token + key * (tokens / 2 + met + (sinks ? 3.5 : 1) * met);
  const rebuilt = (n: number) => n * (token + (key * cache) / 2);
  return tokens * each + rebuilt(3 * (tokens - cache) + cache) + (fact ? 8 * asks.length * each + rebuilt(Math.min(cache, 97) + cache) : 0);
}

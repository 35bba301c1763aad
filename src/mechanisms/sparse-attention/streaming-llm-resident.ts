import { encode } from '@/model/alphabet';
import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { likeliest } from '@/model/needle';
import { loss, rowsOf, tokens } from '@/model/text';
import { random } from '@/tensor/random';
import { capacity, evict, streamingHooks, type Policy, type Sizes } from './streaming-llm';

/** Streams read by a resident model under the four policies. A window is a cache without sinks. */

/** Tokens read at once; how many changes the time it takes, not what comes out. */
const chunk = 64;
/** Of recomputation: the window is rebuilt this often while it moves by its own length. */
const rebuilds = 3;
/** The first tokens, whose share of the attention is watched. */
export const firsts = 4;

/** A planted line "[key=1234]" in a passage, and the question for it. */
export interface Fact {
  /** Start token, passage, line. */
  readonly ids: Int32Array;
  /** The first token of the line, and the first one after it. */
  readonly at: readonly [number, number];
  readonly line: string;
  /** "[key=". */
  readonly question: Int32Array;
  readonly answer: Int32Array;
}

/** plantFact(passage, at, seed): the line stands so that its bracket is the token numbered `at`; the start token is 0. */
export function plantFact(passage: string, at: number, seed: number): Fact {
  const source = random(seed);
  const drawn = (from: string, n: number) => Array.from({ length: n }, () => from[source.integer(from.length)]!).join('');
  const [key, value] = [drawn('abcdefghijklmnopqrstuvwxyz', 3), drawn('0123456789', 4)];
  const line = `[${key}=${value}]`;
  return {
    ids: tokens(passage.slice(0, at - 1) + line + passage.slice(at - 1)),
    at: [at, at + line.length],
    line,
    question: encode(`[${key}=`),
    answer: encode(value),
  };
}

/** What a model says when it is asked after a number of tokens. */
export interface Answer {
  /** How many tokens of the stream were read before. */
  readonly after: number;
  /** Digits of which the right one is the likeliest, given those before it. */
  readonly right: number;
  /** Probability of the right digits, as the geometric mean over them. */
  readonly probability: number;
}

/** What to watch while a stream is read. */
export interface Watch {
  /** Queries whose weights to note. */
  readonly looks?: readonly number[];
  /** The first query whose share on the first tokens does not count. */
  readonly until?: number;
  /** How many tokens count as first; by default `firsts`. */
  readonly first?: number;
  /**
   * Asks for a fact after these numbers of tokens, ascending. Aside: question and digits are read as if they came next and then taken out
   * of the cache, so that no question helps a later one, nor the text.
   */
  readonly ask?: { readonly fact: Fact; readonly after: readonly number[] };
}

/** A stream as it was read. */
export interface Reading {
  /** Nats for each token that follows one that was read. */
  readonly losses: Float64Array;
  /** At the queries that were asked for: the weights of what each could see, in order, as a mean over all heads of all layers. */
  readonly weights: ReadonlyMap<number, Float64Array>;
  /** Of each layer and head, the mean share of its attention on the first tokens of the text [layers * heads]. */
  readonly shares: Float64Array;
  readonly answers: readonly Answer[];
}

/**
 * readResident(model, ids, policy, sizes, watch) reads all ids but the last and pays for all but the first. Recomputing, the window is rebuilt three
 * times while it moves by its own length and read on from there, for the time it takes: a query then sees between two thirds of it and all. It
 * begins with whatever character stands there, not with the start token.
 */
export function readResident(
  model: Model,
  ids: Int32Array,
  policy: Policy,
  sizes: Sizes,
  { looks = [], until = 0, first = firsts, ask }: Watch = {},
): Reading {
  const most = capacity(sizes);
  const losses = new Float64Array(ids.length - 1);
  const answers: Answer[] = [];
  const pay = (rows: readonly Float32Array[], first: number) =>
    rows.forEach((row, i) => (losses[first + i] = loss(row, ids[first + i + 1]!)));
  const banded = policy === 'window' || policy === 'streaming';
  const { watching, weights, shares } = observer(model, { looks, until, first, sinks: sizes.sinks, most: banded ? most : Infinity });

  if (policy === 'recompute') {
    const stride = Math.max(1, Math.floor(most / rebuilds));
    for (let done = 0, end = 0; done < losses.length; done = end) {
      end = Math.min(losses.length, done === 0 ? most : done + stride);
      const from = Math.max(0, end - most);
      const rows = rowsOf(model.reader({ watch: watching(() => from, done) }).read(ids.subarray(from, end)));
      pay(rows.slice(done - from), done);
    }
    for (const n of ask?.after ?? []) {
      const asked = said(ask!.fact);
      const logits = model.reader().read(Int32Array.of(...ids.slice(Math.max(0, n - most), n), ...asked));
      answers.push(judged(ask!.fact, rowsOf(logits).slice(-asked.length), n));
    }
    return { losses, weights, shares: shares(), answers };
  }

  // Tokens that were read aside have numbers of their own, which later ones come after.
  let asides = 0;
  let aside = 0;
  const hooks = banded ? streamingHooks(sizes) : {};
  const keep = (held: readonly number[]) => (aside ? held.slice(0, -aside) : banded ? evict(held, sizes) : held);
  const watch = watching(() => -asides, 0);
  const reader = model.reader({ ...hooks, watch: (w, place) => void (aside || watch(w, place)) }, { slots: true, keep });
  const questions = [...(ask?.after ?? [])];
  for (let from = 0, end = 0; from < losses.length; from = end) {
    end = Math.min(losses.length, from + chunk, questions[0] ?? Infinity);
    pay(rowsOf(reader.read(ids.subarray(from, end))), from);
    if (end !== questions[0]) continue;
    questions.shift();
    const asked = said(ask!.fact);
    aside = asked.length;
    answers.push(judged(ask!.fact, rowsOf(reader.read(asked)), end));
    asides += aside;
    aside = 0;
  }
  return { losses, weights, shares: shares(), answers };
}

/** What is read to ask: the question, and all digits but the last. */
const said = ({ question, answer }: Fact): Int32Array => Int32Array.of(...question, ...answer.slice(0, -1));

/** judged(fact, rows, after): rows are the logits after each token that was read to ask. */
function judged({ question, answer }: Fact, rows: readonly Float32Array[], after: number): Answer {
  const telling = rows.slice(question.length - 1);
  const nats = telling.reduce((sum, row, i) => sum + loss(row, answer[i]!), 0);
  return { after, right: telling.filter((row, i) => likeliest(row) === answer[i]).length, probability: Math.exp(-nats / answer.length) };
}

/** Gathers weights: of a query beyond `most` keys those between the sinks and the latest `most` are hidden, and are left out. */
function observer(
  { shape: { layers, heads } }: Model,
  { looks, until, first, sinks, most }: { looks: readonly number[]; until: number; first: number; sinks: number; most: number },
) {
  const all = layers * heads;
  const weights = new Map<number, Float64Array>();
  const wanted = new Set(looks);
  const sums = new Float64Array(all);
  let counted = 0;
  /** Watches a reader whose tokens are numbered from `from()`, for queries of at least `least`. */
  const watching =
    (from: () => number, least: number): NonNullable<Hooks['watch']> =>
    (w, { layer, head, query: own, keys }) => {
      const query = own + from();
      if (query < least) return;
      if (query < until && query >= first) {
        if (layer + head === 0) counted++;
        for (let j = 0; j < w.length && keys[j]! + Math.max(0, from()) < first; j++) sums[layer * heads + head]! += w[j]!;
      }
      if (!wanted.has(query)) return;
      const hidden = Math.max(0, w.length - 1 - most);
      let mean = weights.get(query);
      if (!mean) weights.set(query, (mean = new Float64Array(w.length - hidden)));
      for (let slot = 0; slot < mean.length; slot++) mean[slot]! += w[slot < sinks ? slot : slot + hidden]! / all;
    };
  return { watching, weights, shares: () => sums.map((sum) => (counted ? sum / counted : 0)) };
}

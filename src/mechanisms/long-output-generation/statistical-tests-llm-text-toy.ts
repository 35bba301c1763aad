/** The toy of the text detection tests: two known chains, many texts of each, and what four detectors make of them. */
import { random, type Random } from '@/tensor/random';
import { row, tensor, type Matrix } from '@/tensor/tensor';
import { chain, mix, randomChain, sampler, stationary, type Chain } from './markov';
import { accepts, attribute, model } from './statistical-tests-llm-text';

export interface PairOptions {
  /** K, the size of the vocabulary. At least 5. */
  readonly symbols: number;
  /**
   * 'alike': every context about equally hard. 'mixed': a few symbols form an easy topic and the rest a hard one; a
   * text stays in each for long.
   */
  readonly contexts: 'alike' | 'mixed';
  /**
   * 'other': B is drawn independently of A. 'blind': B's rows are then tilted until A expects as much surprise from B
   * as from itself.
   */
  readonly stranger: 'other' | 'blind';
  /** Weight of the independent chain in B: 0 makes B equal to A. */
  readonly distance: number;
  readonly seed: number;
}

/** Tokens before a topic changes, on average. */
const topicLength = 500;

/** pair(options): the chains A and B. Logits are N(0, 1). */
export function pair({ symbols, contexts, stranger, distance, seed }: PairOptions): { a: Chain; b: Chain } {
  const source = random(seed);
  const draw = contexts === 'alike' ? () => randomChain(symbols, 1, source) : () => topics(symbols, source);
  const a = draw();
  const b = mix(a, draw(), distance);
  return { a, b: stranger === 'blind' ? blind(b, a) : b };
}

/** A chain over an easy topic of about a third of the symbols and a hard one of the others. */
function topics(symbols: number, source: Random): Chain {
  const easy = Math.max(2, Math.floor(symbols / 3));
  const change = 1 / topicLength;
  const [few, many] = [randomChain(easy, 1, source), randomChain(symbols - easy, 1, source)];
  const within = (i: number, j: number) => (i < easy ? few.data[i * easy + j]! : many.data[(i - easy) * (symbols - easy) + j - easy]!);
  return chain(
    Array.from({ length: symbols }, (_, i) =>
      Array.from({ length: symbols }, (_, j) => {
        if (i < easy === j < easy) return (1 - change) * within(i, j);
        return change / (j < easy ? easy : symbols - easy);
      }),
    ),
  );
}

/**
 * blind(b, a): the chain nearest to b (in the Kullback-Leibler sense) that A cannot tell from itself by surprise
 * alone: each row is b_v a_v^s / Z with the s at which its cross-entropy with a's row is the entropy of a's row. All
 * its drifts are 0, though it is not A.
 */
export function blind(b: Chain, a: Chain): Chain {
  const n = a.shape[0]!;
  const { surprise, entropy } = model(a);
  const result = tensor(b.axes, b.shape);
  for (let i = 0; i < n; i++) {
    const tilt = (s: number) => {
      const p = Float64Array.from({ length: n }, (_, v) => b.data[i * n + v]! * Math.exp(-s * surprise.data[i * n + v]!));
      const total = p.reduce((sum, x) => sum + x, 0);
      return p.map((x) => x / total);
    };
    const expected = (s: number) => tilt(s).reduce((sum, x, v) => sum + x * surprise.data[i * n + v]!, 0);
    let low = -50;
    let high = 50;
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (expected(middle) > entropy[i]!) low = middle;
      else high = middle;
    }
    result.data.set(tilt((low + high) / 2), i * n);
  }
  return result;
}

export interface ExperimentOptions {
  /** The chains that write: A as it is sampled (its temperature applied), and B. */
  readonly writers: { readonly a: Chain; readonly b: Chain };
  /** The chain that the test takes for A. B is always known as it is. */
  readonly tested: Chain;
  /** Texts of each writer. */
  readonly texts: number;
  /** N, tokens of each. */
  readonly length: number;
  /** Texts of each writer whose every step is kept. */
  readonly shown: number;
  readonly seed: number;
}

/** A number for each text after each of the lengths. */
export type Scores = Matrix<'length', 'text'>;

/** The texts of one writer. */
export interface Sample {
  /** -ln p_A - H_A of each token of the shown texts [text, token]. */
  readonly excess: Matrix<'text', 'token'>;
  /** delta_A after each token of the shown texts [text, token]. */
  readonly running: Matrix<'text', 'token'>;
  /** Log-perplexity under A after each token of the shown texts [text, token]. */
  readonly runningPerplexity: Matrix<'text', 'token'>;
  /** Symbols of the shown texts [text, token]. */
  readonly tokens: Matrix<'text', 'token'>;
  /** Of every text after each of the lengths [length, text]: delta_A, */
  readonly delta: Scores;
  /** log-perplexity under A, */
  readonly perplexity: Scores;
  /** delta_B, */
  readonly deltaB: Scores;
  /** and ln p_A/p_B per token. */
  readonly ratio: Scores;
}

export interface Experiment {
  /** After how many tokens the texts were judged: about three lengths to a doubling, up to N. */
  readonly lengths: number[];
  readonly a: Sample;
  readonly b: Sample;
}

/** lengthsUpTo(N): 10, 13, 16, 20, 25, ... and N itself; ascending. */
export function lengthsUpTo(length: number): number[] {
  const result: number[] = [];
  for (let k = 0; ; k++) {
    const next = Math.round(10 * 2 ** (k / 3));
    if (next >= length) return [...result, length];
    result.push(next);
  }
}

/**
 * experiment(options): `texts` texts of each writer from one stream of random numbers, each after a symbol drawn from
 * the writer's stationary shares.
 */
export function experiment(options: ExperimentOptions): Experiment {
  const lengths = lengthsUpTo(options.length);
  const source = random(options.seed);
  return {
    lengths,
    a: write(options.writers.a, options, lengths, source),
    b: write(options.writers.b, options, lengths, source),
  };
}

function write(writer: Chain, options: ExperimentOptions, lengths: readonly number[], source: Random): Sample {
  const { tested, texts, length } = options;
  const shown = Math.min(options.shown, texts);
  const n = tested.shape[0]!;
  const a = model(tested);
  const b = model(options.writers.b);
  const [excess, surprise, excessB] = [a.excess.data, a.surprise.data, b.excess.data];
  const logRatio = b.surprise.data.map((s, i) => s - surprise[i]!);
  const share = stationary(writer);
  const { keep, alias } = sampler(writer);
  const steps = () => tensor(['text', 'token'] as const, [shown, length]);
  const scores = () => tensor(['length', 'text'] as const, [lengths.length, texts]);
  const sample: Sample = {
    excess: steps(),
    running: steps(),
    runningPerplexity: steps(),
    tokens: steps(),
    delta: scores(),
    perplexity: scores(),
    deltaB: scores(),
    ratio: scores(),
  };
  for (let text = 0; text < texts; text++) {
    let from = source.weighted(share);
    let delta = 0;
    let perplexity = 0;
    let deltaB = 0;
    let ratio = 0;
    let mark = 0;
    for (let t = 0; t < length; t++) {
      // markov.next written out: this line runs a hundred thousand times for one picture.
      const u = source.uniform() * n;
      const column = u | 0;
      const to = u - column < keep[from * n + column]! ? column : alias[from * n + column]!;
      const cell = from * n + to;
      delta += excess[cell]!;
      perplexity += surprise[cell]!;
      deltaB += excessB[cell]!;
      ratio += logRatio[cell]!;
      if (text < shown) {
        const at = text * length + t;
        sample.tokens.data[at] = to;
        sample.excess.data[at] = excess[cell]!;
        sample.running.data[at] = delta / (t + 1);
        sample.runningPerplexity.data[at] = perplexity / (t + 1);
      }
      if (t + 1 === lengths[mark]) {
        const at = mark++ * texts + text;
        sample.delta.data[at] = delta / (t + 1);
        sample.perplexity.data[at] = perplexity / (t + 1);
        sample.deltaB.data[at] = deltaB / (t + 1);
        sample.ratio.data[at] = ratio / (t + 1);
      }
      from = to;
    }
  }
  return sample;
}

/** A detector that calls a text A's when its score is at most a threshold. */
export interface Threshold {
  readonly threshold: number;
  /** The mean of its two error rates on these texts. */
  readonly error: number;
}

/**
 * bestThreshold(a, b): the threshold on a score with the fewest errors on these very texts, knowing who wrote which:
 * better than any detector could choose its threshold beforehand. Low scores are called A's.
 */
export function bestThreshold(a: Float64Array, b: Float64Array): Threshold {
  const [x, y] = [a.slice().sort(), b.slice().sort()];
  let best = { threshold: -Infinity, error: 0.5 };
  for (let i = 0, j = 0; i < x.length;) {
    // Accept up to x[i]: all of A's scores above it and all of B's up to it are errors.
    const threshold = x[i]!;
    while (i < x.length && x[i]! <= threshold) i++;
    while (j < y.length && y[j]! <= threshold) j++;
    const error = ((x.length - i) / x.length + j / y.length) / 2;
    if (error < best.error) best = { threshold, error };
  }
  return best;
}

/**
 * What four detectors got wrong at one length: each error is the mean of the shares of A's texts and of B's texts that
 * it misjudged.
 */
export interface Errors {
  readonly length: number;
  /** Log-perplexity under A, with the best threshold in hindsight. */
  readonly perplexity: Threshold;
  /** |delta_A| <= tau: needs A alone. A's texts turned away, and B's let in. */
  readonly typeI: number;
  readonly typeII: number;
  readonly delta: number;
  /** Smaller of |delta_A| and |delta_B|. Needs both models. */
  readonly nearer: number;
  /**
   * Sign of the log likelihood ratio. Needs both models; where they are the true writers and the first context says
   * nothing about who wrote, no detector has a smaller mean error (Neyman and Pearson).
   */
  readonly ratio: number;
}

/** errors(experiment, tau): the four detectors on the same texts, at every length. */
export function errors({ lengths, a, b }: Experiment, tau: number): Errors[] {
  return lengths.map((length, k) => {
    const texts = a.delta.shape[1]!;
    const wrong = { typeI: 0, typeII: 0, nearer: 0, ratio: 0 };
    for (let i = k * texts; i < (k + 1) * texts; i++) {
      if (!accepts(a.delta.data[i]!, tau)) wrong.typeI++;
      if (accepts(b.delta.data[i]!, tau)) wrong.typeII++;
      if (attribute(a.delta.data[i]!, a.deltaB.data[i]!) === 'B') wrong.nearer++;
      if (attribute(b.delta.data[i]!, b.deltaB.data[i]!) === 'A') wrong.nearer++;
      if (a.ratio.data[i]! < 0) wrong.ratio++;
      if (b.ratio.data[i]! >= 0) wrong.ratio++;
    }
    return {
      length,
      perplexity: bestThreshold(row(a.perplexity, k), row(b.perplexity, k)),
      typeI: wrong.typeI / texts,
      typeII: wrong.typeII / texts,
      delta: (wrong.typeI + wrong.typeII) / (2 * texts),
      nearer: wrong.nearer / (2 * texts),
      ratio: wrong.ratio / (2 * texts),
    };
  });
}

/**
 * wilson(share, n): Wilson's 95 % interval for a chance that was met in that share of n independent trials. Also holds
 * where nothing, or everything, was met.
 */
export function wilson(share: number, n: number): [low: number, high: number] {
  const z2 = 1.959963984540054 ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((z2 * share * (1 - share)) / n + (z2 / (2 * n)) ** 2) / (1 + z2 / n);
  return [share === 0 ? 0 : middle - half, share === 1 ? 1 : middle + half];
}

/**
 * The test of "Zero-Shot Statistical Tests for LLM-Generated Text Detection using Finite Sample Concentration
 * Inequalities" (arXiv 2501.02406): did model A write this text? Its log-perplexity under A is compared with A's own
 * average entropy along the same text. The difference of the two, delta, is the mean of X_t = -ln p_A(x_t | x_<t) -
 * H_A(x_<t), and under A every X_t has conditional mean 0 whatever came before: a martingale, which closes in on 0
 * exponentially fast in probability. Here a model is a Markov chain, so that all limits are exact. Natural logarithms
 * throughout: everything is in nats.
 */
import { tensor } from '@/tensor/tensor';
import { asymptoticVariance, average, conditional, stationary, surprises, type Chain } from './markov';

/** A model as the test sees it: one table look-up for each token of a text. */
export interface Model {
  /** -ln p(to | from) [from, to]. */
  readonly surprise: Chain;
  /** Entropy of the next token after each symbol: what the surprise is on average if the model writes. */
  readonly entropy: Float64Array;
  /** X = surprise - entropy [from, to]. */
  readonly excess: Chain;
}

/**
 * model(p) tabulates a chain. Its entropy must be that of the distribution really sampled: pass the tempered chain if
 * there is a temperature.
 */
export function model(p: Chain): Model {
  const n = p.shape[0]!;
  const surprise = surprises(p);
  const entropy = conditional(p, surprise);
  return {
    surprise,
    entropy,
    excess: tensor(
      p.axes,
      p.shape,
      surprise.data.map((s, i) => s - entropy[Math.floor(i / n)]!),
    ),
  };
}

/** Every step of the test on one text of N tokens. */
export interface Trace {
  /** -ln p(x_t | x_<t) of each token. */
  readonly surprise: Float64Array;
  /** Entropy of the distribution each token was drawn from, had the model written the text. */
  readonly entropy: Float64Array;
  /** delta after each token: the mean of surprise - entropy so far. */
  readonly running: Float64Array;
  /** Mean surprise. */
  readonly logPerplexity: number;
  /** Mean entropy along this text: not the model's entropy rate. */
  readonly meanEntropy: number;
  /** logPerplexity - meanEntropy; Infinity where the model could not have written the text. */
  readonly delta: number;
}

/**
 * trace(model, text, start): the statistic of a text whose context is the symbol `start`. Throws RangeError on an
 * empty text.
 */
export function trace({ surprise, entropy }: Model, text: ArrayLike<number>, start: number): Trace {
  if (text.length === 0) throw new RangeError('a text needs at least one token');
  const n = entropy.length;
  const result = {
    surprise: new Float64Array(text.length),
    entropy: new Float64Array(text.length),
    running: new Float64Array(text.length),
  };
  let surpriseSum = 0;
  let entropySum = 0;
  let from = start;
  for (let t = 0; t < text.length; t++) {
    surpriseSum += result.surprise[t] = surprise.data[from * n + text[t]!]!;
    entropySum += result.entropy[t] = entropy[from]!;
    result.running[t] = (surpriseSum - entropySum) / (t + 1);
    from = text[t]!;
  }
  const logPerplexity = surpriseSum / text.length;
  const meanEntropy = entropySum / text.length;
  return { ...result, logPerplexity, meanEntropy, delta: logPerplexity - meanEntropy };
}

/**
 * accepts(delta, tau): "the model wrote it". Two-sided, for text that is too predictable is as foreign as text that is
 * too surprising.
 */
export const accepts = (delta: number, tau: number): boolean => Math.abs(delta) <= tau;

/** attribute(deltaA, deltaB): between two known candidates, the one whose statistic is nearer 0; A on a tie. */
export const attribute = (deltaA: number, deltaB: number): 'A' | 'B' => (Math.abs(deltaA) <= Math.abs(deltaB) ? 'A' : 'B');

/** Where delta goes when `writer` writes and the model tests, and how fast; exact. */
export interface Rates {
  /** The model's entropy along the writer's text. */
  readonly entropy: number;
  /** Cross-entropy: the model's surprise along the writer's text. */
  readonly crossEntropy: number;
  /** The limit of delta: crossEntropy - entropy. 0 for the model's own text; of either sign, or 0, for another's. */
  readonly drift: number;
  /** The drift after each symbol; its stationary mean is `drift`. */
  readonly contextDrift: Float64Array;
  /**
   * Kullback-Leibler rate of the writer from the model: the limit of the log likelihood ratio per token. 0 only for
   * equal models.
   */
  readonly divergence: number;
  /** N var(delta) tends to this. */
  readonly variance: number;
  /** The widest range of -ln p_model within one context, over tokens that the writer may draw. */
  readonly width: number;
}

/** rates(writer, p): for text drawn from `writer` and tested against the chain p of the same size. Stationary start. */
export function rates(writer: Chain, p: Chain): Rates {
  const n = p.shape[0]!;
  const { surprise, entropy, excess } = model(p);
  const share = stationary(writer);
  const contextDrift = conditional(writer, excess);
  const cross = average(share, conditional(writer, surprise));
  let width = 0;
  for (let i = 0; i < n; i++) {
    let low = Infinity;
    let high = 0;
    for (let j = 0; j < n; j++) {
      if (!(writer.data[i * n + j]! > 0)) continue;
      low = Math.min(low, surprise.data[i * n + j]!);
      high = Math.max(high, surprise.data[i * n + j]!);
    }
    width = Math.max(width, high - low);
  }
  return {
    entropy: average(share, entropy),
    crossEntropy: cross,
    drift: average(share, contextDrift),
    contextDrift,
    divergence: cross - average(share, conditional(writer, surprises(writer))),
    variance: asymptoticVariance(writer, excess),
    width,
  };
}

/**
 * azumaTypeI(N, tau, w): Azuma-Hoeffding's bound on P_A(|delta| >= tau), 2 exp(-2 N tau^2 / w^2), capped at 1, where no
 * context's surprises range over more than w. It asks nothing else of the model: no stationarity, no independence.
 */
export const azumaTypeI = (length: number, tau: number, width: number): number =>
  Math.min(1, 2 * Math.exp((-2 * length * tau * tau) / (width * width)));

/**
 * azumaTypeII(N, tau, w, contextDrift): the same for P_B(|delta| <= tau), exp(-2 N (d - tau)^2 / w^2) with d the
 * smallest drift of any context. Only the tail on the near side counts, so there is no factor 2. Where drifts disagree
 * in sign, or d <= tau, it promises nothing: 1.
 */
export function azumaTypeII(length: number, tau: number, width: number, contextDrift: ArrayLike<number>): number {
  const drifts = Array.from(contextDrift);
  const smallest = Math.max(Math.min(...drifts), -Math.max(...drifts));
  return smallest > tau ? Math.exp((-2 * length * (smallest - tau) ** 2) / (width * width)) : 1;
}

/** azumaLength(alpha, tau, w): the tokens after which azumaTypeI promises an error of at most alpha. */
export const azumaLength = (alpha: number, tau: number, width: number): number =>
  Math.ceil((width * width * Math.log(2 / alpha)) / (2 * tau * tau));

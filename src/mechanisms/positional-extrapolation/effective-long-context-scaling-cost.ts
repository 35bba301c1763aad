/**
 * What training on long sequences costs (Xiong et al. 2023, sections 2.1 and 4.4), in floating-point operations. The count is that of Narayanan et al.
 * (2021) without its vocabulary term and without recomputed activations: 72 l h^2 (1 + c / 6h) per token, for forward and backward. It gives the
 * four totals of the paper's table 10 to all their digits.
 */

/** A decoder's sizes. */
export interface ModelShape {
  readonly layers: number;
  /** h, channels of the residual stream. */
  readonly width: number;
  /** Weights in matrices that a token is multiplied by; 12 l h^2 unless given. */
  readonly parameters?: number;
}

/** Llama 2's shapes; that of the 34B model, which was not released, as in Code Llama's. */
export const shapes = {
  '7B': { layers: 32, width: 4096 },
  '13B': { layers: 40, width: 5120 },
  '34B': { layers: 48, width: 8192 },
  '70B': { layers: 80, width: 8192 },
} as const satisfies Record<string, ModelShape>;

/** Tokens of the curriculum's runs: 100,000 steps of 4 Mi tokens. */
export const runTokens = 100_000 * 2 ** 22;

/** Whether attention counts every pair of tokens, as the published totals do, or only the half below the diagonal that a causal kernel computes. */
export type Counting = 'full' | 'causal';

/** The two parts of a token's cost. */
export interface TokenCost {
  /** Everything that does not depend on the context: 6 times the weights. */
  readonly weights: number;
  /** Scores and weighted values: 12 l h c, half of that if causal. */
  readonly attention: number;
  readonly total: number;
}

/** costPerToken(shape, context, counting): operations that one token of training takes in sequences of `context` tokens. Throws RangeError below 1. */
export function costPerToken(
  { layers, width, parameters = 12 * layers * width ** 2 }: ModelShape,
  context: number,
  counting: Counting = 'full',
): TokenCost {
  if (!(context >= 1)) throw new RangeError(`a context of ${context} tokens`);
  const weights = 6 * parameters;
  const attention = (counting === 'full' ? 12 : 6) * layers * width * context;
  return { weights, attention, total: weights + attention };
}

/** breakEven(shape, counting): the context at which attention costs as much as all else; 6 h in the full count. */
export function breakEven(shape: ModelShape, counting: Counting = 'full'): number {
  const { weights, attention } = costPerToken(shape, 1, counting);
  return weights / attention;
}

export interface Curriculum {
  /** Share of the steps, and so of the tokens, that are read in short sequences first. */
  readonly share: number;
  readonly short: number;
  readonly long: number;
  readonly counting?: Counting;
}

/**
 * relativeCost(shape, curriculum) is what a run costs that changes from short to long sequences, over one that is long throughout; tokens per
 * step stay the same. Affine in the share. Throws RangeError for a share outside [0, 1].
 */
export function relativeCost(shape: ModelShape, { share, short, long, counting }: Curriculum): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share of ${share}`);
  return 1 - share + (share * costPerToken(shape, short, counting).total) / costPerToken(shape, long, counting).total;
}

/** runCost(shape, curriculum, tokens) is the whole run's operations. */
export const runCost = (shape: ModelShape, curriculum: Curriculum, tokens = runTokens): number =>
  tokens * costPerToken(shape, curriculum.long, curriculum.counting).total * relativeCost(shape, curriculum);

/**
 * Table 10 of the paper: totals of runs of the 7B model that go from 4,096 to 32,768 tokens after a share of the steps. As two independent
 * public sets of reading notes quote it.
 */
export const publishedTotals = [
  { share: 0, cost: 3.783e22 },
  { share: 0.2, cost: 3.405e22 },
  { share: 0.4, cost: 3.026e22 },
  { share: 0.8, cost: 2.27e22 },
] as const;

import { planted } from '@/mechanisms/positional-extrapolation/lm-infinite-toy';

/** onFirsts(weights): what a row gives the first four tokens, those that it sees. */
export const onFirsts = (weights: readonly number[]): number => weights.slice(0, planted).reduce((sum, w) => sum + Math.max(0, w), 0);

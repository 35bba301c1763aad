import type { Pattern } from '@/mechanisms/positional-extrapolation/lm-infinite';

/** As a choice and in running text. */
export const patternNames = {
  full: 'everything',
  ceiling: 'everything, distance capped',
  window: 'a sliding window',
  mask: 'Λ mask, distance not capped',
  lambda: 'Λ mask and ceiling: LM-Infinite',
} as const satisfies Record<Pattern, string>;

/** As a label in a picture. */
export const shortNames = {
  full: 'full attention',
  ceiling: 'ceiling alone',
  window: 'window alone',
  mask: 'Λ mask alone',
  lambda: 'LM-Infinite',
} as const satisfies Record<Pattern, string>;

export const modelNames: Readonly<Record<string, string>> = {
  rope: 'a trained model',
  sink: 'a model with a sink',
  alibi: 'a model with ALiBi',
};

/** Characters of a row in the training of the resident models. */
export const trained = 256;

/** Full attention is what all is held against; what is neither that nor the paper's method has a colour of its own. */
export const tint = (pattern: Pattern): string =>
  pattern === 'full' ? 'var(--baseline)' : pattern === 'lambda' ? 'var(--method)' : 'var(--warn)';

/**
 * The bases of Giraffe put into a model that was really trained, and what each costs in nats per character past the trained window. Nothing is
 * trained here: the model is as it is, but for linear scaling, of which there is one that was trained on for a short while (as in Chen et al. 2023).
 */
import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { lossesOf, tokens } from '@/model/text';
import { frequencies, type Basis, type BasisOptions } from './giraffe';
import { yarnMagnitude } from './rotary';

/** basisHooks(basis, options): what reads a RoPE model with other frequencies; YaRN also multiplies scores by its magnitude, squared. */
export function basisHooks(basis: Basis, options: BasisOptions): Hooks {
  const theta = frequencies(basis, options);
  const sharper = basis === 'yarn' ? yarnMagnitude(options.scale ?? 1) ** 2 : 1;
  return {
    positions: { frequencies: () => theta },
    score: sharper === 1 ? undefined : (scores) => void scores.forEach((score, j) => (scores[j] = score * sharper)),
  };
}

/** Loss against position. */
export interface LossCurve {
  /** Mean nats per character of each stretch of `width` characters. */
  readonly loss: readonly number[];
  /** The mean within the trained window. */
  readonly inside: number;
  /** The mean past it, where there is something. */
  readonly outside?: number;
}

/**
 * lossCurve(model, text, { length, width, hooks }): reads the start token and the first length - 1 characters of a text at once; what is
 * inside is inside the `window`, that of the model's training unless given. Throws
 * RangeError where the text is shorter than that.
 */
export function lossCurve(
  model: Model,
  text: string,
  {
    length,
    width = 64,
    hooks,
    window = model.shape.window,
  }: { readonly length: number; readonly width?: number; readonly hooks?: Hooks; readonly window?: number },
): LossCurve {
  const ids = tokens(text).slice(0, length);
  if (ids.length < length) throw new RangeError(`a text of ${ids.length - 1} characters does not fill ${length} positions`);
  const losses = lossesOf(model, ids, hooks);
  const mean = (from: number, to: number) =>
    losses.subarray(from, to).reduce((sum, x) => sum + x, 0) / (Math.min(to, losses.length) - from);
  return {
    // Entry i is of the character at position i + 1.
    loss: Array.from({ length: Math.ceil(length / width) }, (_, i) => mean(Math.max(0, i * width - 1), (i + 1) * width - 1)),
    inside: mean(0, Math.min(length, window) - 1),
    outside: length > window ? mean(window - 1, length - 1) : undefined,
  };
}

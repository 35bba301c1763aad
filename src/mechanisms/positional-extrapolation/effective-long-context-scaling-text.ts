/**
 * A base changed in a model that was really trained, at inference alone. The paper trains on for many steps after the change; nothing is trained
 * here, except that for positions divided by four there is a model that was (as in Chen et al. 2023).
 */
import type { Model } from '@/model/model';
import { frequencies, type Change, type ChangeOptions } from './effective-long-context-scaling';
import { lossCurve, type LossCurve } from './giraffe-text';

/**
 * readWith(model, text, change, options): what a RoPE model pays for a text when its pairs turn otherwise: `length` positions, in means of `width`
 * characters. Throws RangeError where the text is shorter, or where heads are not `dim` wide.
 */
export function readWith(
  model: Model,
  text: string,
  change: Change,
  { length, width, ...options }: ChangeOptions & { readonly length: number; readonly width: number },
): LossCurve {
  const { shape } = model;
  if (options.dim !== shape.width / shape.heads) throw new RangeError(`heads are ${shape.width / shape.heads} wide, not ${options.dim}`);
  const theta = frequencies(change, options);
  return lossCurve(model, text, { length, width, hooks: { positions: { frequencies: () => theta } } });
}

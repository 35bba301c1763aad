import { percent } from '@/marks/format';
import type { Values } from '@/shell/parameters';
import type { params } from './params';

export const shortPassages = { persuasion: 'Persuasion', mansfield: 'Mansfield Park', emma: 'Emma' } as const;

const positives = { softplus: 'softplus', exp: 'exponential', sigmoid: 'sigmoid', relu: 'ReLU' } as const;

/** What is chosen, in the fewest words that say it. */
export function nameOf({
  source,
  positive,
  scale,
  sharpen,
  p,
  offset,
  l1,
}: Pick<Values<typeof params>, 'source' | 'positive' | 'scale' | 'sharpen' | 'p' | 'offset' | 'l1'>): string {
  const one =
    positive === 'exp' && scale !== 'length'
      ? scale === 'plain'
        ? 'softmax'
        : 'softmax · ln N'
      : positive === 'softplus' && scale === 'length'
        ? sharpen
          ? 'LSSAR'
          : 'LSSA'
        : `${positives[positive]}${scale === 'length' ? '' : scale === 'plain' ? ', usual scores' : ', ln N'}`;
  if (!sharpen) return l1 || source === 'model' ? one : `${one}, not normalised`;
  return `${one}${one === 'LSSAR' ? ',' : ', then'} p = ${p}${offset === 1 ? '' : `, O = ${offset}`}`;
}

/** voidOf(values): why a row is left without any weight, where it is. */
export const voidOf = ({ sharpen }: Pick<Values<typeof params>, 'sharpen'>): string =>
  `nothing is above ${sharpen ? 'the offset' : '0'}: every weight is 0`;

/** over(line): which rows of the model a mean is over. */
export const over = ({ sum }: { readonly sum: readonly number[] }): string =>
  sum.every((total) => total > 0.999) ? 'mean over 16 heads' : 'mean over heads whose row is not all 0';

/** share(x): a part of a row, in per cent, also where it is a fraction of one; what a power leaves of next to nothing is 0. */
export const share = (x: number): string =>
  x > 1e-8 && x < 0.001 ? `${(100 * x).toPrecision(1)}\u00a0%` : x > 0.9 && x < 0.9995 ? `${(100 * x).toFixed(1)}\u00a0%` : percent(x);

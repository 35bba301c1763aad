/** What can be set, and how a text's numbers are gathered. */
import { reachOf, type Pattern, type Reach } from '@/mechanisms/positional-extrapolation/lm-infinite';

export interface Settings {
  readonly measured: string;
  readonly pattern: string;
  readonly starting: number;
  /** Times the window. */
  readonly ceiling: number;
  readonly window: number;
  readonly length: number;
  readonly query: number;
  readonly needle: number;
  readonly strength: number;
  readonly seed: number;
  readonly passage: string;
  readonly local: number;
  readonly tokens: number;
}

/** reachIn(settings, pattern): who sees whom on what is measured. */
export const reachIn = ({ measured, window, local, starting, ceiling }: Settings, pattern: Pattern): Reach => {
  const length = measured === 'head' ? window : local;
  return reachOf(pattern, length, starting, ceiling * length);
};

/** The first tokens whose share of the attention is measured, whatever G is. */
export const firsts = 4;
/** Queries are looked at every so often, and four of them share a point; a point of a loss is as many characters. */
export const every = 16;
export const stretch = 4 * every;

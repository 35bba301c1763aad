import { drawList } from '@/mechanisms/positional-extrapolation/task-hinting';
import { random } from '@/tensor/random';

/** Examples of a batch that are shown. */
export const examples = 8;
/** The longest list that is drawn. */
export const longest = 100;

/** longestOf(q, repeats): where no value repeats, no list is longer than the alphabet. */
export const longestOf = (q: number, repeats: boolean): number => (repeats ? longest : Math.min(longest, q));

/** listOf(n, q, repeats, seed): the list that is looked at: the first n of a longer one, so that a longer list goes on as the shorter one began. */
export const listOf = (n: number, q: number, repeats: boolean, seed: number): number[] =>
  drawList(longestOf(q, repeats), q, repeats, random(seed)).slice(0, n);

import { number } from '@/marks/format';
import { bins } from '@/mechanisms/positional-extrapolation/bench';
import { trained, type Measured, type Result } from './simulate';

export const total = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);

/** "1.1 → 1.2 nats": in the first 256 characters, and after them where there is something. */
export const nats = ({ inside, outside }: Measured): string =>
  outside === null ? `${number(inside)} nats` : `${number(inside)} → ${number(outside)} nats`;

/** Digits that come out right, of all. */
export const found = ({ right }: Measured): number => total(right) / (4 * right.length);

/** The share of attention on keys that stand farther back than any in a row of the main model's training. */
export const beyond = ({ attention }: Measured): number => total(attention.filter((_, bin) => bins[bin]! >= trained));

/** farther(result, one, band): digits of the lines that no query at the end sees in a band, those that come out right and all. */
export function farther({ facts }: Result, { right }: Measured, band: number): readonly [right: number, all: number] {
  const far = right.filter((_, i) => facts[i]!.back > band);
  return [total(far), 4 * far.length];
}

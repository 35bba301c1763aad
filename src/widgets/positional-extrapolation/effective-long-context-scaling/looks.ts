import type { Change } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling';
import { number } from '@/marks/format';

/** Each of the three has its colour and its dash in every panel. */
export const colours: Record<Change, string> = { rope: 'var(--baseline)', pi: 'var(--device-3)', abf: 'var(--method)' };
export const dashes: Record<Change, string | undefined> = { rope: '5 3', pi: '2 2', abf: undefined };

/** thousands(x) is a tick of an axis of tokens or positions: 4k, 32k, 1M. */
export function thousands(x: number): string {
  if (x >= 1e6) return `${number(x / 1e6)}M`;
  if (x < 1000) return number(x);
  return `${x % 1024 === 0 ? x / 1024 : number(x / 1000)}k`;
}

/** signed(x, digits) with a true minus sign. */
export const signed = (x: number, digits = 2): string => number(x, digits).replace('-', '−');

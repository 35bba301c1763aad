import { number } from '@/marks/format';
import type { Measured } from './simulate';

export const total = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);

/** "1.1 → 1.2 nats": inside the trained length, and past it. */
export const nats = ({ inside, outside }: Measured): string =>
  outside === null ? `${number(inside)} nats` : `${number(inside)} → ${number(outside)} nats`;

/** Digits that come out right, of all. */
export const found = ({ right }: Measured): number => total(right) / (4 * right.length);

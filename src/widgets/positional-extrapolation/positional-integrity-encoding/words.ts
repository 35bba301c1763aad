import { number } from '@/marks/format';
import type { Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';

export const names = {
  full: 'Full recomputation',
  pie: 'PIE',
  conflict: 'Conflict',
  drop: 'Suffix dropped',
  stale: 'Nothing done',
} as const satisfies Record<Method, string>;

export const looks = {
  full: { stroke: 'var(--baseline)', dash: undefined },
  pie: { stroke: 'var(--method)', dash: undefined },
  conflict: { stroke: 'var(--bad)', dash: undefined },
  drop: { stroke: 'var(--ink-soft)', dash: '2 3' },
  stale: { stroke: 'var(--warn)', dash: '6 3' },
} as const satisfies Record<Method, { stroke: string; dash?: string }>;

/** 0.0004, and 0.31; what is less than a ten-thousandth is said to be. */
export const small = (x: number): string =>
  x === 0 ? '0' : Math.abs(x) < 1e-4 ? 'below 0.0001' : number(x, Math.abs(x) < 0.01 ? 4 : Math.abs(x) < 0.1 ? 3 : 2);
/** A nat more or less has a sign; what rounds to nothing has both. */
export const signed = (x: number): string => `${Math.abs(x) < 5e-4 ? '±' : x < 0 ? '−' : '+'}${number(Math.abs(x), 3)}`;
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
export const large = (n: number): string => (n >= 1e6 ? `${number(n / 1e6, 2)} million` : number(n));

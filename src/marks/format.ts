import { format } from 'd3-format';

const four = format('.3~r');
const grouped = format(',');

/**
 * number(x) is x with no more digits than it means: three significant ones, thousands grouped,
 * tiny and huge ones as 2.1 × 10⁻¹⁶. With `digits`, that many decimals.
 */
export function number(x: number, digits?: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'not a number' : x > 0 ? '∞' : '−∞';
  if (digits !== undefined) return format(`,.${digits}f`)(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return grouped(x);
  const size = Math.abs(x);
  if (size < 1e-3 || size >= 1e9) return power(x);
  return size >= 1000 ? grouped(Math.round(x)) : four(x);
}

/** percent(x) is a share in per cent, to the whole number unless it is small. */
export const percent = (x: number): string => `${Math.abs(x) < 0.1 && x !== 0 ? format('.1~f')(100 * x) : format('.0f')(100 * x)}\u00a0%`;

/** bytes(n) in decimal units. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (Math.abs(n) >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${format(n < 10 && unit > 0 ? '.1~f' : '.0f')(n)}\u00a0${units[unit]}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function power(x: number): string {
  // By way of the exponential form, whose rounding carries: 9.97e-17 is 1 × 10⁻¹⁶.
  const exponent = Number(x.toExponential(1).split('e')[1]);
  return `${format('.1~f')(x / 10 ** exponent)}\u00a0×\u00a0${powerOfTen(exponent)}`;
}

/** powerOfTen(exponent) is 10⁻⁴: a tick of a logarithmic axis. */
export function powerOfTen(exponent: number): string {
  if (exponent === 0) return '1';
  return `10${exponent < 0 ? '⁻' : ''}${String(Math.abs(exponent)).replace(/\d/g, (d) => superscripts[Number(d)]!)}`;
}

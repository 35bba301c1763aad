/**
 * Integration of dy/dt = f(t, y) on a fixed grid, by the two explicit rules that CLEX can be looked at with. The grid, the rule and the
 * reading between grid points are those of torchdiffeq (rtqichen/torchdiffeq, _impl/solvers.py and _impl/rk_common.py), whose "rk4" is
 * Kutta's 3/8 rule and not the textbook one.
 */

/** field(t, y) is the velocity dy/dt; it must neither change y nor keep it, and returns an array of its own. */
export type Field = (t: number, y: Float64Array) => Float64Array;

export type Rule = 'euler' | 'rk4';

/** How often each rule asks for the velocity in one step. */
export const evaluations: Record<Rule, number> = { euler: 1, rk4: 4 };

/** steps(span, step): how many steps the grid has; the last one is cut short where the span is no multiple of the step. */
export const steps = (span: number, step: number): number => Math.max(1, Math.ceil(span / step - 1e-9));

/** One step of a rule, from t to t + h. */
export function advance(rule: Rule, field: Field, t: number, y: Float64Array, h: number): Float64Array {
  const n = y.length;
  const k1 = field(t, y);
  const result = new Float64Array(n);
  if (rule === 'euler') {
    for (let i = 0; i < n; i++) result[i] = y[i]! + h * k1[i]!;
    return result;
  }
  // Thousands of steps are taken for a picture: one array holds each place where the velocity is asked for.
  const place = new Float64Array(n);
  for (let i = 0; i < n; i++) place[i] = y[i]! + (h / 3) * k1[i]!;
  const k2 = field(t + h / 3, place);
  for (let i = 0; i < n; i++) place[i] = y[i]! + h * (k2[i]! - k1[i]! / 3);
  const k3 = field(t + (2 * h) / 3, place);
  for (let i = 0; i < n; i++) place[i] = y[i]! + h * (k1[i]! - k2[i]! + k3[i]!);
  const k4 = field(t + h, place);
  for (let i = 0; i < n; i++) result[i] = y[i]! + (h / 8) * (k1[i]! + 3 * (k2[i]! + k3[i]!) + k4[i]!);
  return result;
}

/**
 * solve(field, y0, times, { rule, step }): y at each of the increasing `times`, the first of which is where y is y0. The grid goes
 * from the first time to the last in steps of `step`; between its points y is read off a straight line. Throws RangeError where the step is not
 * positive or the times do not increase.
 */
export function solve(
  field: Field,
  y0: Float64Array,
  times: readonly number[],
  { rule = 'rk4', step }: { readonly rule?: Rule; readonly step: number },
): Float64Array[] {
  if (!(step > 0)) throw new RangeError(`step must be positive, got ${step}`);
  if (times.some((t, i) => i > 0 && !(t > times[i - 1]!))) throw new RangeError(`times must increase, got ${times.join(', ')}`);
  if (times.length === 0) return [];
  const [from, to] = [times[0]!, times.at(-1)!];
  const found = [y0];
  const count = times.length > 1 ? steps(to - from, step) : 0;
  let y = y0;
  for (let n = 0; n < count; n++) {
    const t = from + n * step;
    const end = n === count - 1 ? to : from + (n + 1) * step;
    const next = advance(rule, field, t, y, end - t);
    for (let j = found.length; j < times.length && times[j]! <= end; j++) {
      const share = (times[j]! - t) / (end - t);
      found.push(share === 1 ? next : y.map((value, i) => value + share * (next[i]! - value)));
    }
    y = next;
  }
  return found;
}

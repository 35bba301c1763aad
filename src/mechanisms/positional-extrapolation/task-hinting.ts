/**
 * Sorting by one attention step, again and again: from the value written last to the next larger one of the list.
 * Source: Awasthi and Gupta, arXiv 2310.00726, whose construction with two layers finds the minimum in the first and the next larger value in the
 * second. The second layer is written here in its simplest form, a logit that falls by beta for every unit that a value is larger; the linear
 * fall and the law of its length dependence are choices of this file. Copies of a value, and the first value, are taken as right.
 */
import type { Random } from '@/tensor/random';

/** How often each value stands in a list: index is the value, 0 to q - 1. */
export type Counts = ArrayLike<number>;

/** The longest list of training, at which every law of sharpness has the value it was given. */
export const trainedLength = 20;

/** How the sharpness depends on the length of the list: not at all, or as its logarithm. */
export type Law = 'fixed' | 'log';

/** countsOf(list, q): how often each of the values 0 to q - 1 stands in it. Throws RangeError on any other value. */
export function countsOf(list: ArrayLike<number>, q: number): Int32Array {
  const counts = new Int32Array(q);
  for (let i = 0; i < list.length; i++) {
    const value = list[i]!;
    if (!Number.isInteger(value) || value < 0 || value >= q) throw new RangeError(`${value} is none of the ${q} values`);
    counts[value]!++;
  }
  return counts;
}

/** drawList(n, q, repeats, source): n values below q, drawn evenly; without repeats no value comes twice, and n may be at most q. */
export function drawList(n: number, q: number, repeats: boolean, source: Random): number[] {
  if (!repeats && n > q) throw new RangeError(`there are no ${n} different values among ${q}`);
  if (repeats) return Array.from({ length: n }, () => source.integer(q));
  return source.shuffle(Array.from({ length: q }, (_, value) => value)).slice(0, n);
}

/** sharpness(beta, n, law): what stands before the gap in the logit of a list of n. Both laws give beta at the longest trained list. */
export const sharpness = (beta: number, n: number, law: Law): number =>
  law === 'fixed' ? beta : (beta * Math.log(n)) / Math.log(trainedLength);

/**
 * successorMass(counts, from, beta): the attention that falls on each value, [q], all tokens of a value together:
 * n_c exp(-beta (c - from)) over its sum for c > from, 0 elsewhere. Throws RangeError where no value is larger than `from`.
 */
export function successorMass(counts: Counts, from: number, beta: number): Float64Array {
  const mass = new Float64Array(counts.length);
  let next = -1;
  let total = 0;
  for (let c = from + 1; c < counts.length; c++) {
    if (!counts[c]) continue;
    // Measured from the next value, so that nothing under- or overflows.
    if (next < 0) next = c;
    mass[c] = counts[c]! * Math.exp(-beta * (c - next));
    total += mass[c]!;
  }
  if (next < 0) throw new RangeError(`no value is larger than ${from}`);
  for (let c = next; c < mass.length; c++) mass[c]! /= total;
  return mass;
}

/** One step of a run: from a value to the next larger one. */
export interface Step {
  readonly from: number;
  readonly next: number;
  /** What is written: the value with the most mass, the smaller one where two have the same; or one drawn by the masses. */
  readonly pick: number;
  /** The mass on the right value. */
  readonly right: number;
}

/**
 * run(counts, beta, source): every step of sorting a list, each after the right ones before it. None where all values are equal. With a source of chance
 * each pick is drawn by the masses.
 */
export function run(counts: Counts, beta: number, source?: Random): Step[] {
  const steps: Step[] = [];
  // From the largest value down. `best` has the highest n_c exp(-beta c) of what is larger, `sum` all of it measured from `next`.
  let [next, best, bestLog, sum] = [-1, -1, 0, 0];
  for (let c = counts.length - 1; c >= 0; c--) {
    const n = counts[c]!;
    if (!n) continue;
    if (next >= 0) steps.push({ from: c, next, pick: best, right: counts[next]! / sum });
    const log = Math.log(n) - beta * c;
    if (best < 0 || log >= bestLog) [best, bestLog] = [c, log];
    sum = n + (next < 0 ? 0 : sum * Math.exp(-beta * (next - c)));
    next = c;
  }
  steps.reverse();
  return source ? steps.map((step) => ({ ...step, pick: source.weighted(successorMass(counts, step.from, beta)) })) : steps;
}

/**
 * threshold(counts): the sharpness from which on every step of a list is right: the largest ln(n_c / n_s) / (c - s) over all values s that are the
 * next one of some step, and all c > s. 0 where no larger value is more frequent.
 */
export function threshold(counts: Counts): number {
  const most = Math.log(Math.max(1, ...Array.from(counts)));
  let needed = 0;
  let smallest = true;
  for (let s = 0; s < counts.length; s++) {
    if (!counts[s]) continue;
    // The minimum is nobody's next value.
    if (smallest) {
      smallest = false;
      continue;
    }
    for (let c = s + 1; c < counts.length && most / (c - s) > needed; c++) {
      if (counts[c]! > counts[s]!) needed = Math.max(needed, Math.log(counts[c]! / counts[s]!) / (c - s));
    }
  }
  return needed;
}

/** How the next value is chosen: the one with the most mass, or by chance according to the masses. */
export type Decode = 'argmax' | 'sample';

export interface Accuracy {
  readonly steps: number;
  /** Steps that are right: their number, or under `sample` the number to be expected. */
  readonly right: number;
  /** The probability that all are: 0 or 1 under `argmax`. */
  readonly exact: number;
}

/** Logarithms of the numbers that counts usually are. */
const logs = Float64Array.from({ length: 256 }, (_, n) => Math.log(n));

/** accuracy(counts, beta, decode) of one list. */
export function accuracy(counts: Counts, beta: number, decode: Decode): Accuracy {
  let [steps, right, exact] = [0, 0, 1];
  if (decode === 'sample') {
    for (const { right: mass } of run(counts, beta)) {
      steps++;
      right += mass;
      exact *= mass;
    }
    return { steps, right, exact };
  }
  // As run does, without the masses: this is what is computed thousands of times.
  let [next, best, bestLog] = [-1, -1, 0];
  for (let c = counts.length - 1; c >= 0; c--) {
    const n = counts[c]!;
    if (!n) continue;
    if (next >= 0) {
      steps++;
      if (best === next) right++;
    }
    const log = (logs[n] ?? Math.log(n)) - beta * c;
    if (best < 0 || log >= bestLog) [best, bestLog] = [c, log];
    next = c;
  }
  return { steps, right, exact: Number(right === steps) };
}

/** Of many lists of one length: share of steps that are right, share of lists without an error, and what that would be if errors were independent. */
export interface Average {
  readonly n: number;
  readonly step: number;
  readonly exact: number;
  /** Mean over the lists of (share of right steps) ^ (steps of the list). */
  readonly independent: number;
}

/** average(n, lists): over the accuracies of several lists of n. Where there are no steps all are right. */
export function average(n: number, lists: readonly Accuracy[]): Average {
  const sum = (of: (one: Accuracy) => number) => lists.reduce((total, one) => total + of(one), 0);
  const steps = sum((one) => one.steps);
  const step = steps ? sum((one) => one.right) / steps : 1;
  return { n, step, exact: sum((one) => one.exact) / lists.length, independent: sum((one) => allRight(step, one.steps)) / lists.length };
}

/** allRight(r, n): the probability that n steps are right of which each is with probability r, independently. */
export const allRight = (r: number, n: number): number => r ** n;

/** stepFor(exact, n): how often a step must be right for n of them to be right with that probability: the inverse of allRight. */
export const stepFor = (exact: number, n: number): number => exact ** (1 / n);

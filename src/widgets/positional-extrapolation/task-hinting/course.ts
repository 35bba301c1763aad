/** Trainings as they are shown: how long they are, what is tested, and what comes of them. */
import type { Arm } from '@/mechanisms/positional-extrapolation/task-hinting-train';

/** How many steps a training has, how many batches each, and with how many seeds each arm is trained. */
export const lastStep = 24;
export const batches = 25;
export const seeds = 6;
/** Values, and the longest trained list. */
export const [values, trained] = [32, 10];
/** Lengths that are tested after each step, and lists of each. */
export const lengths = [5, 10, 15, 20, 30, 50];
export const tests = 60;
export const twice = lengths.indexOf(2 * trained);
/** Gaps of which the learned fall is shown. */
export const gaps = 8;

export interface Live {
  readonly arm: Arm;
  /** Of each seed, after each step so far: share of lists of twice the trained length without an error. */
  readonly twice: readonly (readonly number[])[];
  /** Mean loss per term over the seeds, step by step. */
  readonly loss: readonly number[];
  /** Of each seed, now, by length. None before the first step. */
  readonly exact: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
  /** Means over the seeds: how far the learned logit falls from a gap of 1 to each gap, and how much the shortcut says. */
  readonly fall: readonly number[];
  readonly spread: number;
}

/** workOf(share, step): operations up to a step. Batches of the three arms as they were timed, and the tests after each step. */
export function workOf(share: number, step: number): number {
  const more = share / (1 - share);
  return 3e5 + seeds * step * (batches * (3 * 24e3 + more * 70e3) + 3 * 1500 * tests * 2.5);
}

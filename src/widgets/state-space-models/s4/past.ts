/** What a state of S4 still knows of its past. */
import { recall } from '@/mechanisms/state-space-models/hippo';

/** How far back the recall is judged, in steps: the whole of it, and the recent end. */
export const judged = 100;
export const recent = 20;

interface Run {
  readonly u: Float64Array;
  /** n numbers for each time. */
  readonly states: Float64Array;
}

/** redrawn(run, n, time, step): the inputs up to a time as its state redraws them, the newest first. */
export function redrawn({ states }: Run, n: number, time: number, step: number): Float64Array {
  const state = states.subarray(time * n, (time + 1) * n);
  return Float64Array.from({ length: time + 1 }, (_, lag) => recall(state, (lag + 0.5) * step));
}

/** recallError(run, n, time, step, back): the largest error of what the state redraws of the last `back` inputs. */
export function recallError(run: Run, n: number, time: number, step: number, back = judged): number {
  return redrawn(run, n, time, step)
    .subarray(0, back)
    .reduce((worst, value, lag) => Math.max(worst, Math.abs(value - run.u[time - lag]!)), 0);
}

/** turns(run, n, time, step): how often the redrawn past changes direction: three times for two bumps. */
export function turns(run: Run, n: number, time: number, step: number): number {
  const past = redrawn(run, n, time, step);
  return past.filter((value, lag) => lag > 0 && lag < time && (value - past[lag - 1]!) * (past[lag + 1]! - value) < 0).length;
}

/** What only the worker runs: the trainings. */
import {
  arms,
  begin,
  learnedFall,
  learnedSpread,
  test,
  testLists,
  train,
  type Course,
  type Training,
} from '@/mechanisms/positional-extrapolation/task-hinting-train';
import { batches, gaps, lengths, seeds, tests, trained, twice, values, type Live } from './course';

const course = (shortcut: number, share: number): Course => ({
  q: values,
  longest: trained,
  lists: 16,
  share,
  rates: { pair: 1, shortcut },
});

/** One network after one step. */
interface State {
  readonly loss: number;
  /** Share of lists without an error, and of right steps, at each of `lengths`. */
  readonly exact: readonly number[];
  readonly right: readonly number[];
  readonly fall: readonly number[];
  readonly spread: number;
}

interface Run {
  readonly training: Training;
  readonly states: State[];
}

/** Trainings that somebody looked at lately: who takes a step goes on from where they are, who goes back finds what was there. */
const runs = new Map<string, Run[]>();

const problems = lengths.map((n) => () => testLists(values, n, tests, 5000 + n));
let drawn: ReturnType<(typeof problems)[number]>[] | undefined;

const rounded = (x: number) => Number(x.toPrecision(4));
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

function go(run: Run): void {
  drawn ??= problems.map((draw) => draw());
  const loss = rounded(train(run.training, batches));
  const found = drawn.map((lists) => test(run.training.net, lists));
  run.states.push({
    loss,
    exact: found.map(({ exact }) => rounded(exact)),
    right: found.map(({ step }) => rounded(step)),
    fall: learnedFall(run.training.net, gaps),
    spread: learnedSpread(run.training.net),
  });
}

/** live(shortcut, share, seed, step): all arms after so many steps, from the first one or from where they were left. */
export function live(shortcut: number, share: number, seed: number, step: number): Live[] {
  return arms.map((arm) => {
    const key = [arm, shortcut, share, seed].join();
    let own = runs.get(key);
    if (!own) {
      own = Array.from({ length: seeds }, (_, i) => ({ training: begin(arm, course(shortcut, share), 100 * seed + i), states: [] }));
      runs.set(key, own);
      if (runs.size > 12) runs.delete(runs.keys().next().value!);
    }
    for (const run of own) while (run.states.length < step) go(run);
    const now = step ? own.map(({ states }) => states[step - 1]!) : [];
    return {
      arm,
      twice: own.map(({ states }) => states.slice(0, step).map(({ exact }) => exact[twice]!)),
      loss: Array.from({ length: step }, (_, i) => rounded(mean(own.map(({ states }) => states[i]!.loss)))),
      exact: now.map(({ exact }) => exact),
      right: now.map(({ right }) => right),
      fall: step ? Array.from({ length: gaps }, (_, i) => rounded(mean(now.map(({ fall }) => fall[i]!)))) : [],
      spread: step ? rounded(mean(now.map(({ spread }) => spread))) : 0,
    };
  });
}

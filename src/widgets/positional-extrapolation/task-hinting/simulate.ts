import {
  accuracy,
  average,
  countsOf,
  drawList,
  run,
  sharpness,
  successorMass,
  threshold,
  type Average,
  type Decode,
  type Law,
} from '@/mechanisms/positional-extrapolation/task-hinting';
import { batch, coverage, hintExample, hints, mainExample, type Hint } from '@/mechanisms/positional-extrapolation/task-hinting-tasks';
import { random } from '@/tensor/random';
import { examples, listOf, longestOf } from './lists';
import { live } from './beside';
import type { Look } from './params';

export interface Settings {
  readonly look: Look;
  readonly step: number;
  readonly n: number;
  readonly beta: number;
  readonly law: Law;
  readonly q: number;
  readonly repeats: boolean;
  readonly decode: Decode;
  readonly trials: number;
  readonly hint: Hint | 'none';
  readonly share: number;
  readonly shortcut: number;
  readonly seed: number;
}

/** Lengths at which shares are counted. */
export const grid = [2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 100];
/** Values of the sharpness at which the share of the chosen length is counted. */
export const betas = Array.from({ length: 39 }, (_, i) => Number((0.1 + 0.05 * i).toFixed(2)));

/** Values of a list that is written out, at most. */
const shownLength = 5;

interface Counted {
  readonly fixed: readonly Average[];
  /** Under the chosen law; the same where that is the fixed one. */
  readonly curve: readonly Average[];
  /** At the chosen length, for each of `betas`: share of lists without an error. */
  readonly scan: readonly number[];
}

/** What was counted last: a step along the run counts nothing new. */
let last: { key: string; counted: Counted } | undefined;

function count({ n, beta, law, q, repeats, decode, trials, seed }: Settings): Counted {
  const key = [n, beta, law, q, repeats, decode, trials, seed].join();
  if (last?.key === key) return last.counted;
  const most = longestOf(q, repeats);
  const at = [...new Set([...grid.filter((length) => length <= most), n])].sort((a, b) => a - b);
  // Every list is the beginning of a longer one, so that a draw is made once.
  const counts = at.map((): Int32Array[] => []);
  const source = random(10_000 + seed);
  for (let trial = 0; trial < trials; trial++) {
    const list = drawList(most, q, repeats, source);
    const so = new Int32Array(q);
    let length = 0;
    at.forEach((end, i) => {
      for (; length < end; length++) so[list[length]!]!++;
      counts[i]!.push(so.slice());
    });
  }
  const curve = (under: Law) =>
    at.map((length, i) =>
      average(
        length,
        counts[i]!.map((one) => accuracy(one, sharpness(beta, length, under), decode)),
      ),
    );
  const chosen = counts[at.indexOf(n)]!;
  // Under argmax a list has no error from its threshold on.
  const thresholds = decode === 'argmax' ? chosen.map(threshold) : [];
  const share = (b: number) =>
    decode === 'argmax'
      ? thresholds.filter((needed) => needed <= b).length / trials
      : chosen.reduce((sum, one) => sum + accuracy(one, b, decode).exact, 0) / trials;
  const fixed = curve('fixed');
  const counted = { fixed, curve: law === 'fixed' ? fixed : curve(law), scan: betas.map(share) };
  last = { key, counted };
  return counted;
}

function stepLook(settings: Settings) {
  const { n, beta, law, q, repeats, decode, seed, step } = settings;
  const list = listOf(n, q, repeats, seed);
  const counts = countsOf(list, q);
  const now = sharpness(beta, n, law);
  const steps = run(counts, now, decode === 'sample' ? random(20_000 + seed) : undefined);
  const at = Math.min(step, steps.length - 1);
  const counted = count(settings);
  const find = (curve: readonly Average[]) => curve.find((one) => one.n === n)!;
  return {
    list,
    counts: Array.from(counts),
    /** The sharpness at this length. */
    sharp: now,
    steps,
    /** The step looked at, undefined where all values are equal, and its masses under the law and with fixed sharpness. */
    at: steps[at],
    index: at,
    mass: steps[at] ? Array.from(successorMass(counts, steps[at].from, now)) : [],
    before: steps[at] ? Array.from(successorMass(counts, steps[at].from, beta)) : [],
    ...counted,
    chosen: find(counted.curve),
    baseline: find(counted.fixed),
  };
}

function hintsLook({ n, q, hint, share, seed, step }: Settings) {
  const source = random(seed);
  const shown = batch({ size: examples, hint, share, longest: Math.min(shownLength, n), q }, source);
  // One list, asked in every way.
  const list = listOf(Math.min(shownLength, n), q, true, seed);
  const same = [mainExample(list), ...hints.map((one) => hintExample(one, list, random(seed))).filter((one) => one !== undefined)];
  const many = random(10_000 + seed);
  const lists = Array.from({ length: 40 }, () => drawList(n, q, true, many));
  const batchOfMany = batch({ size: 100, hint, share, longest: 20, q }, random(seed + 1));
  const tokens = (hinted: boolean, loss?: true) =>
    batchOfMany
      .filter(({ task }) => (task !== 'sort') === hinted)
      .reduce((sum, one) => sum + one.tokens.filter((token) => !loss || token.loss).length, 0);
  return {
    shown,
    same,
    index: Math.min(step, examples - 1),
    coverage: coverage(lists),
    /** Of a hundred examples with lists of 2 to 20: tokens, and those in the loss, of sorting and of hints. */
    tokens: { sort: tokens(false), hint: tokens(true), sortLoss: tokens(false, true), hintLoss: tokens(true, true) },
  };
}

/** simulate(settings): what is looked at, and nothing else. */
export function simulate(settings: Settings) {
  const { look, shortcut, share, seed, step } = settings;
  return {
    step: look === 'step' ? stepLook(settings) : undefined,
    hints: look === 'hints' ? hintsLook(settings) : undefined,
    train: look === 'train' ? live(shortcut, share, seed, step) : undefined,
  };
}
export type Result = ReturnType<typeof simulate>;

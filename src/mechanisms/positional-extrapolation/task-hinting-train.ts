/**
 * A network small enough to be trained while somebody watches: the attention step of sorting, learned by gradient descent, beside a shortcut.
 * It is no network of the paper, and what it shows is no evidence for or against the paper's results.
 *
 * The logit of value c after value a, when k values of a list of n have been written, is S[a][c] + T[n][k][c], and the tokens of a value add up:
 * P(c) = n_c exp(S[a][c] + T[n][k][c]) / (the same, summed over the list). S is everything that one attention head can say about a pair of tokens. T
 * is the shortcut: it knows how long the list is and how much of it is written, and learns how large the next value usually is then. Lengths and
 * places past the trained ones look to it like the last trained one. A hint shows no answer, so that it trains S alone. Loss: cross-entropy of the
 * next larger value. Plain gradient descent from zero.
 */
import { random, type Random } from '@/tensor/random';
import { countsOf, drawList } from './task-hinting';

export interface Net {
  /** Values are 0 to q - 1. */
  readonly q: number;
  /** S, [q + 1, q]: from a value, or from the beginning (row q), to a value. */
  readonly pair: Float64Array;
  /** The longest list of training. */
  readonly longest: number;
  /** T, [longest + 1, longest + 1, q]: from the length of the list and the number of values written to a value. Where nothing is written it stays 0. */
  readonly place: Float64Array;
}

export const newNet = (q: number, longest: number): Net => ({
  q,
  longest,
  pair: new Float64Array((q + 1) * q),
  place: new Float64Array((longest + 1) ** 2 * q),
});

/** A list as the network reads it. */
export interface Problem {
  readonly n: number;
  readonly counts: Int32Array;
  /** Its different values, ascending: the answer. */
  readonly values: readonly number[];
}

export function problem(list: readonly number[], q: number): Problem {
  const counts = countsOf(list, q);
  const values = [];
  for (let value = 0; value < q; value++) if (counts[value]) values.push(value);
  return { n: list.length, counts, values };
}

/** What is asked: the k-th value of the answer (from 0), in the main task or as a hint. */
export interface Term {
  readonly of: Problem;
  readonly k: number;
  readonly hint: boolean;
}

/** Where the row of T begins that a term uses; -1 where it uses none. */
const placeRow = ({ q, longest }: Net, { of, k, hint }: Term): number =>
  k && !hint ? (Math.min(of.n, longest) * (longest + 1) + Math.min(k, longest)) * q : -1;
const pairRow = ({ q }: Net, { of, k }: Term): number => (k ? of.values[k - 1]! : q) * q;

/** probabilities(net, term): of each of the different values of the list, in their order. */
export function probabilities(net: Net, term: Term): Float64Array {
  const { pair, place } = net;
  const { counts, values } = term.of;
  const row = pairRow(net, term);
  const shortcut = placeRow(net, term);
  const p = new Float64Array(values.length);
  let most = -Infinity;
  for (let i = 0; i < p.length; i++) {
    const c = values[i]!;
    p[i] = Math.log(counts[c]!) + pair[row + c]! + (shortcut < 0 ? 0 : place[shortcut + c]!);
    if (p[i]! > most) most = p[i]!;
  }
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += p[i] = Math.exp(p[i]! - most);
  for (let i = 0; i < p.length; i++) p[i]! /= sum;
  return p;
}

/**
 * descend(net, terms, lists, rates): one step of gradient descent on the loss of the terms, summed and divided by `lists`. Returns that loss per term.
 * `rates.pair` and `rates.shortcut` are the learning rates of S and T; 0 leaves the shortcut out.
 */
export function descend(net: Net, terms: readonly Term[], lists: number, rates: { pair: number; shortcut: number }): number {
  const { pair, place } = net;
  const toPair = new Float64Array(pair.length);
  const toPlace = new Float64Array(place.length);
  let loss = 0;
  for (const term of terms) {
    const p = probabilities(net, term);
    const { values } = term.of;
    const row = pairRow(net, term);
    const shortcut = placeRow(net, term);
    loss -= Math.log(Math.max(1e-300, p[term.k]!));
    for (let i = 0; i < p.length; i++) {
      const error = p[i]! - Number(i === term.k);
      toPair[row + values[i]!]! += error;
      if (shortcut >= 0) toPlace[shortcut + values[i]!]! += error;
    }
  }
  for (let i = 0; i < pair.length; i++) pair[i]! -= (rates.pair / lists) * toPair[i]!;
  if (rates.shortcut) for (let i = 0; i < place.length; i++) place[i]! -= (rates.shortcut / lists) * toPlace[i]!;
  return loss / terms.length;
}

/** What is in a batch beside its sorted lists: nothing, as many more steps of sorting, or as many hints. */
export const arms = ['none', 'more', 'hints'] as const;
export type Arm = (typeof arms)[number];

export interface Course {
  readonly q: number;
  /** The longest list of training; the shortest has 2. */
  readonly longest: number;
  /** Lists that are sorted in a batch of the arm `none`. */
  readonly lists: number;
  /** The share of hints among the terms of the loss, or of the additional sorting in its place: 0 to below 1. */
  readonly share: number;
  readonly rates: { readonly pair: number; readonly shortcut: number };
}

/** All steps of sorting a list, as terms of the loss. */
const stepsOf = (of: Problem): Term[] => of.values.map((_, k) => ({ of, k, hint: false }));

/**
 * batchOf(arm, course, source): the terms of a batch. Beside the steps of sorting `lists` lists, the arms `more` and `hints` have share / (1 - share)
 * times as many others, to the nearest whole number: steps of other lists, or one question each about a list of its own.
 */
export function batchOf(arm: Arm, { q, longest, lists, share }: Course, source: Random): Term[] {
  const draw = () => problem(drawList(2 + source.integer(longest - 1), q, true, source), q);
  const terms = Array.from({ length: lists }, draw).flatMap(stepsOf);
  if (arm === 'none') return terms;
  const wanted = Math.round(terms.length / (1 - share));
  while (terms.length < wanted) {
    const of = draw();
    if (arm === 'more') terms.push(...stepsOf(of).slice(0, wanted - terms.length));
    else if (of.values.length > 1) terms.push({ of, k: 1 + source.integer(of.values.length - 1), hint: true });
  }
  return terms;
}

/** A training that can go on. */
export interface Training {
  readonly net: Net;
  readonly arm: Arm;
  readonly course: Course;
  readonly source: Random;
}

export const begin = (arm: Arm, course: Course, seed: number): Training => ({
  net: newNet(course.q, course.longest),
  arm,
  course,
  source: random(seed),
});

/** train(training, batches): goes on for so many batches; the mean loss per term. */
export function train({ net, arm, course, source }: Training, batches: number): number {
  let sum = 0;
  for (let b = 0; b < batches; b++) sum += descend(net, batchOf(arm, course, source), course.lists, course.rates);
  return sum / batches;
}

/** testLists(q, n, size, seed): lists of n that no training sees in that order. */
export function testLists(q: number, n: number, size: number, seed: number): Problem[] {
  const source = random(seed);
  return Array.from({ length: size }, () => problem(drawList(n, q, true, source), q));
}

/** test(net, problems): share of lists without an error, and of steps that are right, each after the right ones before it; the smaller value in a tie. */
export function test(net: Net, problems: readonly Problem[]): { exact: number; step: number } {
  const { pair, place } = net;
  let [exact, right, steps] = [0, 0, 0];
  for (const of of problems) {
    const { counts, values } = of;
    const multiple = Float64Array.from(values, (c) => Math.log(counts[c]!));
    let all = true;
    for (let k = 0; k < values.length; k++) {
      // As in probabilities, of which only the largest is wanted.
      const term = { of, k, hint: false };
      const row = pairRow(net, term);
      const shortcut = placeRow(net, term);
      let [pick, most] = [-1, -Infinity];
      for (let i = 0; i < values.length; i++) {
        const c = values[i]!;
        const logit = multiple[i]! + pair[row + c]! + (shortcut < 0 ? 0 : place[shortcut + c]!);
        if (logit > most) [pick, most] = [i, logit];
      }
      steps++;
      if (pick === k) right++;
      else all = false;
    }
    if (all) exact++;
  }
  return { exact: exact / problems.length, step: right / steps };
}

/**
 * learnedFall(net, gaps): S[a][a + 1] - S[a][a + d] for d = 1 to `gaps`, the mean over all a for which both values exist: how much further down the
 * logit of a value lies that is d larger. The construction with sharpness beta has (d - 1) beta.
 */
export function learnedFall({ q, pair }: Net, gaps: number): number[] {
  return Array.from({ length: gaps }, (_, i) => {
    let sum = 0;
    const rows = q - 1 - i;
    for (let a = 0; a < rows - 1; a++) sum += pair[a * q + a + 1]! - pair[a * q + a + 1 + i]!;
    return sum / (rows - 1);
  });
}

/**
 * learnedSpread({ q, longest, place }): how much T says: the standard deviation of its logits over the values, the mean over all places inside the
 * trained lengths.
 */
export function learnedSpread({ q, longest, place }: Net): number {
  let [sum, rows] = [0, 0];
  for (let n = 2; n <= longest; n++) {
    for (let k = 1; k < n; k++) {
      const row = place.subarray((n * (longest + 1) + k) * q, (n * (longest + 1) + k + 1) * q);
      const mean = row.reduce((a, b) => a + b, 0) / q;
      sum += Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / q);
      rows++;
    }
  }
  return sum / rows;
}

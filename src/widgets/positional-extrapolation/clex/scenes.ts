import { number, percent } from '@/marks/format';
import { rope } from '@/mechanisms/positional-extrapolation/rotary';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import { dim, pairs, trained, type simulate } from './simulate';

type Result = ReturnType<typeof simulate>;

export const count = ({ left }: { readonly left: readonly boolean[] }): number => left.filter(Boolean).length;
/** Methods by their name: as they stand at t. */
export const named = (r: Result, name: string) => r.all.find((m) => m.name === name)!;
const which = (left: readonly boolean[]) => left.flatMap((is, i) => (is ? [i] : []));
/** How fast a pair turns under the chosen curve, as a share of its speed under RoPE. */
const speedOf = (r: Result, pair: number) => r.chosen.theta[pair]! / r.baseline.theta[pair]!;
/** The fastest pair that does not finish a turn in training. */
const firstUnfinished = rope(dim).findIndex((theta) => theta * trained < 2 * Math.PI);
/** Pairs slower than the eighth that show new angles. */
const slower = (r: Result) => which(r.chosen.left).filter((i) => i > 8);
/** 7 to 9, or 7 and 8. */
const span = (list: readonly number[]) =>
  list.length < 2 ? String(list[0]) : `${list[0]} ${list.length === 2 ? 'and' : 'to'} ${list.at(-1)}`;

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'start',
    title: 'Where CLEX starts',
    set: {},
    notice: (r, { t }) =>
      `The network’s last weights start at zero, so before any training the flow is NTK-aware scaling with α = 2t − 1: the solver agrees with its formula to ${Math.floor(-Math.log10(r.offNtk))} digits. At t = ${number(t)} it leaves ${number(r.chosen.radians, 1)} radians of angle unseen where RoPE leaves ${number(r.baseline.radians, 1)}: a safe place to learn from.`,
    claim: (r) => r.chosen.name === 'clex' && r.offNtk < 1e-6 && r.chosen.radians < r.baseline.radians / 3 && r.chosen.resolution === 1,
  },
  {
    id: 'unseen',
    title: 'RoPE: the red arcs',
    set: { method: 'rope' },
    notice: (r, { t }) =>
      `Read at ${number(t)} times the trained length, ${count(r.chosen)} of ${pairs} pairs sweep angles that training never showed, pairs ${span(which(r.chosen.left))}. The faster ones had been round already: nothing is new to them.`,
    claim: (r) => r.chosen.name === 'rope' && count(r.chosen) > pairs / 2 && which(r.chosen.left)[0]! > 4,
  },
  {
    id: 'squeezed',
    title: 'PI: no red, all blurred',
    set: { method: 'linear' },
    notice: (r, { t }) =>
      `Dividing every position by ${number(t)} is the line 1/t for every pair: ${count(r.chosen) ? 'little' : 'no'} new angle at any length. But the fastest pair too turns at ${percent(r.chosen.resolution)} of its speed, and neighbours look alike.`,
    claim: (r, { t }) => t > 2 && r.chosen.radians < 0.1 && count(r.chosen) === 0 && Math.abs(r.chosen.resolution * t - 1) < 1e-9,
  },
  {
    id: 'middle',
    title: 'NTK: the middle overshoots',
    set: { method: 'ntk' },
    notice: (r) =>
      `With α = t the fastest pair keeps its speed and the slowest slows by just t; those between slow by less than t, and pairs ${span(which(r.chosen.left))} leave what they know: ${number(r.chosen.radians, 1)} radians. With α = 2t − 1 it is ${number(named(r, 'ntk2').radians, 1)}.`,
    claim: (r) =>
      r.chosen.name === 'ntk' &&
      r.chosen.resolution === 1 &&
      count(r.chosen) > 1 &&
      !r.chosen.left[pairs - 1] &&
      named(r, 'ntk2').radians < 0.7 * r.chosen.radians,
  },
  {
    id: 'bent',
    title: 'Bend the whole curve',
    set: { mid: 0.3, pair: 8 },
    notice: (r, { t }) =>
      `One weight above zero slows the middle pairs more and more as t grows: not a repair at one length but another curve. ${count(r.chosen) ? `${count(r.chosen)} pairs show` : 'No pair shows'} new angles up to t = 8, where the untouched flow leaves ${number(named(r, 'ntk2').course.at(-1)!, 1)} radians; the fastest pair still turns at full speed. The middle is slower than it needs to be: pair 8 turns at ${percent(speedOf(r, 8))} where ${percent(1 / t)}, PI’s, would do. Drag its handle.`,
    claim: (r, { mid }) =>
      r.chosen.name === 'clex' &&
      mid > 0 &&
      named(r, 'ntk2').course.at(-1)! > 4 &&
      Math.max(...r.chosen.course) < 0.3 &&
      r.chosen.resolution > 0.999 &&
      speedOf(r, 8) < 1 / r.t,
  },
  {
    id: 'practised',
    title: 'Trained to 4, read at 8',
    set: { practised: 4, t: 8 },
    notice: (r, { t, practised }) =>
      `Further training along the curve up to t = ${practised} shows every angle that occurs there. The authors’ code, trained so, ends there: it has no positions past ${practised} trained lengths. Let the same equation run on to t = ${number(t)}, and ${count(r.chosen)} pairs are on new ground, by ${number(r.chosen.radians, 2)} radians, where RoPE trained as long is by ${number(r.baseline.radians, 2)}.`,
    claim: (r, { t, practised }) =>
      r.chosen.name === 'clex' && t > practised && practised > 1 && r.chosen.radians > 0.5 && r.chosen.radians < 0.3 * r.baseline.radians,
  },
  {
    id: 'euler',
    title: 'A coarse solver',
    set: { rule: 'euler', step: 0.5 },
    notice: (r, { step, rule }) =>
      `${rule === 'euler' ? 'Euler’s' : 'The 3/8'} rule with steps of ${number(step)} takes the steep start of the curve for all of its first step, and the slowest pair ends ${percent(r.error)} off. The 3/8 rule, four velocities a step, is nearly exact at the same step.`,
    claim: (r, { rule }) => rule === 'euler' && r.error > 0.1,
  },
  {
    id: 'text',
    title: 'A real model reads on',
    set: { measured: 'text' },
    notice: (r) =>
      `A small model trained on ${number(256)} characters at a time, its weights as they are. Past its window it pays ${number(r.text!.compared!.outside!)} nats a character with RoPE, ${number(r.text!.chosen.outside!)} with the untrained flow, whose t grows with the text, so that inside nothing changes (${number(r.text!.chosen.inside)}).`,
    claim: (r, { schedule }) =>
      r.text !== undefined &&
      r.chosen.name === 'clex' &&
      r.text.compared?.isRope === true &&
      schedule === 'growing' &&
      r.text.chosen.outside! < r.text.compared.outside! - 1 &&
      Math.abs(r.text.chosen.inside - r.text.compared.inside) < 1e-3,
  },
  {
    id: 'text-bent',
    title: 'Two weights that help it',
    set: { measured: 'text', mid: 0.4, slow: -0.4 },
    notice: (r, { mid, slow }) =>
      `Slow the middle further (κ = ${number(mid)}) and let the slow end go (κ = ${number(slow)}): two weights, found by trying grids of them on two other passages, bring the loss past the window from ${number(r.text!.compared!.outside!)} to ${number(r.text!.chosen.outside!)}. They slow the fastest of those pairs that never finished a turn in training; the slower ones, though pairs ${span(slower(r))} now show new angles, hardly matter to this model.`,
    claim: (r) =>
      r.text?.compared?.isRope === false &&
      r.text.chosen.outside! < r.text.compared.outside! - 0.12 &&
      slower(r).length === pairs - 9 &&
      speedOf(r, firstUnfinished) < named(r, 'ntk2').theta[firstUnfinished]! / r.baseline.theta[firstUnfinished]!,
  },
];

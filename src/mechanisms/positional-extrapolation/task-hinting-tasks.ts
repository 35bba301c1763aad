/**
 * Sequences of the main task and of its hints, with the mask of the loss, and which steps of the main task a hint exercises.
 * Source: Awasthi and Gupta, arXiv 2310.00726: sorting, mixed with a simpler task about the same kind of list. Public reviews of the paper name hints
 * for the successor, the predecessor, the parity, and to fill blanks. How they are written is a choice of this file, and the count is its own.
 */
import type { Random } from '@/tensor/random';
import { drawList } from './task-hinting';

export const hints = ['successor', 'predecessor', 'count', 'fill'] as const;
export type Hint = (typeof hints)[number];
export type Task = 'sort' | Hint;

/** A value, a count (not a value, though a number too), a blank, or the word that separates question and answer and names the task. */
export interface Token {
  readonly kind: 'value' | 'count' | 'blank' | 'task';
  readonly text: string;
  /** True where predicting this token counts in the loss. */
  readonly loss: boolean;
}

export interface Example {
  readonly task: Task;
  readonly list: readonly number[];
  /** The element that is asked about, where the task asks about one. */
  readonly from?: number;
  readonly tokens: readonly Token[];
}

const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
const value = (v: number, loss = false): Token => ({ kind: 'value', text: String(v), loss });
const name = (text: string): Token => ({ kind: 'task', text, loss: false });

/** answer(hint, list, from): what the hint says about an element of a list; undefined where it cannot be asked. The fill hint asks about none. */
export function answer(hint: Exclude<Hint, 'fill'>, list: readonly number[], from: number): number | undefined {
  if (hint === 'count') return list.filter((v) => v === from).length;
  const found = hint === 'successor' ? list.filter((v) => v > from) : list.filter((v) => v < from);
  return found.length ? (hint === 'successor' ? Math.min(...found) : Math.max(...found)) : undefined;
}

/** mainExample(list): the list, then the same in order; the loss is on the second half. */
export function mainExample(list: readonly number[]): Example {
  return { task: 'sort', list, tokens: [...list.map((v) => value(v)), name('sort'), ...ascending(list).map((v) => value(v, true))] };
}

/**
 * hintExample(hint, list, source): the list and one question about it, drawn evenly from those that have an answer; the loss is on the answer. For `fill`
 * each place of the sorted list is blank with probability one half, and the blanks are asked for in order.
 * Returns undefined where there is nothing to ask: no element larger than another, or no blank.
 */
export function hintExample(hint: Hint, list: readonly number[], source: Random): Example | undefined {
  const given = list.map((v) => value(v));
  if (hint === 'fill') {
    const sorted = ascending(list);
    const blank = sorted.map(() => source.uniform() < 0.5);
    if (!blank.some(Boolean)) return undefined;
    const shown = sorted.map((v, i): Token => (blank[i] ? { kind: 'blank', text: '_', loss: false } : value(v)));
    const missing = sorted.filter((_, i) => blank[i]).map((v) => value(v, true));
    return { task: hint, list, tokens: [...given, name('fill'), ...shown, name('with'), ...missing] };
  }
  const asked = list.filter((v) => answer(hint, list, v) !== undefined);
  if (!asked.length) return undefined;
  const from = asked[source.integer(asked.length)]!;
  const said = answer(hint, list, from)!;
  const word = { successor: 'after', predecessor: 'before', count: 'how many' }[hint];
  const last: Token = hint === 'count' ? { kind: 'count', text: `×${said}`, loss: true } : value(said, true);
  return { task: hint, list, from, tokens: [...given, name(word), value(from), last] };
}

/** batch(options, source): so many examples, each a hint with probability `share`, of lists of 2 to `longest` values below q. */
export function batch(
  { size, hint, share, longest, q }: { size: number; hint: Hint | 'none'; share: number; longest: number; q: number },
  source: Random,
): Example[] {
  return Array.from({ length: size }, () => {
    const list = drawList(2 + source.integer(longest - 1), q, true, source);
    const hinted = hint !== 'none' && source.uniform() < share ? hintExample(hint, list, source) : undefined;
    return hinted ?? mainExample(list);
  });
}

/** What an output of the main task is: the first one, a copy of the one before, or the next larger value. */
export const stepKinds = ['first', 'copy', 'next'] as const;
export type StepKind = (typeof stepKinds)[number];

export interface Coverage {
  /** Of all steps of sorting, how many are of this kind. */
  readonly share: Record<StepKind, number>;
  /** Of the steps of this kind, how many a hint exercises: asked about the same list and the value written last, its answer is what is written next. */
  readonly exercised: Record<Hint, Record<StepKind, number>>;
  /** The same of all steps. */
  readonly total: Record<Hint, number>;
}

/** coverage(lists): counted over all steps of sorting these lists, with all questions that a hint can ask. `fill` exercises its blanks: half, by design. */
export function coverage(lists: readonly (readonly number[])[]): Coverage {
  const zero = () => ({ first: 0, copy: 0, next: 0 });
  const found = zero();
  const hit = { successor: zero(), predecessor: zero(), count: zero(), fill: zero() };
  for (const list of lists) {
    const sorted = ascending(list);
    sorted.forEach((written, i) => {
      const before = sorted[i - 1];
      const kind: StepKind = before === undefined ? 'first' : before === written ? 'copy' : 'next';
      found[kind]++;
      hit.fill[kind] += 0.5;
      if (before === undefined) return;
      // A count is no value: it is never what is written next.
      for (const hint of ['successor', 'predecessor'] as const) if (answer(hint, list, before) === written) hit[hint][kind]++;
    });
  }
  const all = found.first + found.copy + found.next;
  const each = <T>(of: (hint: Hint) => T) => Object.fromEntries(hints.map((hint) => [hint, of(hint)])) as Record<Hint, T>;
  const kinds = (of: (kind: StepKind) => number) =>
    Object.fromEntries(stepKinds.map((kind) => [kind, of(kind)])) as Record<StepKind, number>;
  return {
    share: kinds((kind) => found[kind] / all),
    exercised: each((hint) => kinds((kind) => (found[kind] ? hit[hint][kind] / found[kind] : 0))),
    total: each((hint) => (hit[hint].first + hit[hint].copy + hit[hint].next) / all),
  };
}

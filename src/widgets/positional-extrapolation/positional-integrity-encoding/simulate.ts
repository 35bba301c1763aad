import {
  confusion,
  cost,
  firstChange,
  seats,
  splice,
  type Cost,
  type Edit,
  type Method,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import { byMethod, mean, rounded, type Measured, type Settings } from './measured';
import { onText } from './beside';
import { onToy } from './toy';

/** Neighbouring tokens of a cache: what they are, and the positions [from, to) that their keys are turned for. */
export interface Segment {
  readonly kind: 'before' | 'behind' | 'new';
  readonly from: number;
  readonly to: number;
  /** The number that the first of them had in the old text; -1 for new ones. */
  readonly old: number;
  readonly shift: number;
}

/** What a method holds, and what is wrong with the positions of it. */
export interface Held {
  readonly segments: readonly Segment[];
  readonly doubled: readonly number[];
  readonly holes: readonly number[];
  readonly ahead: number;
  /** Where its next token stands. */
  readonly next: number;
}

/** Cosines between cached keys and those of full recomputation. */
export interface Cosines {
  /** Of each layer and column; a column is the mean of `tokens` tokens of the edited text. */
  readonly map: readonly (readonly number[])[];
  /** Of each layer, the mean over what stands behind the first edit and was kept; empty where nothing was. */
  readonly mean: readonly number[];
}

/** simulate(settings): a cache that is brought up to date in five ways after an edit, and what comes of each. */
export function simulate(settings: Settings) {
  const { edits, length, shape, cosines, errors, keys, prose, fact }: Measured =
    settings.source === 'toy' ? onToy(settings) : onText(settings);
  const slots = splice(length, edits);
  const from = firstChange(edits, length);
  const kept = slots.filter(({ old, position }) => old !== undefined && position >= from);
  const tokens = Math.ceil(slots.length / 64);
  const condensed = (rows: readonly (readonly number[])[]): Cosines => ({
    map: rows.map((row) =>
      Array.from({ length: Math.ceil(row.length / tokens) }, (_, i) => rounded(mean(row.slice(i * tokens, (i + 1) * tokens)), 3)),
    ),
    mean: kept.length ? rows.map((row) => rounded(mean(kept.map(({ position }) => row[position]!)), 4)) : [],
  });
  return {
    length,
    edits: edits.map(({ at, removed, inserted }) => ({ at, removed, inserted })),
    next: slots.length,
    from,
    /** Kept tokens behind the first edit. */
    behind: kept.length,
    held: byMethod((method) => heldBy(method, length, edits)),
    tokens,
    pie: condensed(cosines.pie),
    conflict: condensed(cosines.conflict),
    cost: byMethod((method): Cost => cost(slots, method, from, shape)),
    errors: errors && byMethod((method) => errors[method].map((error) => rounded(error, 5))),
    keys,
    prose,
    fact,
  };
}

export type Result = ReturnType<typeof simulate>;

function heldBy(method: Method, length: number, edits: readonly Edit[]): Held {
  const slots = splice(length, method === 'stale' ? [] : edits);
  const from = firstChange(edits, length);
  const all = seats(slots, method, from);
  const segments: { kind: Segment['kind']; from: number; to: number; old: number; shift: number }[] = [];
  for (const { slot, position } of all) {
    const kind = slot.old === undefined ? 'new' : slot.position < from ? 'before' : 'behind';
    const last = segments.at(-1);
    const shift = slot.old === undefined ? 0 : position - slot.old;
    const follows = last?.kind === kind && last.to === position && last.shift === shift;
    // What was cut out between two of them parts them.
    if (follows && (kind === 'new' || last.old + last.to - last.from === slot.old)) last.to++;
    else segments.push({ kind, from: position, to: position + 1, old: slot.old ?? -1, shift });
  }
  return { segments, ...confusion(all, slots.length), next: slots.length };
}

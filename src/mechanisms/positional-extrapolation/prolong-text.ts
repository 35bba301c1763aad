/** Two documents in one row, read by a model that was really trained: with the document mask, without it, and the second one alone. */
import { encode } from '@/model/alphabet';
import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { loss, rowsOf, tokens } from '@/model/text';

/** Where positions are counted from. */
export type Counting = 'running' | 'restarted';

export interface Reading {
  /** Nats of each character of the first document: the same in every way of reading. */
  readonly first: readonly number[];
  /** Nats of each character of the second document. */
  readonly losses: readonly number[];
  /** The share of its tokens' attention that falls on the first document, over all heads of all layers. */
  readonly elsewhere: number;
}

/**
 * readPacked(model, first, second, { mask, counting }): both documents begin with the start token. Without the mask a token of the second sees all of the
 * first; with it, none. Positions run through the row or begin again with the second document.
 */
export function readPacked(
  model: Model,
  first: string,
  second: string,
  { mask, counting }: { readonly mask: boolean; readonly counting: Counting },
): Reading {
  const [a, b] = [tokens(first), tokens(second)];
  const n = a.length;
  const ids = Int32Array.of(...a, ...b);
  let [sum, queries] = [0, 0];
  const hooks: Hooks = {
    positions: counting === 'restarted' ? { position: (i) => (i < n ? i : i - n) } : undefined,
    score: mask ? (scores, { query }) => void (query >= n && scores.fill(-Infinity, 0, n)) : undefined,
    watch(weights, { query }) {
      if (query < n) return;
      queries++;
      for (let j = 0; j < n; j++) sum += weights[j]!;
    },
  };
  const rows = rowsOf(model.reader(hooks).read(ids));
  const nats = (from: number, count: number) => Array.from({ length: count }, (_, i) => loss(rows[from + i]!, ids[from + i + 1]!));
  return {
    first: nats(0, n - 1),
    losses: nats(n, b.length - 1),
    elsewhere: sum / queries,
  };
}

/** readAlone(model, text): nats of each character, with nothing in front. */
export const readAlone = (model: Model, text: string): number[] => {
  const ids = tokens(text);
  return rowsOf(model.reader().read(ids))
    .slice(0, -1)
    .map((row, i) => loss(row, ids[i + 1]!));
};

/** A line with four digits in the first document, and the same at the end of the second: known only to who saw the first. */
export function withLine(first: string, second: string, depth: number, line = { key: 'qzv', value: '4817' }) {
  const whole = `[${line.key}=${line.value}]`;
  const at = Math.round(depth * first.length);
  return {
    line: whole,
    first: first.slice(0, at) + whole + first.slice(at),
    second: second + whole,
    /** How many characters of the second are prose, and how many then lead up to the digits. */
    prose: encode(second).length,
    asked: line.key.length + 2,
    digits: line.value.length,
  };
}

import type { Random } from '@/tensor/random';
import { encode, start } from './alphabet';
import type { Cache, Hooks } from './hooks';
import type { Model } from './model';
import { rowsOf } from './text';

/** A passage with planted lines "[key=1234]", at whose end one of them is asked for: "[key=". */
export interface Needle {
  /** The whole: start token, passage with its lines, question. */
  readonly ids: Int32Array;
  /** The four digits that answer. */
  readonly answer: Int32Array;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const drawn = (source: Random, from: string, n: number): string =>
  Array.from({ length: n }, () => from[Math.floor(source.uniform() * from.length)]!).join('');

/**
 * needle(source, passage, options) plants `others` + 1 lines in the passage, one of them after `depth` (0 to 1) of it, and asks for that one.
 * The result has `length` tokens with its question; the passage must be as long as that.
 */
export function needle(
  source: Random,
  passage: string,
  { length, depth, others = 2 }: { readonly length: number; readonly depth: number; readonly others?: number },
): Needle {
  const line = () => ({ key: drawn(source, letters, 3), value: drawn(source, digits, 4) });
  const own = line();
  const room = length - 1 - 10 * (others + 1) - 5;
  if (room < 0 || passage.length < room) throw new RangeError(`a passage of ${passage.length} characters does not fill ${length} tokens`);
  const at = (share: number) => Math.round(share * room);
  const planted = [{ ...own, at: at(depth) }, ...Array.from({ length: others }, () => ({ ...line(), at: at(source.uniform()) }))];
  planted.sort((a, b) => a.at - b.at);
  let text = '';
  let from = 0;
  for (const one of planted) {
    text += `${passage.slice(from, one.at)}[${one.key}=${one.value}]`;
    from = one.at;
  }
  text += `${passage.slice(from, room)}[${own.key}=`;
  return { ids: Int32Array.of(start, ...encode(text)), answer: encode(own.value) };
}

/** answer(model, needle, hooks, cache): the digits that the model gives, the likeliest character each time. With a cache policy the text is read token by token. */
export function answer(model: Model, { ids, answer: { length } }: Needle, hooks?: Hooks, cache?: Cache): Int32Array {
  const reader = model.reader(hooks, cache);
  const given = new Int32Array(length);
  let row: Float32Array = cache?.keep ? Array.from(ids, (id) => reader.read([id])).at(-1)! : rowsOf(reader.read(ids)).at(-1)!;
  for (let i = 0; i < length; i++) {
    given[i] = likeliest(row);
    if (i + 1 < length) row = reader.read([given[i]!]);
  }
  return given;
}

/** likeliest(logits): the id with the largest. */
export const likeliest = (logits: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
};

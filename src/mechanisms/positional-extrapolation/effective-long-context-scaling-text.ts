/**
 * A base changed in a model that was really trained, at inference alone. The paper trains on for many steps after the change; nothing is trained
 * here, except that for positions divided by four there is a model that was (as in Chen et al. 2023). Beside the loss stands a probe like the
 * paper's: something at the beginning of a text is asked for at its end.
 */
import { encode } from '@/model/alphabet';
import type { Model } from '@/model/model';
import { likeliest, needle, type Needle } from '@/model/needle';
import { losses, rowsOf } from '@/model/text';
import { random } from '@/tensor/random';
import { frequencies, type Change, type ChangeOptions } from './effective-long-context-scaling';

/** Where in the text the line is planted, as a share of it. */
const depth = 0.05;
/** Characters of the line "[key=1234]" and of the question "[key=". */
const [lineLength, questionLength] = [10, 5];

/** plant(passage, length, seed): the passage cut to `length` tokens, with a line near its beginning that its end asks for. */
export const plant = (passage: string, length: number, seed: number): Needle => needle(random(seed), passage, { length, depth, others: 0 });

/** plantedAt(ids): at which token the planted line begins. */
export const plantedAt = ({ ids }: Needle): number => ids.indexOf(encode('[')[0]!);

/** What a model pays for a text, and what it answers. */
export interface Reading {
  /** Mean nats per character of each stretch of `width` tokens; the planted line and the question count nowhere. */
  readonly loss: readonly number[];
  /** The mean within the trained window, and past it. */
  readonly inside: number;
  readonly outside: number;
  /** The digits that it gives, and how many of them are right. */
  readonly given: readonly number[];
  readonly right: number;
}

/**
 * readWith(model, needle, change, options): reads a text with a planted line by a RoPE model whose pairs turn otherwise, and lets it answer. `window` is
 * that of the model's training. Throws RangeError where heads are not `dim` wide, or where no text is left past the window.
 */
export function readWith(
  model: Model,
  text: Needle,
  change: Change,
  { width, window, ...options }: ChangeOptions & { readonly width: number; readonly window: number },
): Reading {
  const { shape } = model;
  const { ids, answer } = text;
  if (options.dim !== shape.width / shape.heads) throw new RangeError(`heads are ${shape.width / shape.heads} wide, not ${options.dim}`);
  if (ids.length <= window + questionLength) throw new RangeError(`${ids.length} tokens do not reach past a window of ${window}`);
  const theta = frequencies(change, options);
  const reader = model.reader({ positions: { frequencies: () => theta } });
  const logits = reader.read(ids);
  // Entry i is of token i + 1.
  const nats = losses(logits, ids);
  const line = plantedAt(text);
  const counts = (token: number) => (token < line || token >= line + lineLength) && token < ids.length - questionLength;
  const mean = (from: number, to: number) => {
    let [sum, n] = [0, 0];
    for (let token = Math.max(1, from); token < Math.min(to, ids.length); token++) {
      if (!counts(token)) continue;
      sum += nats[token - 1]!;
      n++;
    }
    return sum / n;
  };
  const given: number[] = [];
  let row = rowsOf(logits).at(-1)!;
  while (given.length < answer.length) {
    given.push(likeliest(row));
    if (given.length < answer.length) row = reader.read([given.at(-1)!]);
  }
  return {
    loss: Array.from({ length: Math.ceil(ids.length / width) }, (_, i) => mean(i * width, (i + 1) * width)),
    inside: mean(0, window),
    outside: mean(window, ids.length),
    given,
    right: given.filter((digit, i) => digit === answer[i]).length,
  };
}

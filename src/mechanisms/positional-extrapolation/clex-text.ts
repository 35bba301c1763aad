/**
 * A trained model that reads on with frequencies that follow a curve over t, its weights as they are. Either one t holds for the whole text, or t
 * grows with what was read, as CLEX does when it is used: keys are kept unturned, and all are turned anew by the frequencies of the moment.
 */
import type { Model } from '@/model/model';
import { losses, tokens } from '@/model/text';
import type { LossCurve } from './giraffe-text';

/** What a curve says for one t: frequencies in radians per position, and what scores are multiplied by. */
export interface Turned {
  readonly theta: ArrayLike<number>;
  readonly sharper?: number;
}

export interface ReadOptions {
  /** Tokens read, the start token among them. */
  readonly length: number;
  /** Tokens of a row in training. */
  readonly window: number;
  /** Characters whose loss is averaged to one number. */
  readonly width?: number;
  /** True where t is the number of windows begun so far; else it is length / window from the first token on. */
  readonly growing: boolean;
}

/**
 * readAlong(model, text, at, options): the loss of each stretch of a text when the frequencies are at(t). Growing, the text is read a window at a time,
 * and what an earlier window left in deeper layers stays as it was. Throws RangeError where the text is too short.
 */
export function readAlong(model: Model, text: string, at: (t: number) => Turned, options: ReadOptions): LossCurve {
  const { length, window, width = 64, growing } = options;
  const ids = tokens(text).slice(0, length);
  if (ids.length < length) throw new RangeError(`a text of ${ids.length - 1} characters does not fill ${length} positions`);
  let now = at(growing ? 1 : length / window);
  const reader = model.reader({
    positions: { frequencies: () => now.theta },
    score: (scores) => {
      const { sharper = 1 } = now;
      if (sharper !== 1) for (let j = 0; j < scores.length; j++) scores[j]! *= sharper;
    },
  });
  const logits: Float32Array[] = [];
  const block = growing ? window : length;
  for (let from = 0; from < length; from += block) {
    if (growing) now = at(from / window + 1);
    logits.push(reader.read(ids.subarray(from, from + block)));
  }
  const whole = new Float32Array(logits.reduce((sum, { length: n }) => sum + n, 0));
  logits.reduce((offset, part) => (whole.set(part, offset), offset + part.length), 0);
  return stretches(losses(whole, ids), { length, window, width });
}

/** stretches(losses, sizes): the means of each `width` characters, of what is inside the window and of what is past it; entry i is of token i + 1. */
function stretches(all: Float64Array, { length, window, width }: Required<Omit<ReadOptions, 'growing'>>): LossCurve {
  const mean = (from: number, to: number) => {
    const part = all.subarray(from, to);
    return part.reduce((sum, x) => sum + x, 0) / part.length;
  };
  return {
    loss: Array.from({ length: Math.ceil(length / width) }, (_, i) =>
      mean(Math.max(0, i * width - 1), Math.min(length, (i + 1) * width) - 1),
    ),
    inside: mean(0, Math.min(length, window) - 1),
    outside: length > window ? mean(window - 1, length - 1) : undefined,
  };
}

/** Texts whose caches are edited: what a result says of them, and how much work it is. */
import type { Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import type { Settings } from './measured';

/** Characters of the passage that are cached, and those read behind them. With two insertions it still ends within the trained window of 256. */
export const cachedCharacters = 120;
export const nextCharacters = 48;
export const mostInserted = 40;

/** A piece of the text: left as it was, taken out, or put in. */
export type Piece = readonly [kind: 'same' | 'out' | 'in', text: string];

export interface Prose {
  readonly pieces: readonly Piece[];
  /** Where each word begins, in characters. */
  readonly starts: readonly number[];
  /** What comes next, but for its first character, which is not predicted. */
  readonly next: string;
  /** Nats a character. */
  readonly loss: Readonly<Record<Method, number>>;
  /** Divergence from full recomputation in nats, of each character. */
  readonly divergence: Readonly<Record<Method, readonly number[]>>;
  /** How often its likeliest character is the same. */
  readonly agrees: Readonly<Record<Method, number>>;
}

/** A question about the line, and what each cache answers: the likeliest digit each time, given the right ones before. */
export interface Question {
  readonly ask: string;
  readonly want: string;
  readonly said: Readonly<Record<Method, string>>;
  /** Mean probability of the four digits. */
  readonly probability: Readonly<Record<Method, number>>;
}

export interface Fact {
  readonly pieces: readonly Piece[];
  /** The line as it was, and as it now is. */
  readonly before: string;
  readonly after: string;
  /** Asked for the line as it now is. */
  readonly now: Question;
  /** After a new name, asked for the old one, which is no longer there. */
  readonly old?: Question;
}

/** insertion(words): what is put in, with a space behind it, or nothing. */
export const insertion = (words: string): string => {
  const trimmed = Array.from(words.replace(/\s+/g, ' ').trim())
    .slice(0, mostInserted - 1)
    .join('')
    .trim();
  return trimmed && `${trimmed} `;
};

/** About how many operations a state takes, four of the model's in the time that others take for one. */
export function textWork({ source, words, second, change }: Pick<Settings, 'source' | 'words' | 'second' | 'change'>): number {
  const [old, next] = source === 'prose' ? [1 + cachedCharacters, nextCharacters] : [131, 9];
  const fresh = source === 'prose' ? insertion(words).length * (second ? 2 : 1) : 19;
  const read = old + (old + fresh + next) + 3 * (fresh + next) + next;
  return (change === 'name' && source === 'fact' ? 2 : 1) * (180e3 * read + 115 * (old + fresh + next) * read) + 30e3 * (2 * old + fresh);
}

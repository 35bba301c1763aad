import MiniSearch, { type Options, type Query, type SearchOptions } from 'minisearch';

/** Something that can be found. */
export interface Found {
  /** Its address. */
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly text: string;
  /** What else it is called: short names, symbols, the number at arXiv. */
  readonly names?: readonly string[];
  /** Who wrote it. Few look for that, and names are like many words. */
  readonly authors?: string;
}

export const kinds = ['paper', 'figure', 'section', 'term', 'theme', 'guide'] as const;
export type Kind = (typeof kinds)[number];

/** What was found, the best first. */
export interface Answer {
  readonly found: readonly Found[];
  /** False where nothing has all the words, and these have some. */
  readonly all: boolean;
}

/** Letters and digits in a row; 500,000 is one number. */
const tokens = (text: string): string[] => text.replace(/(\d),(?=\d{3}\b)/g, '$1').match(/[\p{L}\p{N}]+/gu) ?? [];

/** Long-CLIP is looked for as LongCLIP too. */
const joined = (text: string): string[] =>
  (text.match(/[\p{L}\p{N}]+(?:[-‑][\p{L}\p{N}]+)+/gu) ?? []).map((word) => word.replace(/[-‑]/g, ''));

const options: Options<Found> = {
  fields: ['title', 'names', 'text', 'authors'],
  storeFields: ['kind', 'title', 'text', 'names'],
  tokenize: (text) => [...tokens(text), ...joined(text)],
};

/** indexOf(all) can be asked; it is made in the reader's browser, of some three hundred short texts. */
export function indexOf(all: readonly Found[]): MiniSearch<Found> {
  const index = new MiniSearch<Found>(options);
  index.addAll(all as Found[]);
  return index;
}

const content = ['title', 'names', 'text'];
const how: SearchOptions = { boost: { title: 3, names: 3, authors: 0.3 }, tokenize: tokens };

/** The words as they stand; in names of people too. */
const exact = (word: string): Query => word;

/** Words that begin so. Of what two or three letters begin, hardly anything is meant; four begin the names of too many people. */
const begun = (word: string): Query => ({
  combineWith: 'OR',
  queries: [
    word,
    { queries: [word], fields: content, prefix: word.length > 3 },
    { queries: [word], fields: ['authors'], prefix: word.length > 4 },
  ],
});

/** Words that begin so or are a letter off: where nothing else was found. */
const near = (word: string): Query => ({ queries: [word], prefix: true, fuzzy: word.length > 4 ? 0.2 : false });

/**
 * find(index, words): first what is called so, then what has all the words, then what has words that begin so. Where there is nothing, what has
 * words a letter off; where nothing has all, what has some.
 */
export function find(index: MiniSearch<Found>, words: string): Answer {
  // Numbers of arXiv come as addresses.
  const asked = words.slice(0, 200).replace(/^\s*(https?:\/\/)?(www\.)?arxiv(\.org\/(abs|pdf)\/|:)/i, '');
  const each = tokens(asked);
  const search = (wanted: (word: string) => Query, combineWith: 'AND' | 'OR' = 'AND') =>
    each.length ? (index.search({ combineWith, queries: each.map(wanted) }, how) as unknown as Found[]) : [];
  const called = (one: Found) => [one.title, ...(one.names ?? [])].some((name) => plain(name) === plain(asked));
  const whole = search(exact);
  const known = new Set(whole.map(({ id }) => id));
  const sure = [...whole, ...search(begun).filter(({ id }) => !known.has(id))];
  const all = sure.length ? sure : search(near);
  const found = all.length ? all : search(begun, 'OR');
  return { found: [...found.filter(called), ...found.filter((one) => !called(one))], all: all.length > 0 };
}

const plain = (text: string) => tokens(text).join('').toLowerCase();

/** excerpt(text, words): some 160 characters around the first word that is found in it. */
export function excerpt(text: string, words: string): string {
  const room = 160;
  if (text.length <= room) return text;
  const lower = text.toLowerCase();
  const at = Math.max(
    0,
    ...words
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => lower.indexOf(word)),
  );
  const from = Math.max(0, Math.min(at - 60, text.length - room));
  const begin = from === 0 ? 0 : text.indexOf(' ', from) + 1;
  const end = begin + room >= text.length ? text.length : text.lastIndexOf(' ', begin + room);
  return `${begin > 0 ? '… ' : ''}${text.slice(begin, end)}${end < text.length ? ' …' : ''}`;
}

import MiniSearch, { type Options } from 'minisearch';

/** Something that can be found. */
export interface Found {
  /** Its address. */
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly text: string;
}

/** In the order in which they are shown. */
export const kinds = ['paper', 'figure', 'term', 'theme', 'guide'] as const;
export type Kind = (typeof kinds)[number];

const options: Options<Found> = { fields: ['title', 'text'], storeFields: ['kind', 'title', 'text'] };

/** indexOf(all) can be asked; it is made in the reader's browser, of some two hundred short texts. */
export function indexOf(all: readonly Found[]): MiniSearch<Found> {
  const index = new MiniSearch<Found>(options);
  index.addAll(all as Found[]);
  return index;
}

/** find(index, words): what has all the words, or words that begin so or are a letter off, the best first; if nothing has all, what has some. */
export function find(index: MiniSearch<Found>, words: string): Found[] {
  const how = { prefix: true, fuzzy: (word: string) => (word.length > 4 ? 0.2 : false), boost: { title: 3 } } as const;
  const asked = words.slice(0, 200);
  const all = index.search(asked, { ...how, combineWith: 'AND' });
  return (all.length ? all : index.search(asked, how)) as unknown as Found[];
}

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

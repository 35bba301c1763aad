import { getCollection, type CollectionEntry } from 'astro:content';
import { slugs } from '@/shell/definitions';
import { familyOf } from './names';
import { unfinished } from './unfinished';

export type Paper = CollectionEntry<'papers'>;
export type Theme = CollectionEntry<'themes'>;

/** The nine themes in reading order. */
export const themes = async (): Promise<Theme[]> => (await getCollection('themes')).sort((a, b) => a.data.order - b.data.order);

/** All papers, by title. Throws when something is left to be filled in, a file's name is not its slug, or a link leads nowhere. */
export async function papers(): Promise<Paper[]> {
  const left = await unfinished();
  if (left.length) throw new Error(`half-filled files:\n  ${left.join('\n  ')}`);
  const all = await getCollection('papers');
  const known = new Set(all.map(({ id }) => id));
  for (const { id, data } of all) {
    if (data.slug !== id) throw new Error(`seeds/papers/${id}.yaml says its slug is ${data.slug}`);
    for (const { id: other } of data.related)
      if (!known.has(other) || other === id)
        throw new Error(`seeds/papers/${id}.yaml: related names ${other}, which is ${other === id ? 'itself' : 'no paper'}`);
  }
  return all.sort((a, b) => a.data.title.localeCompare(b.data.title));
}

/** inOrder(theme, papers): as the theme would have them read; where it does not say, those with a figure first, the older before the newer. */
export function inOrder({ data: { path = [] } }: Theme, own: readonly Paper[]): Paper[] {
  const place = ({ id }: Paper) => (path.includes(id) ? path.indexOf(id) : path.length);
  return [...own].sort((a, b) => place(a) - place(b) || Number(live(b.id)) - Number(live(a.id)) || a.data.year - b.data.year);
}

/** True where the paper's widget stands. */
export const live = (slug: string): boolean => slugs().includes(slug);

/** What people call the paper. */
export const shortTitle = ({ data }: Paper): string => data.short ?? data.title.split(':')[0]!;

/** Where the paper itself can be read. */
export const paperUrl = ({ data }: Paper): string | undefined =>
  data.arxiv ? `https://arxiv.org/abs/${data.arxiv}` : data.doi ? `https://doi.org/${data.doi}` : data.code;

/** "Lee, Park and Sun", or "Lee et al." when there are more than three. */
export function shortAuthors({ authors, families }: Paper['data']): string {
  if (!authors) return '';
  const names = authors.map((name) => familyOf(name, families));
  if (names.length > 3) return `${names[0]} et al.`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0]!;
}

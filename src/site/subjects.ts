import { folderOf, slugs } from '@/shell/definitions';
import type { Work } from '@/shell/share/code';
import { workOf } from './cited';
import { live, papers, shortTitle, themes } from './papers';

/** What a figure is about: a paper, or a theme whose methods it puts side by side. */
export interface Subject {
  readonly slug: string;
  /** What people call it. */
  readonly name: string;
  readonly title: string;
  readonly theme: string;
  /** As it is cited. */
  readonly work: Work;
}

/** The bench of a theme is the figure whose name is the theme’s with this at its end. */
const suffix = '-bench';
const madeIn = 2026;

/** isBench(slug): whether that figure is about a theme and not a paper. */
export const isBench = (slug: string): boolean =>
  slug.endsWith(suffix) && slugs().includes(slug) && folderOf(slug) === `${slug.slice(0, -suffix.length)}/${slug}`;

/** benchOf(theme): its bench, where it has one. */
export const benchOf = (theme: string): string | undefined => slugs().find((slug) => slug === theme + suffix);

/** subjects(): everything that has a figure, papers by title, then benches. */
export async function subjects(): Promise<Subject[]> {
  const standing = (await papers()).filter(({ id }) => live(id));
  return [
    ...standing.map((paper): Subject => {
      const { title, theme } = paper.data;
      return { slug: paper.id, name: shortTitle(paper), title, theme: theme.id, work: workOf(paper.id, paper.data) };
    }),
    ...(await themes()).flatMap(({ id, data }): Subject[] => {
      const slug = benchOf(id);
      const title = `${data.title}: the bench`;
      return slug
        ? [{ slug, name: `${data.title}, bench`, title, theme: id, work: { slug, title, authors: ['Lengthwise'], year: madeIn } }]
        : [];
    }),
  ];
}

/** subject(slug) is one of them. Throws where a figure is about nothing that there is. */
export async function subject(slug: string): Promise<Subject> {
  const found = (await subjects()).find((one) => one.slug === slug);
  if (!found) throw new Error(`there is no paper ${slug}, and no theme whose bench it is`);
  return found;
}

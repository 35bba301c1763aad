import { getCollection, render } from 'astro:content';
import { previews } from '../previews';
import { papers, themes } from '../papers';
import { isBench } from '../subjects';
import { paperFound, sections, termFound } from './entries';
import type { Found } from './found';

/** documents(): everything that can be found, and where it stands. */
export async function documents(): Promise<Found[]> {
  const titles = new Map((await themes()).map(({ id, data }) => [id, data.title]));
  const articles = await getCollection('introductions');
  const headed = await Promise.all(
    articles.map(async (article) => {
      const ids = new Map((await render(article)).headings.map(({ text, slug }) => [text, slug]));
      return sections(article.body ?? '').map(({ heading, text }): Found => {
        if (!ids.has(heading)) throw new Error(`content/themes/${article.id}.mdx: the search does not know the heading “${heading}”`);
        return { id: `/themes/${article.id}/#${ids.get(heading)}`, kind: 'section', title: `${titles.get(article.id)}: ${heading}`, text };
      });
    }),
  );
  return [
    ...(await papers()).map(({ id, data }) => paperFound(id, data)),
    ...(await previews())
      .filter(({ scene, slug }) => scene ?? isBench(slug))
      .map(({ page, name, label, notice }): Found => ({ id: page, kind: 'figure', title: `${name}: ${label}`, text: notice })),
    ...headed.flat(),
    ...(await getCollection('terms')).map(({ data }) => termFound(data)),
    ...(await themes()).map(({ id, data }): Found => ({
      id: `/themes/${id}/`,
      kind: 'theme',
      title: data.title,
      text: `${data.question} ${data.summary}`,
    })),
    ...(await getCollection('guides')).map(({ id, data }): Found => ({
      id: `/guides/${id}/`,
      kind: 'guide',
      title: data.title,
      text: data.description,
    })),
  ];
}

import { getCollection } from 'astro:content';
import { previews } from '../previews';
import { papers, shortTitle, themes } from '../papers';
import { isBench } from '../subjects';
import type { Found } from './found';

/** documents(): everything that can be found, and where it stands. */
export async function documents(): Promise<Found[]> {
  const all = await papers();
  const states = await previews();
  return [
    ...all.map((paper): Found => ({
      id: `/papers/${paper.id}/`,
      kind: 'paper',
      title: paper.data.title,
      text: [paper.data.idea, shortTitle(paper), (paper.data.authors ?? []).join(', '), paper.data.venue, paper.data.year]
        .filter(Boolean)
        .join('. '),
    })),
    ...states
      .filter(({ scene, slug }) => scene ?? isBench(slug))
      .map(({ page, name, label, notice }): Found => ({ id: page, kind: 'figure', title: `${name}: ${label}`, text: notice })),
    ...(await getCollection('terms')).map(({ id, data }): Found => ({
      id: `/glossary/#${id}`,
      kind: 'term',
      title: data.term,
      text: data.definition,
    })),
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

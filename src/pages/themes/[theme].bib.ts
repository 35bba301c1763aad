import type { APIRoute } from 'astro';
import { workOf } from '@/site/cited';
import { papers, themes } from '@/site/papers';
import { paperEntry } from '@/shell/share/code';

export const getStaticPaths = async () => (await themes()).map(({ id }) => ({ params: { theme: id } }));

/** The papers of a theme, for BibTeX. */
export const GET: APIRoute = async ({ params }) => {
  const own = (await papers()).filter(({ data }) => data.theme.id === params.theme);
  return new Response(own.map(({ id, data }) => paperEntry(workOf(id, data))).join('\n'), {
    headers: { 'Content-Type': 'application/x-bibtex; charset=utf-8' },
  });
};

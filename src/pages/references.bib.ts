import type { APIRoute } from 'astro';
import { workOf } from '@/site/cited';
import { papers } from '@/site/papers';
import { paperEntry } from '@/shell/share/code';

/** Every paper of the site, for BibTeX. */
export const GET: APIRoute = async () =>
  new Response((await papers()).map(({ id, data }) => paperEntry(workOf(id, data))).join('\n'), {
    headers: { 'Content-Type': 'application/x-bibtex; charset=utf-8' },
  });

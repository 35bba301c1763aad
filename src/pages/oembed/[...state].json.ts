import type { APIRoute, GetStaticPaths } from 'astro';
import { oembed } from '@/site/oembed';
import { previews, type Preview } from '@/site/previews';

export const getStaticPaths: GetStaticPaths = async () =>
  (await previews()).map((state) => ({ params: { state: state.oembed.replace(/^\/oembed\/|\.json$/g, '') }, props: { state } }));

/** What a state answers to those who would embed it. */
export const GET: APIRoute<{ state: Preview }> = ({ props: { state }, site }) =>
  new Response(`${JSON.stringify(oembed(state, site!), null, 2)}\n`, { headers: { 'content-type': 'application/json' } });

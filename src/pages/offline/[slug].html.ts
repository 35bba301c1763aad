import type { APIRoute, GetStaticPaths } from 'astro';
import { slugs } from '@/shell/definitions';
import { html } from '@/site/html';
import { single } from '@/site/single';

export const getStaticPaths: GetStaticPaths = () => slugs().map((slug) => ({ params: { slug } }));

/** The embed page under a name that can be saved: it works from a disk, with the network cut. */
export const GET: APIRoute = async ({ params, site }) => html(await single(site!, params.slug!));

import type { APIRoute } from 'astro';
import { documents } from '@/site/search/documents';

/** What the search page looks through. */
export const GET: APIRoute = async () => Response.json(await documents());

import { readFileSync } from 'node:fs';
import type { APIRoute, GetStaticPaths } from 'astro';
import { servedModels } from '@/site/models';

/** The weights of the resident models, each under a name that changes with what it holds. */
export const getStaticPaths: GetStaticPaths = () =>
  servedModels().map(({ name, path }) => ({ params: { file: path.slice('weights/'.length, -'.bin'.length) }, props: { name } }));

export const GET: APIRoute = ({ props }) =>
  new Response(new Uint8Array(readFileSync(`seeds/model/weights/${props.name}.bin`)), {
    headers: { 'Content-Type': 'application/octet-stream' },
  });

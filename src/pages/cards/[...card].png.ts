import type { APIRoute, GetStaticPaths } from 'astro';
import { card, type Card } from '@/site/cards/card';
import { draw } from '@/site/cards/panels';
import { front, question } from '@/site/front';
import { generalCard, preview, previews, type Preview } from '@/site/previews';

const param = (path: string) => ({ card: path.replace(/^\/cards\/|\.png$/g, '') });

export const getStaticPaths: GetStaticPaths = async () => [
  ...(await previews()).map((state) => ({ params: param(state.card), props: { state } })),
  { params: param(generalCard), props: {} },
];

const ofState = async (state: Preview): Promise<Card> => ({
  name: state.name,
  title: state.label,
  text: state.notice,
  figure: await draw(state),
});

const ofSite = async (): Promise<Card> => ({
  title: question,
  text: 'Figures that compute what they show, for papers on long sequences: turn them, step through them, link to what you see.',
  figure: await draw((await preview(front.slug, front.scene))!),
});

/** The picture of a link: a state of a figure, or the site. */
export const GET: APIRoute<{ state?: Preview }> = async ({ props: { state } }) =>
  new Response(await card(await (state ? ofState(state) : ofSite())), { headers: { 'content-type': 'image/png' } });

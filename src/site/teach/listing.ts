import { folderOf, loadDefinition } from '@/shell/definitions';
import { front } from '../front';
import { height } from '../heights';
import { live, papers, shortTitle, themes } from '../papers';
import { Builder, type Listing } from './builder.svelte';
import { rooms } from './choice';

/** listing(site): the papers that have a figure, by theme; first the one that stands for the site, which the builder begins with. */
export async function listing(site: URL): Promise<Listing> {
  const all = (await papers()).filter(({ id }) => live(id));
  const order = (await themes()).map(({ id, data }) => ({ id, title: data.title }));
  const listed = order.flatMap(({ id, title }) =>
    all
      .filter(({ data }) => data.theme.id === id)
      .map((paper) => ({
        slug: paper.id,
        folder: folderOf(paper.id),
        name: shortTitle(paper),
        theme: title,
        height: height(paper.id, rooms.page.width),
      })),
  );
  return {
    papers: [...listed.filter(({ slug }) => slug === front.slug), ...listed.filter(({ slug }) => slug !== front.slug)],
    site: site.origin,
  };
}

/** example(listing): the builder as it begins, which the examples of the page are written from. */
export const example = async (given: Listing): Promise<Builder> =>
  new Builder(given, await loadDefinition(given.papers[0]!.slug), loadDefinition);

import { folderOf, loadDefinition } from '@/shell/definitions';
import { front } from '../front';
import { height } from '../heights';
import { themes } from '../papers';
import { subjects } from '../subjects';
import { Builder, type Listing } from './builder.svelte';
import { rooms } from './choice';

/** listing(site): the papers that have a figure, by theme; first the one that stands for the site, which the builder begins with. */
export async function listing(site: URL): Promise<Listing> {
  const all = await subjects();
  const order = (await themes()).map(({ id, data }) => ({ id, title: data.title }));
  const listed = order.flatMap(({ id, title }) =>
    all
      .filter(({ theme }) => theme === id)
      .map(({ slug, name }) => ({ slug, folder: folderOf(slug), name, theme: title, height: height(slug, rooms.page.width) })),
  );
  return {
    papers: [...listed.filter(({ slug }) => slug === front.slug), ...listed.filter(({ slug }) => slug !== front.slug)],
    site: site.origin,
  };
}

/** example(listing): the builder as it begins, which the examples of the page are written from. */
export const example = async (given: Listing): Promise<Builder> =>
  new Builder(given, await loadDefinition(given.papers[0]!.slug), loadDefinition);

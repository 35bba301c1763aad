import { hydrate, mount } from 'svelte';
import { turn } from '@/marks/turns/turns';
import { Builder, type Listing } from './builder.svelte';
import BuilderView from './Builder.svelte';
import Sample from './Sample.svelte';
import type { Target } from './tools';

/** wake(element) makes the builder live, at the choices of the page's address; every example on the page then follows it. */
export async function wake(element: HTMLElement): Promise<void> {
  // By the way that figures take, so that both share one file.
  const { loadDefinition } = await import('@/shell/registry');
  const listing = JSON.parse(element.dataset.builder!) as Listing;
  const load = (slug: string) => loadDefinition(listing.papers.find((one) => one.slug === slug)!.folder);
  const builder = new Builder(listing, await load(listing.papers[0]!.slug), load);
  const props = { builder };
  if (location.search) {
    await builder.open(location.search);
    // The height is kept while the form is replaced, so that the page does not jump.
    element.style.minHeight = `${element.offsetHeight}px`;
    element.replaceChildren();
    mount(BuilderView, { target: element, props });
    element.style.minHeight = '';
  } else hydrate(BuilderView, { target: element, props });
  // Only now, so that what is brought to life is what the server wrote.
  builder.site = location.origin;
  builder.live = true;
  for (const sample of document.querySelectorAll<HTMLElement>('[data-target]')) {
    // One at a time: a phone that draws them all at once answers nobody meanwhile.
    await turn();
    sample.replaceChildren();
    mount(Sample, { target: sample, props: { builder, target: sample.dataset.target as Target } });
  }
}

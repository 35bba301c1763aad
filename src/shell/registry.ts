import type { AnyView } from './contract';
import type { Parts } from './mount';
import type { Remote } from './state.svelte';
import { find, loadDefinition } from './definitions';

export { loadDefinition };

// Apart from the definitions, because the worker computes and never draws.
const views = import.meta.glob<{ default: AnyView }>('../widgets/*/*/View.svelte');

/** The worker's side is fetched with the first slow state, not before. */
const remote: Remote = async (...question) => (await import('./page-worker')).default(...question);

/** loadWidget(slug): definition, picture, and where it computes what is slow. Rejects when there is no such widget. */
export async function loadWidget(slug: string): Promise<Parts> {
  const view = find(views, slug);
  if (!view) throw new RangeError(`no picture of ${slug}`);
  const [widget, { default: View }] = await Promise.all([loadDefinition(slug), view()]);
  return { widget, View, remote };
}

import type { AnyView, AnyWidget } from './contract';
import { find, loadDefinition } from './definitions';

// Apart from the definitions, because the worker computes and never draws.
const views = import.meta.glob<{ default: AnyView }>('../widgets/*/*/View.svelte');

/** loadWidget(slug): definition and picture. Rejects when there is no such widget. */
export async function loadWidget(slug: string): Promise<{ widget: AnyWidget; View: AnyView }> {
  const view = find(views, slug);
  if (!view) throw new RangeError(`no picture of ${slug}`);
  const [widget, { default: View }] = await Promise.all([loadDefinition(slug), view()]);
  return { widget, View };
}

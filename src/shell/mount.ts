import { hydrate, mount, type ComponentProps } from 'svelte';
import Figure from './Figure.svelte';
import { complete, parse, print } from './link';
import { inputs, type Value } from './parameters';
import { loadWidget } from './registry';
import type { Work } from './share/code';
import type { Remote } from './state.svelte';
import { words } from './words';

/** What the server wrote beside the static figure. */
export interface Placement {
  slug: string;
  values: Record<string, Value>;
  home: string;
  address: boolean;
  verified?: string;
  heading?: number;
  keys?: boolean;
  controls?: 'full' | 'compact' | 'none';
  work?: Work;
}

/** The worker's side is fetched with the first slow state, not before. */
const remote: Remote = async (slug, given) => (await import('./remote')).remote(slug, given);

/** wake(element) makes a static figure live: at the state of the address where it owns that, else as it was drawn. */
export async function wake(element: HTMLElement): Promise<void> {
  const placement = JSON.parse(element.dataset.figure!) as Placement;
  try {
    const { widget, View } = await loadWidget(placement.slug);
    const drawn = complete(widget, placement.values);
    const asked = placement.address && location.search ? parse(widget, location.search) : { values: drawn, notices: [] };
    const given = inputs(widget.params, asked.values);
    let values = asked.values;
    let { notices } = asked;
    let result: unknown;
    try {
      result = widget.slow?.(given)
        ? await remote(widget.slug, given as Record<string, Value>).catch(() => widget.simulate(given))
        : widget.simulate(given);
    } catch (error) {
      // A state that cannot be computed must not leave the reader without the figure.
      values = drawn;
      notices = [...notices, `${words.failed} (${error instanceof Error ? error.message : String(error)})`];
      result = widget.simulate(inputs(widget.params, drawn));
    }
    const { values: _, ...rest } = placement;
    const props: ComponentProps<typeof Figure> = { ...rest, widget, View, values, result, notices, remote };
    if (print(widget, values) === print(widget, drawn)) {
      hydrate(Figure, { target: element, props });
    } else {
      // The height is kept while the picture is replaced, so that the page does not jump.
      element.style.minHeight = `${element.offsetHeight}px`;
      element.replaceChildren();
      mount(Figure, { target: element, props });
      element.style.minHeight = '';
    }
    element.dataset.live = '';
  } catch (error) {
    console.warn(error);
    const line = document.createElement('p');
    line.setAttribute('role', 'status');
    line.className = 'load-failed';
    line.textContent = words.loadFailed;
    element.after(line);
  }
}

import { hydrate, mount, type ComponentProps } from 'svelte';
import { inTurns, refill, turn } from '@/marks/turns/turns';
import { stateAt } from './address';
import { lasting, wakeWork, type AnyView, type AnyWidget } from './contract';
import { failed } from './failed';
import Figure from './Figure.svelte';
import { complete, print } from './link';
import { inputs, type Value } from './parameters';
import type { Work } from './share/code';
import type { Remote } from './state.svelte';
import { words } from './words';

/** What the server wrote beside the static figure. */
export interface Placement {
  slug: string;
  /** Where its files stand among the widgets: 'theme/slug'. */
  folder: string;
  /** Unlike that of any other figure on the page. */
  id: string;
  values: Record<string, Value>;
  home: string;
  address: boolean;
  verified?: string;
  heading?: 1 | 2 | 3;
  work?: Work;
  site?: string;
  /** The result of what was drawn, where it took a resident model: too much to compute again for a reader who may only look. */
  result?: unknown;
  /** The same where it takes the worker, and is less to send than the worker is. */
  short?: unknown;
  /** What simulate is given, where that is better computed by the worker than by a page that wakes. */
  ahead?: Record<string, Value>;
}

/** A figure's code, and where it computes what is slow. */
export interface Parts {
  widget: AnyWidget;
  View: AnyView;
  remote: Remote;
  /** The result of what the server drew, where it was asked for while the rest was on its way. */
  ahead?: Promise<unknown>;
}

type Props = ComponentProps<typeof Figure>;

/**
 * wake(element, load, more) makes a static figure live: at the state of the address where it owns that, else as it was drawn.
 * What cannot be loaded leaves the figure as it is, with a line that says so.
 */
export async function wake(
  element: HTMLElement,
  load: () => Promise<Parts>,
  more: (widget: AnyWidget) => Pick<Props, 'walk' | 'attach'> = () => ({}),
): Promise<void> {
  try {
    const { values: drawnValues, result: ran, short: drawnResult = ran, ...placement } = JSON.parse(element.dataset.figure!) as Placement;
    const { widget, View, remote, ahead } = await load();
    await turn();
    const drawn = complete(widget, drawnValues);
    const here = { widget, path: placement.home };
    const asked = placement.address ? await stateAt(here, addressHere(), drawn) : { values: drawn, notices: [] };
    const drawnGiven = inputs(widget.params, drawn) as Record<string, Value>;
    const askedGiven = inputs(widget.params, asked.values) as Record<string, Value>;
    const sameResult = JSON.stringify(askedGiven) === JSON.stringify(drawnGiven);
    // What needs a model, or trains one, takes its time: the figure wakes as it was drawn, and goes there from there, where its progress is seen.
    const wanted = !sameResult && lasting(widget, askedGiven) ? asked : undefined;
    const given = wanted ? drawnGiven : askedGiven;
    let values = wanted ? drawn : asked.values;
    let notices = wanted ? [] : asked.notices;
    const isDrawn = print(widget, values) === print(widget, drawn);
    await turn();
    let result = sameResult || wanted ? drawnResult : undefined;
    try {
      result ??=
        widget.work(given) > wakeWork
          ? await ((isDrawn && ahead) || remote(widget.slug, given)).catch(() => widget.simulate(given))
          : widget.simulate(given);
    } catch (error) {
      // A state that cannot be computed must not leave the reader without the figure.
      values = drawn;
      notices = [...notices, `${words.failed} (${error instanceof Error ? error.message : String(error)})`];
      result = drawnResult ?? widget.simulate(drawnGiven);
    }
    await turn();
    const props: Props = { ...placement, ...more(widget), widget, View, values, result, notices, remote, wanted };
    // An article may show some panels of it alone.
    const isWhole = element.querySelector('.lengthwise') !== null;
    if (isWhole && isDrawn && (wanted || values === asked.values) && !props.walk)
      await inTurns(() => hydrate(Figure, { target: element, props }));
    else {
      // Drawn beside the page, where nobody sees it half done; then it takes the place of what was drawn on the server.
      const stage = document.createElement('div');
      stage.style.display = 'contents';
      await inTurns(() => mount(Figure, { target: stage, props }));
      // The page does not jump meanwhile.
      element.style.minHeight = `${element.offsetHeight}px`;
      refill(element, () => element.append(stage));
      element.style.minHeight = '';
    }
    element.dataset.live = '';
  } catch (error) {
    console.warn(error);
    failed(element);
  }
}

/** A file that was saved for one state says so itself, because a file that is double-clicked has no query. */
function addressHere(): Pick<Location, 'pathname' | 'search'> {
  const { pathname, search } = location;
  return { pathname, search: search || `?${document.documentElement.dataset.query ?? ''}` };
}

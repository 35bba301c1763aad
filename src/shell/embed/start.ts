import { expose } from 'comlink';
import { failed } from '../failed';
import type { AnyView, AnyWidget } from '../contract';
import { wake } from '../mount';
import { whenNear } from '../near';
import { remote } from '../remote';
import { markTurned } from '../turned';
import type { Need } from '../state.svelte';
import type { WorkerApi } from '../worker';
import { attachTo } from './host';
import { asked } from './options';
import { walk } from './walk';

/** What a file brings where its widget runs resident models. */
export interface Models {
  weights(name: string, base: string, progress: Need['progress'], anew: boolean): Promise<Uint8Array>;
  give(name: string, bytes: Uint8Array): void;
}

/**
 * start(widget, View, source) is all that the single file of a figure does. `source` is the text of the script itself: the worker
 * is made of it, because frames without an origin and files on a disk can fetch no other. There it only computes. `models` is for a widget that
 * runs resident models: their weights are too large to stand in the file, and come from the site.
 */
export function start(widget: AnyWidget, View: AnyView, source: string, models?: Models): void {
  if (typeof document === 'undefined') {
    const api: WorkerApi = {
      simulate: async (_slug, given) => widget.simulate(given),
      give: async (name, bytes) => models!.give(name, bytes),
    };
    expose(api);
    return;
  }
  const options = asked(location.search);
  const elsewhere = remote(spawn, models && ((name, progress, anew) => models.weights(name, site(), progress, anew)));
  function spawn() {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(url);
    // It is read by now or never.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    return worker;
  }
  /** Where the site is: around this page, where it stands in its place there, else where it says it came from. */
  const site = () =>
    location.pathname.startsWith('/embed/')
      ? new URL('/', location.href).href
      : ((JSON.parse(document.querySelector<HTMLElement>('[data-figure]')!.dataset.figure!) as { site?: string }).site ?? '/');
  const deck = { known: false, shows: false };
  window.addEventListener('message', ({ source, data }) => {
    if (source === window.parent && (data === 'slide:start' || data === 'slide:stop'))
      Object.assign(deck, { known: true, shows: data === 'slide:start' });
  });
  const within = walk(widget, options.walk, options.from, options.to);
  const figures = document.querySelectorAll<HTMLElement>('[data-figure]');
  figures.forEach(markTurned);
  whenNear(figures, (figure) =>
    wake(
      figure,
      async () => ({ widget, View, remote: elsewhere }),
      () => ({ walk: options.from || options.to || within.through === 'scenes' ? within : undefined, attach: attachTo(options, deck) }),
    ).catch(() => failed(figure)),
  );
}

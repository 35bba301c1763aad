import { layOutBelow } from './below';
import { failed } from './failed';
import { whenNear } from './near';
import type { Placement } from './mount';
import { markTurned } from './turned';

// The only script of a page until a figure nears the viewport.
const figures = document.querySelectorAll<HTMLElement>('[data-figure]');
figures.forEach(markTurned);
/** Settles when every figure that came near so far is awake. */
let awake: Promise<unknown> = Promise.resolve();
whenNear(figures, (figure) => {
  // All that it needs at once, and not each when the one before has come.
  figure.dataset.modules
    ?.split(' ')
    .forEach((href) => document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href })));
  const { folder, ahead } = JSON.parse(figure.dataset.figure!) as Pick<Placement, 'folder' | 'ahead'>;
  // A figure's own files and its result are asked for at once, and not after the files that all figures share.
  const result = !location.search && ahead && import('./page-worker').then(({ default: remote }) => remote(folder, ahead));
  // Who waits for it says so; that it fails meanwhile is no error yet.
  if (result) result.catch(() => {});
  if (location.search) void import('./parse').catch(() => {});
  const parts = import('./registry').then(({ loadWidget }) => loadWidget(folder));
  const wakes = Promise.all([import('./mount'), parts]).then(
    ([{ wake }, loaded]) => wake(figure, async () => ({ ...loaded, ahead: result || undefined })),
    () => failed(figure),
  );
  awake = Promise.all([awake, wakes]);
});
const below = () => layOutBelow(document.querySelectorAll<HTMLElement>('.figure ~ :is([style^="--length"], .katex-display)'), () => awake);
if (document.readyState === 'complete') below();
else addEventListener('load', below);

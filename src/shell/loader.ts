import { layOutBelow } from './below';
import { failed } from './failed';
import { whenNear } from './near';
import { markTurned } from './turned';

// The only script of a page until a figure nears the viewport.
const figures = document.querySelectorAll<HTMLElement>('[data-figure]');
figures.forEach(markTurned);
whenNear(figures, (figure) =>
  Promise.all([import('./mount').then(({ wake }) => wake), import('./registry').then(({ loadWidget }) => loadWidget)]).then(
    ([wake, load]) => wake(figure, load),
    () => failed(figure),
  ),
);
const below = () => layOutBelow(document.querySelectorAll<HTMLElement>('.figure ~ :is([style^="--length"], .katex-display)'));
if (document.readyState === 'complete') below();
else addEventListener('load', below);

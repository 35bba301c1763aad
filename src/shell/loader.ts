import { failed } from './failed';
import { whenNear } from './near';

// The only script of a page until a figure nears the viewport.
whenNear(document.querySelectorAll<HTMLElement>('[data-figure]'), (figure) =>
  Promise.all([import('./mount').then(({ wake }) => wake), import('./registry').then(({ loadWidget }) => loadWidget)]).then(
    ([wake, load]) => wake(figure, load),
    () => failed(figure),
  ),
);

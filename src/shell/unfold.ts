import { failed } from './failed';
import type { Placement } from './mount';

// The only script of a page of excerpts, until a reader asks for one of the figures they are taken from.
for (const excerpt of document.querySelectorAll<HTMLElement>('[data-excerpt]')) {
  const button = excerpt.querySelector<HTMLButtonElement>('[data-unfold]')!;
  button.addEventListener('click', async () => {
    if (button.ariaBusy) return;
    button.ariaBusy = 'true';
    const { folder } = JSON.parse(excerpt.dataset.excerpt!) as Pick<Placement, 'folder'>;
    try {
      const [{ wake }, parts] = await Promise.all([import('./mount'), import('./registry').then(({ loadWidget }) => loadWidget(folder))]);
      excerpt.dataset.figure = excerpt.dataset.excerpt!;
      await wake(excerpt, () => Promise.resolve(parts));
      // Who asked for it stands before it, and not at the top of the page.
      const figure = excerpt.querySelector<HTMLElement>('.lengthwise');
      figure?.setAttribute('tabindex', '-1');
      figure?.focus({ preventScroll: true });
    } catch {
      failed(excerpt);
    }
    button.ariaBusy = null;
  });
}

import { failed } from './failed';

/** What the figure is placed with: in the page while the site is being worked on, a file of its own once it is built. */
async function placement(written: string): Promise<string> {
  if (written.startsWith('{')) return written;
  const answer = await fetch(written);
  if (!answer.ok) throw new Error(`${written}: ${answer.status}`);
  return answer.text();
}

// The only script of a page of excerpts, until a reader asks for one of the figures they are taken from.
for (const excerpt of document.querySelectorAll<HTMLElement>('[data-excerpt]')) {
  const button = excerpt.querySelector<HTMLButtonElement>('[data-unfold]')!;
  button.addEventListener('click', async () => {
    if (button.ariaBusy) return;
    button.ariaBusy = 'true';
    const { folder, excerpt: written } = excerpt.dataset as { folder: string; excerpt: string };
    try {
      const [{ wake }, parts, placed] = await Promise.all([
        import('./mount'),
        import('./registry').then(({ loadWidget }) => loadWidget(folder)),
        placement(written),
      ]);
      excerpt.dataset.figure = placed;
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

/**
 * markTurned(figure) marks what a reader turns before the figure is awake, so that it can be done then; see refill. What a browser fills in
 * by itself when a page is shown again is no wish.
 */
export function markTurned(figure: HTMLElement): void {
  figure.addEventListener('input', ({ target }) => {
    if (figure.dataset.live === undefined) (target as HTMLElement).dataset.turned = '';
  });
}

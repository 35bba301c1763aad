/**
 * steady(figure): what the reader moves stays under hand and eye, though what stands above it grows or shrinks by the move. Returns how to end it.
 */
export function steady(figure: HTMLElement): () => void {
  let held: Element | undefined;
  let top = 0;
  const look = () => (top = held?.getBoundingClientRect().top ?? 0);
  const hold = ({ target }: Event) => {
    held = target as Element;
    look();
  };
  const leave = () => (held = undefined);
  const observer = new ResizeObserver(() => {
    if (held) scrollBy({ top: held.getBoundingClientRect().top - top, behavior: 'instant' });
  });
  observer.observe(figure);
  figure.addEventListener('input', hold);
  // Whoever scrolls means to; and a next press or key is of something else, or says so itself.
  addEventListener('scroll', look, { passive: true });
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, leave, true);
  return () => {
    observer.disconnect();
    figure.removeEventListener('input', hold);
    removeEventListener('scroll', look);
    for (const type of ['pointerdown', 'keydown']) removeEventListener(type, leave, true);
  };
}

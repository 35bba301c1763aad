/**
 * handOver(from, to): where what is about to go holds the focus, what stays gets it. Else the page would have it, and who reads with keys or ears
 * starts again from its top.
 */
export function handOver(from: Element | null | undefined, to: HTMLElement): void {
  if (!from?.contains(document.activeElement)) return;
  to.tabIndex = -1;
  to.addEventListener('blur', () => to.removeAttribute('tabindex'), { once: true });
  to.focus({ preventScroll: true });
}

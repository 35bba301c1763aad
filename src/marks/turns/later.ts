/**
 * afterPaint(act) acts once what has changed so far is on the screen. Where nothing is painted, as in a tab behind others or a frame that
 * is scrolled away, it does not wait long for it.
 */
export function afterPaint(act: () => void): void {
  let waits = true;
  const once = () => {
    if (waits) act();
    waits = false;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 100);
}

/** whenIdle(act, within) acts when the page has time, after `within` milliseconds in any case; returns how to call it off. */
export function whenIdle(act: () => void, within = 200): () => void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(act, 100);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(act, within === Infinity ? undefined : { timeout: within });
  return () => cancelIdleCallback(idle);
}

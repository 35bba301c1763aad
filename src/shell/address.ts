import { reserved } from './link';

/**
 * The page's address, kept at the state of its figure. Browsers refuse too many writes in a short time, and some frames refuse all:
 * then the figure goes on without, and the link can still be copied.
 */
export function writeAddress(query: string): void {
  const to = addressOf(query);
  if (to === location.pathname + location.search + location.hash) return;
  try {
    history.replaceState(history.state, '', to);
  } catch {
    // Nothing is lost.
  }
}

/** pushAddress(from, to) leaves the state `from` as a step to come back to, and moves on to `to`. */
export function pushAddress(from: string, to: string): void {
  writeAddress(from);
  if (to === from) return;
  try {
    history.pushState(null, '', addressOf(to));
  } catch {
    // As above.
  }
}

/** The address of a state. What the link says about the look (the scheme of an embed) is not the figure's, and stays. */
function addressOf(query: string): string {
  const kept = location.search
    .slice(1)
    .split('&')
    .filter(
      (pair) => pair && pair.length < 40 && pair.split('=')[0] !== 'scene' && (reserved as readonly string[]).includes(pair.split('=')[0]!),
    );
  const all = [...kept, query].filter(Boolean).join('&');
  return location.pathname + (all ? `?${all}` : '') + location.hash;
}

import { flushSync } from 'svelte';

/**
 * Drawing a figure takes a slow phone long enough to keep it from answering. So while one wakes, its parts are drawn in turns, and what
 * the server drew stands until then.
 */
let waiting: (() => void)[] | undefined;

/** The next turn, which comes once the page has answered whatever was asked of it meanwhile. */
export const turn = (): Promise<void> => new Promise((done) => setTimeout(done));

/** inTurn(draw) draws at once, but for a figure that wakes: then when its turn comes. */
export function inTurn(draw: () => void): void {
  if (waiting) waiting.push(draw);
  else draw();
}

/** inTurns(begin) begins to draw, and then draws one after the other what asked for a turn meanwhile. */
export async function inTurns(begin: () => void): Promise<void> {
  const own: (() => void)[] = [];
  const one = (draw: () => void) => {
    waiting = own;
    try {
      draw();
      flushSync();
    } finally {
      waiting = undefined;
    }
  };
  one(begin);
  for (const draw of own) {
    await turn();
    one(draw);
  }
}

const focusable = 'a, button, input, select, textarea, summary, [tabindex]';

/** refill(host, fill) puts something else in the place of what a host holds. Who has the focus there keeps it. */
export function refill(host: Element, fill: () => void): void {
  const at = [...host.querySelectorAll(focusable)].indexOf(document.activeElement!);
  host.replaceChildren();
  fill();
  if (at >= 0) host.querySelectorAll<HTMLElement>(focusable)[at]?.focus({ preventScroll: true });
}

import { flushSync } from 'svelte';

/**
 * Drawing a figure takes a slow phone long enough to keep it from answering. So while one wakes, its parts are drawn in turns, and what
 * the server drew stands until then.
 */
let waiting: (() => void)[] | undefined;

/** After so many milliseconds a turn ends. What is drawn next then comes later, however short it is. */
const share = 3;

/** The next turn, which comes once the page has answered whatever was asked of it meanwhile. Timers that follow one another wait 4 ms each. */
export const turn = (): Promise<void> =>
  (globalThis as { scheduler?: { yield?(): Promise<void> } }).scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));

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
  let since = performance.now();
  one(begin);
  for (const draw of own) {
    // Each turn also costs a frame: what is drawn quickly shares one.
    if (performance.now() - since > share) {
      await turn();
      since = performance.now();
    }
    one(draw);
  }
}

const focusable = 'a, button, input, select, textarea, summary, [tabindex]';

/** Where the picture of a panel stands: drawn in a turn of its own, after that of what holds the panel. */
const pictures = '.panel > svg > g';

/**
 * refill(host, fill) puts something else in the place of what a host holds. Who has the focus there keeps it, and pictures that are still
 * to be drawn show meanwhile what stood in their place. What a reader turned there before it was awake is done now.
 */
export function refill(host: Element, fill: () => void): void {
  const before = [...host.querySelectorAll(pictures)];
  const at = [...host.querySelectorAll(focusable)].indexOf(document.activeElement!);
  const turned = host.querySelectorAll<HTMLInputElement>('[data-turned][id]');
  host.replaceChildren();
  fill();
  const now = host.querySelectorAll(pictures);
  if (now.length === before.length) now.forEach((part, i) => part.firstChild ?? part.append(...before[i]!.childNodes));
  if (at >= 0) host.querySelectorAll<HTMLElement>(focusable)[at]?.focus({ preventScroll: true });
  for (const { id, value, checked } of turned) {
    const field = host.querySelector<HTMLInputElement>(`#${CSS.escape(id)}`);
    if (!field) continue;
    Object.assign(field, field.type === 'checkbox' ? { checked } : { value });
    field.dispatchEvent(new Event(field.type === 'range' ? 'input' : 'change', { bubbles: true }));
  }
}

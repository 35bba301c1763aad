/** What the keys of a deck can move. */
export interface Walker extends HTMLElement {
  readonly ready: boolean;
  /** The end that it last said it was at. */
  edge: 0 | 1 | -1;
  step(by: 1 | -1, far?: boolean): void;
  release(): void;
}

const steps: Record<string, readonly [by: 1 | -1, far: boolean]> = {
  ArrowRight: [1, false],
  ArrowLeft: [-1, false],
  PageDown: [1, true],
  PageUp: [-1, true],
};
const codes: Record<string, number> = { ArrowRight: 39, ArrowLeft: 37, PageDown: 34, PageUp: 33, ' ': 32 };
const decks = '.reveal, .slidev-layout, #slide-content, .slidev-page';

/** On a page that is no deck, taking the arrow keys would be rude. */
const takesKeys = (element: HTMLElement): boolean => {
  const asked = element.getAttribute('keys');
  return asked ? asked === 'on' : 'Reveal' in window || element.closest(decks) !== null;
};

/** At least half in view, on the slide that is shown. */
function shown(element: HTMLElement): boolean {
  if (element.closest('.reveal section:not(.present)')) return false;
  const { top, bottom, left, right, height, width } = element.getBoundingClientRect();
  const down = Math.min(bottom, innerHeight) - Math.max(top, 0);
  const across = Math.min(right, innerWidth) - Math.max(left, 0);
  return height * width > 0 && down >= Math.min(height, innerHeight) / 2 && across >= width / 2;
}

/**
 * listenForKeys(all) lets the keys of a deck run through the figures on its slide, in their order, before they move the slide.
 * `left(element, by, far)` is called when a figure has no more to show: the key goes to the next one, or on to the deck.
 */
export function listenForKeys(all: () => Walker[]): { left: (from: Walker, by: 1 | -1, far: boolean) => void } {
  /** Keys that were handed on, not to be taken again. */
  const passed = new WeakSet<Event>();
  let pressed = '';

  /** True where a figure took it. */
  function give(by: 1 | -1, far: boolean): boolean {
    const here = all().filter((one) => one.ready && takesKeys(one) && shown(one));
    const next = (by > 0 ? here : here.reverse()).find((one) => one.edge !== by);
    next?.step(by, far);
    return next !== undefined;
  }

  window.addEventListener(
    'keydown',
    (event) => {
      if (passed.has(event) || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      const on = event.target instanceof Element ? event.target : document.body;
      if (on.closest('input, select, textarea, [contenteditable]')) return;
      const space = event.key === ' ' && !on.closest('button, a, summary') ? ([event.shiftKey ? -1 : 1, false] as const) : undefined;
      const step = steps[event.key] ?? space;
      if (!step || !give(...step)) return;
      pressed = event.key;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  return {
    left(from, by, far) {
      from.edge = by;
      if (!takesKeys(from) || give(by, far)) return;
      from.release();
      const key = pressed === ' ' ? ' ' : Object.keys(steps).find((name) => steps[name]![0] === by && steps[name]![1] === far)!;
      pressed = '';
      const event = new KeyboardEvent('keydown', {
        key,
        code: key === ' ' ? 'Space' : key,
        bubbles: true,
        cancelable: true,
        shiftKey: key === ' ' && by < 0,
      });
      // Decks of today still read the old number.
      for (const name of ['keyCode', 'which']) Object.defineProperty(event, name, { value: codes[key] });
      passed.add(event);
      document.body.dispatchEvent(event);
    },
  };
}

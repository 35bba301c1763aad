/**
 * What the keys of a deck can move. Frameworks set a property where there is one of an attribute's name, so none of these is
 * called like a parameter of some figure (`step`).
 */
export interface Walker extends HTMLElement {
  readonly ready: boolean;
  /** The end that it last said it was at. */
  atEnd: 0 | 1 | -1;
  advance(by: 1 | -1, far?: boolean): void;
  giveBack(): void;
}

/** By key: which way, whether by a presenter's stride, and the number that decks of today still read. */
const steps: Record<string, readonly [by: 1 | -1, far: boolean, code: number]> = {
  ArrowRight: [1, false, 39],
  ArrowLeft: [-1, false, 37],
  PageDown: [1, true, 34],
  PageUp: [-1, true, 33],
};
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

  /** True where a figure took it. */
  function give(by: 1 | -1, far: boolean): boolean {
    const here = all().filter((one) => one.ready && takesKeys(one) && shown(one));
    const next = (by > 0 ? here : here.reverse()).find((one) => one.atEnd !== by);
    next?.advance(by, far);
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
      if (!step || !give(step[0], step[1])) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  return {
    left(from, by, far) {
      from.atEnd = by;
      if (!takesKeys(from) || give(by, far)) return;
      from.giveBack();
      const key = Object.keys(steps).find((name) => steps[name]![0] === by && steps[name]![1] === far)!;
      const event = new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true });
      Object.defineProperty(event, 'keyCode', { value: steps[key]![2] });
      passed.add(event);
      document.body.dispatchEvent(event);
    },
  };
}

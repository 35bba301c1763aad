import type { Page } from '@playwright/test';

/** What is used on a page, and what answers it. Both are selectors; of the control the first that is to be seen is meant. */
export interface Use {
  readonly control: string;
  /** A slider of the browser is pulled along, a handle is pulled aside, a button is pressed, what is drawn on a canvas is moved by arrow keys. */
  readonly gesture: 'slide' | 'pull' | 'press' | 'arrow';
  /** What changes only in answer: the picture, or a number in it. */
  readonly answer: string;
}

interface Watched {
  /** When the answer was on the screen, in milliseconds from the start of the navigation; 0 as long as there was none. */
  changed: number;
  print(): string;
}
declare global {
  interface Window {
    watched: Watched;
  }
}

/** Runs in the page before its own scripts: notes when the answer changes after the pointer or a key went down. */
export function watch(answer: string) {
  const print = () =>
    [...document.querySelectorAll(answer)].map((one) => (one instanceof HTMLCanvasElement ? one.toDataURL() : one.outerHTML)).join('\n');
  const watched: Watched = (window.watched = { changed: 0, print });
  // One look a frame, however often the hand tries: to look costs the page time too.
  let before = '';
  let until = 0;
  const look = () => {
    if (print() !== before) {
      before = '';
      setTimeout(() => {
        watched.changed ||= performance.now();
      });
    } else if (performance.now() < until) requestAnimationFrame(look);
    else before = '';
  };
  const begin = () => {
    until = performance.now() + 1500;
    if (before) return;
    // What is not there yet cannot answer: that it appears is no answer.
    before = print();
    if (before) requestAnimationFrame(look);
  };
  addEventListener('pointerdown', begin, true);
  addEventListener('keydown', begin, true);
}

/** How long a try may take, from the hand's first movement to the answer: longer, and the flow of thought is broken. */
const patience = 1000;

/**
 * answered(page, use): how long after the start of the navigation the page answered a hand that tries the control again and again as soon
 * as it can be seen. Three tries in a row must be answered in time: a page that answers once and then stands still does not answer yet.
 * The time is that of the first of them; undefined where they never came.
 */
export async function answered(page: Page, use: Use, timeout = 20_000): Promise<number | undefined> {
  const until = Date.now() + timeout;
  let first = 0;
  let count = 0;
  let left = true;
  while (Date.now() < until) {
    const began = Date.now();
    if (!(await gesture(page, use, left))) {
      await page.waitForTimeout(10);
      continue;
    }
    // To the same side again nothing would change.
    left = !left;
    const changed = await waitFor(page, count ? patience : 50);
    if (!changed || Date.now() - began > patience) {
      count = first = 0;
      continue;
    }
    first ||= changed;
    if (++count === 3) return first;
  }
  return undefined;
}

/** still(page): whether the answer keeps as it is when nobody touches the page; else a change would say nothing. */
export async function still(page: Page): Promise<boolean> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(1500);
  return page.evaluate(async () => {
    const before = window.watched.print();
    await new Promise((resolve) => setTimeout(resolve, 700));
    return before !== '' && window.watched.print() === before;
  });
}

/** When the answer came, or 0; the next change is then one to the next try. */
async function waitFor(page: Page, ms: number): Promise<number> {
  return page.evaluate(async (ms) => {
    const until = performance.now() + ms;
    while (!window.watched.changed && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    const { changed } = window.watched;
    window.watched.changed = 0;
    return changed;
  }, ms);
}

/** Where the control is, scrolled to; undefined where there is none yet. */
async function place(page: Page, control: string) {
  return page
    .evaluate((control) => {
      const one = [...document.querySelectorAll(control)].find((each) => {
        const { width, height } = each.getBoundingClientRect();
        return width > 0 && height > 0 && getComputedStyle(each).visibility !== 'hidden';
      });
      if (!one) return undefined;
      const inside = ({ top, left, bottom, right }: DOMRect) => top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
      if (!inside(one.getBoundingClientRect())) one.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const { x, y, width, height } = one.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2, width };
    }, control)
    .catch(() => undefined);
}

/** Does it once, to one side or the other; false where there is no control yet, or where it moved away from under the hand. */
async function gesture(page: Page, { control, gesture }: Use, left: boolean): Promise<boolean> {
  const box = await place(page, control);
  if (!box) return false;
  if (gesture === 'arrow') {
    await page.focus(control);
    await page.keyboard.press(left ? 'ArrowDown' : 'ArrowUp');
    return true;
  }
  const side = (left ? -1 : 1) * (gesture === 'slide' ? box.width * 0.3 : gesture === 'pull' ? 40 : 0);
  await page.mouse.move(box.x, box.y);
  // A picture that became higher pushes what is below it: a hand sees that before it presses.
  const now = await place(page, control);
  if (!now || Math.hypot(now.x - box.x, now.y - box.y) > 2) return false;
  await page.mouse.down();
  if (side) await page.mouse.move(box.x + side, box.y, { steps: 2 });
  await page.mouse.up();
  return true;
}

import type { Locator, Page } from '@playwright/test';

/** What the walk with the Tab key found wrong, a line for each; and how many places it stopped at. */
export interface Walk {
  readonly wrong: string[];
  readonly stops: number;
}

/** Names the element that has the focus, and says how the focus shows on it. */
function stop() {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return undefined;
  const known = ((window as unknown as { stops?: Element[] }).stops ??= []);
  const index = known.includes(at) ? known.indexOf(at) : known.push(at) - 1;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const { x, y, width, height } = at.getBoundingClientRect();
  return {
    index,
    name: `${at.tagName.toLowerCase()} ${at.getAttribute('aria-label') ?? at.id ?? at.textContent?.trim().slice(0, 40)}`,
    outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    box: { x, y, width, height },
    inView: y + height > 0 && y < innerHeight && x + width > 0 && x < innerWidth,
  };
}

/** What a hand can use and a keyboard must reach: whatever takes the focus, and whatever shows a hand or arrows under the pointer. */
function unreached(root: Element): string[] {
  const known = (window as unknown as { stops: Element[] }).stops;
  const shown = (one: Element) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const native = [...root.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, summary, textarea, [tabindex="0"]')];
  const under = [...root.querySelectorAll('.picture *')].filter((one) =>
    /pointer|grab|resize|move|crosshair/.test(getComputedStyle(one).cursor),
  );
  const usable = [...native, ...under.filter((one) => !native.some((other) => other.contains(one) || one.contains(other)))];
  return usable
    .filter((one) => shown(one) && !known.some((stop) => stop === one || stop.contains(one)))
    .map((one) => `never reached: ${one.outerHTML.slice(0, 160)}`);
}

/** walk(page, root): goes through a part of the page by Tab alone, from before it until past it, and back one. */
export async function walk(page: Page, root: Locator): Promise<Walk> {
  const wrong: string[] = [];
  await root.evaluate((element) => {
    Object.assign(window, { stops: [] });
    // The browser goes on from where it last was: that is here.
    const before = document.createElement('span');
    before.tabIndex = -1;
    element.before(before);
    before.focus();
    before.remove();
  });
  let stops = 0;
  let last = -1;
  for (;;) {
    await page.keyboard.press('Tab');
    const inside = await root.evaluate((element) => element.contains(document.activeElement) && document.activeElement !== element);
    const at = inside ? await page.evaluate(stop) : undefined;
    if (!at) break;
    if (at.index <= last) {
      wrong.push(`${at.name}: the focus is caught, or goes back`);
      break;
    }
    last = at.index;
    stops++;
    if (!at.inView) wrong.push(`${at.name}: has the focus out of sight`);
    if (!at.outlined && !(await looksDifferent(page, at.box))) wrong.push(`${at.name}: nothing shows that it has the focus`);
    if (stops > 500) {
      wrong.push('no end after 500 stops');
      break;
    }
  }
  wrong.push(...(await root.evaluate(unreached)));
  if (stops) {
    await page.keyboard.press('Shift+Tab');
    if (!(await root.evaluate((element) => element.contains(document.activeElement)))) wrong.push('Shift and Tab do not lead back into it');
  }
  return { wrong, stops };
}

/** Whether the place looks different with the focus and without, where no outline says so. */
async function looksDifferent(
  page: Page,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Promise<boolean> {
  const size = page.viewportSize()!;
  const [left, top] = [Math.max(0, x - 6), Math.max(0, y - 6)];
  const clip = { x: left, y: top, width: Math.min(size.width, x + width + 6) - left, height: Math.min(size.height, y + height + 6) - top };
  const focused = await page.screenshot({ clip });
  const had = await page.evaluateHandle(() => {
    const at = document.activeElement as HTMLElement;
    at.blur();
    return at;
  });
  const plain = await page.screenshot({ clip });
  await had.evaluate((at) => at.focus({ preventScroll: true }));
  return !focused.equals(plain);
}

/** Keys that do what a hand does with each kind of thing. */
const uses: readonly (readonly [selector: string, keys: readonly string[]])[] = [
  ['.picture [role=slider]', ['ArrowRight', 'ArrowLeft', 'End', 'Home']],
  ['.picture [role=button]', ['ArrowRight', 'ArrowDown', 'Enter']],
  ['.controls input[type=range], .stepper input[type=range]', ['ArrowRight', 'ArrowLeft']],
  ['.controls input[type=checkbox]', [' ', ' ']],
  ['.controls select', ['ArrowDown', 'ArrowUp']],
  ['[data-scene]', ['Enter']],
  ['.stepper .play', ['Enter', 'Enter']],
];

/**
 * operate(page, figure): uses everything by its keys. The focus must stay where it is while the figure is drawn again, and each thing
 * that can be dragged must move.
 */
export async function operate(page: Page, figure: Locator): Promise<string[]> {
  const wrong: string[] = [];
  for (const [selector, keys] of uses) {
    for (const [i, one] of (await figure.locator(selector).all()).entries()) {
      if (!(await one.isVisible()) || !(await one.isEnabled())) continue;
      await one.focus();
      const name = `${selector} ${i + 1}`;
      const before = await one.getAttribute('aria-valuenow');
      let moved = false;
      for (const key of keys) {
        await page.keyboard.press(key);
        await figure.locator('.lengthwise[aria-busy=false]').waitFor({ timeout: 30_000 });
        if (!(await one.evaluate((element) => element === document.activeElement).catch(() => false)))
          wrong.push(`${name}: ${key} loses the focus`);
        moved ||= (await one.getAttribute('aria-valuenow')) !== before;
      }
      if (selector.includes('role=slider') && !moved) wrong.push(`${name} is not moved by any key`);
    }
  }
  return wrong;
}

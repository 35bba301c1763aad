import type { CDPSession, Page } from '@playwright/test';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

/** What went wrong, and the hands' last moves before it. */
export interface Find {
  readonly what: string;
  readonly address: string;
  readonly moves: readonly string[];
}

/** hand(seed): whole numbers by chance, the same ones for the same seed. */
export function hand(seed: number) {
  const generator = xoroshiro128plus(seed);
  const upTo = (n: number): number => uniformInt(generator, 0, n - 1);
  const one = <T>(list: readonly T[]): T => list[upTo(list.length)]!;
  return { upTo, one };
}
type Hand = ReturnType<typeof hand>;

const keyNames = [
  'Tab',
  'Shift+Tab',
  'ArrowRight',
  'ArrowLeft',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Enter',
  ' ',
  'Escape',
  'r',
];
const junk = ['-1', '1e9', 'abc', '0', '99999999999', '.', '-', '1e-9', '７'];
const queries = [
  '1e999',
  'NaN',
  '-1',
  '__proto__',
  'constructor',
  '<img src=x onerror=alert(1)>',
  '%',
  '%2531',
  '',
  '8,8,8',
  '0x10',
  '9'.repeat(40),
];

/** One random move of a reader; says what it was. */
async function move(page: Page, session: CDPSession, { upTo, one }: Hand, home: string, stay: boolean): Promise<string> {
  const { width, height } = page.viewportSize()!;
  const [x, y] = [upTo(width), upTo(height)];
  switch (upTo(16)) {
    case 0:
    case 1:
    case 2: {
      // Where controls and pictures are, not on empty paper.
      const things = page.locator('.lengthwise :is(button, input, select, [data-scene], [role=slider], [role=button], svg):visible');
      const count = await things.count();
      if (!count) return 'nothing to press';
      const box = await things
        .nth(upTo(count))
        .boundingBox({ timeout: 500 })
        .catch(() => null);
      if (!box) return 'it was gone';
      const at = [box.x + upTo(Math.ceil(box.width) + 1), box.y + upTo(Math.ceil(box.height) + 1)] as const;
      if (at[1] < 0 || at[1] > height) await page.evaluate((by) => window.scrollBy(0, by), at[1] - height / 2);
      else await page.mouse.click(...at, { clickCount: 1 + upTo(2) });
      return `click ${at.map(Math.round).join(' ')}`;
    }
    case 3:
    case 4: {
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let i = 0; i < 1 + upTo(5); i++) await page.mouse.move(x + upTo(200) - 100, y + upTo(60) - 30);
      await page.mouse.up();
      return `drag from ${x} ${y}`;
    }
    case 5:
      await page.mouse.wheel(upTo(400) - 200, upTo(1200) - 600);
      return 'wheel';
    case 6: {
      const touches = (points: number[][]) => points.map(([tx, ty]) => ({ x: tx!, y: ty! }));
      await session.send('Input.dispatchTouchEvent', {
        type: 'touchStart',
        touchPoints: touches([[x, y], ...(upTo(3) ? [] : [[x + 30, y + 30]])]),
      });
      await session.send('Input.dispatchTouchEvent', {
        type: 'touchMove',
        touchPoints: touches([[x + upTo(100) - 50, y + upTo(100) - 50]]),
      });
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      return `touch ${x} ${y}`;
    }
    case 7: {
      await page.setViewportSize({ width: 320 + upTo(1600), height: 300 + upTo(900) });
      return 'resize';
    }
    case 8:
      await page.emulateMedia({
        colorScheme: one(['light', 'dark']),
        reducedMotion: one(['reduce', 'no-preference']),
        forcedColors: one(['none', 'none', 'active']),
      });
      return 'scheme';
    case 9: {
      const fields = page.locator('.lengthwise input[type=number]:visible');
      const count = await fields.count();
      if (!count) return 'no field';
      const text = one(junk);
      await fields
        .nth(upTo(count))
        .focus({ timeout: 500 })
        .catch(() => {});
      await page.keyboard.press('Control+a');
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
      return `type ${text}`;
    }
    case 10: {
      if (upTo(4) || stay) return 'rest';
      const names = await page
        .locator('[data-parameter]')
        .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.parameter!));
      const asked = Array.from(
        { length: 1 + upTo(4) },
        () => `${one([...names, 'scene', 'zzz', '__proto__'])}=${encodeURIComponent(one(queries))}`,
      ).join('&');
      await page.goto(`${home}?${asked}`);
      return `open ?${asked}`;
    }
    case 11: {
      if (upTo(4) || stay) return 'rest';
      await page.evaluate((back) => (back ? history.back() : history.forward()), upTo(2) === 0);
      await page.waitForTimeout(50);
      if (!page.url().includes(home)) await page.goto(home);
      return 'back or forward';
    }
    default: {
      const key = one(keyNames);
      await page.keyboard.press(key);
      return key;
    }
  }
}

/** A page that was left while a hand was still on it is no fault of the page. */
function left(error: Error): string {
  if (/context was destroyed|navigation|interrupted|ERR_ABORTED/.test(error.message)) return 'left the page';
  throw error;
}

/** What must never be seen, read off the page; undefined where all is well. */
export function wrong(): string | undefined {
  // A page whose styles are still on their way is not painted: nobody sees it.
  if (document.readyState !== 'complete') return undefined;
  const figure = document.querySelector('.lengthwise');
  if (!figure) return 'the figure is gone';
  const picture = figure.querySelector('.picture')!;
  // A notice repeats what a link said, nonsense and all.
  const notices = figure.querySelector<HTMLElement>('.notices')?.innerText ?? '';
  const text = /.{0,40}\b(NaN|undefined|Infinity|\[object \w+\])\b.{0,20}/.exec((figure as HTMLElement).innerText.replace(notices, ''));
  if (text) return `on screen: ${text[0]}`;
  for (const element of picture.querySelectorAll('svg *'))
    for (const { name, value } of element.attributes) {
      if (/NaN|undefined|Infinity|\[object/.test(value)) return `<${element.tagName} ${name}="${value.slice(0, 60)}">`;
      if ((name === 'width' || name === 'height' || name === 'r') && value.startsWith('-'))
        return `<${element.tagName} ${name}="${value}">`;
    }
  if (!picture.querySelector('svg') && !picture.querySelector('.failure')) return 'the picture is empty';
  if (picture.querySelector('.failure')) return `could not be drawn: ${picture.querySelector('.failure')!.textContent}`;
  if (figure.querySelectorAll('.notices li').length > 40) return 'notices without end';
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 1) {
    const right = (element: Element) => element.getBoundingClientRect().right + window.scrollX;
    const far = [...document.querySelectorAll('body *')].filter((element) => right(element) > document.documentElement.scrollWidth - 2);
    const names = far.slice(0, 3).map(({ outerHTML }) => outerHTML.slice(0, 120));
    return `${wide} px of sideways scroll at ${window.innerWidth}: ${names.join(' … ')}`;
  }
  return undefined;
}

/**
 * fuzz(page, home, { seed, until, stay }): random hands on a live figure, until the first thing that is wrong or that time. Hands that stay
 * play with the page that is open and never leave it, so that what it keeps can be measured.
 */
export async function fuzz(
  page: Page,
  home: string,
  { seed, until, stay = false }: { seed: number; until: number; stay?: boolean },
): Promise<{ moves: number; find?: Find }> {
  const chance = hand(seed);
  const session = await page.context().newCDPSession(page);
  const last: string[] = [];
  let complaint: string | undefined;
  const threw = (error: Error) => (complaint ??= `threw: ${error.stack ?? error.message}`);
  const logged = (message: { type(): string; text(): string }) => {
    if (message.type() === 'error') complaint ??= `logged: ${message.text()}`;
  };
  page.on('pageerror', threw);
  page.on('console', logged);
  // A link that leads elsewhere is not followed.
  // An embed names its site in full, which is nowhere here.
  let origin: string | undefined;
  await page.route(
    (url) =>
      (origin !== undefined && url.origin !== origin) ||
      (!url.pathname.startsWith(home) && !/\/_astro\/|favicon|\/sw\.js/.test(url.pathname)),
    (route) => (route.request().isNavigationRequest() ? route.fulfill({ status: 204 }) : route.continue()),
  );
  const elsewhere = (other: Page) => void other.close();
  page.context().on('page', elsewhere);
  let count = 0;
  try {
    if (!stay) await page.goto(home);
    origin = new URL(page.url()).origin;
    await page.locator('[data-live]').first().scrollIntoViewIfNeeded();
    for (; Date.now() < until; count++) {
      last.push(await move(page, session, chance, home, stay).catch(left));
      if (last.length > 20) last.shift();
      // Back beyond the first page there is nothing; it may come late.
      const beyond = () => !stay && page.url() === 'about:blank';
      if (beyond()) await page.goto(home).catch(left);
      const seen = count % 8 === 7 ? await page.evaluate(wrong).catch((error) => void left(error)) : undefined;
      if (!beyond()) complaint ??= seen;
      if (complaint) return { moves: count, find: { what: complaint, address: page.url(), moves: last } };
    }
    return { moves: count };
  } finally {
    page.off('pageerror', threw);
    page.off('console', logged);
    page.context().off('page', elsewhere);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await session.detach().catch(() => {});
  }
}

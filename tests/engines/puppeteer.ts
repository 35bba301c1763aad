import { setTimeout } from 'node:timers/promises';
import puppeteer, { type ElementHandle, type Frame, type KeyInput } from 'puppeteer-core';
import type { Page } from './driver';

/** start(browser, path) opens a page in Chromium or Firefox. */
export async function start(name: 'chrome' | 'firefox', path: string): Promise<Page> {
  const browser = await puppeteer.launch({
    browser: name,
    executablePath: path,
    headless: true,
    // Chromium's sandbox does not start for root, as in containers.
    args: name === 'chrome' && process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const page = await browser.newPage();
  let at: Frame = page.mainFrame();
  /** The element whose frame that is; undefined for the page itself. */
  let around: ElementHandle | undefined;
  const whole = () => {
    at = page.mainFrame();
    around = undefined;
  };
  return {
    version: (await browser.version())
      .replace(/^(headless)?chrome/i, 'Chromium')
      .replace(/^firefox/i, 'Firefox')
      .replace('/', ' '),
    open: async (address) => {
      whole();
      await page.goto(address);
    },
    enter: async (selector) => {
      around = (await at.waitForSelector(selector))!;
      at = (await around.contentFrame())!;
    },
    leave: async () => whole(),
    evaluate: (act, ...given) => at.evaluate(act as (...given: unknown[]) => never, ...given),
    click: async (selector) => {
      if (name === 'chrome') return at.click(selector);
      // By hand: not every Firefox can say where a frame stands.
      const spot = await at.$eval(selector, (one) => {
        one.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = one.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      });
      const frame = await around?.evaluate((one, y) => {
        const hidden = () => one.getBoundingClientRect().top + y < 0 || one.getBoundingClientRect().top + y > innerHeight;
        if (hidden()) scrollBy({ top: one.getBoundingClientRect().top + y - innerHeight / 2, behavior: 'instant' });
        const { left, top } = one.getBoundingClientRect();
        return { x: left + one.clientLeft, y: top + one.clientTop };
      }, spot.y);
      await page.mouse.click(spot.x + (frame?.x ?? 0), spot.y + (frame?.y ?? 0));
    },
    press: (key) => page.keyboard.press(key as KeyInput),
    viewport: async (width, height) => {
      // A Firefox that cannot be turned on its side says so, and has the size all the same.
      await page.setViewport({ width, height }).catch((error: Error) => {
        if (!/setScreenOrientationOverride/.test(error.message)) throw error;
      });
      while ((await page.evaluate(() => innerWidth)) !== width) await setTimeout(20);
    },
    close: () => browser.close(),
  };
}

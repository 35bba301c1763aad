import puppeteer, { type Frame, type KeyInput } from 'puppeteer-core';
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
  return {
    version: (await browser.version())
      .replace(/^(headless)?chrome/i, 'Chromium')
      .replace(/^firefox/i, 'Firefox')
      .replace('/', ' '),
    open: async (address) => {
      at = page.mainFrame();
      await page.goto(address);
    },
    enter: async (selector) => {
      at = (await (await at.waitForSelector(selector))!.contentFrame())!;
    },
    leave: async () => {
      at = page.mainFrame();
    },
    evaluate: (act, ...given) => at.evaluate(act as (...given: unknown[]) => never, ...given),
    click: (selector) => at.click(selector),
    press: (key) => page.keyboard.press(key as KeyInput),
    viewport: (width, height) => page.setViewport({ width, height }),
    close: () => browser.close(),
  };
}

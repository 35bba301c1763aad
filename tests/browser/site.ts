import { expect, test as base, type Page } from '@playwright/test';
import config from '../../playwright.config.ts';
import { patient } from '../checks/pace';

export * from '../checks/built';

/** A single file asks the site that it was built for, by its address, for the weights of a model; here the built site answers in its place. */
const weights = /\/weights\/[a-z0-9.-]+\.bin$/;

/**
 * A page that must not complain: what it logs as an error, what it throws, and what it asks of another origin fails the test.
 * `allow` names complaints that a test provokes.
 */
export const test = base.extend<{ allow: RegExp[] }>({
  allow: [[], { option: true }],
  page: async ({ page, baseURL, allow }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`threw: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`logged: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(baseURL!) && !/^(data|blob|about):/.test(request.url()) && !weights.test(request.url()))
        complaints.push(`left the origin: ${request.url()}`);
    });
    await page.route(
      (url) => weights.test(url.pathname) && !url.href.startsWith(baseURL!),
      (route) =>
        route.fulfill({
          path: `dist${new URL(route.request().url()).pathname}`,
          contentType: 'application/octet-stream',
          headers: { 'access-control-allow-origin': '*' },
        }),
    );
    await use(page);
    expect(complaints.filter((line) => !allow.some((pattern) => pattern.test(line)))).toEqual([]);
  },
});

export { expect };

/**
 * test.use(browser) is for what the headless shell does otherwise than the browser that readers have: it draws letters at other edges, may show what
 * comes near before its fonts are there, and lets no page without an address frame a local one.
 */
const { launchOptions } = config.use!;
export const browser = {
  launchOptions: { ...launchOptions, executablePath: process.env.LENGTHWISE_BROWSER || launchOptions?.executablePath },
};

/** The live figure of a page: scrolled to, and awake. */
export async function live(page: Page, path: string) {
  await page.goto(path);
  const figure = page.locator('[data-figure]').first();
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  return figure;
}

/** wakeAll(page): scrolls to every figure of the page, and waits until it is awake. */
export async function wakeAll(page: Page): Promise<void> {
  for (const figure of await page.locator('[data-figure]').all()) {
    await figure.scrollIntoViewIfNeeded();
    await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  }
}

/** What a page asks the address bar to say, without the origin and the place in the page. */
export function address(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

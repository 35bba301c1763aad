import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** The paths of all files of the built site. */
export const files: ReadonlySet<string> = new Set(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(dist, join(entry.parentPath, entry.name)).replaceAll('\\', '/')}`),
);

/** The paths of all pages of the built site. */
export const pages: string[] = [...files]
  .filter((file) => file.endsWith('.html'))
  .map((file) => file.replace(/index\.html$/, ''))
  .sort();

/** The slugs of the papers whose widget stands. */
export const everyWidget: string[] = readdirSync(join(dist, 'embed')).sort();

const everything = process.env.LENGTHWISE_WIDGETS === 'all';

/** The slugs of the papers that have no widget yet. */
const bare: string[] = readdirSync(join(dist, 'papers'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !everyWidget.includes(entry.name))
  .map(({ name }) => name)
  .sort();

/** How many widgets the quick tests play with in a browser; the audit takes them all. */
const quick = 8;

/**
 * The widgets that are played with: all of them in the audit; before a commit no more than a few, the same ones in every run, spread evenly
 * over the list. What holds without a browser is tested of every one.
 */
export const widgets: string[] = everything
  ? everyWidget
  : everyWidget.filter((_, i) => everyWidget.length <= quick || i % Math.ceil(everyWidget.length / quick) === 0);

/**
 * The pages that differ in what they hold: a scene's page is its paper's page at another state, so one of them stands for all
 * of that paper, and so with embeds; the offline file is the embed.
 */
export const distinct: string[] = pages.filter((path, i) => {
  const [, kind, slug, scene] = path.split('/');
  if (kind === 'offline') return false;
  const rest = `/${kind}/${slug}/`;
  if (kind !== 'themes' && everyWidget.includes(slug!) && !widgets.includes(slug!)) return false;
  // Pages of papers without a widget are alike.
  if (kind === 'papers' && slug && !everyWidget.includes(slug) && !everything && !bare.slice(0, 3).includes(slug)) return false;
  return !scene || !everyWidget.includes(slug!) || !pages[i - 1]!.startsWith(rest) || pages[i - 1] === rest;
});

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
      if (!request.url().startsWith(baseURL!) && !/^(data|blob|about):/.test(request.url()))
        complaints.push(`left the origin: ${request.url()}`);
    });
    await use(page);
    expect(complaints.filter((line) => !allow.some((pattern) => pattern.test(line)))).toEqual([]);
  },
});

export { expect };

/** The live figure of a page: scrolled to, and awake. */
export async function live(page: Page, path: string) {
  await page.goto(path);
  const figure = page.locator('[data-figure]').first();
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveAttribute('data-live', '', { timeout: 15_000 });
  return figure;
}

/** What a page asks the address bar to say, without the origin and the place in the page. */
export function address(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

import { brotliCompressSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { html } from './built';

/** A file that a page fetched. */
export interface Fetched {
  readonly path: string;
  /** As the browser calls it: document, script, stylesheet, font. */
  readonly kind: string;
  /** As a host would send it, in brotli. */
  readonly bytes: number;
}

/**
 * fetched(page) counts what a page fetches from now on, each address once: a worker and a page share what both ask for, and what a single
 * file starts as its worker (blob:) is a part of it. Call the answer for the files so far.
 */
export function fetched(page: Page): () => Promise<Fetched[]> {
  const all = new Map<string, Promise<Fetched | undefined>>();
  page.on('response', (response) => {
    const url = response.url();
    if (!/^https?:/.test(url) || all.has(url)) return;
    const asked = response.request().resourceType();
    const kind = /javascript/.test(response.headers()['content-type'] ?? '') ? 'script' : asked;
    all.set(
      url,
      response.body().then(
        (body) => ({ path: new URL(url).pathname, kind, bytes: brotliCompressSync(body).length }),
        // Without a body: a redirect, or a page that was left.
        () => undefined,
      ),
    );
  });
  return async () => (await Promise.all(all.values())).filter((one) => one !== undefined);
}

/** ofKind(files, kind) is how many bytes are of a kind. */
export const ofKind = (files: readonly Fetched[], kind: string): number =>
  files.filter((one) => one.kind === kind).reduce((sum, { bytes }) => sum + bytes, 0);

/** largest(files): the five largest, for a message. */
export const largest = (files: readonly Fetched[]): string =>
  [...files]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 5)
    .map(({ path, bytes }) => `${path} ${bytes}`)
    .join(', ');

/** The most that a reader's browser fetches for a page read to its end, in bytes of brotli, by what it is. */
export const budgets: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'a page without a figure': { document: 25_000, stylesheet: 1_500, script: 3_000, font: 100_000 },
  // The search itself, and nothing of it on any other page.
  'the search page': { document: 25_000, stylesheet: 1_500, script: 10_000, font: 100_000 },
  // A dozen excerpts, drawn; the scripts of none until one is asked for.
  'an article': { document: 60_000, stylesheet: 1_500, script: 3_000, font: 160_000 },
  'a page with a figure': { document: 45_000, stylesheet: 1_500, script: 60_000, font: 160_000 },
  // It holds an embed, whichever the reader tries.
  'the page for teachers': { document: 110_000, stylesheet: 1_500, script: 60_000, font: 60_000 },
  'an embed, all in one': { document: 110_000 },
};

/** What scenes may fetch on top of that, of a model or of a training that they ask for, in bytes of script. */
export const forScenes = 17_000;

/** mostOf(path): the budget of a page, by what it is. */
export const mostOf = (path: string): Readonly<Record<string, number>> => budgets[kindOf(path)]!;

/** kindOf(path): whose budget a page has. */
export function kindOf(path: string): string {
  if (path === '/search/') return 'the search page';
  if (path === '/teach/') return 'the page for teachers';
  if (path.startsWith('/embed/')) return 'an embed, all in one';
  if (/data-excerpt=/.test(html(path))) return 'an article';
  return /data-figure=/.test(html(path)) ? 'a page with a figure' : 'a page without a figure';
}

/** weigh(page, path): opens a page, wakes its figures and reads it to its end; what it fetched, and by how much it moved meanwhile. */
export async function weigh(page: Page, path: string): Promise<{ files: Fetched[]; moved: number }> {
  const sent = fetched(page);
  // What moves is counted from the first paint to the end of the page.
  await page.addInitScript(() => {
    Object.assign(window, { moved: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) (window as unknown as { moved: number }).moved += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(path);
  for (const figure of await page.locator('[data-figure]').all()) {
    await figure.scrollIntoViewIfNeeded();
    await expect(figure).toHaveAttribute('data-live', '', { timeout: 15_000 });
  }
  // By windowfuls: what stands between is laid out, and its fonts are fetched, only when it is near.
  await page.evaluate(async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
      scrollTo({ top, behavior: 'instant' });
      // A browser that nobody looks at may stop making frames.
      await new Promise((done) => {
        requestAnimationFrame(() => setTimeout(done));
        setTimeout(done, 200);
      });
    }
  });
  // Until nothing more comes.
  let files = await sent();
  await expect
    .poll(
      async () => {
        const before = files.length;
        files = await sent();
        return files.length === before;
      },
      { intervals: [500] },
    )
    .toBe(true);
  return { files, moved: await page.evaluate(() => (window as unknown as { moved: number }).moved) };
}

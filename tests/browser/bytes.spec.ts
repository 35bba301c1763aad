import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { distinct, expect, test } from './site';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** The most that a reader's browser fetches for a page read to its end, in bytes of brotli, by what it is. */
const budgets: Record<string, Record<string, number>> = {
  'a page without a figure': { document: 40_000, stylesheet: 20_000, script: 3_000, font: 190_000 },
  'a page with a figure': { document: 75_000, stylesheet: 20_000, script: 66_000, font: 270_000 },
  // It holds an embed, whichever the reader tries.
  'the page for teachers': { document: 110_000, stylesheet: 20_000, script: 66_000, font: 190_000 },
  'an embed, all in one': { document: 110_000 },
};

for (const path of distinct)
  test(`${path}: bytes within the budget of its kind`, async ({ page }) => {
    // By address: what the worker shares with the page is fetched once.
    const byName = new Map<string, { name: string; kind: string; bytes: number }>();
    const pending: Promise<unknown>[] = [];
    page.on('response', (response) => {
      const kind = response.request().resourceType();
      if (!response.url().startsWith('http')) return;
      pending.push(
        response
          .body()
          .then((body) =>
            byName.set(response.url(), { name: new URL(response.url()).pathname, kind, bytes: brotliCompressSync(body).length }),
          )
          .catch(() => {}),
      );
    });
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
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' }));
    await page.waitForLoadState('networkidle');
    await Promise.all(pending);
    const sent = [...byName.values()];
    const html = readFileSync(join(dist, path.endsWith('/') ? `${path}index.html` : path), 'utf8');
    const kind =
      path === '/teach/'
        ? 'the page for teachers'
        : path.startsWith('/embed/')
          ? 'an embed, all in one'
          : /data-figure=/.test(html)
            ? 'a page with a figure'
            : 'a page without a figure';
    const largest = sent
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, 5)
      .map(({ name, bytes }) => `${name} ${bytes}`);
    for (const [type, most] of Object.entries(budgets[kind]!)) {
      const total = sent.filter((one) => one.kind === type).reduce((sum, { bytes }) => sum + bytes, 0);
      expect.soft(total, `${kind}: ${type}; the five largest: ${largest.join(', ')}`).toBeLessThanOrEqual(most);
    }
    // The font of an embed is written in its file, and is read a moment after the first paint.
    if (!path.startsWith('/embed/'))
      expect(await page.evaluate(() => (window as unknown as { moved: number }).moved), 'layout shift').toBeLessThan(0.1);
  });

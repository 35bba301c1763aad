import { fetched, largest, ofKind } from '../checks/bytes';
import { distinct, expect, html, test, wakeAll } from './site';

/** The most that a reader's browser fetches for a page read to its end, in bytes of brotli, by what it is. */
const budgets: Record<string, Record<string, number>> = {
  'a page without a figure': { document: 40_000, stylesheet: 20_000, script: 3_000, font: 190_000 },
  'a page with a figure': { document: 75_000, stylesheet: 20_000, script: 60_000, font: 270_000 },
  // It holds an embed, whichever the reader tries.
  'the page for teachers': { document: 110_000, stylesheet: 20_000, script: 60_000, font: 190_000 },
  'an embed, all in one': { document: 110_000 },
};

for (const path of distinct)
  test(`${path}: bytes within the budget of its kind`, async ({ page }) => {
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
    await wakeAll(page);
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' }));
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
    const kind =
      path === '/teach/'
        ? 'the page for teachers'
        : path.startsWith('/embed/')
          ? 'an embed, all in one'
          : /data-figure=/.test(html(path))
            ? 'a page with a figure'
            : 'a page without a figure';
    for (const [type, most] of Object.entries(budgets[kind]!))
      expect.soft(ofKind(files, type), `${kind}: ${type}; the five largest: ${largest(files)}`).toBeLessThanOrEqual(most);
    // A font that comes late may still break a line elsewhere.
    expect(await page.evaluate(() => (window as unknown as { moved: number }).moved), 'layout shift').toBeLessThan(0.05);
  });

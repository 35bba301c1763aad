import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { widgets } from '../browser/site';
import { fuzz } from '../checks/fuzz';
import { record } from './record';

/** Shared by all widgets. */
const minutes = Number(process.env.LENGTHWISE_FUZZ_MINUTES ?? 20);
const seed = Number(process.env.LENGTHWISE_SEED ?? 1);

/** What the page holds, in MB, after what can be thrown away was. */
async function heap(page: Page, session: CDPSession): Promise<number> {
  await page.mouse.move(0, 0);
  for (let i = 0; i < 4; i++) {
    await session.send('HeapProfiler.collectGarbage');
    await page.waitForTimeout(150);
  }
  return (await session.send('Runtime.getHeapUsage')).usedSize / 1e6;
}

/** The default, whatever was done before. */
async function reset(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference', forcedColors: 'none' });
  const button = page.locator('.tools button').first();
  if (await button.isEnabled()) await button.click();
  await page.locator('.picture[aria-busy=false]').waitFor();
}

for (const slug of widgets) {
  test(`${slug}: random hands on the page and on the embed`, async ({ page, baseURL }) => {
    const until = Date.now() + (minutes * 60_000) / widgets.length;
    const found: string[] = [];
    let moves = 0;
    for (let turn = 0; Date.now() < until; turn++) {
      const home = turn % 2 ? `/embed/${slug}/` : `/papers/${slug}/`;
      const run = await fuzz(page, home, { seed: seed + turn, until: Math.min(until, Date.now() + 30_000) });
      moves += run.moves;
      if (run.find) {
        found.push(
          `${home}, seed ${seed + turn}: ${run.find.what} at ${run.find.address.replace(baseURL!, '')} after ${run.find.moves.slice(-6).join(', ')}`,
        );
        if (found.length > 2) break;
      }
    }
    record({ subject: slug, measure: 'moves', value: moves, ok: true });
    record({
      subject: slug,
      measure: 'what went wrong',
      value: found.length,
      limit: 0,
      ok: found.length === 0,
      note: found[0]?.slice(0, 300),
    });
    expect(found).toEqual([]);
  });

  test(`${slug}: keeps no memory`, async ({ page }) => {
    await page.goto(`/papers/${slug}/`);
    await page.locator('[data-figure]').first().scrollIntoViewIfNeeded();
    await page.locator('[data-live]').first().waitFor();
    const session = await page.context().newCDPSession(page);
    const scenes = page.locator('[data-scene]');
    const count = await scenes.count();
    const resets = async (times: number) => {
      for (let i = 0; i < times; i++) {
        await scenes.nth(1 + (i % (count - 1))).click();
        await reset(page);
      }
    };
    // Warm up, reset, snapshot, play, reset, snapshot.
    await resets(50);
    const before = await heap(page, session);
    await resets(450);
    const after = await heap(page, session);
    const growth = after - before;
    record({ subject: slug, measure: 'heap after 50 resets', value: Number(before.toFixed(2)), unit: 'MB', ok: true });
    record({
      subject: slug,
      measure: 'growth of the heap from 50 to 500 resets',
      value: Number(((100 * growth) / before).toFixed(1)),
      unit: '%',
      limit: 10,
      ok: growth < before / 10,
      note: `${growth.toFixed(2)} MB`,
    });
    expect(growth).toBeLessThan(before / 10);
  });
}

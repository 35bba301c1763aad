import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';
import config from '../../playwright.config.ts';
import { widgets } from '../browser/site';
import { record } from './record';

// The engine goes on for hundreds of resets compiling what runs often, and counts that with what the page holds. Without it, what grows is
// ours.
const { launchOptions } = config.use!;
const plain = '--js-flags=--no-opt --no-maglev --no-sparkplug --no-lazy-feedback-allocation';
test.use({ launchOptions: { ...launchOptions, args: [...(launchOptions?.args ?? []), plain] } });

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

for (const slug of widgets)
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

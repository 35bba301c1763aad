import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';
import config from '../../playwright.config.ts';
import { widgets } from '../browser/site';
import { fuzz } from '../checks/fuzz';
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

/** The default, with nothing open below it, whatever was done before. */
async function reset(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference', forcedColors: 'none' });
  const open = page.locator('.tools [aria-expanded=true]');
  // From the last: what is closed is no longer counted.
  for (let left = await open.count(); left > 0; left--) await open.nth(left - 1).click();
  const button = page.locator('.tools button').first();
  if (await button.isEnabled()) await button.click();
  await page.locator('.lengthwise[aria-busy=false]').waitFor();
}

/**
 * In the page: goes to a scene and back to the default, so many times. What runs a model takes its time, and without the engine's compilers ten times
 * that: once in 125 resets, where the others come by turns.
 */
async function goAndReset(times: number): Promise<void> {
  const figure = document.querySelector('.lengthwise')!;
  const scenes = [...figure.querySelectorAll<HTMLElement>('[data-scene]')].slice(1);
  const back = figure.querySelector<HTMLElement>('.tools button')!;
  const slow = new Set<HTMLElement>();
  const press = async (button: HTMLElement) => {
    button.click();
    do await new Promise((done) => setTimeout(done, 5));
    while (figure.getAttribute('aria-busy') !== 'false');
  };
  for (let i = 0; i < times; i++) {
    const quick = scenes.filter((scene) => !slow.has(scene));
    const of = i % 125 < scenes.length || !quick.length ? scenes : quick;
    const scene = of[i % of.length]!;
    const begin = performance.now();
    await press(scene);
    await press(back);
    if (performance.now() - begin > 400) slow.add(scene);
  }
}

/** Of random play, shared by all widgets; and what the page may hold more after it, in MB. */
const minutes = Number(process.env.LENGTHWISE_HEAP_MINUTES ?? 9);
const most = 5;

for (const slug of widgets) {
  test(`${slug}: keeps no memory`, async ({ page }) => {
    await page.goto(`/papers/${slug}/`);
    await page.locator('[data-figure]').first().scrollIntoViewIfNeeded();
    await page.locator('[data-live]').first().waitFor();
    const session = await page.context().newCDPSession(page);
    const resets = (times: number) => page.evaluate(goAndReset, times);
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

  test(`${slug}: random hands leave nothing behind`, async ({ page }) => {
    test.setTimeout(minutes * 60_000 + 300_000);
    const home = `/embed/${slug}/`;
    await page.goto(home);
    await page.locator('[data-live]').waitFor();
    const session = await page.context().newCDPSession(page);
    // Warm up, reset, snapshot, play, reset, snapshot.
    const play = async (seed: number, ms: number) => {
      const { find, moves } = await fuzz(page, home, { seed, until: Date.now() + ms, stay: true });
      expect(find).toBeUndefined();
      await reset(page);
      return { moves, held: await heap(page, session) };
    };
    const before = await play(1, 20_000);
    const after = await play(2, (minutes * 60_000) / widgets.length);
    const growth = after.held - before.held;
    const { ok } = record({
      subject: slug,
      measure: 'growth of the heap under random hands',
      value: Number(growth.toFixed(2)),
      unit: 'MB',
      limit: most,
      ok: growth < most,
      note: `${before.held.toFixed(2)} MB before, and ${after.moves} moves`,
    });
    expect(ok, `${growth.toFixed(2)} MB`).toBe(true);
  });
}

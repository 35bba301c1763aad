import { brotliCompressSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { fetched, forScenes, largest, ofKind } from '../checks/bytes';
import { patient } from '../checks/pace';
import { expect, pages, test, widgets } from './site';

/** Counts the script that a page loads. */
function scripts(page: Page) {
  const sent = fetched(page);
  return async () => {
    const files = await sent();
    return { bytes: ofKind(files, 'script'), names: largest(files.filter(({ kind }) => kind === 'script')) };
  };
}

for (const slug of widgets) {
  test(`${slug}: at most 60 kB of script, and a loader under 3 kB before the figure is near`, async ({ page }) => {
    const loaded = scripts(page);
    // A window so low that the figure stands well below it.
    await page.setViewportSize({ width: 360, height: 60 });
    await page.goto(`/papers/${slug}/`);
    await page.waitForLoadState('networkidle');
    const distance = await page
      .locator('[data-figure]')
      .first()
      .evaluate((figure) => figure.getBoundingClientRect().top);
    expect(distance).toBeGreaterThan(380);
    const before = await loaded();
    expect(before.bytes, before.names).toBeLessThan(3000);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.locator('[data-figure]').first().scrollIntoViewIfNeeded();
    await expect(page.locator('[data-live]').first()).toBeAttached();
    await page.waitForLoadState('networkidle');
    const awake = await loaded();
    test.info().annotations.push({ type: 'script', description: `${awake.bytes} bytes` });
    expect(awake.bytes, awake.names).toBeLessThanOrEqual(60_000);
    // What runs a model or trains a network comes for a scene that asks for it, with its weights.
    for (const scene of await page.locator('[data-scene]').all()) {
      await scene.click();
      await expect(page.locator('.lengthwise').first()).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
    }
    const after = await loaded();
    expect(after.bytes - awake.bytes, after.names).toBeLessThanOrEqual(forScenes);
  });
}

for (const slug of widgets) {
  test(`${slug} alone: under 100 kB as a host sends it, asks for nothing else, and the embed is the offline file`, async ({
    page,
    request,
  }) => {
    const paths = pages.filter((path) => path.startsWith(`/embed/${slug}/`));
    expect(paths.length).toBeGreaterThan(4);
    const files = await Promise.all(paths.map(async (path) => (await request.get(path)).body()));
    const heaviest = files.reduce((a, b) => (a.length > b.length ? a : b));
    expect(brotliCompressSync(heaviest).length).toBeLessThan(100_000);
    expect(files[0]!.equals(await (await request.get(`/offline/${slug}.html`)).body())).toBe(true);
    const asked: string[] = [];
    page.on('request', (one) => asked.push(one.url()));
    await page.goto(`/embed/${slug}/`);
    await expect(page.locator('[data-live]')).toBeAttached();
    for (const scene of await page.locator('[data-scene]').all()) await scene.click();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(page.locator('.share')).toBeVisible();
    // A model's weights are no part of the file: they come from the site, for a state that runs it.
    expect(asked.filter((url) => !/^(data|blob):|\/weights\//.test(url))).toHaveLength(1);
  });
}

test('the custom element is at most 3 kB, however many papers there are', async ({ request }) => {
  expect(brotliCompressSync(await (await request.get('/embed.js')).body()).length).toBeLessThanOrEqual(3000);
});

test('waking a figure does not move the page', async ({ page }) => {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const slug of widgets) {
      await page.goto(`/papers/${slug}/`);
      await page.evaluate(() => document.fonts.ready);
      const figure = page.locator('[data-figure]').first();
      await figure.scrollIntoViewIfNeeded();
      const height = await figure.evaluate((element) => (element as HTMLElement).offsetHeight);
      await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
      await page.waitForTimeout(200);
      expect(
        Math.abs((await figure.evaluate((element) => (element as HTMLElement).offsetHeight)) - height),
        `${slug} at ${width}`,
      ).toBeLessThan(4);
    }
  }
});

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, live, test, widgets } from './site';

/** How many of the points of two PNGs of one size differ plainly, as a fraction. */
function different(page: Page, a: Buffer, b: Buffer): Promise<number> {
  return page.evaluate(
    async (sources) => {
      const [one, two] = await Promise.all(
        sources.map(async (source) => {
          const image = new Image();
          image.src = `data:image/png;base64,${source}`;
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.width, image.height];
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, canvas.width, canvas.height);
        }),
      );
      // A figure that does not begin on a whole pixel may be one taller in its picture, and its lines half a pixel off:
      // a point counts only where nothing beside its place is like it.
      const [width, height] = [Math.min(one!.width, two!.width), Math.min(one!.height, two!.height)];
      if (Math.abs(one!.width - two!.width) > 1 || Math.abs(one!.height - two!.height) > 1)
        throw new Error(`${one!.width} x ${one!.height} and ${two!.width} x ${two!.height}`);
      const alike = (x: number, y: number, u: number, v: number) => {
        const [i, j] = [4 * (y * one!.width + x), 4 * (v * two!.width + u)];
        return [0, 1, 2].every((c) => Math.abs(one!.data[i + c]! - two!.data[j + c]!) <= 64);
      };
      let count = 0;
      for (let y = 1; y < height - 1; y++)
        for (let x = 1; x < width - 1; x++)
          if (!alike(x, y, x, y) && ![-1, 0, 1].some((dy) => [-1, 0, 1].some((dx) => alike(x, y, x + dx, y + dy)))) count++;
      return count / (width * height);
    },
    [a.toString('base64'), b.toString('base64')],
  );
}

for (const slug of widgets) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`${slug}: the saved picture, rendered alone, looks like the figure (${scheme})`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      // All of the figure at once, so that nothing scrolls between the two pictures.
      await page.setViewportSize({ width: 1280, height: 2600 });
      const figure = await live(page, `/papers/${slug}/`);
      await page.evaluate(() => document.fonts.ready);
      await figure.getByRole('button', { name: 'Share', exact: true }).click();
      await figure.locator('.share').getByLabel('Colours').selectOption(scheme);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        figure.locator('.share').getByRole('button', { name: 'SVG' }).click(),
      ]);
      const source = readFileSync(await download.path(), 'utf8');
      // The panels alone are saved; what else a picture holds is text of the page.
      await page.evaluate(() => {
        for (const part of document.querySelectorAll<HTMLElement>('.picture .panels > :not(.panel)')) part.style.visibility = 'hidden';
      });
      const shown = await figure.locator('.picture').screenshot();
      const { width, height } = (await figure.locator('.picture').boundingBox())!;
      const clip = { x: 16, y: 16, width: Math.ceil(width), height: Math.ceil(height) };
      await page.goto('about:blank');
      await page.setContent(`<body style="margin:0">${source}</body>`);
      await page.evaluate(() => document.fonts.ready);
      const saved = await page.screenshot({ clip });
      expect(await different(page, shown, saved)).toBeLessThan(0.01);
      // The measure can fail: against an empty picture the figure is plainly something else.
      await page.setContent(`<body style="margin:0;background:${scheme === 'light' ? '#fff' : '#1c1f24'}"></body>`);
      const empty = await page.screenshot({ clip });
      expect(await different(page, shown, empty)).toBeGreaterThan(0.02);
    });
  }
}

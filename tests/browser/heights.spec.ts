import { height } from '@/site/heights';
import { measure } from '../../src/commands/measure.mjs';
import { expect, pages, test, widgets } from './site';

/** Two that were measured, and one between. */
const widths = [360, 720, 800];

for (const slug of widgets) {
  test(`${slug}: the height stored for its frame holds the default and every scene, and not much more`, async ({ page, baseURL }) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    const paths = pages.filter((path) => path.startsWith(`/embed/${slug}/`));
    const measured = (await measure(page, baseURL!, paths, widths)) as number[][];
    widths.forEach((width, i) => {
      const tallest = Math.max(...measured.map((heights) => heights[i]!));
      const stored = height(slug, width);
      const how = `at ${width} it takes ${tallest} and has ${stored}: run "npm run heights"`;
      expect(stored, how).toBeGreaterThanOrEqual(tallest);
      if (width !== 720) expect(stored, how).toBeLessThanOrEqual(1.1 * tallest);
    });
  });
}

import { adapted } from '../checks/adapts';
import { violations } from '../checks/axe';
import { labels } from '../checks/labels';
import { operate, walk } from '../checks/keyboard';
import { distinct, expect, live, test, wakeAll, widgets } from '../browser/site';
import { patient } from '../checks/pace';
import { record } from './record';

const windows = [
  { width: 1280, height: 900 },
  { width: 360, height: 780 },
];
const schemes = ['light', 'dark'] as const;

/** Writes down how many lines there are, and asserts that there is none. */
function none(subject: string, measure: string, lines: readonly string[]): void {
  record({ subject, measure, value: lines.length, limit: 0, ok: lines.length === 0, note: lines[0]?.slice(0, 200) });
  expect.soft(lines, `${subject}: ${measure}`).toEqual([]);
}

for (const path of distinct)
  test(`${path}: axe in both schemes and at both widths, and whatever a reader makes of window and text`, async ({ page }) => {
    const found: string[] = [];
    for (const colorScheme of schemes)
      for (const size of windows) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(path);
        await wakeAll(page);
        await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
        found.push(...(await violations(page)).map((line) => `${colorScheme}, ${size.width} px: ${line}`));
      }
    none(path, 'axe violations', found);
    none(path, 'cut off or sideways, at five settings of window and text', await adapted(page));
  });

for (const slug of widgets)
  test(`${slug}: axe after each scene, and by keyboard alone`, async ({ page }) => {
    const found: string[] = [];
    const laid: string[] = [];
    for (const colorScheme of schemes)
      for (const size of windows) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const figure = await live(page, `/embed/${slug}/`);
        for (const scene of await figure.locator('[data-scene]').all()) {
          await scene.click();
          await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(15_000) });
          const name = await scene.getAttribute('data-scene');
          found.push(...(await violations(page)).map((line) => `${name}, ${colorScheme}, ${size.width} px: ${line}`));
          if (colorScheme === 'light') laid.push(...(await page.evaluate(labels)).map((line) => `${name}, ${size.width} px: ${line}`));
        }
      }
    none(slug, 'axe violations after its scenes', found);
    none(slug, 'labels that lie on one another or leave the figure', laid);
    await page.setViewportSize(windows[0]!);
    const figure = await live(page, `/papers/${slug}/`);
    const { wrong, stops } = await walk(page, figure);
    none(slug, 'places that Tab does not reach, show or leave', wrong);
    record({ subject: slug, measure: 'stops of the Tab key', value: stops, ok: true });
    none(slug, 'what cannot be used by keys, or loses the focus', await operate(page, figure));
  });

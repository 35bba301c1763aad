import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patient } from '../checks/pace';
import { browser as whole, everyWidget, expect, live, test, widgets } from './site';

/**
 * Every scene as it looks: colours, fonts, what covers what, and where things stand, which its text does not say. A fifth of the
 * resolution shows that and keeps it light; an edge that is antialiased otherwise passes, a mark of another colour, width or place does
 * not. Renewed by "npm run browser -- pixels -u" after looking at "npm run pictures".
 */
test.use({ ...whole, deviceScaleFactor: 0.2, viewport: { width: 1280, height: 900 }, colorScheme: 'light' });

/** Bytes for a widget, in the mean. With 50 kB for its pictures in text, 79 of them stay below 10 MB in the repository. */
const share = 76_000;
/** Some have twice as many scenes as others. */
const most = 100_000;
const folder = 'tests/pixels';

/** The Chromium that made them. Another one may draw every edge a little otherwise: then only what differs much is a difference. */
const maker = join(folder, 'chromium.txt');
const major = (version: string) => version.split('.')[0]!;
const tolerance = (version: string) =>
  readFileSync(maker, 'utf8').trim() === major(version) ? { maxDiffPixels: 8 } : { maxDiffPixelRatio: 0.02 };

for (const slug of widgets)
  test(`${slug} looks as it did when somebody looked at it`, async ({ page, browser }, { config }) => {
    // Some scenes run a model.
    test.slow();
    if (/all|changed/.test(config.updateSnapshots)) writeFileSync(maker, `${major(browser.version())}\n`);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const figure = await live(page, `/embed/${slug}/`);
    await page.evaluate(() => document.fonts.ready);
    const look = async (name: string) => {
      await page.mouse.move(0, 0);
      await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(60_000) });
      // A picture of a failure would be kept as how it looks.
      await expect(figure.locator('.failure')).toHaveCount(0);
      const part = name === 'default' ? figure : figure.locator('.picture');
      expect
        .soft(await part.screenshot({ animations: 'disabled', type: 'jpeg', quality: 30 }), name)
        .toMatchSnapshot([slug, `${name}.jpg`], { threshold: 0.1, ...tolerance(browser.version()) });
    };
    await look('default');
    for (const scene of await figure.locator('[data-scene]').all()) {
      await scene.click();
      await expect(scene).toHaveAttribute('aria-current', 'true');
      await look((await scene.getAttribute('data-scene'))!);
    }
    await page.setViewportSize({ width: 360, height: 780 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await look('phone');
  });

test('no picture is kept of a widget or scene that is gone, and all together weigh what they may', () => {
  let sum = 0;
  for (const slug of everyWidget) {
    const files = readdirSync(join(folder, slug)).sort();
    const scenes = readdirSync(join('dist', 'embed', slug), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(files, slug).toEqual([...scenes.map(({ name }) => `${name}.jpg`), 'default.jpg', 'phone.jpg'].sort());
    const own = files.reduce((bytes, file) => bytes + statSync(join(folder, slug, file)).size, 0);
    expect(own, `${slug}, in bytes`).toBeLessThan(most);
    sum += own;
  }
  expect(sum).toBeLessThan(share * everyWidget.length);
  expect(readdirSync(folder).sort()).toEqual([...everyWidget, 'chromium.txt'].sort());
});

import { adapted } from '../checks/adapts';
import { violations } from '../checks/axe';
import { patient } from '../checks/pace';
import { benches, distinct, everyWidget, expect, test, wakeAll } from './site';

test.describe.configure({ mode: 'parallel' });

for (const path of distinct) {
  test(`${path} passes axe in both schemes, and fits whatever a reader makes of window and text`, async ({ page }) => {
    test.setTimeout(patient(120_000));
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(path);
    await wakeAll(page);
    for (const details of await page.locator('details').all()) await details.evaluate((element) => element.setAttribute('open', ''));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Between the schemes only colours differ.
      const rules = colorScheme === 'dark' ? ['color-contrast', 'link-in-text-block'] : undefined;
      expect(await violations(page, rules), colorScheme).toEqual([]);
    }
    expect(await adapted(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 780 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), 'sideways scroll').toBeLessThanOrEqual(360);
    expect(await violations(page, ['scrollable-region-focusable', 'target-size', 'color-contrast']), 'on a phone').toEqual([]);
    if (!path.startsWith('/embed/'))
      expect((await page.locator('h1').boundingBox())!.width, 'text uses the width of a phone').toBeGreaterThan(300);
  });
}

test.describe('an address that leads nowhere', () => {
  test.use({ allow: [/404/] });

  test('gets the page that says so', async ({ page }) => {
    const response = await page.goto('/no-such-page/');
    expect(response!.status()).toBe(404);
    await expect(page.locator('h1')).toBeVisible();
    expect(await page.locator('main a[href^="/"]').count()).toBeGreaterThan(0);
  });
});

test('the catalogue filters and sorts, and its choices stand in the address', async ({ page }) => {
  await page.goto('/papers/');
  const shown = page.locator('.paper:visible');
  const all = await shown.count();
  expect(all).toBe(79);
  await page.getByLabel('only with a figure').check();
  const standing = await shown.count();
  expect(standing).toBe(everyWidget.length - benches.size);
  expect(standing).toBeLessThan(all);
  await expect(page).toHaveURL(/live=1/);
  await page.getByLabel('Find').fill('needle');
  await expect(page.locator('.count')).toContainText(`of ${all}`);
  await page.goto('/papers/?sort=newest&theme=state-space-models&find=%3Cscript%3E');
  await expect(shown).toHaveCount(0);
  await page.getByLabel('Find').fill('');
  const years = await shown.evaluateAll((items) => items.map((item) => Number((item as HTMLElement).dataset.year)));
  expect(years.length).toBeGreaterThan(3);
  expect(years).toEqual([...years].sort((a, b) => b - a));
  await page.goto('/papers/?sort=__proto__&theme=nowhere');
  await expect(shown).toHaveCount(all);
});

test('a paper without a widget says so and leads to the paper itself', async ({ page }) => {
  await page.goto('/papers/lssl/');
  await expect(page.getByText('no interactive figure yet')).toBeVisible();
  await expect(page.locator('.absent a').first()).toHaveAttribute('href', /^https:/);
});

test('formulas are set: exponents are smaller than what they stand on', async ({ page }) => {
  await page.goto('/papers/s4/');
  const sizes = await page.evaluate(() => {
    const size = (selector: string) => parseFloat(getComputedStyle(document.querySelector(selector)!).fontSize);
    return { base: size('.katex-display .katex-html .mord'), tight: size('.katex-display .msupsub .mtight') };
  });
  expect(sizes.tight).toBeLessThan(0.8 * sizes.base);
});

import { readFileSync } from 'node:fs';
import { adapted } from '../checks/adapts';
import { violations } from '../checks/axe';
import { distinct, everyWidget, expect, files, pages, test, wakeAll } from './site';

test.describe.configure({ mode: 'parallel' });

for (const path of distinct) {
  test(`${path} passes axe in both schemes, and fits whatever a reader makes of window and text`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(path);
    const figures = page.locator('[data-figure]');
    await wakeAll(page);
    for (const details of await page.locator('details').all()) await details.evaluate((element) => element.setAttribute('open', ''));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Between the schemes only colours differ; on pages without a figure the second pass asks about colours alone.
      const rules = colorScheme === 'dark' && (await figures.count()) === 0 ? ['color-contrast', 'link-in-text-block'] : undefined;
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

test('every link of the site leads somewhere', async ({ request }) => {
  test.setTimeout(120_000);
  const wanted = new Map<string, string>();
  const anchors = new Map<string, Set<string>>();
  // Embeds may stand anywhere, so they name the site they came from.
  const [, home] = /<link rel="canonical" href="([^"]+)"/.exec(await (await request.get('/')).text())!;
  for (const path of pages) {
    const html = (await (await request.get(path)).text()).replace(/<script\b.*?<\/script>/gs, '');
    anchors.set(path, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!)));
    for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]+)"/g)) {
      const url = new URL(href!.replaceAll('&amp;', '&'), new URL(path, home));
      if (url.origin === new URL(home!).origin) wanted.set(url.pathname + url.hash, path);
      else expect(url.protocol, `${path} links to ${href}`).toBe('https:');
    }
  }
  const missing = [...wanted].filter(([target]) => {
    const [path = '', id] = target.split('#');
    const ids = anchors.get(path);
    // What is not a page (data, for instance) has to be a file of the site.
    if (!ids) return !files.has(path);
    return id && !ids.has(decodeURIComponent(id));
  });
  expect(missing.map(([target, from]) => `${from} links to ${target}`)).toEqual([]);
});

test('every link that was published leads to a page', () => {
  const links = readFileSync('tests/permalinks.txt', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('/'));
  expect(links.length).toBeGreaterThanOrEqual(5 * everyWidget.length);
  for (const link of links) expect(pages, link).toContain(new URL(link, 'https://a.org').pathname);
});

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
  expect(standing).toBe(everyWidget.length);
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

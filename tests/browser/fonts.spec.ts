import { expect, test } from './site';

test('until its fonts have come, a page is as high as it will be', async ({ browser }) => {
  const heights = async (width: number, fonts: boolean) => {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    if (!fonts) await page.route('**/*.woff2', (route) => route.abort());
    await page.goto('/themes/');
    await page.evaluate(() => document.fonts.ready);
    // Where a machine has none of the faces that stand in, nothing can be promised.
    const has = await page.evaluate(async () => (await document.fonts.load('16px "Sans Meanwhile"').catch(() => [])).length > 0);
    const [header, main] = await page.evaluate(() =>
      ['header.site', 'main'].map((name) => document.querySelector<HTMLElement>(name)!.offsetHeight),
    );
    await page.close();
    return { has, header: header!, main: main! };
  };
  for (const width of [360, 412, 768, 1280]) {
    const [before, after] = [await heights(width, false), await heights(width, true)];
    test.skip(!before.has, 'no face of this machine is one that stands in');
    expect(before.header, `${width} px`).toBe(after.header);
    expect(Math.abs(before.main / after.main - 1), `${width} px`).toBeLessThan(0.03);
  }
});

test('formulas are set in their faces, whether scripts run or not', async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await browser.newPage({ javaScriptEnabled });
    for (const path of ['/themes/positional-extrapolation/', '/themes/sparse-attention/', '/papers/s4/', '/glossary/']) {
      const face = page.waitForResponse(/KaTeX_Main-Regular/);
      await page.goto(path);
      await page.locator('.katex-html').first().scrollIntoViewIfNeeded();
      expect((await face).ok(), path).toBe(true);
    }
    await page.close();
  }
});

test('the faces of formulas below the first window have come before a reader jumps to one', async ({ page }) => {
  const loaded = () =>
    page.evaluate(() =>
      [...document.fonts].filter(({ family, status }) => /KaTeX/.test(family) && status === 'loaded').map(({ family }) => family),
    );
  // Its cases stand behind a brace of the largest size.
  await page.goto('/papers/lm-infinite/');
  await expect.poll(loaded).toEqual(expect.arrayContaining(['KaTeX_Main', 'KaTeX_Math', 'KaTeX_Size4']));
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.goto('/themes/positional-extrapolation/');
  await expect.poll(loaded).toEqual(expect.arrayContaining(['KaTeX_Main', 'KaTeX_Math']));
  await page.goto('/themes/');
  await page.waitForLoadState('networkidle');
  expect(await loaded(), 'a page without formulas').toEqual([]);
});

test('what the first window does not need leaves the line to what it does', async ({ page }) => {
  await page.goto('/themes/positional-extrapolation/');
  await page.locator('.katex-html').first().scrollIntoViewIfNeeded();
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('KaTeX_')));
  const { painted, asked, hurried } = await page.evaluate(() => ({
    painted: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
    asked: performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('KaTeX_'))
      .map(({ startTime }) => startTime),
    hurried: [...document.querySelectorAll<HTMLElement>('script[src], link[rel="modulepreload"]')]
      .filter((one) => one.getAttribute('fetchpriority') !== 'low')
      .map((one) => one.outerHTML),
  }));
  expect(Math.min(...asked)).toBeGreaterThan(painted);
  expect(hurried).toEqual([]);
});

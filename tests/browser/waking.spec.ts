import { html } from '../checks/built';
import { patient } from '../checks/pace';
import { everyWidget, expect, test, widgets } from './site';

for (const slug of widgets)
  test(`${slug}: while it wakes, what the server drew stands until its part is drawn, and who has the focus keeps it`, async ({ page }) => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    await page.route(/mount.*\.js/, async (route) => {
      await begun;
      await route.continue();
    });
    await page.goto(`/papers/${slug}/`);
    const figure = page.locator('[data-figure]').first();
    await figure.scrollIntoViewIfNeeded();
    const field = figure.locator('.controls :is(input, select)').first();
    await field.focus();
    const id = await field.getAttribute('id');
    // At every frame from here on: which part is empty, or gone.
    await figure.evaluate((element) => {
      const seen = { frames: 0, empty: [] as string[] };
      Object.assign(window, { seen });
      const parts = '.panel svg, .controls, .scenes, .tools, .text';
      const count = element.querySelectorAll(parts).length;
      const look = () => {
        const all = [...element.querySelectorAll(parts)];
        seen.frames++;
        if (all.length !== count) seen.empty.push(`${all.length} of ${count} parts`);
        for (const part of all)
          if (!part.querySelector('*:not(g)') && !part.textContent?.trim()) seen.empty.push(part.outerHTML.slice(0, 80));
        requestAnimationFrame(look);
      };
      look();
    });
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    begin();
    await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    const seen = await page.evaluate(() => (window as unknown as { seen: { frames: number; empty: string[] } }).seen);
    expect(seen.frames).toBeGreaterThan(2);
    expect(seen.empty).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
    // It is the live one, not what the server drew.
    const text = await figure.locator('.text').textContent();
    for (const scene of await figure.locator('[data-scene]').all()) {
      await scene.click();
      await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
      if ((await figure.locator('.text').textContent()) !== text) return;
    }
    throw new Error('no scene changes the text');
  });

test('the worker is started while what figures share is still on its way', async ({ page }) => {
  const slug = everyWidget.find((one) => /data-figure="[^"]*&quot;ahead&quot;/.test(html(`/papers/${one}/`)));
  let come = () => {};
  const held = new Promise<void>((resolve) => (come = resolve));
  await page.route(/core.*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  const worker = page.waitForEvent('worker');
  await page.goto(`/papers/${slug}/`);
  await worker;
  const figure = page.locator('[data-figure]').first();
  await expect(figure).not.toHaveAttribute('data-live');
  come();
  await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
});

test('what a reader turns before a figure is awake is done when it is', async ({ page }) => {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  await page.route(/mount.*\.js/, async (route) => {
    await begun;
    await route.continue();
  });
  await page.goto('/papers/s4/');
  const figure = page.locator('[data-figure]').first();
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('[data-parameter=n] input[type=range]').press('End');
  await figure.locator('[data-parameter=padded] input').click();
  const [wish, text] = [
    await figure.locator('[data-parameter=n] input[type=range]').inputValue(),
    await figure.locator('.text').textContent(),
  ];
  begin();
  await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  await expect(figure.locator('[data-parameter=n] input[type=range]')).toHaveValue(wish);
  await expect(figure.locator('.text')).not.toHaveText(text!);
  await expect.poll(() => new URL(page.url()).search).toMatch(/n=.*padded=/);
});

test('all that a figure needs is asked for at once, when it comes near and not before', async ({ page }) => {
  const [slug] = widgets;
  let pass: () => void = () => {};
  const held = new Promise<void>((done) => (pass = done));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  // What others are imported from does not come.
  await page.route(/\/_astro\/(registry|mount|themes)\./, async (route) => {
    await held;
    await route.continue();
  });
  await page.setViewportSize({ width: 1280, height: 200 });
  await page.goto(`/papers/${slug}/`);
  await page.waitForLoadState('load');
  const figure = page.locator('[data-figure]').first();
  const needed = (await figure.getAttribute('data-modules'))!.split(' ');
  expect(needed.length).toBeGreaterThan(5);
  if ((await figure.boundingBox())!.y > 600) expect(asked.filter((path) => needed.includes(path) && /View|widget/.test(path))).toEqual([]);
  await figure.scrollIntoViewIfNeeded();
  await expect.poll(() => needed.filter((path) => !asked.includes(path))).toEqual([]);
  pass();
  await page.locator('[data-live]').first().waitFor();
});

import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { built, said } from './builder';
import { elsewhere, reveal } from './deck';
import { expect, test } from './site';

test('the example of a conversation works as it stands', async ({ page, baseURL }) => {
  await page.goto('/teach/embed/');
  const code = (await page.locator('#conversation').textContent())!;
  const here = code.replace(/https?:\/\/[^/]+(?=\/embed\/)/, baseURL!);
  await page.route('**/a-page/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>A page</title>${here}` }),
  );
  await page.goto('/a-page/');
  const figure = page.frameLocator('#figure');
  await expect(figure.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  await expect(page.locator('#said')).toHaveText((await figure.locator('.text').textContent())!);
  await expect.poll(() => figure.locator('html').evaluate((html) => html.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
  await figure.getByRole('button', { name: 'Previous step' }).click();
  await figure.getByRole('button', { name: 'Previous step' }).click();
  await expect(figure.locator('.stepper output')).toHaveText('2 of 4');
  await page.getByRole('button', { name: 'Step on' }).click();
  await expect(figure.locator('.stepper output')).toHaveText('3 of 4');
  await expect(page.locator('#said')).toHaveText((await figure.locator('.text').textContent())!);
});

test.describe('in a real reveal.js deck on another origin', () => {
  test.use({ allow: [/left the origin/] });

  const control = (page: Page, way: 'next' | 'prev') =>
    page.evaluate((how) => (window as unknown as { deck: Record<string, () => void> }).deck[how]!(), way);
  const slideOf = (page: Page) => page.evaluate(() => (window as unknown as { deck: { getIndices(): { h: number } } }).deck.getIndices().h);

  /** The slides of a recipe, copied from the builder. */
  async function recipes(page: Page) {
    const { codes } = await built(page, '?paper=hip-attention&round=2&controls=compact&tool=revealjs');
    const [element, frame] = await codes();
    return { element: element!, frame: frame! };
  }

  /** A deck of three slides, the recipe's in the middle and shown. */
  async function deck(page: Page, site: string, slide: string) {
    const { url, close } = await elsewhere(
      reveal(site, ['<h2>Before</h2>', 'here', '<h2>After</h2>']).replace('<section>here</section>', () => slide),
    );
    await page.goto(`${url}#/1`);
    const figure = page.frameLocator('iframe');
    await expect(figure.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
    const output = figure.locator('.stepper output');
    await expect(output).toHaveText('2 of 4');
    expect(await slideOf(page)).toBe(1);
    return { figure, output, close };
  }

  test('the element takes the keys, hands them on at its end, and fits the slide', async ({ page, baseURL }) => {
    const { element } = await recipes(page);
    const { output, close } = await deck(page, baseURL!, element);
    await page.waitForFunction(() => document.querySelector<HTMLElement & { ready: boolean }>('lengthwise-widget')!.ready);
    for (const step of [3, 4]) {
      await page.keyboard.press('PageDown');
      await expect(output).toHaveText(`${step} of 4`);
      expect(await slideOf(page)).toBe(1);
    }
    const [frame, slides] = [(await page.locator('iframe').boundingBox())!, (await page.locator('.slides').boundingBox())!];
    expect(frame.height).toBeLessThanOrEqual(slides.height + 1);
    await page.keyboard.press('PageDown');
    await expect.poll(() => slideOf(page)).toBe(2);
    close();
  });

  test('a frame does so after a click, and is found as it was left; a data-src frame begins anew', async ({ page, baseURL }) => {
    const { frame } = await recipes(page);
    const { figure, output, close } = await deck(page, baseURL!, frame);
    await figure.locator('.title').click();
    for (const step of [3, 4]) {
      await page.keyboard.press('PageDown');
      await expect(output).toHaveText(`${step} of 4`);
      expect(await slideOf(page)).toBe(1);
    }
    await page.keyboard.press('PageDown');
    await expect.poll(() => slideOf(page)).toBe(2);
    await control(page, 'prev');
    await expect.poll(() => slideOf(page)).toBe(1);
    await page.waitForTimeout(500);
    await expect(output, 'a src frame keeps its state').toHaveText('4 of 4');
    close();

    const warned = await deck(page, baseURL!, frame.replace(' src=', ' data-src='));
    await warned.figure.locator('.title').click();
    await page.keyboard.press('PageDown');
    await expect(warned.output).toHaveText('3 of 4');
    await control(page, 'next');
    await control(page, 'prev');
    await expect(warned.output, 'a data-src frame begins anew').toHaveText('2 of 4', { timeout: patient(15_000) });
    warned.close();
  });
});

test('a frame beside the slides, from a disk and without a network', async ({ page, browser, baseURL, request }) => {
  const { codes } = await built(page, '?paper=s4&n=4&controls=compact&tool=offline');
  const text = (await said(page).textContent())!;
  const [file, frame] = await codes();
  const context = await browser.newContext({ offline: true });
  const talk = await context.newPage();
  const at = (name: string) => test.info().outputPath(name);
  writeFileSync(at('s4.html'), await (await request.get(file!.replace(baseURL!, ''))).body());
  writeFileSync(at('talk.html'), `<!doctype html><meta charset="utf-8"><title>A talk</title>${frame}`);
  await talk.goto(`file://${at('talk.html')}`);
  const figure = talk.frameLocator('iframe');
  await expect(figure.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  await expect(figure.locator('.text')).toHaveText(text);
  await expect(figure.locator('.controls')).toBeHidden();
  await context.close();
});

import { expect, live, test } from './site';

const path = '/embed/hip-attention/';

test('options of an embed: size, controls, ground, parts left out; none of them is taken for a parameter', async ({ page }) => {
  const plain = await live(page, path);
  const width = (await plain.locator('.title').boundingBox())!.height;
  await expect(plain.locator('.controls')).toBeVisible();

  const large = await live(page, `${path}?type=large`);
  expect((await large.locator('.title').boundingBox())!.height).toBeGreaterThan(1.2 * width);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);

  const compact = await live(page, `${path}?controls=compact&locality=1`);
  await expect(compact.locator('.controls')).toBeHidden();
  await expect(compact.locator('.scenes')).toBeVisible();
  await expect(compact.locator('.text')).toContainText('128 scores');
  await expect(compact.locator('.notices')).toHaveCount(0);

  const bare = await live(page, `${path}?controls=none&ground=none`);
  for (const part of ['.title', '.scenes', '.stepper', '.controls', '.text', '.fine'])
    await expect(bare.locator(part).first()).toBeHidden();
  await expect(bare.locator('.picture svg').first()).toBeVisible();
  expect(await bare.locator('.lengthwise').evaluate((element) => getComputedStyle(element).backgroundColor)).toBe('rgba(0, 0, 0, 0)');

  const parts = await live(page, `${path}?hide=title,foot,%3Cscript%3E,nonsense`);
  await expect(parts.locator('.title')).toBeHidden();
  await expect(page.locator('.foot')).toBeHidden();
  await expect(parts.locator('.controls')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.dataset.hide)).toBe('title foot');
});

test('the keys of a presenter: step, reset, full screen; a slider keeps its own', async ({ page }) => {
  const figure = await live(page, path);
  const output = figure.locator('.stepper output');
  await expect(output).toHaveText('4 of 4');
  await page.keyboard.press('PageUp');
  await expect(output).toHaveText('3 of 4');
  await page.keyboard.press('PageDown');
  await expect(output).toHaveText('4 of 4');
  await figure.locator('[data-parameter=locality] input[type=range]').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(output).toHaveText('4 of 4');
  await expect(figure.locator('[data-parameter=locality] .number')).toHaveValue('15');
  await page.locator('.foot').click({ position: { x: 600, y: 2 } });
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => Boolean(document.fullscreenElement))).toBe(true);
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => Boolean(document.fullscreenElement))).toBe(false);
});

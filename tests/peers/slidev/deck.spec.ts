import { expect, test, type Page } from '@playwright/test';

const slide = (page: Page) => Number(/#\/(\d+)/.exec(page.url())?.[1] ?? 1);
const inside = (page: Page, id: string) => page.locator(`#${id}`).frameLocator('iframe');
const pressed = (page: Page, id: string) => inside(page, id).locator('[data-scene][aria-current=true]');

test.describe.configure({ mode: 'serial' });

test('the keys run through the figures, then through the slides, and back; figures keep their state', async ({ page }) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto('/#/1');
  await expect(page.locator('h1:visible')).toHaveText('Before');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => slide(page)).toBe(2);
  const scenes = inside(page, 'first').locator('[data-scene]');
  await expect(scenes).toHaveCount(3, { timeout: 15_000 });
  await page.waitForFunction(() => (document.getElementById('first') as unknown as { ready: boolean }).ready);
  // It begins at its first scene.
  for (let i = 0; i < 3; i++) {
    if (i > 0) await page.keyboard.press('ArrowRight');
    await expect(scenes.nth(i)).toHaveAttribute('aria-current', 'true');
    expect(slide(page)).toBe(2);
  }
  const third = (await pressed(page, 'first').textContent())!;
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => slide(page)).toBe(3);

  // Another figure of the same paper, a slide on: it has steps, and is not moved by what the first one did.
  const output = inside(page, 'second').locator('.stepper output');
  await expect(output).toHaveText('4 of 4', { timeout: 15_000 });
  await expect(inside(page, 'second').locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: 15_000 });
  await page.keyboard.press('PageDown');
  await expect.poll(() => slide(page)).toBe(4);

  // A click into a frame does not trap the keys.
  await inside(page, 'third').locator('.title').click();
  for (let i = 0; i < 15 && slide(page) === 4; i++) {
    await page.keyboard.press('PageDown');
    await page.waitForTimeout(150);
  }
  await expect.poll(() => slide(page)).toBe(5);
  for (let i = 0; i < 40 && slide(page) > 2; i++) {
    await page.keyboard.press('PageUp');
    await page.waitForTimeout(150);
  }
  await expect.poll(() => slide(page)).toBe(2);
  await expect(pressed(page, 'first'), 'the figure stands where it was left, or one press further back').not.toHaveCount(0);
  expect(await scenes.allTextContents()).toContain(third);
  expect(complaints).toEqual([]);
});

test('figures have the height of their content and lie within the slide’s width', async ({ page }) => {
  for (const [number, id] of [
    [2, 'first'],
    [3, 'second'],
    [4, 'third'],
  ] as const) {
    await page.goto(`/#/${number}`);
    await page.reload();
    const frame = page.locator(`#${id} iframe`);
    await expect(inside(page, id).locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: 15_000 });
    await page.waitForTimeout(400);
    const over = await inside(page, id)
      .locator('html')
      .evaluate((html) => [html.scrollHeight - html.clientHeight, html.scrollWidth - html.clientWidth]);
    expect(over, id).toEqual([0, 0]);
    const [box, page_] = [(await frame.boundingBox())!, page.viewportSize()!];
    expect(box.width).toBeLessThanOrEqual(page_.width);
  }
});

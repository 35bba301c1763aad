import type { FrameLocator, Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { elsewhere, reveal } from './deck';
import { expect, test } from './site';

test.use({ allow: [/left the origin/] });

const slide = (page: Page) => page.evaluate(() => (window as unknown as { deck: { getIndices(): { h: number } } }).deck.getIndices().h);
const pressed = (frame: FrameLocator) => frame.locator('[data-scene][aria-current=true]');
const alive = (frame: FrameLocator) =>
  expect(frame.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
/** The element has heard that its figure is alive. */
const ready = (page: Page, id: string) =>
  page.waitForFunction((one) => (document.getElementById(one) as unknown as { ready: boolean }).ready, id);

/** Three figures on three slides, two of them of one paper; the third is a plain frame. */
async function deck(page: Page, site: string) {
  const { url, close } = await elsewhere(
    reveal(site, [
      '<h2>Before</h2>',
      '<lengthwise-widget id="a" paper="hip-attention" walk="scenes" from="1" to="3" controls="compact" fit style="height:560px"></lengthwise-widget>',
      '<lengthwise-widget id="b" paper="hip-attention" scene="rough" controls="compact" fit style="height:560px"></lengthwise-widget>',
      `<iframe id="c" title="S4" src="${site}/embed/s4/?walk=scenes&from=1&to=2&controls=compact" width="900" height="600"></iframe>`,
      '<h2>After</h2>',
    ]),
  );
  await page.goto(url);
  await expect.poll(() => slide(page)).toBe(0);
  const frames = {
    a: page.frameLocator('#a iframe'),
    b: page.frameLocator('#b iframe'),
    c: page.frameLocator('iframe#c'),
  };
  return { close, ...frames };
}

test('in a reveal.js deck on another origin the keys run through the figures, then through the slides, and back', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(patient(120_000));
  const { a, b, c, close } = await deck(page, baseURL!);
  const right = () => page.keyboard.press('ArrowRight');
  await right();
  await expect.poll(() => slide(page)).toBe(1);
  await alive(a);
  await ready(page, 'a');
  const scenes = a.locator('[data-scene]');
  await expect(scenes).toHaveCount(3);
  // It begins at its first scene.
  for (let i = 0; i < 3; i++) {
    if (i > 0) await right();
    await expect(scenes.nth(i)).toHaveAttribute('aria-current', 'true');
    expect(await slide(page)).toBe(1);
  }
  await right();
  await expect.poll(() => slide(page)).toBe(2);

  // The second figure of the same paper is its own: it still stands at its scene, and has steps to walk.
  await alive(b);
  await ready(page, 'b');
  await expect(pressed(b)).toHaveText(/No locality/);
  const output = b.locator('.stepper output');
  const stood = (await output.textContent())!;
  await page.keyboard.press('ArrowLeft');
  await expect(output).not.toHaveText(stood);
  await expect(pressed(a)).toHaveCount(1);
  for (let i = 0; i < 12 && (await slide(page)) === 2; i++) {
    await page.keyboard.press('PageDown');
    await page.waitForTimeout(100);
  }
  await expect.poll(() => slide(page)).toBe(3);

  // A plain frame: a click into it takes the keys, and it gives them back at its end.
  await alive(c);
  await c.locator('.title').click();
  for (const i of [0, 1]) {
    if (i > 0) await page.keyboard.press('PageDown');
    await expect(c.locator('[data-scene]').nth(i)).toHaveAttribute('aria-current', 'true');
  }
  await page.keyboard.press('PageDown');
  await expect.poll(() => slide(page)).toBe(4);

  // Back again: a plain frame without the focus is the deck's to pass; figures keep their state, and are walked backwards.
  await page.keyboard.press('PageUp');
  await expect.poll(() => slide(page)).toBe(3);
  await expect(c.locator('[data-scene]').nth(1)).toHaveAttribute('aria-current', 'true');
  for (let i = 0; i < 24 && (await slide(page)) > 1; i++) {
    await page.keyboard.press('PageUp');
    await page.waitForTimeout(100);
  }
  await expect.poll(() => slide(page)).toBe(1);
  await expect(scenes.nth(2)).toHaveAttribute('aria-current', 'true');
  for (const i of [1, 0]) {
    await page.keyboard.press('ArrowLeft');
    await expect(scenes.nth(i)).toHaveAttribute('aria-current', 'true');
  }
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => slide(page)).toBe(0);
  close();
});

test('a click into a figure does not take the keys from the deck; figures fit their slide', async ({ page, baseURL }) => {
  const { a, close } = await deck(page, baseURL!);
  await page.keyboard.press('ArrowRight');
  await alive(a);
  await ready(page, 'a');
  expect(await page.evaluate(() => document.activeElement?.tagName), 'a figure never takes the focus').toBe('BODY');
  await expect
    .poll(() => a.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight), {
      message: 'nothing is cut off',
      timeout: patient(10_000),
    })
    .toBeLessThanOrEqual(1);
  const [frame, slides] = [(await page.locator('#a iframe').boundingBox())!, (await page.locator('.slides').boundingBox())!];
  expect(frame.width).toBeLessThanOrEqual(slides.width + 1);
  expect(frame.height).toBeLessThanOrEqual(slides.height + 1);
  await a.locator('.title').click();
  for (let i = 0; i < 6 && (await slide(page)) === 1; i++) {
    await page.keyboard.press('PageDown');
    await page.waitForTimeout(150);
  }
  await expect.poll(() => slide(page)).toBe(2);
  // And the next key is not the hidden figure's.
  await expect(pressed(a)).toHaveText(/needle/);
  await page.keyboard.press('PageUp');
  await page.waitForTimeout(300);
  await expect(pressed(a)).toHaveText(/needle/);
  close();
});

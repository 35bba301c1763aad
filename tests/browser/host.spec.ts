import type { Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { expect, test } from './site';

type Message = Record<string, unknown> | string;

/** A page of somebody else's with a frame, which writes down what the frame says. */
async function framed(page: Page, address: string, { above = 0, awake = true } = {}) {
  await page.route('**/a-host/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>A host</title><body style="height:3000px"><input aria-label="first">
        <script>window.heard = []; addEventListener('message', ({ data }) => heard.push(data));</script>
        <iframe title="figure" style="margin-top:${above}px" width="800" height="900" src="${address}"></iframe>`,
    }),
  );
  await page.goto('/a-host/');
  const frame = page.frameLocator('iframe[title=figure]');
  if (awake) await expect(frame.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  const heard = () => page.evaluate(() => (window as unknown as { heard: Message[] }).heard);
  const types = async () => (await heard()).flatMap((one) => (typeof one === 'object' ? [one.type] : []));
  /** As JSON, so that a key such as __proto__ arrives as it is. */
  const sayJson = (json: string) =>
    page.evaluate((text) => document.querySelector('iframe')!.contentWindow!.postMessage(JSON.parse(text), '*'), json);
  const say = (message: unknown) => sayJson(JSON.stringify(message));
  return { frame, heard, types, say, sayJson };
}
const last = <T>(all: T[]): T | undefined => all.at(-1);

test('a frame says that it is ready, how tall it is, and where it stands; the host can set, step and reset it', async ({ page }) => {
  const { frame, heard, types, say } = await framed(page, '/embed/hip-attention/?seed=4');
  await expect.poll(types).toEqual(expect.arrayContaining(['ready', 'height']));
  const ready = (await heard()).find((one) => typeof one === 'object' && one.type === 'ready');
  expect(ready).toMatchObject({ lengthwise: 1, paper: 'hip-attention', query: 'seed=4', step: 4, last: 4 });

  await say({ lengthwise: 1, type: 'set', query: 'locality=1&seed=4' });
  await expect(frame.locator('[data-parameter=locality] .number')).toHaveValue('1');
  await expect.poll(async () => last(await heard())).toMatchObject({ type: 'state', query: 'locality=1&seed=4' });
  await say({ lengthwise: 1, type: 'step', by: -1 });
  await expect(frame.locator('.stepper output')).toHaveText('3 of 4');
  await frame.locator('[data-scene=rough]').click();
  await expect.poll(heard).toContainEqual({ lengthwise: 1, type: 'scene', scene: 'rough' });
  await say({ lengthwise: 1, type: 'reset' });
  await expect.poll(async () => last(await heard())).toMatchObject({ type: 'state', query: 'seed=4', scene: '' });
  // What a host asks for that cannot be had is said in the frame, as with any link.
  await say({ lengthwise: 1, type: 'set', query: 'seed=<img src=x onerror=alert(1)>' });
  await expect(frame.locator('.notices')).toContainText('not a number');
});

test('what is none of ours changes nothing: other versions, other types, more than is asked for, other windows', async ({ page }) => {
  const { frame, heard, say, sayJson } = await framed(page, '/embed/hip-attention/');
  const text = await frame.locator('.text').textContent();
  await expect.poll(async () => (await heard()).length).toBeGreaterThan(2);
  const before = (await heard()).length;
  for (const message of [
    'set',
    null,
    42,
    [],
    { type: 'set', query: 'seed=5' },
    { lengthwise: 2, type: 'set', query: 'seed=5' },
    { lengthwise: 1, type: 'set' },
    { lengthwise: 1, type: 'set', query: 'seed=5', extra: 1 },
    { lengthwise: 1, type: 'set', query: `seed=5&${'x'.repeat(3000)}` },
    { lengthwise: 1, type: 'step', by: 1e9 },
    { lengthwise: 1, type: 'navigate', to: 'javascript:alert(1)' },
    JSON.stringify({ lengthwise: 1, type: 'set', query: 'seed=5' }),
  ])
    await say(message);
  await sayJson('{"lengthwise":1,"type":"set","query":"seed=5","__proto__":{"polluted":true}}');
  // Another frame on the same page is not the host.
  await page.evaluate(() => {
    const other = document.body.appendChild(document.createElement('iframe'));
    const script = other.contentDocument!.createElement('script');
    script.textContent = `parent.frames[0].postMessage({ lengthwise: 1, type: 'set', query: 'seed=5' }, '*')`;
    other.contentDocument!.body.append(script);
  });
  await page.waitForTimeout(400);
  await expect(frame.locator('.text')).toHaveText(text!);
  expect(await heard()).toHaveLength(before);
  await say({ lengthwise: 1, type: 'get' });
  await expect.poll(async () => last(await heard())).toMatchObject({ type: 'state', query: '' });
});

test('at the end the keys are the host’s: reveal’s own message, or ours once it speaks our language', async ({ page }) => {
  const { frame, heard, say } = await framed(page, '/embed/hip-attention/');
  const output = frame.locator('.stepper output');
  await frame.locator('.title').click();
  await page.keyboard.press('ArrowRight');
  await expect.poll(heard).toContain('{"method":"next"}');
  for (let i = 3; i >= 0; i--) {
    await page.keyboard.press('PageUp');
    await expect(output).toHaveText(`${i} of 4`);
  }
  await page.keyboard.press('ArrowLeft');
  await expect.poll(heard).toContain('{"method":"prev"}');
  await page.keyboard.press('Space');
  await expect(output).toHaveText('1 of 4');

  await say({ lengthwise: 1, type: 'hello' });
  await frame.locator('.stepper input').press('End');
  await expect(output).toHaveText('4 of 4');
  const before = (await heard()).filter((one) => one === '{"method":"next"}').length;
  // A slider that was clicked does not hold up a talk.
  await frame.locator('[data-parameter=locality] input[type=range]').focus();
  await page.keyboard.press('PageDown');
  await expect.poll(heard).toContainEqual({ lengthwise: 1, type: 'leave', by: 1, far: true });
  expect((await heard()).filter((one) => one === '{"method":"next"}')).toHaveLength(before);
  // What remotes send beside is left alone.
  for (const key of ['Escape', '.', 'b']) await page.keyboard.press(key);
  await expect(output).toHaveText('4 of 4');
});

test('scenes can be walked, and steps or scenes locked to a range', async ({ page }) => {
  const { frame, heard } = await framed(page, '/embed/hip-attention/?walk=scenes&from=2&to=3');
  const scenes = frame.locator('[data-scene]');
  await expect(scenes).toHaveCount(2);
  await frame.locator('.title').click();
  for (const i of [0, 1]) {
    await page.keyboard.press('ArrowRight');
    await expect(scenes.nth(i)).toHaveAttribute('aria-current', 'true');
  }
  await page.keyboard.press('ArrowRight');
  await expect.poll(heard).toContain('{"method":"next"}');
  await expect(scenes.nth(1)).toHaveAttribute('aria-current', 'true');

  const steps = await framed(page, '/embed/hip-attention/?from=1&to=2');
  const output = steps.frame.locator('.stepper output');
  await expect(output).toHaveText('2 of 2');
  await steps.frame.locator('.title').click();
  await page.keyboard.press('ArrowLeft');
  await expect(output).toHaveText('1 of 2');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(steps.heard).toContain('{"method":"prev"}');
  await expect(output).toHaveText('1 of 2');
});

test('a deck starts and stops what plays', async ({ page }) => {
  const { frame, say } = await framed(page, '/embed/hip-attention/?play=yes&round=0');
  const output = frame.locator('.stepper output');
  await expect(output).toHaveText('0 of 4');
  await page.waitForTimeout(1200);
  await expect(output, 'nothing moves unasked').toHaveText('0 of 4');
  await say('slide:start');
  await expect(frame.getByRole('button', { name: 'Pause' })).toBeVisible();
  // Looked at often enough to see the first step before the next.
  await expect.poll(() => output.textContent(), { timeout: patient(5000), intervals: [50] }).toBe('1 of 4');
  await say('slide:stop');
  await expect(frame.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const stopped = await output.textContent();
  await page.waitForTimeout(1200);
  await expect(output).toHaveText(stopped!);
  await say('slide:start');
  await expect(output).toHaveText('4 of 4', { timeout: patient(10_000) });
});

test('the height is the content’s: a frame that follows it comes to rest, and learning platforms hear it too', async ({ page }) => {
  const { frame, heard } = await framed(page, '/embed/s4/');
  await page.evaluate(() => {
    addEventListener('message', ({ data }) => {
      if (typeof data === 'object' && data.type === 'height') document.querySelector('iframe')!.height = data.height;
    });
  });
  const heights = async () => (await heard()).flatMap((one) => (typeof one === 'object' && one.type === 'height' ? [one.height] : []));
  await expect.poll(async () => (await heights()).length).toBeGreaterThan(0);
  await frame.getByRole('button', { name: 'View as table' }).click();
  await expect.poll(async () => (await heights()).length).toBe(2);
  await page.waitForTimeout(600);
  const all = (await heights()) as number[];
  expect(all, 'no growth loop').toHaveLength(2);
  expect(all[1]).toBeGreaterThan(all[0]!);
  expect(await heard()).toContain(JSON.stringify({ subject: 'lti.frameResize', height: all[1] }));
  expect(await frame.locator('html').evaluate((html) => html.scrollHeight - innerHeight), 'no second scroll bar').toBeLessThanOrEqual(0);
  await frame.getByRole('button', { name: 'Hide table' }).click();
  await expect.poll(async () => last(await heights())).toBe(all[0]);
});

test('a frame never takes the focus, never scrolls its host, never swallows the wheel', async ({ page }) => {
  const { frame } = await framed(page, '/embed/giraffe/#figure', { above: 1500, awake: false });
  expect(await page.evaluate(() => [document.activeElement?.tagName, scrollY])).toEqual(['BODY', 0]);
  await page.locator('iframe').scrollIntoViewIfNeeded();
  await expect(frame.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  const box = (await page.locator('iframe').boundingBox())!;
  await page.evaluate(() => (document.querySelector('iframe')!.height = '3000'));
  await page.mouse.move(box.x + 300, Math.min(box.y + 300, 800));
  const before = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, -400);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeLessThan(before);
});

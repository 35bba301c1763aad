import { fetched, ofKind } from '../checks/bytes';
import { patient } from '../checks/pace';
import { built, said, shown } from './builder';
import { address, expect, live, test, widgets } from './site';

test('a paper, a scene, a setting and a look: the preview, the code and the address follow', async ({ page, baseURL }) => {
  const { builder, inside, codes, open } = await built(page);
  expect(await codes()).toContainEqual(expect.stringContaining(`src="${baseURL}/embed/hip-attention/"`));
  await builder.getByLabel('Paper').selectOption('s4');
  await builder.getByLabel('Start at').selectOption('few');
  await expect(inside.locator('[data-scene=few]')).toHaveAttribute('aria-current', 'true');
  expect((await codes())[0]).toContain('/embed/s4/few/"');

  await open('Settings of the figure');
  await builder.locator('[data-parameter=delay] .number').fill('70');
  await builder.locator('[data-parameter=delay] .number').press('Enter');
  await expect(builder.getByLabel('Start at')).toHaveValue('*');
  await open('Look and keys');
  await builder.getByLabel('Colours').selectOption('dark');
  await builder.getByLabel('name and address at the foot').check();
  await builder.getByLabel('slide', { exact: true }).check();
  await builder.getByLabel('Put it into').selectOption('revealjs');
  await expect.poll(() => address(page)).toMatch(/^\/teach\/\?paper=s4&.*delay=70.*&scheme=dark&hide=foot&preview=slide&tool=revealjs$/);
  await expect.poll(() => inside.locator('html').getAttribute('data-scheme')).toBe('dark');
  await expect(inside.locator('.foot')).toBeHidden();

  // What the preview shows is what the paper's own page shows at this state.
  const text = (await said(page).textContent())!;
  const chosen = address(page);
  const code = await codes();
  const state = new URL(/src="([^"]+embed\/s4\/[^"]*)"/.exec(code[1]!.replaceAll('&amp;', '&'))![1]!);
  const figure = await live(page, `/papers/s4/${state.search}`);
  await expect(figure.locator('.text')).toHaveText(text);
  await expect(figure.locator('.notices')).toHaveCount(0);

  // The address restores the builder.
  const again = await built(page, chosen.slice('/teach/'.length));
  await expect(said(page)).toHaveText(text);
  expect(await again.codes()).toEqual(code);
  await expect(again.builder.getByLabel('Paper')).toHaveValue('s4');
  await expect(again.builder.getByLabel('slide', { exact: true })).toBeChecked();
  await expect(again.builder.locator('.notices')).toHaveCount(0);
  await again.open('Look and keys');
  await expect(again.builder.getByLabel('Colours')).toHaveValue('dark');
  await expect(again.builder.getByLabel('name and address at the foot')).toBeChecked();
  await page.locator('.builder').getByRole('button', { name: 'Start anew' }).click();
  await expect.poll(() => address(page)).toBe('/teach/?paper=s4');
});

test('a setting is said to the frame, a look makes a new one; who plays in the preview changes the code; Back is not filled', async ({
  page,
}) => {
  const { builder, inside, codes, open } = await built(page);
  const before = await page.evaluate(() => history.length);
  const frame = () => page.locator(shown).elementHandle();
  const first = (await frame())!;
  await open('Settings of the figure');
  const slider = builder.locator('[data-parameter=locality] input[type=range]');
  await slider.focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
  const value = await slider.evaluate((input: HTMLInputElement) => input.valueAsNumber);
  await expect(inside.locator('[data-parameter=locality] .number')).toHaveValue(String(value));
  expect(await first.evaluate((element) => element.isConnected), 'the same frame').toBe(true);

  await inside.getByRole('button', { name: 'Previous step' }).click();
  await expect.poll(async () => (await codes())[0]).toContain('round=3');
  await expect(builder.locator('[data-parameter=round] .number')).toHaveValue('3');
  await expect.poll(() => address(page)).toContain('round=3');

  const text = await said(page).textContent();
  await open('Look and keys');
  await builder.getByLabel('Type').selectOption('large');
  await expect.poll(() => first.evaluate((element) => element.isConnected)).toBe(false);
  await expect(page.locator('.room iframe')).toHaveCount(1);
  await expect(inside.locator('html')).toHaveAttribute('data-type', 'large');
  await expect(said(page)).toHaveText(text!);
  expect(await page.evaluate(() => history.length)).toBe(before);
});

test('steps are locked to a range, scenes too, and a figure brought into its range says so to the code', async ({ page }) => {
  const { builder, inside, codes, open } = await built(page);
  await open('Look and keys');
  await builder.getByRole('spinbutton', { name: 'To', exact: true }).fill('2');
  await builder.getByRole('spinbutton', { name: 'To', exact: true }).press('Enter');
  await expect(inside.locator('.stepper output')).toHaveText('2 of 2');
  await expect.poll(async () => (await codes())[0]).toMatch(/\?round=2&amp;to=2"/);
  await builder.getByLabel('Keys walk through').selectOption('scenes');
  await builder.getByRole('combobox', { name: 'From', exact: true }).selectOption('lost-needle');
  await expect.poll(() => inside.locator('[data-scene]').count()).toBe(4);
  expect((await codes())[0]).toContain('walk=scenes&amp;from=lost-needle');
  await builder.getByLabel('Paper').selectOption('giraffe');
  await expect(builder.getByLabel('Keys walk through'), 'this figure has no steps').toHaveCount(0);
  await expect(inside.locator('[data-scene=unseen]')).toBeVisible();
  expect((await codes())[0]).not.toContain('from=');
});

for (const query of [
  '?paper=s4&scene=three-views&scheme=dark',
  '?paper=flashattention&length=32&sram=4096&walk=scenes&to=3&hide=foot.title',
]) {
  test(`every address in the code opens the figure of ${query}, without a notice`, async ({ page, baseURL }) => {
    test.setTimeout(patient(120_000));
    const { builder, codes } = await built(page, query);
    const text = (await said(page).textContent())!;
    const found = new Map<string, string>();
    const tools = await builder.getByLabel('Put it into').locator('option').all();
    expect(tools.length).toBeGreaterThan(6);
    for (const tool of tools) {
      const id = (await tool.getAttribute('value'))!;
      await builder.getByLabel('Put it into').selectOption(id);
      const own = await codes();
      expect(own.length, id).toBeGreaterThan(0);
      for (const url of own.join('\n').matchAll(/https?:[^"'\s<]+/g)) found.set(url[0].replaceAll('&amp;', '&'), id);
      await expect(page.locator(`section#${id}`), 'it has its recipe').toHaveCount(1);
    }
    const state = new URL(query, baseURL).searchParams.has('scene');
    let opened = 0;
    for (const [url, id] of found) {
      expect(url.startsWith(`${baseURL}/`), url).toBe(true);
      if (/\.(js|png)$/.test(url)) continue;
      opened++;
      const figure = await live(page, url);
      await expect(figure.locator('.notices')).toHaveCount(0);
      // Only what says that it cannot keep the state may show another one.
      if (state || !['wordpress', 'offline'].includes(id))
        await expect(figure.locator('.text'), url).toHaveText(id === 'offline' ? /./ : text);
    }
    expect(opened).toBeGreaterThanOrEqual(4);
  });
}

test('hostile addresses of the builder do no harm, and are answered line by line', async ({ page }) => {
  const { builder, inside } = await built(
    page,
    '?paper=%3Cimg%20src=x%20onerror=window.hit=1%3E&scheme=javascript:alert(1)&preview=__proto__&tool=constructor&hide=%3Cscript%3E&from=1e9&k=1e999&__proto__=1',
  );
  expect(await builder.locator('.notices li').count()).toBeGreaterThanOrEqual(7);
  await expect(inside.locator('.notices')).toHaveCount(0);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  await builder.getByRole('button', { name: 'Dismiss' }).click();
  await expect(builder.locator('.notices')).toHaveCount(0);
  const long = await built(page, `?seed=${'9'.repeat(8000)}`);
  await expect(long.builder.locator('.notices')).toContainText('characters long');
  // A frame that is not the preview, and messages that are none, change nothing.
  const before = await long.codes();
  await page.evaluate(() => {
    window.postMessage({ lengthwise: 1, type: 'state', query: 'seed=5', scene: '', step: 0, last: 0, text: '' }, '*');
    window.postMessage({ lengthwise: 1, type: 'height', height: 5 }, '*');
  });
  await page.waitForTimeout(300);
  expect(await long.codes()).toEqual(before);
});

test('code is copied, and says so', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { builder, codes } = await built(page, '?paper=s4&scene=few');
  const copy = builder.getByRole('button', { name: 'Copy: Code of a frame' });
  await copy.click();
  await expect(builder.getByRole('status').filter({ hasText: 'Code of a frame: copied.' })).toHaveCount(1);
  await expect(builder.getByRole('button', { name: 'Copied: Code of a frame' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe((await codes())[0]);
  await builder.getByLabel('Start at').selectOption('wraps');
  await expect(copy, 'what was copied is no longer what is shown').toBeVisible();
  // The examples further down follow the choice.
  await page.locator('#address [data-target=address]').getByRole('button', { name: 'Copy' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/embed\/s4\/wraps\/$/);
});

test('where the clipboard is refused, the code stands in a field, selected', async ({ page }) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('refused')) } }),
  );
  const { builder, codes } = await built(page);
  const [code] = await codes();
  await builder.getByRole('button', { name: 'Copy: Code of a frame' }).click();
  const field = builder.locator('textarea');
  await expect(field).toHaveValue(code!);
  await expect(field).toBeFocused();
  expect(await field.evaluate((area: HTMLTextAreaElement) => area.selectionEnd - area.selectionStart)).toBe(code!.length);
  await expect(builder.locator('.take')).toContainText('Copy this by hand');
});

test('the offline file is saved at the settings chosen', async ({ page, browser }) => {
  const { builder } = await built(page, '?paper=s4&n=4&tool=offline');
  const text = (await said(page).textContent())!;
  const [download] = await Promise.all([page.waitForEvent('download'), builder.getByRole('button', { name: 'Save the file' }).click()]);
  expect(download.suggestedFilename()).toBe('s4.html');
  const context = await browser.newContext({ offline: true });
  const alone = await context.newPage();
  const path = test.info().outputPath('s4.html');
  await download.saveAs(path);
  await alone.goto(`file://${path}`);
  await expect(alone.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  await expect(alone.locator('.text')).toHaveText(text);
  await context.close();
});

test('without JavaScript the recipes stand with working code, and every embed is listed', async ({ browser, baseURL, request }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto('/teach/');
  await expect(page.locator('.builder')).toBeHidden();
  await expect(page.locator('noscript p', { hasText: 'The builder needs JavaScript' })).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  const code = await page.locator('[data-target=iframe] pre').first().textContent();
  const src = new URL(/src="([^"]+)"/.exec(code!)![1]!);
  expect((await request.get(src.pathname + src.search)).status()).toBe(200);
  const links = await page.locator('#addresses ~ details a').evaluateAll((all) => all.map((one) => one.getAttribute('href')!));
  for (const slug of widgets) {
    expect(links).toContain(`/embed/${slug}/`);
    expect(links).toContain(`/offline/${slug}.html`);
    expect(links.filter((link) => link.startsWith(`/embed/${slug}/`)).length).toBeGreaterThan(4);
  }
  await context.close();
});

test('on a phone it fits, with everything open, and the preview is scaled', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  const { builder, open } = await built(page, '?paper=flashattention&preview=slide&tool=slidev');
  for (const part of ['Settings of the figure', 'Look and keys']) await open(part);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const room = (await builder.locator('.room').boundingBox())!;
  expect(room.width).toBeLessThanOrEqual(330);
  expect(room.width / room.height).toBeCloseTo(960 / 540, 1);
  const width = await page
    .frameLocator('.room iframe')
    .locator('html')
    .evaluate((html) => html.clientWidth);
  expect(width).toBeGreaterThan(900);
});

test('the builder loads when it is near, and is at most 60 kB of script', async ({ page }) => {
  const sent = fetched(page);
  const loaded = async () => ofKind(await sent(), 'script');
  await page.setViewportSize({ width: 360, height: 60 });
  await page.goto('/teach/');
  await page.waitForLoadState('networkidle');
  expect(await loaded()).toBeLessThan(3000);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator('.stage').scrollIntoViewIfNeeded();
  await expect(page.frameLocator(shown).locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  const bytes = await loaded();
  test.info().annotations.push({ type: 'script', description: `${bytes} bytes` });
  expect(bytes).toBeLessThanOrEqual(60_000);
});

test.describe('a figure that cannot be fetched', () => {
  test.use({ allow: [/Failed to load resource/] });

  test('leaves the builder as it was, with a line that says so', async ({ page }) => {
    const { builder } = await built(page);
    await page.route('**/_astro/*.js', (route) => route.abort());
    await builder.getByLabel('Paper').selectOption('s4');
    await expect(builder.locator('.notices')).toContainText('could not be loaded');
    await expect(page.frameLocator(shown).locator('.text')).toContainText('scores');
  });

  test('and so does a builder that cannot', async ({ page }) => {
    await page.route('**/_astro/start*.js', (route) => route.abort());
    await page.goto('/teach/');
    await expect(page.getByText('The builder could not be loaded')).toBeVisible();
    await expect(page.locator('[data-target=iframe] pre').first()).toBeVisible();
  });
});

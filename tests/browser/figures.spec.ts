import { labels } from '../checks/labels';
import { patient } from '../checks/pace';
import { address, expect, live, test, widgets } from './site';

for (const slug of widgets) {
  const home = `/papers/${slug}/`;

  test.describe(slug, () => {
    test('stands without JavaScript, with its text', async ({ browser, baseURL }) => {
      const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
      const page = await context.newPage();
      for (const path of [home, `/embed/${slug}/`]) {
        await page.goto(path);
        const figure = page.locator('.lengthwise');
        expect(await figure.locator('.picture svg').count()).toBeGreaterThanOrEqual(2);
        expect(await figure.locator('.picture svg path, .picture svg rect, .picture svg line').count()).toBeGreaterThan(10);
        expect((await figure.locator('.text').textContent())!.length).toBeGreaterThan(60);
        await expect(figure.locator('.picture svg').first()).toBeVisible();
        // Nothing is shown that does not work.
        for (const button of await figure.locator('button').all()) await expect(button).toBeHidden();
      }
      await context.close();
    });

    test('its scenes: each shows its notice, has its address, and back leads to the one before', async ({ page }) => {
      const figure = await live(page, home);
      const scenes = figure.locator('[data-scene]');
      const count = await scenes.count();
      expect(count).toBeGreaterThanOrEqual(4);
      const seen: [string, string][] = [];
      for (let i = 0; i < count; i++) {
        await scenes.nth(i).click();
        await expect(scenes.nth(i)).toHaveAttribute('aria-current', 'true');
        // A model is fetched and run for some.
        await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
        const notice = (await figure.locator('.notice').textContent())!;
        expect(notice.trim().length).toBeGreaterThan(40);
        expect(notice).not.toMatch(/NaN|undefined|Infinity/);
        // What is on its way to its place may cross something else.
        await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
        expect(await page.evaluate(labels)).toEqual([]);
        seen.push([address(page), notice]);
      }
      for (let i = count - 2; i >= 1; i--) {
        await page.goBack();
        await expect.poll(() => address(page)).toBe(seen[i]![0]);
        await expect(figure.locator('.notice')).toHaveText(seen[i]![1]);
      }
      await page.goForward();
      await expect.poll(() => address(page)).toBe(seen[2]![0]);
      await expect(figure.locator('.notice')).toHaveText(seen[2]![1]);
    });

    test('what is moved stays under the hand, though the picture above it changes its height', async ({ page }) => {
      const figure = await live(page, home);
      const settled = () => expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
      for (const slider of (await figure.locator('.controls input[type=range]').all()).slice(0, 4)) {
        await slider.evaluate((one) => one.scrollIntoView({ block: 'center' }));
        await slider.focus();
        const top = () => slider.evaluate((one) => Math.round(one.getBoundingClientRect().top));
        const before = await top();
        for (const key of ['ArrowRight', 'ArrowRight', 'End']) {
          await slider.press(key);
          await settled();
          await expect.poll(async () => Math.abs((await top()) - before), `after ${key}`).toBeLessThan(3);
        }
        await slider.press('Home');
        await settled();
      }
    });

    test('a deep link opens the exact state, on the page and in the embed', async ({ page }) => {
      const figure = await live(page, home);
      const scenes = figure.locator('[data-scene]');
      const scene = (await scenes.nth(2).getAttribute('data-scene'))!;
      await scenes.nth(2).click();
      await expect.poll(() => address(page)).toBe(`${home}${scene}/`);
      // A network may be trained for it.
      await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
      const text = await figure.locator('.text').textContent();
      const picture = await figure.locator('.panel:not(.wide) svg').last().evaluate(drawn);
      // By its path, and by its name, on the page and in the embed; a host that takes one of them for another does no harm.
      for (const path of [`${home}${scene}/`, `${home}?scene=${scene}`, `/embed/${slug}/${scene}/`, `/embed/${slug}/?scene=${scene}`]) {
        const again = await live(page, path);
        await expect(again.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
        await expect(again.locator('.text')).toHaveText(text!);
        expect(await again.locator('.panel:not(.wide) svg').last().evaluate(drawn)).toEqual(picture);
        await expect(again.locator('.notices')).toHaveCount(0);
      }
    });

    test('a hostile link gets a line for each thing that could not be had, and the figure goes on', async ({ page }) => {
      const figure = await live(page, `${home}?seed=1e999&nonsense=%3Cimg%20src=x%20onerror=window.hit=1%3E&__proto__=1&scene=nowhere`);
      await expect(figure.locator('.notices li').first()).toBeVisible();
      expect(await figure.locator('.notices li').count()).toBeGreaterThanOrEqual(2);
      expect(await page.evaluate(() => 'hit' in window)).toBe(false);
      expect((await figure.locator('.text').textContent())!.length).toBeGreaterThan(60);
      await live(page, `${home}?seed=${'9'.repeat(12_000)}`.slice(0, 12_000));
      expect(await page.locator('.lengthwise .picture svg').count()).toBeGreaterThanOrEqual(2);
    });

    test('controls, address, reset, table and copied link', async ({ page, context, baseURL }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const figure = await live(page, home);
      const slider = figure.locator('.controls input[type=range]').first();
      const before = await page.evaluate(() => history.length);
      await slider.focus();
      const begun = await slider.inputValue();
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
      for (let i = 0; i < 13; i++) await page.keyboard.press('ArrowLeft');
      // Some begin at their least.
      if ((await slider.inputValue()) === begun) await page.keyboard.press('ArrowRight');
      await expect.poll(() => address(page)).not.toBe(home);
      expect(await page.evaluate(() => history.length), 'playing does not flood the history').toBe(before);
      await figure.getByRole('button', { name: 'Copy link' }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(() => `${baseURL}${address(page)}#figure`).toBe(copied);
      await figure.getByRole('button', { name: 'View as table' }).click();
      const rows = figure.locator('.tables tbody tr');
      await expect(rows.nth(3)).toBeVisible();
      expect(await figure.locator('.tables').textContent()).not.toMatch(/NaN|undefined/);
      await figure.getByRole('button', { name: 'Reset' }).click();
      await expect.poll(() => address(page)).toBe(home);
    });

    test('every control can be reached and turned by keyboard, and the live text says what came of it', async ({ page }) => {
      test.setTimeout(patient(90_000));
      const figure = await live(page, home);
      const text = await figure.locator('.text').textContent();
      const reached = new Set<string>();
      // Those with something to turn: clearing an empty set is not.
      const parameters = await figure
        .locator('.controls [data-parameter]')
        .evaluateAll((all) =>
          all
            .filter((one) => one.querySelector('input:enabled, select:enabled, button:enabled'))
            .map((one) => (one as HTMLElement).dataset.parameter!),
        );
      expect(parameters.length).toBeGreaterThanOrEqual(3);
      await figure.locator('[data-scene]').first().focus();
      for (let i = 0; i < 200 && reached.size < parameters.length; i++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(
          () => (document.activeElement?.closest('.controls [data-parameter]') as HTMLElement | null)?.dataset.parameter ?? '',
        );
        if (at) reached.add(at);
      }
      expect([...reached].sort()).toEqual(parameters.sort());
      let changed = false;
      for (const slider of await figure.locator('.controls input[type=range]').all()) {
        await slider.focus();
        await page.keyboard.press('End');
        await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(15_000) });
        changed ||= (await figure.locator('.text').textContent()) !== text;
        await page.keyboard.press('Home');
        await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(15_000) });
      }
      expect(changed, 'some slider changes the text').toBe(true);
      // What is back where it began is no change to speak of.
      await page.keyboard.press('End');
      await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(15_000) });
      await expect(figure.locator('.failure')).toHaveCount(0);
      await expect
        .poll(async () => (await figure.locator('.spoken').textContent())!.length, { timeout: patient(5000) })
        .toBeGreaterThan(40);
    });

    test('the stepper, by keys in the embed, and by button on the page', async ({ page }) => {
      const figure = await live(page, `/embed/${slug}/`);
      const stepper = figure.locator('.stepper');
      test.skip((await stepper.count()) === 0, 'this widget has no steps');
      const output = stepper.locator('output');
      await page.locator('body').click({ position: { x: 2, y: 2 } });
      const start = await output.textContent();
      await page.keyboard.press(/^0 /.test(start!) ? 'ArrowRight' : 'ArrowLeft');
      await expect(output).not.toHaveText(start!);
      await page.keyboard.press('r');
      await expect(output).toHaveText(start!);

      const onPage = (await live(page, home)).locator('.stepper');
      const shown = onPage.locator('output');
      const [previous, next] = [onPage.getByRole('button', { name: 'Previous step' }), onPage.getByRole('button', { name: 'Next step' })];
      const [away, back] = (await previous.isEnabled()) ? [previous, next] : [next, previous];
      await expect(shown).toHaveText(start!);
      await away.click();
      await expect(shown).not.toHaveText(start!);
      await expect.poll(() => address(page)).not.toBe(home);
      await back.click();
      await expect(shown).toHaveText(start!);
      await expect.poll(() => address(page)).toBe(home);
      // Play goes on to the end, and stops there.
      if (await previous.isEnabled()) await previous.click();
      await onPage.getByRole('button', { name: 'Play' }).click();
      await expect(next).toBeDisabled({ timeout: patient(20_000) });
      await expect(onPage.getByRole('button', { name: 'Play' })).toBeVisible();
    });

    test('prints without controls, and embeds in a narrow frame', async ({ page }) => {
      const figure = await live(page, home);
      await page.emulateMedia({ media: 'print' });
      await expect(figure.locator('.controls')).toBeHidden();
      await expect(figure.locator('.picture svg').first()).toBeVisible();
      await page.emulateMedia({ media: 'screen' });
      await page.setViewportSize({ width: 320, height: 700 });
      const embed = await live(page, `/embed/${slug}/?scheme=dark`);
      await expect(embed.locator('.notices')).toHaveCount(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
      // Playing changes the state in the address, not the look that the link asked for.
      const scene = embed.locator('[data-scene]').nth(2);
      await scene.click();
      await expect.poll(() => address(page)).toBe(`/embed/${slug}/${await scene.getAttribute('data-scene')}/?scheme=dark`);
    });
  });
}

/** What a picture draws: its elements with their attributes, in no particular order of attributes. */
function drawn(svg: Element): string[] {
  return [...svg.querySelectorAll('*')].map((element) => {
    const attributes = [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort();
    return `${element.tagName} ${attributes.join(' ')} ${element.children.length ? '' : element.textContent}`;
  });
}

test('a slow state is computed beside the page, and its link too', async ({ page }) => {
  // What workers answer; one that throws is not asked again, and the page would compute by itself.
  await page.addInitScript(() => {
    const answers: string[] = [];
    Object.assign(window, { answers });
    const Native = window.Worker;
    window.Worker = class extends Native {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }) => answers.push(data.type === 'RAW' ? 'a result' : JSON.stringify(data)));
      }
    };
  });
  const answers = () => page.evaluate(() => (window as unknown as { answers: string[] }).answers);
  const figure = await live(page, '/papers/flashattention/');
  // Its default takes a phone longer than a frame, so it wakes beside the page too.
  expect(await answers()).toEqual(['a result']);
  const text = await figure.locator('.text').textContent();
  await figure.locator('[data-parameter=length] input[type=range]').focus();
  await page.keyboard.press('End');
  await expect(figure.locator('.text')).not.toHaveText(text!, { timeout: patient(15_000) });
  await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false');
  expect(await answers()).toEqual(['a result', 'a result']);
  const slow = await figure.locator('.text').textContent();
  const again = await live(page, '/papers/flashattention/?length=128');
  await expect(again.locator('.text')).toHaveText(slow!);
  expect(await answers()).toEqual(['a result']);
});

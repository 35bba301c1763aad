import { patient } from '../checks/pace';
import { everyWidget, expect, html, test } from './site';
import { violations } from '../checks/axe';
import { fetched, ofKind } from '../checks/bytes';

const article = '/themes/positional-extrapolation/';

test('an article of many figures brings no script of theirs until one is asked for', async ({ page }) => {
  const sent = fetched(page);
  await page.goto(article);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForLoadState('networkidle');
  expect(await page.locator('[data-excerpt]').count()).toBeGreaterThanOrEqual(3);
  expect(ofKind(await sent(), 'script')).toBeLessThan(3000);
});

test('an excerpt unfolds into its figure, at its scene, with the focus before it', async ({ page }) => {
  await page.goto(article);
  const excerpt = page.locator('[data-excerpt]').first();
  const panels = await excerpt.locator('.panel').count();
  await excerpt.getByRole('button', { name: 'Play with it here' }).click();
  await expect(excerpt).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  expect(await excerpt.locator('.panel').count()).toBeGreaterThan(panels);
  await expect(excerpt.locator('.lengthwise')).toBeFocused();
  await expect(excerpt.locator('[data-scene][aria-current]')).toHaveCount(1);
  await excerpt.locator('[data-scene]').nth(1).click();
  await expect(excerpt.locator('[data-scene]').nth(1)).toHaveAttribute('aria-current', 'true');
});

test('nothing in the picture of an excerpt can be taken hold of', async ({ page }) => {
  await page.goto(article);
  await expect(page.locator('[data-excerpt] svg :is([role], [tabindex])')).toHaveCount(0);
  await expect(page.locator('[data-excerpt] svg:not([role="img"], [aria-hidden="true"])')).toHaveCount(0);
});

test('an excerpt is about as high as it was taken to be before it came near', async ({ page }) => {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(article);
    const heights = await page.locator('[data-excerpt]').evaluateAll((all) =>
      (all as HTMLElement[]).map((one) => {
        const taken = one.offsetHeight;
        one.style.contentVisibility = 'visible';
        return [taken, one.offsetHeight] as const;
      }),
    );
    for (const [taken, is] of heights) expect(Math.abs(taken / is - 1), `${taken} for ${is} at ${width} px`).toBeLessThan(0.25);
  }
});

test.describe('where its files cannot be had', () => {
  test.use({ allow: [/Failed to load resource|ERR_FAILED/] });
  for (const [name, file] of Object.entries({ 'a script': /_astro\/mount/, 'how it is placed': /_astro\/placement/ }))
    test(`${name}: the excerpt stays, with a line that says so, and can be asked again`, async ({ page }) => {
      await page.goto(article);
      await page.route(file, (route) => route.abort());
      const excerpt = page.locator('[data-excerpt]').first();
      await excerpt.getByRole('button', { name: 'Play with it here' }).click();
      await expect(page.locator('.load-failed').first()).toBeVisible();
      await expect(excerpt.locator('.panel').first()).toBeVisible();
      await expect(excerpt.getByRole('button', { name: 'Play with it here' })).toBeEnabled();
    });
});

test('words, formula and picture light each other', async ({ page }) => {
  await page.goto(article);
  const words = page.locator('a.thread-angles').first();
  const lit = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(await lit('.katex .thread-angles')).toBe('none');
  await words.hover();
  expect(await lit('.katex .thread-angles')).toBe('solid');
  expect(await lit('.panel.thread-angles')).toBe('solid');
  await page.mouse.move(0, 0);
  await page.locator('.panel.thread-angles').first().hover();
  expect(await lit('a.thread-angles')).toBe('solid');
});

test('a term says what it means to who points at it or comes by with the keyboard', async ({ page }) => {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(article);
    const term = page.locator('.term').first();
    const said = term.locator('.said');
    await expect(said).toBeHidden();
    await term.locator('a').first().focus();
    await expect(said).toBeVisible();
    const box = (await said.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // It lies over the text below, so that it can be read.
    expect(
      await said.evaluate((element) =>
        element.contains(
          document.elementFromPoint(...(({ x, y, height }) => [x + 20, y + height - 6] as const)(element.getBoundingClientRect())),
        ),
      ),
    ).toBe(true);
  }
});

test('a definition is not cut where its paragraph ends, in articles and on pages of papers', async ({ page }) => {
  const pages = everyWidget.map((slug) => `/papers/${slug}/`).filter((path) => html(path).includes('class="term"'));
  for (const path of [article, ...pages.slice(0, 3)]) {
    await page.goto(path);
    const term = page.locator('.term').last();
    await term.scrollIntoViewIfNeeded();
    // Text below the window is laid out meanwhile.
    await page.waitForLoadState('networkidle');
    await term.locator('a').first().focus();
    const shown = () =>
      term.locator('.said').evaluate((said) => {
        const { x, bottom } = said.getBoundingClientRect();
        return said.contains(document.elementFromPoint(x + 20, bottom - 6));
      });
    await expect.poll(shown, path).toBe(true);
  }
});

test('Escape puts a definition away, under the pointer and at the keyboard, and it comes again', async ({ page }) => {
  await page.goto(article);
  const term = page.locator('.term').first();
  const said = term.locator('[role="tooltip"]');
  await term.locator('a').first().hover();
  await expect(said).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(said).toBeHidden();
  await page.mouse.move(0, 0);
  await term.locator('a').first().focus();
  await expect(said).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(said).toBeHidden();
  await expect(term.locator('a').first()).toBeFocused();
  // One stop for the keyboard: the next is no link of the definition.
  await page.keyboard.press('Tab');
  expect(await term.evaluate((element) => element.contains(document.activeElement))).toBe(false);
  await term.locator('a').first().focus();
  await expect(said).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/glossary\/#/);
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 780 } });

  test('the first tap on a term shows its definition in place, the next leads to the glossary, and so does the link in it', async ({
    page,
  }) => {
    await page.goto(article);
    const [one, other] = [page.locator('.term').first(), page.locator('.term').nth(1)];
    const word = one.locator('a').first();
    const said = one.locator('[role="tooltip"]');
    await word.tap();
    await expect(said).toBeVisible();
    expect(new URL(page.url()).pathname).toBe(article);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(await violations(page, ['target-size', 'color-contrast', 'aria-tooltip-name'])).toEqual([]);
    await page.locator('h1').tap();
    await expect(said).toBeHidden();
    await word.tap();
    await page.keyboard.press('Escape');
    await expect(said).toBeHidden();
    await other.locator('a').first().tap();
    await expect(other.locator('[role="tooltip"]')).toBeVisible();
    await other.getByRole('link', { name: 'In the glossary' }).tap();
    await expect(page).toHaveURL(/\/glossary\/#/);
    await page.goBack();
    await page.locator('h1').tap();
    await word.tap();
    await expect(said).toBeVisible();
    await word.tap();
    await expect(page).toHaveURL(/\/glossary\/#/);
  });

  test('the map says that it goes on sideways, and an arrow leads into each box that continues another', async ({ page }) => {
    await page.goto(article);
    const map = page.getByRole('region', { name: 'Map of the theme' });
    expect(await map.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)).toBe(true);
    await expect(page.getByText('it scrolls sideways')).toBeVisible();
    await expect(map.locator('path.line[marker-end="url(#continued)"]')).not.toHaveCount(0);
    await expect(map.locator('path.line:not([marker-end])')).toHaveCount(0);
  });
});

test('the map stands whole where there is room, and says nothing of scrolling', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(article);
  const map = page.getByRole('region', { name: 'Map of the theme' });
  expect(await map.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
  await expect(page.getByText('it scrolls sideways')).toBeHidden();
});

test('a paper names what its theme’s map puts before and after it, its neighbours in the list, and the bench', async ({ page }) => {
  await page.goto('/papers/softplus-attention/');
  const ways = page.locator('.ways > div');
  await expect(ways.filter({ hasText: 'Read before' }).getByRole('link')).toHaveText(['Length Collapse', 'Task Hinting']);
  await expect(ways.filter({ hasText: 'Read after' })).toHaveCount(0);
  await expect(page.locator('.path [rel="prev"]')).toHaveText('Previous in the theme: Length Collapse');
  await expect(page.locator('.path [rel="next"]')).toHaveText(/^\s*Next in the theme: /);
  await page.getByRole('link', { name: 'in the bench' }).click();
  await expect(page).toHaveURL(/\/papers\/positional-extrapolation-bench\/$/);
  await page.goto('/papers/s4/');
  await expect(page.getByRole('link', { name: 'in the bench' })).toHaveCount(0);
});

test('the search finds papers, figures and terms, and its words stand in the address', async ({ page }) => {
  await page.goto('/search/');
  await page.getByRole('searchbox').fill('rotary pairs');
  await expect(page.locator('.found h2').first()).toBeVisible();
  await expect(page).toHaveURL(/\?q=rotary\+pairs$/);
  await page.reload();
  await expect(page.locator('.count')).toHaveText(/results?$/);
  const first = page.locator('.found a').first();
  await first.click();
  await expect(page.locator('h1')).toBeVisible();
  expect(new URL(page.url()).pathname).not.toBe('/search/');
});

test('the search puts the kind of what fits best first, and finds sections', async ({ page }) => {
  for (const [words, kind, link] of [
    ['rope', 'Terms', 'rotary embedding (RoPE)'],
    ['pie', 'Papers', 'Let the Code LLM Edit Itself When You Edit the Code'],
    ['a method for 128k', 'Sections of articles', 'Positional extrapolation: A method for 128k'],
  ] as const) {
    await page.goto(`/search/?q=${encodeURIComponent(words)}`);
    await expect(page.locator('.found h2').first()).toHaveText(kind);
    await expect(page.locator('.found a').first()).toHaveText(link);
  }
  await page.locator('.found a').first().click();
  await expect(page.locator('h2:target')).toHaveText('A method for 128k');
  await page.goto('/search/?q=giraffe+qwertyuiop');
  await expect(page.locator('.count')).toContainText('Nothing has all of these words');
});

test('what is searched for is text, whatever it looks like', async ({ page }) => {
  await page.goto(`/search/?q=${encodeURIComponent('<img src=x onerror=alert(1)> rotary')}`);
  await expect(page.locator('.count')).not.toBeEmpty();
  await expect(page.locator('.found img')).toHaveCount(0);
});

test.describe('without the index', () => {
  test.use({ allow: [/Failed to load resource|ERR_FAILED/] });
  test('the search says so', async ({ page }) => {
    await page.route('**/search.json', (route) => route.abort());
    await page.goto('/search/?q=rotary');
    await expect(page.locator('.count')).toContainText('could not be loaded');
  });
});

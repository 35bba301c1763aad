import { attribute, elements, has, inside, text } from '../checks/elements';
import { patient } from '../checks/pace';
import { benches, distinct, everyWidget, expect, pages, test, widgets } from './site';

test('without scripts every page has its heading, text, formulas, figures, links and citations', () => {
  const wrong: string[] = [];
  for (const path of pages) {
    const all = elements(path);
    const want = (ok: boolean, line: string) => {
      if (!ok) wrong.push(`${path}: ${line}`);
    };
    const [, kind, slug] = path.split('/');
    const embed = kind === 'embed' || kind === 'offline';
    if (!embed) want(all.filter(({ tagName }) => tagName === 'h1').length === 1, 'one heading of the first rank');
    want(text(all[0]!).trim().length > 100, 'text');
    for (const figure of all.filter((one) => has(one, 'lengthwise'))) {
      const [picture] = inside(figure, (one) => has(one, 'picture'));
      want(
        picture !== undefined && inside(picture, ({ tagName }) => /^(path|rect|line|circle)$/.test(tagName)).length > 10,
        'a drawn picture',
      );
      const [said] = inside(figure, (one) => has(one, 'text'));
      want(said !== undefined && text(said).length > 60, 'the text of the picture');
      want(
        inside(figure, ({ tagName }) => tagName === 'svg').every(
          (svg) => attribute(svg, 'aria-hidden') || attribute(svg, 'aria-label') || attribute(svg, 'aria-labelledby'),
        ),
        'named pictures',
      );
    }
    // What is written in TeX is set; the source stands only in the copy for screen readers.
    for (const formula of all.filter((one) => has(one, 'katex')))
      want(
        inside(formula, (one) => has(one, 'katex-html')).length === 1 && inside(formula, ({ tagName }) => tagName === 'math').length === 1,
        'a set formula',
      );
    if (kind === 'papers' && slug && everyWidget.includes(slug))
      want(
        all.some((one) => has(one, 'lengthwise')),
        'its figure',
      );
    // The bench of a theme is about no paper.
    if (kind === 'papers' && slug && everyWidget.includes(slug) && !benches.has(slug)) {
      want(
        all.some((one) => has(one, 'katex')),
        'formulas',
      );
      want(
        all.some(
          ({ tagName, attrs }) =>
            tagName === 'a' && attrs.some(({ value }) => /^https:\/\/(arxiv|doi|proceedings|aclanthology|openreview)/.test(value)),
        ),
        'a link to the paper',
      );
      want(/@\w+\{/.test(text(all[0]!)), 'a citation to copy');
    }
    for (const image of all.filter(({ tagName }) => tagName === 'img'))
      want(attribute(image, 'alt') !== undefined, 'a picture that says what it shows');
  }
  expect(wrong).toEqual([]);
});

test.describe('in a browser with JavaScript off', () => {
  test.use({ javaScriptEnabled: false });

  test('nothing is shown that does not work', async ({ page }) => {
    test.setTimeout(patient(120_000));
    for (const path of distinct) {
      await page.goto(path);
      expect(await page.locator('button:visible, input:visible, select:visible, [aria-busy=true]').count(), path).toBe(0);
      await expect(page.locator('body')).toBeVisible();
    }
  });

  test('each scene of a figure is reached by its link', async ({ page }) => {
    for (const slug of widgets) {
      for (const home of [`/papers/${slug}/`, `/embed/${slug}/`]) {
        await page.goto(home);
        const said = page.locator('[data-figure] .text');
        const first = await said.textContent();
        const scene = page.locator('[data-scene]').nth(2);
        const id = await scene.getAttribute('data-scene');
        // An embed names its site in full, because it may stand anywhere; here that is another port.
        const { pathname, hash } = new URL((await scene.getAttribute('href'))!, page.url());
        expect(pathname).toBe(`${home}${id}/`);
        if (home.startsWith('/papers/')) {
          await scene.click();
          await expect(page).toHaveURL(pathname + hash);
        } else await page.goto(pathname);
        await expect(said).not.toHaveText(first!);
        await expect(page.locator('[data-scene][aria-current=true]')).toHaveAttribute('data-scene', id!);
        await expect(page.locator('.notice')).not.toHaveText(/^\s*$/);
      }
    }
  });
});

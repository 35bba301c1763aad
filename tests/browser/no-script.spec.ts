import { patient } from '../checks/pace';
import { distinct, expect, test, widgets } from './site';

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

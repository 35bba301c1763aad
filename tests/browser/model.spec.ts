import type { Locator, Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { expect, live, test } from './site';

// Figures that run a resident model: it is fetched when it is needed, once, and not before; where it cannot be had the reader is told why.
// In a frame without an origin Playwright’s own script asks for service workers, and is refused.
test.use({ allow: [/ERR_FAILED|Failed to load|status of 404|'serviceWorker' property/] });

const home = '/papers/giraffe/';

function weights(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/weights/')) asked.push(pathname.split('/').at(-1)!.split('.')[0]!);
  });
  return asked;
}
async function drawn(figure: Locator, text: string | RegExp): Promise<void> {
  await expect(figure.locator('.text')).toContainText(text, { timeout: patient(30_000) });
  await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false');
  await expect(figure.locator('.failure')).toHaveCount(0);
}

test('a figure that wakes fetches no model; a scene that needs one does, and the next one has it', async ({ page }) => {
  const asked = weights(page);
  const figure = await live(page, home);
  await figure.locator('[data-scene=linear]').click();
  await drawn(figure, 'pairs show angles');
  expect(asked).toEqual([]);
  await figure.locator('[data-scene=text-ntk]').click();
  await drawn(figure, /NTK-aware, in a small trained model/);
  expect(asked).toEqual(['rope']);
  await figure.locator('[data-scene=text]').click();
  await drawn(figure, /RoPE, unchanged, in a small trained model/);
  await figure.getByLabel('Passage').selectOption('emma');
  await drawn(figure, 'Emma');
  expect(asked).toEqual(['rope']);
});

test('the page of a scene brings its numbers along, and can be left and come back to without a model', async ({ page }) => {
  const asked = weights(page);
  const figure = await live(page, `${home}text-yarn/`);
  const text = await figure.locator('.text').textContent();
  await figure.locator('[data-scene=unseen]').click();
  await drawn(figure, 'fitted logit');
  await figure.locator('[data-scene=text-yarn]').click();
  await drawn(figure, text!);
  expect(asked).toEqual([]);
});

test('a link to a state that needs a model leads there, from a picture that stands meanwhile', async ({ page }) => {
  const asked = weights(page);
  const figure = await live(page, `${home}?measured=text&method=yarn&passage=mansfield&scale=2&stretch=2`);
  await drawn(figure, 'Mansfield Park');
  expect(asked).toEqual(['rope']);
  await expect(figure.getByLabel('Method')).toHaveValue('yarn');
});

test('how much has come is said, and it can be stopped', async ({ page }) => {
  let release = () => {};
  await page.route('**/weights/*', async (route) => {
    await new Promise<void>((done) => (release = done));
    await route.continue();
  });
  const figure = await live(page, home);
  const before = await figure.locator('.text').textContent();
  await figure.locator('[data-scene=text]').click();
  await expect(figure.locator('.computing')).toBeVisible();
  await figure.getByRole('button', { name: 'Stop' }).click();
  await expect(figure.locator('.computing')).toHaveCount(0);
  await expect(figure.locator('.text')).toHaveText(before!);
  release();
  await figure.locator('[data-scene=text]').click();
  await drawn(figure, 'in a small trained model');
});

for (const [what, answer, line] of [
  [
    'is damaged',
    (bytes: Buffer) => ({ body: Buffer.concat([bytes.subarray(0, 5000), Buffer.from([1 ^ bytes[5000]!]), bytes.subarray(5001)]) }),
    /damaged or cut short/,
  ],
  ['is cut short', (bytes: Buffer) => ({ body: bytes.subarray(0, 1000) }), /cut short/],
  ['is a page', () => ({ body: '<!doctype html>', contentType: 'text/html' }), /cut short/],
  ['is not there', () => ({ status: 404, body: '' }), /answered 404/],
] as const)
  test(`a file of weights that ${what}: one line says so, and the next try succeeds`, async ({ page }) => {
    let broken = true;
    await page.route('**/weights/*', async (route) => {
      if (!broken) return route.continue();
      const response = await route.fetch();
      await route.fulfill({ status: 200, ...answer(await response.body()) });
    });
    const figure = await live(page, home);
    await figure.locator('[data-scene=text]').click();
    await expect(figure.locator('.failure')).toContainText(line, { timeout: patient(20_000) });
    await figure.getByRole('button', { name: 'Back to the default' }).click();
    await drawn(figure, 'fitted logit');
    broken = false;
    // The browser may have kept what was broken.
    await figure.locator('[data-scene=text]').click();
    await drawn(figure, 'in a small trained model');
  });

test('without a network one line says so; what was read before can be read offline', async ({ page, context }) => {
  const figure = await live(page, home);
  await context.setOffline(true);
  await figure.locator('[data-scene=text]').click();
  await expect(figure.locator('.failure')).toContainText('is there a network?', { timeout: patient(20_000) });
  await context.setOffline(false);
  await figure.getByRole('button', { name: 'Back to the default' }).click();
  await figure.locator('[data-scene=text]').click();
  await drawn(figure, 'in a small trained model');
});

test('a reader’s own text is read, with what the model does not know', async ({ page }) => {
  const figure = await live(page, `${home}?measured=text&passage=own`);
  await drawn(figure, 'your text');
  await figure
    .getByLabel('Your text')
    .fill('It is a truth universally acknowledged, that 語 and 😀 are not in the alphabet of a very small model.');
  await expect(figure.getByText('2 characters are unknown to the model')).toBeVisible({ timeout: patient(20_000) });
  await expect(page).toHaveURL(/own=It\+is\+a\+truth/);
  await page.reload();
  await expect(page.locator('[data-figure]').first().getByText('2 characters are unknown')).toBeVisible({ timeout: patient(20_000) });
});

test('an embed in a frame without an origin fetches the model from the site', async ({ page, baseURL }) => {
  await page.goto(`${baseURL}/404.html`);
  await page.evaluate((src) => {
    const frame = Object.assign(document.createElement('iframe'), { src, width: 700, height: 1400 });
    frame.sandbox.add('allow-scripts');
    document.body.replaceChildren(frame);
  }, '/embed/giraffe/');
  const figure = page.frameLocator('iframe').locator('[data-figure]');
  await expect(figure).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  await figure.locator('[data-scene=text-ntk]').click();
  await drawn(figure, /NTK-aware, in a small trained model/);
});

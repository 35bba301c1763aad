import type { Locator } from '@playwright/test';
import { patient } from '../checks/pace';
import { expect, live, slow, test, widgets } from './site';

// Each fault is told in one line where there is something to tell, and the page goes on.
test.use({ allow: [/ERR_FAILED|Failed to load|status of 500/] });

const paper = (slug: string) => `/papers/${slug}/`;
const [one] = widgets as [string];

/** The figure answers: a scene is drawn, and the text is another. */
async function answers(figure: Locator): Promise<void> {
  const before = await figure.locator('.text').textContent();
  for (const scene of (await figure.locator('[data-scene]').all()).slice(0, 3)) {
    await scene.click();
    await expect(scene).toHaveAttribute('aria-current', 'true');
    await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(15_000) });
    await expect(figure.locator('.failure')).toHaveCount(0);
    if ((await figure.locator('.text').textContent()) !== before) return;
  }
  throw new Error('no scene changes the text');
}

/** A line that is shown; what is said to screen readers besides says the same. */
const line = (figure: Locator, text: string) => figure.locator(`:not(.spoken):text("${text}")`);

/** Opens the sharing menu and asks for a picture in pixels. */
async function askForPicture(figure: Locator): Promise<void> {
  await figure.getByRole('button', { name: 'Share', exact: true }).click();
  await figure.locator('.share').getByRole('button', { name: /PNG/ }).first().click();
}

test('storage refused, in every way a browser refuses it', async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('refused', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(Document.prototype, 'cookie', { get: refuse, set: refuse });
  });
  for (const path of [paper(one), `/embed/${one}/`]) await answers(await live(page, path));
  for (const path of ['/papers/', '/teach/']) {
    await page.goto(path);
    await expect(page.locator('h1')).toBeVisible();
  }
});

for (const [how, refuse] of [
  [
    'refused',
    () =>
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) },
      }),
  ],
  ['absent', () => Object.defineProperty(navigator, 'clipboard', { value: undefined })],
] as const)
  test(`the clipboard is ${how}: the link stands in a field`, async ({ page }) => {
    await page.addInitScript(refuse);
    const figure = await live(page, paper(one));
    await figure.getByRole('button', { name: 'Copy link' }).click();
    await expect(line(figure, 'Copy this by hand')).toHaveCount(1);
    await expect(figure.locator('input[readonly], textarea[readonly]').first()).toHaveValue(new RegExp(paper(one)));
    await answers(figure);
  });

test('no font comes: the page is read and played with in another, and a picture is made in that, or says why not', async ({ page }) => {
  let refused = 0;
  await page.route(/\.woff2?$/, (route) => {
    refused++;
    return route.abort();
  });
  const figure = await live(page, paper(one));
  expect(refused).toBeGreaterThan(0);
  await expect(page.locator('h1')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await answers(figure);
  await askForPicture(figure);
  await expect(figure.locator(':not(.spoken):text-matches("is saved|could not be made")')).toHaveCount(1);
});

test('a browser without any canvas: the figure needs none, and a picture in pixels says so', async ({ page }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
    Object.assign(window, { WebGLRenderingContext: undefined, WebGL2RenderingContext: undefined, OffscreenCanvas: undefined });
  });
  const figure = await live(page, paper(one));
  await answers(figure);
  await askForPicture(figure);
  await expect(line(figure, 'The file could not be made')).toHaveCount(1);
});

test('the worker dies while it computes: the answer comes all the same', async ({ page }) => {
  await page.addInitScript(() => {
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (...given: unknown[]) {
      if (!(window as unknown as { deadly?: boolean }).deadly) return postMessage.apply(this, given as Parameters<typeof postMessage>);
      this.terminate();
      setTimeout(() => this.dispatchEvent(new ErrorEvent('error', { message: 'died', cancelable: true })), 50);
    };
  });
  const figure = await live(page, '/papers/flashattention/');
  await page.evaluate(() => Object.assign(window, { deadly: true }));
  await figure.locator('[data-parameter=length] input[type=range]').focus();
  await page.keyboard.press('End');
  await expect(figure.locator('.text')).toContainText('128', { timeout: patient(15_000) });
  await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false');
  await expect(figure.locator('.failure')).toHaveCount(0);
});

test.describe('a script that does not come, or comes broken', () => {
  test.use({ allow: [/ERR_FAILED|status of 500|broken on the way|^threw: $/] });

  test('the drawn figure stays, and one line says so', async ({ page }) => {
    test.setTimeout(patient(120_000));
    const asked = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script') asked.add(new URL(request.url()).pathname);
    });
    // The page's own few lines ask for the rest. Where they fail nothing runs: that is the page without a script.
    await page.setViewportSize({ width: 360, height: 60 });
    await page.goto(paper(one));
    await page.waitForLoadState('networkidle');
    const own = new Set(asked);
    await page.setViewportSize({ width: 1280, height: 900 });
    await live(page, paper(one));
    const names = [...asked];
    page.removeAllListeners('request');
    expect(names.length).toBeGreaterThan(own.size + 2);
    const faults = [
      [500, 'no'],
      [200, 'throw new Error("broken on the way")'],
    ] as const;
    for (const [i, name] of names.entries())
      // On a slow machine every second script does not come, and the others come broken.
      for (const [status, body] of slow ? [faults[i % 2]!] : faults) {
        await page.route(`**${name}`, (route) => route.fulfill({ status, body, contentType: 'text/javascript' }));
        await page.goto(paper(one));
        const figure = page.locator('[data-figure]').first();
        await figure.scrollIntoViewIfNeeded();
        const told = page.locator('.load-failed:visible');
        const lives = async () => (await figure.getAttribute('data-live')) !== null;
        if (own.has(name)) await page.waitForLoadState('networkidle');
        else
          await expect
            .poll(async () => (await lives()) || (await told.count()) === 1, {
              message: `${name} with ${status}: the figure lives, or one line says that it does not`,
              timeout: patient(15_000),
            })
            .toBe(true);
        expect(await figure.locator('.picture svg').count()).toBeGreaterThanOrEqual(2);
        await expect(page.locator('h1')).toBeVisible();
        await page.unroute(`**${name}`);
      }
  });
});

test('data that is missing or is no data: the sharing menu says so, and the figure goes on', async ({ page }) => {
  for (const answer of [
    { status: 500, body: '' },
    { status: 404, body: '<h1>Not found</h1>' },
  ]) {
    await page.route(/\/offline\/.*\.html$/, (route) => route.fulfill(answer));
    const figure = await live(page, paper(one));
    await figure.getByRole('button', { name: 'Share', exact: true }).click();
    await figure.locator('.share').getByRole('button', { name: 'Offline file' }).click();
    await expect(line(figure, 'The file could not be made')).toHaveCount(1);
    await answers(figure);
    await page.unroute(/\/offline\/.*\.html$/);
  }
});

test('the sharing menu does not come: one line says so', async ({ page }) => {
  await page.route(/Share.*\.js/, (route) => route.abort());
  const figure = await live(page, paper(one));
  await figure.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(line(figure, 'The sharing menu could not be loaded')).toHaveCount(1);
  await answers(figure);
});

test.describe('when something of the figure fails', () => {
  test.use({ allow: [/./] });

  test('the figure stays as it was drawn when its script cannot be loaded, and says so', async ({ page }) => {
    for (const part of [/View.*\.js/, /mount.*\.js/]) {
      await page.route(part, (route) => route.abort());
      await page.goto('/papers/hip-attention/');
      await expect(page.locator('.load-failed')).toContainText('could not be loaded');
      await expect(page.locator('.load-failed')).toBeVisible();
      expect(await page.locator('.lengthwise .picture svg').count()).toBeGreaterThanOrEqual(2);
      await page.unroute(part);
    }
  });

  test('a slow state is computed on the page when its worker cannot be had', async ({ page }) => {
    await page.route(/worker.*\.js/, (route) => route.abort());
    const figure = await live(page, '/papers/flashattention/?length=128');
    await expect(figure.locator('.text')).toContainText('128');
    await figure.locator('[data-parameter=causal] input').check();
    await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false');
    await expect(figure.locator('.failure')).toHaveCount(0);
  });

  test('an exception in the picture is shown in the figure, and the way back works', async ({ page }) => {
    const figure = await live(page, '/papers/hip-attention/');
    await page.evaluate(() => {
      const { toFixed } = Number.prototype;
      Object.assign(window, { heal: () => (Number.prototype.toFixed = toFixed) });
      Number.prototype.toFixed = () => {
        throw new Error('deliberately broken');
      };
    });
    await figure.locator('.controls select').first().selectOption('oracle');
    await expect(figure.locator('.failure')).toContainText('deliberately broken');
    await page.evaluate(() => (window as unknown as { heal: () => void }).heal());
    await figure.locator('.failure button').click();
    await expect(figure.locator('.failure')).toHaveCount(0);
    expect(await figure.locator('.picture svg').count()).toBeGreaterThanOrEqual(2);
  });
});

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, live, test, widgets } from './site';

const embed = `/embed/${widgets[0]}/`;
const paper = `/papers/${widgets[0]}/`;

/** Runs in the page: tries to run and to load what was not there. Answers with what got through. */
async function attempts() {
  const through: string[] = [];
  const refused: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
  const ran = (name: string) => Object.assign(window, { [name]: () => through.push(name) });
  ran('inline');
  ran('handler');
  ran('written');
  const script = document.createElement('script');
  script.textContent = 'window.inline()';
  document.body.append(script);
  const written = document.createElement('div');
  written.innerHTML = '<img src="data:," onerror="window.handler()"><a href="javascript:window.written()">x</a>';
  document.body.append(written);
  written.querySelector('a')!.click();
  // In a turn of its own: the debugger that runs this is itself allowed to evaluate.
  await new Promise<void>((resolve) =>
    setTimeout(() => {
      try {
        new Function('window.written()')();
      } catch {
        refused.push('eval');
      }
      resolve();
    }),
  );
  const foreign = (element: HTMLElement & { src: string }, src: string) =>
    new Promise<void>((resolve) => {
      element.onload = () => (through.push(src), resolve());
      element.onerror = () => resolve();
      element.src = src;
      document.body.append(element);
    });
  await foreign(document.createElement('script'), 'https://example.org/x.js');
  await foreign(document.createElement('img'), 'https://example.org/x.png');
  await fetch('https://example.org/x.json').then(
    () => through.push('fetch'),
    () => {},
  );
  const base = document.createElement('base');
  base.href = 'https://example.org/';
  document.head.append(base);
  if (document.baseURI.startsWith('https://example.org')) through.push('base');
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { through, refused };
}

test.describe('what is written into a page does not run, and nothing foreign is asked for', () => {
  test.use({
    // A request that the policy stops is still told of.
    allow: [/Content Security Policy|Refused to|violates|left the origin: https:\/\/example\.org/],
  });

  for (const path of [paper, embed, '/teach/', '/papers/']) {
    test(path, async ({ page }) => {
      await page.goto(path);
      const { through, refused } = await page.evaluate(attempts);
      expect(through).toEqual([]);
      expect(refused).toEqual(expect.arrayContaining(['script-src-elem', 'script-src-attr', 'img-src', 'connect-src', 'eval']));
    });
  }
});

test('an embed may be framed by anybody, a page of the site only by the site', async ({ browser, baseURL }) => {
  const page = await browser.newPage();
  const host = createServer((_, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end(
        `<!doctype html><title>Host</title><iframe name="embed" src="${baseURL}${embed}"></iframe><iframe name="paper" src="${baseURL}${paper}"></iframe>`,
      ),
  );
  await new Promise<void>((resolve) => host.listen(0, resolve));
  try {
    await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
    await expect(page.frameLocator('[name=embed]').locator('.lengthwise')).toBeAttached();
    // What a browser shows instead of a refused page is not ours.
    const shown = await Promise.all(page.frames().map((frame) => frame.locator('[data-figure]').count()));
    expect(shown.reduce((sum, count) => sum + count, 0)).toBe(1);
  } finally {
    host.close();
    await page.close();
  }
});

test('a figure lives under its policy: worker, sharing, pictures', async ({ page }) => {
  const figure = await live(page, paper);
  await figure.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(figure.locator('.share')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: /PNG/ }).first().click()]);
  const png = readFileSync(await download.path());
  expect(png.subarray(1, 4).toString()).toBe('PNG');
});

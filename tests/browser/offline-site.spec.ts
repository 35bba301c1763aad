import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, test as base, type Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { Host } from './host';
import { browser } from './site';

// Each test has a host of its own, so an origin, a store and a worker of its own.
const patiently = expect.configure({ timeout: patient(15_000) });
const test = base.extend<{ host: Host }>({
  host: async ({}, use) => {
    const host = new Host();
    await host.open();
    await use(host);
    await host.remove();
  },
  baseURL: async ({ host }, use) => use(host.origin),
  serviceWorkers: 'allow',
});

test.use(browser);

const paper = '/papers/flashattention/';
const files = (host: Host) => readdirSync(join(host.root, '_astro'));
const text = (host: Host, path: string) => readFileSync(join(host.root, path), 'utf8');
const edit = (host: Host, path: string, change: (text: string) => string) => {
  const changed = change(text(host, path));
  expect(changed, `${path} is changed`).not.toBe(text(host, path));
  writeFileSync(join(host.root, path), changed);
};

/** What the build says a page may ask for. */
function listed(host: Host, path: string): string[] {
  const list = JSON.parse(text(host, `_astro/${files(host).find((name) => /^offline\..*\.json$/.test(name))}`));
  return list.pages[path].map((i: number) => list.files[i]);
}

/** The paths in the store. */
const stored = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await (await caches.open('lengthwise-1')).keys()).map(({ url }) => new URL(url).pathname));

/** Visits a page, and waits until the worker has stored it with all that it may ask for. */
async function visit(page: Page, host: Host, path: string, address = path) {
  expect((await page.goto(address))!.ok()).toBe(true);
  await patiently
    .poll(
      async () => {
        const inside = new Set(await stored(page));
        return [path, ...listed(host, path)].filter((file) => !inside.has(file));
      },
      { message: `what of ${path} is not stored` },
    )
    .toEqual([]);
}

/** The page as a reader without a network has it: text, styles, fonts, and a figure that answers. */
async function readable(page: Page, path: string) {
  const failed: string[] = [];
  page.on('requestfailed', (request) => failed.push(request.url()));
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px');
  const fonts = () => page.evaluate(() => [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family));
  await patiently.poll(fonts).toEqual(expect.arrayContaining(['Source Serif 4 Variable', 'Source Sans 3 Variable']));
  const figure = page.locator('[data-figure]').first();
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveAttribute('data-live', '');
  const said = figure.locator('.text');
  const before = await said.textContent();
  await figure.locator('[data-scene]').nth(1).click();
  await expect(said).not.toHaveText(before!);
  expect(failed.filter((url) => !url.endsWith('/sw.js'))).toEqual([]);
  return figure;
}

/** Another release: two pages say something else, a font of every page has another name, and so has the list. */
function release(host: Host) {
  const font = files(host).find((name) => /^source-serif-4-latin-wght-normal.*\.woff2$/.test(name))!;
  const list = files(host).find((name) => /^offline\..*\.json$/.test(name))!;
  const renamed = (content: string) => content.replaceAll(font, 'font.RELEASE2.woff2').replaceAll(list, 'offline.RELEASE2.json');
  for (const name of readdirSync(host.root, { recursive: true, encoding: 'utf8' }))
    if (/\.(html|json)$/.test(name)) writeFileSync(join(host.root, name), renamed(text(host, name)));
  renameSync(join(host.root, '_astro', font), join(host.root, '_astro/font.RELEASE2.woff2'));
  renameSync(join(host.root, '_astro', list), join(host.root, '_astro/offline.RELEASE2.json'));
  for (const page of ['index.html', `${paper}index.html`]) edit(host, page, (html) => html.replace('</h1>', ' (second edition)</h1>'));
  edit(host, 'sw.js', (code) => renamed(code).replace(/release \w+/, 'release 2'));
  return { font: `/_astro/${font}`, list: `/_astro/${list}` };
}
const edition = /\(second edition\)$/;

test('visited once, read again without a network and without a host', async ({ page, host, context }) => {
  await visit(page, host, '/');
  await visit(page, host, paper);
  await context.setOffline(true);
  await readable(page, '/');
  await readable(page, paper);
  await context.setOffline(false);
  await host.close();
  await readable(page, '/');
  const figure = await readable(page, paper);

  // What was never opened while there was a network.
  await figure.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(figure.locator('.share')).toBeVisible();
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  const failed: string[] = [];
  page.on('requestfailed', (request) => failed.push(request.url()));
  await page.goto(`${paper}?length=128`);
  await expect(figure.locator('.text')).toContainText('128');
  await expect(figure).toHaveAttribute('data-live', '');
  expect(workers).toHaveLength(1);
  expect(failed.filter((url) => !url.endsWith('/sw.js'))).toEqual([]);
});

test('a first visit is enough, of a page whose figure was never near', async ({ page, host }) => {
  await page.setViewportSize({ width: 360, height: 60 });
  await visit(page, host, paper);
  await expect(page.locator('[data-live]')).toHaveCount(0);
  await host.close();
  await page.setViewportSize({ width: 1280, height: 900 });
  await readable(page, paper);
});

test('a page never visited: the notice, with links to those that were', async ({ page, host }) => {
  await visit(page, host, '/');
  await visit(page, host, paper);
  await visit(page, host, '/embed/flashattention/');
  await host.close();
  await page.goto('/papers/hip-attention/?k=16');
  await expect(page.locator('h1')).toHaveText('This page is not here without a connection');
  expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px');
  const links = page.locator('#stored a');
  await expect(links).toHaveCount(2);
  expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([paper, '/']);
  await links.first().click();
  await expect(page).toHaveURL(paper);
  await expect(page.locator('[data-figure]').first()).toBeVisible();

  await page.goto('/papers/hip-attention/?k=16');
  await host.open();
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(page.locator('[data-figure]').first()).toBeVisible();
  expect(page.url()).toBe(`${host.origin}/papers/hip-attention/?k=16`);
});

test('after a release the network shows it at once, and then the store; what no page needs any more is gone', async ({ page, host }) => {
  await visit(page, host, '/');
  await visit(page, host, paper);
  await page.evaluate(() => Promise.all(['lengthwise-0', 'others-1'].map((name) => caches.open(name))));
  const old = release(host);

  await page.goto('/');
  await expect(page.locator('h1')).toHaveText(edition);
  await visit(page, host, '/');
  await patiently.poll(() => stored(page), 'the list of the old worker goes').not.toContain(old.list);
  expect(await page.evaluate(async () => (await caches.keys()).sort())).toEqual(['lengthwise-1', 'others-1']);
  expect(await stored(page), 'the paper was not read again, and needs it').toContain(old.font);
  await host.close();
  await readable(page, '/');
  await expect(page.locator('h1')).toHaveText(edition);
  await readable(page, paper);
  await expect(page.locator('h1')).not.toHaveText(edition);

  await host.open();
  await page.goto(paper);
  await expect(page.locator('h1')).toHaveText(edition);
  await visit(page, host, paper);
  await patiently.poll(() => stored(page)).not.toContain(old.font);
  await host.close();
  await readable(page, paper);
  await expect(page.locator('h1')).toHaveText(edition);
});

test('a slow network still wins; one that does not answer lets the store speak, and is heard the next time', async ({ page, host }) => {
  await visit(page, host, paper);
  release(host);
  host.delay = (path) => (path === paper ? 1500 : 0);
  await page.goto(paper);
  await expect(page.locator('h1')).toHaveText(edition);

  await visit(page, host, paper);
  edit(host, `${paper}index.html`, (html) => html.replace('(second edition)', '(third edition)'));
  host.delay = (path) => (path === paper ? 6000 : 0);
  const began = Date.now();
  await page.goto(paper);
  await expect(page.locator('h1')).toHaveText(edition);
  expect(Date.now() - began).toBeGreaterThan(2900);
  expect(Date.now() - began).toBeLessThan(6000);
  await page.waitForTimeout(4000);
  await host.close();
  await page.goto(paper);
  await expect(page.locator('h1')).toHaveText(/\(third edition\)$/);
});

test('a page that the host no longer has is not kept', async ({ page, host }) => {
  await visit(page, host, '/');
  await visit(page, host, paper);
  rmSync(join(host.root, paper), { recursive: true });
  expect((await page.goto(paper))!.status()).toBe(404);
  await patiently.poll(() => stored(page)).not.toContain(paper);
});

test('the query is the reader’s, the file is the same: also of an embed', async ({ page, host }) => {
  await visit(page, host, '/papers/hip-attention/', '/papers/hip-attention/?locality=4');
  await visit(page, host, '/embed/hip-attention/', '/embed/hip-attention/?scheme=dark');
  await host.close();
  const scores = page.locator('[data-figure] .text').first();
  await page.goto('/papers/hip-attention/?locality=1#figure');
  await expect(scores).toContainText('128 scores');
  await page.goto('/papers/hip-attention');
  await expect(page.locator('[data-live]').first()).toBeAttached();
  await page.goto('/embed/hip-attention/?scheme=light&controls=compact&locality=1');
  await expect(scores).toContainText('128 scores');
  expect(await page.evaluate(() => ({ ...document.documentElement.dataset }))).toMatchObject({ scheme: 'light', controls: 'compact' });
  expect((await stored(page)).filter((path) => path.includes('?'))).toEqual([]);
});

test('a store that refuses changes nothing', async ({ page, host }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  // From the start: then there is no worker. Later on: then it only passes on what the network says.
  const code = text(host, 'sw.js');
  const refuse = `caches.open = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));`;
  writeFileSync(join(host.root, 'sw.js'), `${refuse}\n${code}`);
  await readable(page, paper);
  expect(await page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(false);

  writeFileSync(join(host.root, 'sw.js'), `addEventListener('message', ({ data }) => { if (data === 'full') { ${refuse} } });\n${code}`);
  await visit(page, host, paper);
  await page.evaluate(() => navigator.serviceWorker.controller!.postMessage('full'));
  await readable(page, '/');
  await readable(page, paper);
  await host.close();
  await expect(page.goto('/themes/')).rejects.toThrow(/ERR_FAILED/);
  expect(errors).toEqual([]);
});

test('a host that has no worker any more is rid of it, and of the store', async ({ page, host }) => {
  await visit(page, host, paper);
  rmSync(join(host.root, 'sw.js'));
  await page.goto('/');
  await patiently.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await patiently.poll(() => page.evaluate(() => caches.keys())).toEqual([]);
  await readable(page, paper);
});

test('a frame of another site has no worker', async ({ page, host }) => {
  await page.goto('about:blank');
  await page.setContent(`<iframe src="${host.origin}/papers/flashattention/"></iframe>`);
  await expect(page.frameLocator('iframe').locator('h1')).toBeAttached();
  await page.waitForLoadState('networkidle');
  expect(host.asked).not.toContain('/sw.js');
});

test('the worker and what asks for it are small', async ({ host }) => {
  const size = (path: string) => brotliCompressSync(readFileSync(join(host.root, path))).length;
  // Its first line names the release and another the list of files, which take a few bytes more or fewer each time.
  const code = text(host, 'sw.js')
    .replace(/^\/\/.*\n/, '')
    .replace(/offline\.\w+\.json/g, 'offline.json');
  expect(brotliCompressSync(code).length).toBeLessThanOrEqual(1470);
  const [, register] = /<script type="module"[^>]* src="([^"]+)"/.exec(text(host, '404.html'))!;
  expect(text(host, register!)).toContain('/sw.js');
  expect(size(register!)).toBeLessThan(500);
});

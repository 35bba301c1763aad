import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { address, expect, live, test, widgets } from './site';

async function saved(page: Page, button: Locator): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFileSync(await download.path());
}

async function opened(page: Page, path: string) {
  const figure = await live(page, path);
  await figure.getByRole('button', { name: 'Share', exact: true }).click();
  const share = figure.locator('.share');
  await expect(share).toBeVisible();
  return { figure, share };
}

for (const slug of widgets) {
  test(`${slug}: pictures and numbers of the state shown`, async ({ page }) => {
    const { figure, share } = await opened(page, `/papers/${slug}/?seed=4`);
    const text = (await figure.locator('.text').textContent())!;

    await share.getByLabel('Colours').selectOption('dark');
    const svg = (await saved(page, share.getByRole('button', { name: 'SVG' }))).toString('utf8');
    await expect(share.locator('.done')).toHaveText(`${slug}.svg is saved.`);
    const drawn = await page.evaluate((source) => {
      const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
      return {
        error: parsed.querySelector('parsererror')?.textContent ?? '',
        title: parsed.querySelector('title')?.textContent,
        nested: parsed.querySelectorAll('svg > svg').length,
        shapes: parsed.querySelectorAll('path, rect, line, circle').length,
        width: Number(parsed.documentElement.getAttribute('width')),
        height: Number(parsed.documentElement.getAttribute('height')),
      };
    }, svg);
    expect(drawn.error).toBe('');
    expect(drawn.title).toBe(text);
    expect(drawn.nested).toBe(await figure.locator('.panel').count());
    expect(drawn.shapes).toBeGreaterThan(20);
    // It stands alone: no variable, no class, nothing fetched, nothing that runs.
    expect(svg).not.toMatch(/var\(--|light-dark\(|\bclass=|<script|\son\w+=|url\(http|href="http/);

    await share.getByLabel('Size').selectOption('3');
    const png = await saved(page, share.getByRole('button', { name: 'PNG' }));
    expect([...png.subarray(1, 4)]).toEqual([...'PNG'].map((c) => c.charCodeAt(0)));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3 * drawn.width, 3 * drawn.height]);
    expect(png.length).toBeGreaterThan(20_000);

    const csv = (await saved(page, share.getByRole('button', { name: 'CSV' }))).toString('utf8');
    const data = JSON.parse((await saved(page, share.getByRole('button', { name: 'JSON' }))).toString('utf8')) as {
      description: string;
      parameters: Record<string, unknown>;
      tables: { rows: unknown[][] }[];
    };
    expect(data.description).toBe(text);
    // Where nothing is drawn by chance there is no seed.
    expect(data.parameters.seed ?? 4).toBe(4);
    expect(Object.keys(data.parameters).length).toBeGreaterThan(2);
    const rows = data.tables.reduce((sum, table) => sum + table.rows.length, 0);
    expect(rows).toBeGreaterThan(3);
    for (const cell of data.tables.flatMap((table) => table.rows.flat()).filter((cell) => typeof cell === 'number'))
      expect(csv).toContain(String(cell));
    await figure.getByRole('button', { name: 'View as table' }).click();
    await expect(figure.locator('.tables table')).toHaveCount(data.tables.length);
  });
}

test('links, the code of a frame and a citation are copied, or stand there to be copied', async ({ page, context, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { figure, share } = await opened(page, '/papers/hip-attention/?scene=rough');
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await share.getByRole('button', { name: 'Link in its article' }).click();
  const link = await clipboard();
  expect(link).toBe(`${baseURL}/papers/hip-attention/rough/#figure`);
  await share.getByRole('button', { name: 'Code of a frame' }).click();
  const code = await clipboard();
  expect(code).toContain(`src="${baseURL}/embed/hip-attention/rough/"`);
  await share.getByRole('button', { name: 'Citation' }).click();
  expect(await clipboard()).toMatch(
    /@inproceedings\{hip-attention2025,[\s\S]*eprint = \{2406\.09827\}[\s\S]*@misc\{lengthwise-hip-attention/,
  );

  // The frame as a teacher would paste it, on a page of its own.
  await page.route(`${baseURL}/deck`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>A deck</title>${code}` }),
  );
  const text = await figure.locator('.text').textContent();
  await page.goto('/deck');
  await expect(page.frameLocator('iframe').locator('.text')).toHaveText(text!);
});

test('where the clipboard is refused, the text stands in a field', async ({ page }) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('refused')) } }),
  );
  const { figure, share } = await opened(page, '/papers/s4/?n=4');
  await share.getByRole('button', { name: 'Code of a frame' }).click();
  await expect(figure.locator('.by-hand textarea')).toHaveValue(/<iframe src=".*\/embed\/s4\/\?n=4"/);
  await figure.getByRole('button', { name: 'Copy link' }).click();
  await expect(figure.locator('.by-hand textarea')).toHaveValue(new RegExp(`${address(page).replace('?', '\\?')}#figure$`));
});

test('by keyboard alone the offline file is saved at the state shown, and opens there from a disk with the network cut', async ({
  page,
  context,
}) => {
  const { figure, share } = await opened(page, '/papers/hip-attention/?locality=4&seed=9');
  const text = await figure.locator('.text').textContent();
  const button = share.getByRole('button', { name: 'Offline file' });
  await button.focus();
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  await expect(share.locator('.done')).toHaveText('hip-attention.html is saved.');
  const file = test.info().outputPath('hip-attention.html');
  await download.saveAs(file);
  await context.setOffline(true);
  await context.route('http**', (route) => route.abort());
  const alone = await context.newPage();
  await alone.goto(pathToFileURL(file).href);
  await expect(alone.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  await expect(alone.locator('.text')).toHaveText(text!);
  await expect(alone.locator('[data-parameter=locality] .number')).toHaveValue('4');
  await expect(alone.locator('.notices')).toHaveCount(0);
});

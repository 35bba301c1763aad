/**
 * npm run pictures [-- words]: every scene of every widget and a page of every kind, at 1280 and 360 px, in both schemes, on one sheet for
 * each width, to be looked at in one glance. With words, only those whose name has them. The sheets and their pictures go to
 * test-results/sheet; nothing is compared, and nothing is kept.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright } from '@playwright/test';
import { chromium } from './chromium.mjs';
import { build, fail, install, root, say } from './project.mjs';
import { serve } from './serve.mjs';

const widths = [1280, 360];
const schemes = ['light', 'dark'];
const words = process.argv.slice(2).join(' ');

await install();
if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');
const dist = join(root, 'dist');
const folders = (path) =>
  readdirSync(join(dist, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
const embeds = folders('embed').flatMap((slug) => [
  `/embed/${slug}/`,
  ...folders(`embed/${slug}`).map((scene) => `/embed/${slug}/${scene}/`),
]);
const papers = [...folders('embed'), folders('papers').find((slug) => !folders('embed').includes(slug))];
const pages = ['/', '/papers/', '/themes/', '/verification/', '/credits/', '/teach/', '/teach/embed/', '/404.html'].concat(
  papers.filter(Boolean).map((slug) => `/papers/${slug}/`),
);
const wanted = [...embeds, ...pages].filter((path) => path.includes(words));
if (!wanted.length) fail(`No page or embed has “${words}” in its name.`);

const folder = join(root, 'test-results', 'sheet');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { address, close } = await serve(4380, { anyPort: true });
const browser = await playwright.launch({ executablePath: await chromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

for (const width of widths) {
  say(`${wanted.length} pictures at ${width} px in each of ${schemes.length} schemes`);
  const shots = [];
  for (const colorScheme of schemes) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    const page = await context.newPage();
    for (const path of wanted) {
      await page.goto(new URL(path, address).href);
      await page.evaluate(() => document.fonts.ready);
      for (const figure of await page.locator('[data-figure]').all()) {
        await figure.scrollIntoViewIfNeeded();
        await figure.and(page.locator('[data-live]')).waitFor();
      }
      const file = `${path.replaceAll('/', ' ').trim().replaceAll(' ', '-') || 'home'}-${width}-${colorScheme}.png`;
      // Of a page the beginning says enough; an embed is shown whole.
      const fullPage = path.startsWith('/embed/');
      if (!fullPage) await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: join(folder, file), fullPage, animations: 'disabled' });
      shots.push({ path, file, colorScheme });
    }
    await context.close();
  }
  await sheet(width, shots);
}
await browser.close();
close();

/** One sheet: a row of both schemes for each path, several rows beside each other; as a page with links to the pictures, and as one picture. */
async function sheet(width, shots) {
  const shown = width > 600 ? 300 : 130;
  const cells = wanted.map((path) => {
    const images = shots
      .filter((shot) => shot.path === path)
      .map(({ file, colorScheme }) => `<a href="${file}"><img src="${file}" alt="${path}, ${colorScheme}" width="${shown}"></a>`);
    return `<figure><figcaption>${path}</figcaption>${images.join('')}</figure>`;
  });
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${width} px</title>
<style>body{font:12px system-ui;margin:8px;background:#888}main{display:flex;flex-wrap:wrap;gap:8px;align-items:flex-start}
figure{margin:0;background:#fff;padding:4px}figcaption{max-width:${2 * shown}px;overflow-wrap:anywhere}img{display:inline-block;vertical-align:top}</style>
<main>${cells.join('\n')}</main></html>`;
  const file = join(folder, `${width}.html`);
  writeFileSync(file, html);
  const page = await browser.newPage({ viewport: { width: 2560, height: 1440 } });
  await page.goto(new URL(`file://${file}`).href, { waitUntil: 'load' });
  const whole = join(folder, `sheet-${width}.png`);
  await page.screenshot({ path: whole, fullPage: true });
  await page.close();
  console.log(`  ${whole}, and ${file} with links to each picture`);
}

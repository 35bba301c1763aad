/** npm run heights: how tall every embed is at a range of widths, measured in Chromium on the built site, into src/site/heights.json. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright } from '@playwright/test';
import { format, resolveConfig } from 'prettier';
import { chromium } from './chromium.mjs';
import { measure } from './measure.mjs';
import { build, fail, install, root, say } from './project.mjs';
import { serve } from './serve.mjs';

const widths = [320, 360, 480, 640, 800, 960, 1280];
/** The widest frame that is thought of, and how finely the widths between are tried. */
const last = 1920;
const step = 16;

await install();
if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');
const embeds = join(root, 'dist', 'embed');
const all = [...new Set([...widths, ...Array.from({ length: (last - widths[0]) / step + 1 }, (_, i) => widths[0] + i * step)])].sort(
  (a, b) => a - b,
);

const { address, close } = await serve(4380, { anyPort: true });
const browser = await playwright.launch({ executablePath: await chromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
const heights = {};
for (const slug of readdirSync(embeds).sort()) {
  say(slug);
  const scenes = readdirSync(join(embeds, slug), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const page = await browser.newPage({ viewport: { width: last, height: 900 } });
  const measured = await measure(page, address, [`/embed/${slug}/`, ...scenes.map(({ name }) => `/embed/${slug}/${name}/`)], all);
  await page.close();
  const tallest = all.map((_, i) => Math.max(...measured.map((own) => own[i])));
  heights[slug] = {
    at: widths.map((width) => tallest[all.indexOf(width)]),
    between: widths.map((width, i) => most(tallest.slice(all.indexOf(width), all.indexOf(widths[i + 1] ?? last) + 1))),
  };
}
await browser.close();
close();

const file = join(root, 'src', 'site', 'heights.json');
const options = { ...(await resolveConfig(file)), filepath: file };
writeFileSync(file, await format(JSON.stringify({ widths, heights }), options));
say(`${Object.keys(heights).length} widgets measured: see src/site/heights.json. The next build uses it.`);

/** The tallest of a run of widths. Between two of those tried it may have grown on, once more as far as it ever grew. */
function most(run) {
  return Math.max(...run) + Math.max(0, ...run.slice(1).map((height, i) => height - run[i]));
}

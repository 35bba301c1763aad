/** npm run decks: figures in a real Slidev deck, built and played in a browser. Slidev is installed only here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';
import { build, environment, fail, install, root, run, say } from './project.mjs';

await install();
const CHROMIUM = await chromium();
if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');
const deck = join(root, 'tests', 'peers', 'slidev');
if (!existsSync(join(deck, 'node_modules'))) {
  say('Installing Slidev (about 500 MB, once)');
  if ((await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: deck })) !== 0)
    fail('npm could not install tests/peers/slidev: see its message above, and run this again.');
}
const site = 'http://localhost:4397';
say('Building the deck');
const slidev = join(deck, 'node_modules', '.bin', 'slidev');
if ((await run(slidev, ['build', 'slides.md', '--out', 'dist'], { cwd: deck, env: { ...environment, VITE_LENGTHWISE: site } })) !== 0)
  fail('Slidev could not build tests/peers/slidev/slides.md: see its message above.');
process.exit(await run('playwright', ['test', '--config', join(deck, 'playwright.config.ts')], { env: { ...environment, CHROMIUM } }));

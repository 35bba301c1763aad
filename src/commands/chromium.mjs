import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { debian } from './debian.mjs';
import { fail, run, say } from './project.mjs';

/** Where a Chromium usually stands. */
const places = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
  ],
  darwin: ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

const works = (path) =>
  Boolean(path) && existsSync(path) && (process.platform === 'win32' || spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0);
const own = () => createRequire(import.meta.url)('playwright-core').chromium.executablePath();

/** The path of a Chromium: the one named by CHROMIUM, one on the machine, Playwright's, else Debian's package. */
export async function chromium() {
  const named = process.env.CHROMIUM;
  if (named) return works(named) ? named : fail(`CHROMIUM names ${named}, which does not run: correct it or unset it.`);
  const found = (places[process.platform] ?? []).find(works);
  if (found) return found;
  if (works(own())) return own();
  say('There is no Chromium: asking Playwright for its own');
  // A blocked download must not hold everything up.
  if ((await run('playwright', ['install', 'chromium'], { timeout: 240_000 })) === 0 && works(own())) return own();
  if (await debian('chromium')) {
    const now = places.linux.find(works);
    if (now) return now;
  }
  return fail(
    'No Chromium could be found or installed. Install one ("apt-get install chromium", or Chrome) and run this again; CHROMIUM=/path/to/it names one in an unusual place.',
  );
}

/**
 * shell(browser) is where tests run that look at no window: the same engine without all that is around it, for a quarter less of the
 * processor. Debian has it beside its Chromium; elsewhere, and where CHROMIUM names one, it is that browser itself. Tests of what it does otherwise
 * are given that by LENGTHWISE_BROWSER; see tests/browser/site.ts.
 */
export async function shell(browser) {
  if (process.env.CHROMIUM || browser !== '/usr/bin/chromium') return browser;
  const place = `${browser}-headless-shell`;
  return works(place) || ((await debian('chromium-headless-shell')) && works(place)) ? place : browser;
}

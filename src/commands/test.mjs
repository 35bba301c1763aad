/** npm test: install, types, lint, build, unit and golden tests, browser tests against the built site. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { buildGrowth, growth, papers, played, timed } from './growth.mjs';
import { build, environment, fail, install, run, say } from './project.mjs';

const began = Date.now();
await install();
const { chromium, shell } = await import('./chromium.mjs');
const browser = await chromium();
const windowless = await shell(browser);
const { engines } = await import('./engines.mjs');
const others = await engines.others();

const reports = mkdtempSync(join(tmpdir(), 'lengthwise-'));
const failures = [];
let passed = 0;
let failed = 0;
/** The names of the tests that failed, said again at the end: what they printed is far above, and a log may be cut. */
const broken = [];
/** What each part took, in minutes, and what it will take with a figure for every paper. */
const parts = [];
let last = began;
part('installing');

let built;
if (!(await check(async () => (built = await build())))) failures.push('type check, lint or format: see the messages above');
if (!built) failures.push('build: the message above names the file and the reason');
part('types, lint and building', buildGrowth());

say('Unit and golden tests');
const unitReport = join(reports, 'unit.json');
if ((await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`])) !== 0)
  failures.push('unit and golden tests: see above; "npm run unit" runs them alone');
part('unit and golden tests', growth(timed(count(unitReport)), papers));

if (built) {
  say('Browser tests against the built site');
  const browserReport = join(reports, 'browser.json');
  const code = await run('playwright', ['test', '--reporter=line,json'], {
    env: { ...environment, CHROMIUM: windowless, LENGTHWISE_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: browserReport },
  });
  if (code !== 0) failures.push('browser tests: see above; "npm run browser" runs them alone');
  part('browser tests', growth(timed(count(browserReport)), played));

  const missing = Object.entries({ Firefox: others.FIREFOX, WebKit: others.WEBKIT }).flatMap(([name, path]) => (path ? [] : [name]));
  say(
    `The same in every engine${missing.length ? `, but not in ${missing.join(' and ')}: not to be had here, so nothing is said of it` : ''}`,
  );
  const enginesReport = join(reports, 'engines.json');
  const enginesCode = await run(
    'vitest',
    [...engines.arguments, '--reporter=default', '--reporter=json', `--outputFile.json=${enginesReport}`],
    {
      env: { ...environment, CHROMIUM: browser, ...others },
    },
  );
  if (enginesCode !== 0) failures.push('engines: see above; "npm run engines" runs them alone');
  part('engines');
  count(enginesReport);
}
rmSync(reports, { recursive: true, force: true });

const [minutes, expected] = ['minutes', 'expected'].map((what) => parts.reduce((sum, one) => sum + one[what], 0).toFixed(1));
console.log(
  `\n${parts.map(({ name, minutes }) => `${name} ${minutes.toFixed(1)}`).join(', ')} minutes; with figures for all papers some ${expected}`,
);
console.log(`\n${passed} passed, ${failed} failed, in ${minutes} minutes`);
if (failures.length) fail(`What failed:\n  - ${[...failures, ...broken].join('\n  - ')}`);

/** Notes how long a part took since the one before, and how many times as long it will take with a figure for every paper. */
function part(name, times = 1) {
  const minutes = (Date.now() - last) / 60_000;
  last = Date.now();
  parts.push({ name, minutes, expected: minutes * times });
}

/** The report, once it is counted. A runner that ended without its report says so by its exit code. */
function count(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { stats } = report;
    passed += stats ? stats.expected + stats.flaky : report.numPassedTests;
    failed += stats ? stats.unexpected : report.numFailedTests;
    broken.push(...timed(report).flatMap((one) => (one.failed ? [one.name.trim()] : [])));
    return report;
  } catch {
    failed++;
    return {};
  }
}

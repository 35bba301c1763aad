/**
 * npm run broken [-- words]: shows that the checks can fail. Each entry of tests/broken/breaks.mjs breaks a copy of the last commit, on
 * which its check must then fail. With words, only the checks that have them in their name; with several, apart by “|”, those that have one of
 * them. Two copies are broken at a time.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { standing } from './growth.mjs';
import { build, environment, fail, install, root, say } from './project.mjs';

await install();
const { breaks } = await import('../../tests/broken/breaks.mjs');
const { chromium } = await import('./chromium.mjs');
const words = process.argv.slice(2).join(' ');
const wanted = breaks.filter(({ check }) => words.split('|').some((one) => check.includes(one.trim())));
if (!wanted.length) fail(`No check is called “${words}”: there are ${breaks.map(({ check }) => check).join('; ')}.`);
if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');
const browser = await chromium();

say('Copying the last commit');
const scratch = mkdtempSync(join(tmpdir(), 'lengthwise-'));
const copies = ['4398', '4397'].slice(0, wanted.length).map(copied);
const left = [...wanted];
const unseen = [];
const began = Date.now();
await Promise.all(
  copies.map(async (copy) => {
    for (let one = left.shift(); one; one = left.shift()) {
      const started = Date.now();
      const problem = await attempt(copy, one);
      if (problem) unseen.push(`${one.check}: ${problem}`);
      const seconds = Math.round((Date.now() - started) / 1000);
      console.log(`  ${problem ? 'NOT noticed' : 'noticed'}, in ${seconds} s: ${one.check} (${one.file})`);
    }
  }),
);
rmSync(scratch, { recursive: true, force: true });
if (unseen.length) fail(`${unseen.length} of ${wanted.length} were not noticed:\n  - ${unseen.join('\n  - ')}`);
say(`All ${wanted.length} were noticed, in ${((Date.now() - began) / 60_000).toFixed(1)} minutes.`);

/** A copy of the last commit with what is installed and built, where a command can be run to its end. */
function copied(port) {
  const folder = join(scratch, port);
  if (spawnSync('git', ['clone', '--quiet', '--local', root, folder], { stdio: 'inherit' }).status !== 0)
    fail('git could not copy the project.');
  cpSync(join(root, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  const env = {
    ...environment,
    PATH: [join(folder, 'node_modules', '.bin'), environment.PATH].join(delimiter),
    CHROMIUM: browser,
    LENGTHWISE_TEST_PORT: port,
    CI: '',
  };
  const run = ([command, ...args]) =>
    new Promise((resolve) => {
      // A check of one figure is of that one, whichever a run of all checks takes.
      const figure = standing().find((slug) => args.some((one) => one.split(/[^\w-]/).includes(slug)));
      const own = figure ? { ...env, LENGTHWISE_WIDGETS: figure } : env;
      const child = spawn(command, args, { cwd: folder, env: own, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
      child.on('error', (error) => resolve({ status: 127, output: String(error) }));
      child.on('close', (status) => resolve({ status, output }));
    });
  return { folder, run, stale: false };
}

/** attempt(copy, one) breaks the copy, runs the check, and puts it right again; undefined where the check noticed, else what is wrong. */
async function attempt(copy, { file, from, to, built = true, run, says }) {
  const source = !file.startsWith('dist/');
  if (!(source && built) && copy.stale) rebuilt(copy);
  if (from !== null && !existsSync(join(copy.folder, file))) return `there is no file ${file}`;
  const whole = join(copy.folder, file);
  const before = from === null ? undefined : readFileSync(whole, 'utf8');
  if (before !== undefined && !before.includes(from)) return `${file} does not hold ${JSON.stringify(from)}`;
  writeFileSync(whole, before === undefined ? to : before.replace(from, () => to), { mode: 0o755 });
  try {
    if (source && built) {
      copy.stale = true;
      const { status, output } = await copy.run(['astro', 'build']);
      if (status !== 0) return `it did not build: ${output.slice(-600)}`;
    }
    const { status, output } = await copy.run(run);
    if (status === 0) return 'the check did not notice';
    return output.includes(says) ? undefined : `it failed for another reason: ${output.slice(-1500)}`;
  } finally {
    if (before === undefined) rmSync(whole);
    else writeFileSync(whole, before);
  }
}

/** The built site as it was, after a broken source was built. */
function rebuilt(copy) {
  rmSync(join(copy.folder, 'dist'), { recursive: true });
  cpSync(join(root, 'dist'), join(copy.folder, 'dist'), { recursive: true });
  copy.stale = false;
}

/**
 * npm run broken [-- words]: shows that the checks can fail. Each entry of tests/broken/breaks.mjs breaks a copy of the last commit, on
 * which its check must then fail. With words, only the checks that have them in their name.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build, environment, fail, install, root, say } from './project.mjs';

await install();
const { breaks } = await import('../../tests/broken/breaks.mjs');
const { chromium } = await import('./chromium.mjs');
const words = process.argv.slice(2).join(' ');
const wanted = breaks.filter(({ check }) => check.includes(words));
if (!wanted.length) fail(`No check is called “${words}”: there are ${breaks.map(({ check }) => check).join('; ')}.`);
if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');

const copy = join(mkdtempSync(join(tmpdir(), 'lengthwise-')), 'copy');
const env = {
  ...environment,
  PATH: [join(copy, 'node_modules', '.bin'), environment.PATH].join(delimiter),
  CHROMIUM: await chromium(),
  LENGTHWISE_TEST_PORT: '4398',
  CI: '',
};
const inCopy = (command, args) => spawnSync(command, args, { cwd: copy, env, encoding: 'utf8', maxBuffer: 1e9 });

say('Copying the last commit');
if (spawnSync('git', ['clone', '--quiet', '--local', root, copy], { stdio: 'inherit' }).status !== 0)
  fail('git could not copy the project.');
cpSync(join(root, 'node_modules'), join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true });
cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });

const unseen = [];
let stale = false;
for (const one of wanted) {
  say(`${one.check}: ${one.file}`);
  const problem = attempt(one);
  if (problem) unseen.push(`${one.check}: ${problem}`);
  else console.log('  noticed');
}

/** attempt(one) breaks the copy, runs the check, and puts it right again; undefined where the check noticed, else what is wrong. */
function attempt({ file, from, to, built = true, run, says }) {
  const [path] = globSync(file, { cwd: copy });
  if (!path) return `there is no file ${file}`;
  const whole = join(copy, path);
  const before = readFileSync(whole, 'utf8');
  if (!before.includes(from)) return `${file} does not hold ${JSON.stringify(from)}`;
  const source = !file.startsWith('dist/');
  if (!source && stale) rebuilt();
  writeFileSync(
    whole,
    before.replace(from, () => to),
  );
  try {
    if (source && built) {
      stale = true;
      const { status, stdout, stderr } = inCopy('astro', ['build']);
      if (status !== 0) return `it did not build: ${(stdout + stderr).slice(-600)}`;
    }
    const { status, stdout, stderr } = inCopy(run[0], run.slice(1));
    if (status === 0) return 'the check did not notice';
    return (stdout + stderr).includes(says) ? undefined : `it failed for another reason: ${(stdout + stderr).slice(-1500)}`;
  } finally {
    writeFileSync(whole, before);
  }
}

/** The built site as it was, after a broken source was built. */
function rebuilt() {
  rmSync(join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  stale = false;
}
rmSync(join(copy, '..'), { recursive: true, force: true });
if (unseen.length) fail(`${unseen.length} of ${wanted.length} were not noticed:\n  - ${unseen.join('\n  - ')}`);
say(`All ${wanted.length} were noticed.`);

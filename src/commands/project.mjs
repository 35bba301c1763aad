/**
 * What the commands share. Built-ins of Node 20 only: this runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const windows = process.platform === 'win32';

/** The environment of every tool: the project's own Node and binaries come first. */
export const environment = {
  ...process.env,
  PATH: [bin, process.env.PATH ?? ''].join(delimiter),
  ASTRO_TELEMETRY_DISABLED: '1',
};

export const say = (line) => console.log(`\n▸ ${line}`);

/** Ends the command with a sentence that says what to do. */
export function fail(line) {
  console.error(`\n✖ ${line}`);
  process.exit(1);
}

/** run(tool, args) runs one of the project's tools to its end, its output passed through, and returns its exit code. */
export function run(tool, args = [], options = {}) {
  return new Promise((resolve) => {
    const child = spawn(tool, args, { cwd: root, env: environment, stdio: 'inherit', shell: windows, ...options });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** quietly(tool, args) keeps the output, to be shown where it failed. */
export function quietly(tool, args) {
  return new Promise((resolve) => {
    const child = spawn(tool, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 127, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** has(command) is true where the machine can run it. */
export const has = (command, args = ['--version']) => spawnSync(command, args, { stdio: 'ignore', shell: windows }).status === 0;

const lock = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules', '.lengthwise-installed');
const digest = (text) => createHash('sha256').update(text).digest('hex');
/** What is installed depends on the lockfile and on the kind of machine. */
const wanted = () => digest(readFileSync(lock) + process.platform + process.arch);

/** install() brings exactly what the lockfile says; nothing is done where that is in place already. */
export async function install() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) fail(`Node ${process.version} is too old: install Node 20 or newer from https://nodejs.org, then run this again.`);
  if (!existsSync(lock)) fail('package-lock.json is missing: restore it with "git checkout package-lock.json".');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return;
  say('Installing what the lockfile says (once; about half a minute)');
  const quiet = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // The npm that started this command, where it did; it need not be on the path.
  const npm = process.env.npm_execpath;
  const code = npm?.endsWith('.js') ? await run(process.execPath, [npm, ...quiet]) : await run('npm', quiet);
  if (code !== 0)
    fail('npm could not install the packages: see its message above. Most often the network or the registry was away; run this again.');
  if (spawnSync('node', ['--version'], { env: environment, shell: windows }).status !== 0 || nodeMajor() < 22)
    fail(`There is no packaged Node for ${process.platform} ${process.arch}: install Node 24 from https://nodejs.org and run this again.`);
  writeFileSync(stamp, wanted());
}

const nodeMajor = () =>
  Number(/v(\d+)/.exec(spawnSync('node', ['--version'], { env: environment, shell: windows, encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0);

/** What the built site is made from. */
const sources = ['src', 'content', 'seeds', 'public', 'tests/golden', 'astro.config.mjs', 'package-lock.json', 'tsconfig.json'];
const built = join(root, 'dist', '.built');

function* files(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return;
  if (!status.isDirectory()) yield [path, status];
  else for (const name of readdirSync(path).sort()) yield* files(join(path, name));
}

/** One number for the state of all sources: names, sizes and times. */
function state() {
  const hash = createHash('sha256').update(process.env.LENGTHWISE_SITE ?? '');
  for (const source of sources)
    for (const [path, { size, mtimeMs }] of files(join(root, source))) hash.update(`${path} ${size} ${mtimeMs}\n`);
  return hash.digest('hex');
}

/** build() makes dist/ where a source has changed since it was made. True where it is there afterwards. */
export async function build() {
  const now = state();
  if (existsSync(built) && readFileSync(built, 'utf8') === now) return true;
  say('Building the site (about half a minute)');
  const { code, output } = await quietly('astro', ['build']);
  if (code !== 0) {
    console.error(output);
    return false;
  }
  writeFileSync(built, now);
  return true;
}

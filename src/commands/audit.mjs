/**
 * npm run audit [-- section ... --all --only=slug,slug]: the long checks over all pages and widgets. What they measured goes to src/site/audit.json, from
 * which /verification/ shows it. Each section is a file of tests/audit; a part of them replaces its own sections of the report and no others.
 * A section that would take longer than its share takes those figures first that it was longest without, and keeps what it knows of the others,
 * with the day and the commit of that; `--all` takes every figure, however long that is, `--only` those that it names.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { merge, minutesEach, order, round, shares } from './audit-round.mjs';
import { growth, papers, standing, timed as times } from './growth.mjs';
import { build, environment, fail, install, root, run, say } from './project.mjs';

await install();
const { chromium } = await import('./chromium.mjs');
const { engines } = await import('./engines.mjs');
const { format, resolveConfig } = await import('prettier');

const folder = join(root, 'tests', 'audit');
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.audit.ts'))
  .map((name) => name.replace('.audit.ts', ''))
  .concat('engines')
  .sort();
const everyFigure = process.argv.includes('--all');
const only = process.argv
  .find((one) => one.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length) fail(`There is no section ${unknown.join(', ')}: there are ${all.join(', ')}.`);
const sections = wanted.length ? wanted : all;

if (!(await build())) fail('The site could not be built: the message above names the file and the reason.');
const env = { ...environment, CHROMIUM: await chromium() };
const report = join(root, 'src', 'site', 'audit.json');
/** The report as it is now: another run may have written other sections of it meanwhile. */
const written = () => (existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).sections : {});
const done = {};
/** What is timed must have the machine to itself; of the rest two go on at a time. */
const timed = ['build', 'interaction', 'lighthouse', 'side-by-side'];
const scratch = mkdtempSync(join(tmpdir(), 'lengthwise-'));
const failed = [];

for (const name of sections) {
  const figures = standing();
  const known = written()[name];
  const strange = only?.filter((slug) => !figures.includes(slug)) ?? [];
  if (strange.length) fail(`There is no figure ${strange.join(', ')}: there are ${figures.join(', ')}.`);
  const taken = only ?? (everyFigure ? figures : round(name, known, figures));
  say(`Audit: ${name}${taken.length < figures.length ? `, ${taken.length} of ${figures.length} figures` : ''}`);
  const findings = join(scratch, `${name}.jsonl`);
  const counted = join(scratch, `${name}.json`);
  const began = Date.now();
  const own = {
    ...env,
    LENGTHWISE_FINDINGS: findings,
    LENGTHWISE_WIDGETS: taken.join(','),
    PLAYWRIGHT_JSON_OUTPUT_NAME: counted,
    ...(name === 'engines' ? await engines.others() : {}),
  };
  const code =
    name === 'engines'
      ? await run('vitest', [...engines.arguments, '--reporter=default', '--reporter=json', `--outputFile.json=${counted}`], { env: own })
      : await run(
          'playwright',
          [
            'test',
            '--config=tests/audit/playwright.config.ts',
            '--reporter=list,json',
            ...(timed.includes(name) ? [] : ['--workers=2', '--fully-parallel']),
            `/${name}.audit.ts`,
          ],
          { env: own },
        );
  if (code !== 0) failed.push(name);
  const minutes = (Date.now() - began) / 60_000;
  const ran = read(counted);
  const whole = minutes * growth(times(ran), papers, taken);
  done[name] = {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    cores: cpus().length,
    minutes: Number(minutes.toFixed(1)),
    each: minutesEach(times(ran), minutes, taken),
    figures: [taken.length, figures.length],
    order: order(known, figures, taken),
    // Random hands share their minutes, however many figures there are; what takes longer than its share goes round.
    expected: Number(Math.min(name === 'fuzz' ? minutes : whole, Math.max(shares[name], minutes)).toPrecision(2)),
    tests: count(ran),
    findings: merge(
      existsSync(findings)
        ? readFileSync(findings, 'utf8')
            .trim()
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line))
        : [],
      known,
      figures,
      taken,
    ),
  };
  await write(name);
}
rmSync(scratch, { recursive: true, force: true });
const sum = (what) => sections.reduce((all, name) => all + done[name][what], 0).toFixed(0);
say(
  `${sections.length} sections in ${sum('minutes')} minutes, some ${sum('expected')} once all ${papers} papers have their figure; what was measured stands in src/site/audit.json.`,
);
if (failed.length) fail(`What failed: ${failed.join(', ')}. The messages above say where.`);

function commit() {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const changed = git('status', '--porcelain', '--', 'src', 'content', 'seeds', 'public', 'astro.config.mjs')
    .split('\n')
    .some((line) => line && !line.endsWith('src/site/audit.json'));
  return `${git('rev-parse', '--short=10', 'HEAD')}${changed ? ' with changes' : ''}`;
}

/** [passed, failed] as the runner's report says; a runner that ended without one failed. */
function count({ stats, numPassedTests, numFailedTests }) {
  return stats ? [stats.expected + stats.flaky, stats.unexpected] : [numPassedTests, numFailedTests];
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 };
  }
}

async function write(name) {
  const options = { ...(await resolveConfig(report)), filepath: report };
  const ordered = Object.fromEntries(Object.entries({ ...written(), [name]: done[name] }).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(report, await format(JSON.stringify({ sections: ordered }), options));
}

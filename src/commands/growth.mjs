/** How long the checks will take once every paper has its figure. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

export const papers = 79;
/** No more are played with in npm test; see tests/checks/built.ts. */
export const played = 4;

/** The papers that have their figure now; known once the site is built. */
export const standing = () => (existsSync(join(root, 'dist', 'embed')) ? readdirSync(join(root, 'dist', 'embed')) : []);

/** The tests of a report, of Playwright or of Vitest, with their names, what each took, in ms, and whether it failed for good. */
export function timed(report) {
  const all = [];
  const visit = (suite, above) => {
    const name = `${above} ${suite.title}`;
    for (const { title, tests } of suite.specs ?? [])
      all.push({
        name: `${name} ${title}`,
        ms: tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0),
        failed: tests.some(({ status }) => status === 'unexpected'),
      });
    for (const one of suite.suites ?? []) visit(one, name);
  };
  for (const suite of report.suites ?? []) visit(suite, '');
  for (const { name, assertionResults } of report.testResults ?? [])
    for (const { fullName, duration, status } of assertionResults)
      all.push({ name: `${name} ${fullName}`, ms: duration ?? 0, failed: status === 'failed' });
  return all;
}

/** isOf(name, slugs): whether a test or a page is of one of these figures; its name or its path says so. */
export const isOf = (name, slugs) => {
  const words = name.split(/[^a-z0-9-]+/);
  return slugs.some((slug) => words.includes(slug));
};

/**
 * growth(tests, figures, taken): how many times as long the tests take when there are that many figures instead of those that they took, all of
 * today unless said.
 */
export function growth(tests, figures, taken = standing()) {
  const sum = (some) => some.reduce((all, { ms }) => all + ms, 0);
  const own = sum(tests.filter(({ name }) => isOf(name, taken)));
  const all = sum(tests);
  return all && taken.length ? (all - own + (own * Math.max(figures, taken.length)) / taken.length) / all : 1;
}

/** buildGrowth() is the same for building the site, as the audit found it; 1 where it did not. */
export function buildGrowth() {
  const { sections } = JSON.parse(readFileSync(join(root, 'src', 'site', 'audit.json'), 'utf8'));
  const seconds = (measure) => sections.build?.findings.find((one) => one.measure.startsWith(measure))?.value;
  return (seconds('build, expected') ?? 1) / (seconds('build') ?? 1);
}

/** How long the checks will take once every paper has its figure. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

export const papers = 79;
/** No more are played with in npm test; see tests/checks/built.ts. */
export const played = 8;

/** The papers that have their figure now; known once the site is built. */
export const standing = () => (existsSync(join(root, 'dist', 'embed')) ? readdirSync(join(root, 'dist', 'embed')) : []);

/** The tests of a report, of Playwright or of Vitest, with their names and what each took, in ms. */
export function timed(report) {
  const all = [];
  const visit = (suite, above) => {
    const name = `${above} ${suite.title}`;
    for (const { title, tests } of suite.specs ?? [])
      all.push({ name: `${name} ${title}`, ms: tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0) });
    for (const one of suite.suites ?? []) visit(one, name);
  };
  for (const suite of report.suites ?? []) visit(suite, '');
  for (const { name, assertionResults } of report.testResults ?? [])
    for (const { fullName, duration } of assertionResults) all.push({ name: `${name} ${fullName}`, ms: duration ?? 0 });
  return all;
}

/** growth(tests, figures): how many times as long they take when there are that many figures instead of those of today. What is of one figure is told by its name. */
export function growth(tests, figures) {
  const slugs = standing();
  const sum = (some) => some.reduce((all, { ms }) => all + ms, 0);
  const own = sum(tests.filter(({ name }) => slugs.some((slug) => name.split(/[^a-z0-9-]+/).includes(slug))));
  const all = sum(tests);
  return all && slugs.length ? (all - own + (own * Math.max(figures, slugs.length)) / slugs.length) / all : 1;
}

/** buildGrowth() is the same for building the site, as the audit found it; 1 where it did not. */
export function buildGrowth() {
  const { sections } = JSON.parse(readFileSync(join(root, 'src', 'site', 'audit.json'), 'utf8'));
  const seconds = (measure) => sections.build?.findings.find((one) => one.measure.startsWith(measure))?.value;
  return (seconds('build, expected') ?? 1) / (seconds('build') ?? 1);
}

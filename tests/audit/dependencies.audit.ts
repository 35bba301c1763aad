import { spawnSync } from 'node:child_process';
import { expect, test } from '../browser/site';
import { record } from './record';

interface Answer {
  message?: string;
  error?: { summary?: string };
  vulnerabilities?: Record<string, { severity: string; via: unknown[] }>;
}

/** What is known to the registry about the versions in the lockfile; where it does not say, the report says so. */
for (const [subject, scope] of [
  ['what is shipped and built with', []],
  ['of that, what has a part in the pages', ['--omit=dev']],
] as const)
  test(`known faults in ${subject}`, () => {
    const { stdout } = spawnSync('npm', ['audit', '--json', ...scope], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    const answer = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Answer;
    const measure = 'known faults';
    if (!answer.vulnerabilities) {
      const why = answer.error?.summary ?? answer.message ?? 'no answer';
      record({ subject, measure, value: 'not known', ok: true, note: `the registry says “${why.slice(0, 120)}”` });
      test.info().annotations.push({ type: 'not asked', description: why });
      return;
    }
    const found = Object.entries(answer.vulnerabilities).map(([name, { severity }]) => `${name} (${severity})`);
    const { ok } = record({
      subject,
      measure,
      value: found.length,
      limit: 0,
      ok: !found.length,
      note: found.join(', ').slice(0, 300) || undefined,
    });
    expect(ok, found.join(', ')).toBe(true);
  });

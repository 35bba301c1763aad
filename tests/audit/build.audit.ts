import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sum } from 'd3-array';
import { everyWidget, expect, test } from '../browser/site';
import { record } from './record';

const papers = 79;
/** A build is part of the test; with the rest of it, it has to be done in 25 minutes on a machine of two cores. */
const most = 480;

test('how long a build takes, and how it grows with each paper that gets its figure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lengthwise-'));
  const began = Date.now();
  const { status, stdout, stderr } = spawnSync('astro', ['build', '--outDir', folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const whole = Number(((Date.now() - began) / 1000).toFixed(1));
  rmSync(folder, { recursive: true, force: true });
  expect(status, stderr).toBe(0);
  // "├─ /papers/s4/few/index.html (+158ms)".
  const written = [...stdout.matchAll(/[├└]─ (\S+) \(\+([\d.]+)(ms|s)\)/g)].map(([, path, time, unit]) => ({
    path: path!,
    seconds: Number(time) / (unit === 's' ? 1 : 1000),
  }));
  const each = everyWidget.map((slug) => {
    const own = written.filter(({ path }) => path.split(/[/.]/).includes(slug));
    const seconds = sum(own, (one) => one.seconds);
    record({
      subject: slug,
      measure: 'pages, embeds, cards and files of one paper',
      value: Number(seconds.toFixed(2)),
      unit: 's',
      ok: true,
      note: `${own.length} files`,
    });
    return seconds;
  });
  const apart = whole - sum(each);
  expect(apart, 'seconds of the build beside the papers').toBeGreaterThan(0);
  const expected = apart + (sum(each) / each.length) * papers;
  const note = `${each.length} papers with figures; ${apart.toFixed(1)} s without them`;
  record({ subject: 'the site', measure: 'build', value: whole, unit: 's', ok: true, note });
  const { ok } = record({
    subject: 'the site',
    measure: `build, expected with ${papers} figures`,
    value: Math.round(expected),
    unit: 's',
    limit: most,
    ok: expected <= most,
  });
  expect(ok, `${Math.round(expected)} s`).toBe(true);
});

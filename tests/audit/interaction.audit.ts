import type { Page } from '@playwright/test';
import { extent, quantile } from 'd3-array';
import { expect, live, test, widgets } from '../browser/site';
import { scenes, slowed, sweep, watch, type PictureWait, type Waits } from '../checks/sweep';
import { record } from './record';

/**
 * How long a reader may wait until what they did is seen, at the control itself, until the picture has caught up with a hand that rests,
 * and how long a task may keep the page from answering; in ms.
 */
const limits = { 'at the default': 50, 'at the largest': 200, picture: 200, task: 200 };

/** The state that has everything at its most: the controls say how far they go. */
async function largest(page: Page, path: string): Promise<string> {
  const figure = await live(page, path);
  const most = await figure.locator('[data-parameter] input[type=number]').evaluateAll((fields) =>
    fields.map((field) => {
      const control = field.closest<HTMLElement>('[data-parameter]')!;
      const isSeed = !control.querySelector('input[type=range]');
      return isSeed ? '' : `${control.dataset.parameter}=${(field as HTMLInputElement).max}`;
    }),
  );
  return `${path}?${most.filter(Boolean).join('&')}`;
}

for (const slug of widgets) {
  test(`${slug}: every control answers in time, on a processor slowed four times`, async ({ page }) => {
    await page.addInitScript(watch);
    page.setDefaultTimeout(20_000);
    const path = `/papers/${slug}/`;
    const most = await largest(page, path);
    const broken: string[] = [];
    for (const [size, address] of [
      ['at the default', path],
      ['at the largest', most],
    ] as const) {
      const figure = await live(page, address);
      const slow = await slowed(page, 4);
      const found: Waits[] = await sweep(page, figure, { times: size === 'at the default' ? 5 : 3, slow });
      if (size === 'at the default') found.push(...(await scenes(page, figure, slow)));
      const p95 = ({ waits }: Pick<Waits, 'waits'>) => Math.round(quantile(waits, 0.95) ?? 0);
      const waits = found.flatMap((one) => one.waits);
      const [quickest, slowestPace] = extent(found, ({ pace }) => pace) as [number, number];
      const machine = `a machine ${quickest.toFixed(1)} to ${slowestPace.toFixed(1)} times slower by itself`;
      const slowest = found.reduce((a, b) => (p95(b) > p95(a) ? b : a));
      const longest = found.reduce((a, b) => (b.longest > a.longest ? b : a));
      const say = (measure: string, value: number, limit: number | undefined, note: string) => {
        const finding = record({ subject: slug, measure, value, unit: 'ms', limit, ok: limit === undefined || value <= limit, note });
        if (!finding.ok) broken.push(`${measure}: ${value} ms, ${note}`);
      };
      say(
        `wait for a paint ${size}, 95th percentile`,
        p95({ waits }),
        limits[size],
        `${waits.length} events; slowest: ${slowest.control} (${p95(slowest)} ms); ${machine}`,
      );
      // What a worker computes is counted as long as it would take there, and what says that it is computed as long as until it says so.
      const there =
        (pace: number) =>
        ({ ms, away, line = Infinity }: PictureWait) =>
          Math.min(line, ms - away + away / pace);
      const last = found.map((one) => ({ ...one, waits: one.pictures.slice(-1).map(there(one.pace)) }));
      const latest = last.reduce((a, b) => (p95(b) > p95(a) ? b : a));
      say(
        `wait for the picture ${size}, 95th percentile`,
        p95({ waits: last.flatMap((one) => one.waits) }),
        size === 'at the default' ? limits.picture : undefined,
        `slowest: ${latest.control} (${p95(latest)} ms)`,
      );
      say(`longest task ${size}`, Math.round(longest.longest), limits.task, longest.longest ? longest.control : 'none over 50 ms');
      test.info().annotations.push({
        type: size,
        description: found.map((one) => `${one.control} ${p95(one)}/${Math.round(one.longest)}`).join('; '),
      });
    }
    expect(broken).toEqual([]);
  });
}

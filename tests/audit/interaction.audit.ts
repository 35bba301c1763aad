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

interface Measured {
  readonly measure: string;
  readonly value: number;
  readonly limit: number | undefined;
  readonly note: string;
}
const misses = ({ value, limit = Infinity }: Measured) => value > limit;

/** measured(page, path, size): every control and scene of a figure, once. */
async function measured(page: Page, path: string, size: 'at the default' | 'at the largest'): Promise<Measured[]> {
  const figure = await live(page, path);
  const slow = await slowed(page, 4);
  const found: Waits[] = await sweep(page, figure, { times: size === 'at the default' ? 5 : 3, slow });
  if (size === 'at the default') found.push(...(await scenes(page, figure, slow)));
  const p95 = ({ waits }: Pick<Waits, 'waits'>) => Math.round(quantile(waits, 0.95) ?? 0);
  const waits = found.flatMap((one) => one.waits);
  const [quickest, slowestPace] = extent(found, ({ pace }) => pace) as [number, number];
  const machine = `a machine ${quickest.toFixed(1)} to ${slowestPace.toFixed(1)} times slower by itself`;
  const slowest = found.reduce((a, b) => (p95(b) > p95(a) ? b : a));
  const longest = found.reduce((a, b) => (b.longest > a.longest ? b : a));
  // What a worker computes is counted as long as it would take there, and what says that it is computed as long as until it says so.
  const there =
    (pace: number) =>
    ({ ms, away, line = Infinity }: PictureWait) =>
      Math.min(line, ms - away + away / pace);
  const last = found.map((one) => ({ ...one, waits: one.pictures.slice(-1).map(there(one.pace)) }));
  const latest = last.reduce((a, b) => (p95(b) > p95(a) ? b : a));
  test.info().annotations.push({
    type: size,
    description: found.map((one) => `${one.control} ${p95(one)}/${Math.round(one.longest)}`).join('; '),
  });
  return [
    {
      measure: `wait for a paint ${size}, 95th percentile`,
      value: p95({ waits }),
      limit: limits[size],
      note: `${waits.length} events; slowest: ${slowest.control} (${p95(slowest)} ms); ${machine}`,
    },
    {
      measure: `wait for the picture ${size}, 95th percentile`,
      value: p95({ waits: last.flatMap((one) => one.waits) }),
      limit: size === 'at the default' ? limits.picture : undefined,
      note: `slowest: ${latest.control} (${p95(latest)} ms)`,
    },
    {
      measure: `longest task ${size}`,
      value: Math.round(longest.longest),
      limit: limits.task,
      note: longest.longest ? longest.control : 'none over 50 ms',
    },
  ];
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
      let all = await measured(page, address, size);
      if (all.some(misses)) {
        // Another program only ever adds to a wait: of two measurements, each of a new page, the lesser says more of the figure.
        const again = await measured(page, address, size);
        all = all.map((one, i) => {
          const [less, more] = again[i]!.value < one.value ? [again[i]!, one] : [one, again[i]!];
          return { ...less, note: `${less.note}; measured twice, the other time ${more.value} ms` };
        });
      }
      for (const one of all) {
        record({ subject: slug, unit: 'ms', ok: !misses(one), ...one });
        if (misses(one)) broken.push(`${one.measure}: ${one.value} ms, ${one.note}`);
      }
    }
    expect(broken).toEqual([]);
  });
}

import type { Page } from '@playwright/test';
import { expect, live, test, widgets } from '../browser/site';
import { quantile, scenes, slowed, sweep, watch, type Waits } from '../checks/sweep';
import { record } from './record';

/** How long a reader may wait for the picture of what they just did, and a task may keep the page from answering; in ms. */
const limits = { 'at the default': 50, 'at the largest': 200, task: 200 };

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
    const path = `/papers/${slug}/`;
    const most = await largest(page, path);
    const broken: string[] = [];
    for (const [size, address] of [
      ['at the default', path],
      ['at the largest', most],
    ] as const) {
      const session = await slowed(page, 1);
      const figure = await live(page, address);
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      const found: Waits[] = await sweep(page, figure);
      if (size === 'at the default') found.push(...(await scenes(page, figure)));
      await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      const waits = found.flatMap((one) => one.waits);
      const slowest = found.reduce((a, b) => (quantile(b.waits, 0.95) > quantile(a.waits, 0.95) ? b : a));
      const longest = found.reduce((a, b) => (b.longest > a.longest ? b : a));
      const round = (ms: number) => Math.round(ms);
      const say = (measure: string, value: number, limit: number, note: string) => {
        const finding = record({ section: 'interaction', subject: slug, measure, value, unit: 'ms', limit, ok: value <= limit, note });
        if (!finding.ok) broken.push(`${measure}: ${value} ms, ${note}`);
      };
      say(
        `wait for a paint ${size}, 95th percentile`,
        round(quantile(waits, 0.95)),
        limits[size],
        `${waits.length} events; slowest: ${slowest.control} (${round(quantile(slowest.waits, 0.95))} ms)`,
      );
      say(`longest task ${size}`, round(longest.longest), limits.task, longest.control);
      test.info().annotations.push({
        type: size,
        description: found.map((one) => `${one.control} ${round(quantile(one.waits, 0.95))}/${round(one.longest)}`).join('; '),
      });
      console.log(slug, size, test.info().annotations.at(-1)!.description);
    }
    expect(broken).toEqual([]);
  });
}

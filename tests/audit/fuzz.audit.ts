import { expect, test } from '@playwright/test';
import { widgets } from '../browser/site';
import { fuzz } from '../checks/fuzz';
import { record } from './record';

/** Of play, shared by all widgets; two are played with at a time. */
const minutes = Number(process.env.LENGTHWISE_FUZZ_MINUTES ?? 20);
const seed = Number(process.env.LENGTHWISE_SEED ?? 1);

for (const slug of widgets) {
  test(`${slug}: random hands on the page and on the embed`, async ({ page, baseURL }) => {
    const until = Date.now() + (minutes * 60_000) / widgets.length;
    const found: string[] = [];
    let moves = 0;
    for (let turn = 0; Date.now() < until; turn++) {
      const home = turn % 2 ? `/embed/${slug}/` : `/papers/${slug}/`;
      const run = await fuzz(page, home, { seed: seed + turn, until: Math.min(until, Date.now() + 30_000) });
      moves += run.moves;
      if (run.find) {
        found.push(
          `${home}, seed ${seed + turn}: ${run.find.what} at ${run.find.address.replace(baseURL!, '')} after ${run.find.moves.slice(-6).join(', ')}`,
        );
        if (found.length > 2) break;
      }
    }
    record({ subject: slug, measure: 'moves', value: moves, ok: true });
    record({
      subject: slug,
      measure: 'what went wrong',
      value: found.length,
      limit: 0,
      ok: found.length === 0,
      note: found[0]?.slice(0, 300),
    });
    expect(found).toEqual([]);
  });
}

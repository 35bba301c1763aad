import { expect, test } from '@playwright/test';
import { obtain, standIns } from './peers/obtain';
import { dist } from '../checks/built';
import { ours, use } from './peers/ours';
import { notHere, peers, type Form } from './peers/peers';
import { readFrom } from './peers/npm';
import { host } from './peers/server';
import type { Source } from './peers/source';
import { measure, type Measured } from './peers/measure';
import { open, type Place } from './peers/visit';
import { record } from './record';

/** What ours must not be worse in than the best of its like: a reader feels these four. */
const bars = [
  'script, 375 px',
  'requests to third parties',
  'layout shift, 375 px',
  'layout shift, 1280 px',
  'control answers, 375 px',
  'control answers, 1280 px',
];

/** In one test, so that all are measured on one machine in one run, by one browser. */
test('ours beside what people use today', async ({}, info) => {
  const browser = await open(info.project.use.launchOptions ?? {});
  const measured: { form: Form; name: string; values: Measured }[] = [];

  const at = async (source: Source, mount: string | undefined, place: Omit<Place, 'host'>, own: readonly string[] = []) => {
    const server = await host(source, mount);
    try {
      return await measure(browser, { ...place, host: server }, source, own);
    } finally {
      server.close();
    }
  };

  for (const peer of peers) {
    await test.step(peer.name, async () => {
      const got = obtain(peer);
      const all = 'missing' in got ? got : await at(got.source, peer.mount, { ...peer, others: standIns(peer, got.source) }, peer.own);
      const value = 'source' in got && !('missing' in all) ? got.source.how : (all as { missing: string }).missing;
      record({ subject: peer.name, measure: 'how it was obtained', value, ok: true, note: peer.note });
      if ('missing' in all) return;
      measured.push({ form: peer.form, name: peer.name, values: all });
      for (const [name, { value, unit }] of Object.entries(all)) record({ subject: peer.name, measure: name, value, unit, ok: true });
    });
  }
  for (const [subject, value] of Object.entries(notHere)) record({ subject, measure: 'how it was obtained', value, ok: true });
  expect(measured.length, 'peers that could be measured').toBeGreaterThanOrEqual(3);

  for (const { path, form, why } of ours()) {
    await test.step(path, async () => {
      const source: Source = { read: (file) => readFrom(dist, file), absent: new Set(), how: '' };
      const all = await at(source, undefined, { path, use, others: new Map() });
      if ('missing' in all) throw new Error(`${path} lacks ${all.missing}`);
      record({ subject: path, measure: 'how it was obtained', value: `built from this repository: ${why}`, ok: true });
      const like = measured.filter((one) => one.form === form);
      for (const [name, { value, unit }] of Object.entries(all)) {
        const known = like.filter(({ values }) => typeof values[name]?.value === 'number');
        const best = known.sort((a, b) => Number(a.values[name]!.value) - Number(b.values[name]!.value))[0];
        if (!bars.includes(name) || !best) {
          record({ subject: path, measure: name, value, unit, ok: true });
          continue;
        }
        const limit = best.values[name]!.value;
        const { ok } = record({
          subject: path,
          measure: name,
          value,
          unit,
          limit,
          ok: Number(value) <= Number(limit),
          note: `best: ${best.name}`,
        });
        expect.soft(ok, `${path}: ${name} is ${value}, and ${limit} at ${best.name}`).toBe(true);
      }
    });
  }
  await browser.close();
});

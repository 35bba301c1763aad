import { afterAll, beforeAll, describe, it } from 'vitest';
import { record } from '../audit/record';
import { engines, type Engine } from './driver';
import { embed } from './embed';
import { everything } from '../checks/built';
import { part, report, type Here } from './here';
import { link, play, step } from './figure';
import { offline } from './offline';
import { read } from './read';
import { Site } from './site';

/** smoke(engine) is the same suite in each engine. Where the engine is not to be had, the run says that nothing was tried. */
export function smoke(engine: Engine): void {
  const { path, start } = engines[engine];
  if (!path) {
    it.skip(`${engine} is not to be had on this machine: nothing was tried`, () => {});
    if (everything) record({ subject: engine, measure: 'all', value: 'not to be had, so not tried', ok: false });
    return;
  }

  describe(engine, () => {
    const here = { held: new Map() } as Here;
    beforeAll(async () => {
      here.site = new Site();
      await here.site.open();
      here.page = await start(path);
      await here.page.viewport(1280, 900);
    });
    afterAll(async () => {
      if (everything && here.page) report(here);
      await here.page?.close();
      await here.site.remove();
    });
    part('read', here, read);
    part('play', here, play);
    part('step', here, step);
    part('link', here, link);
    part('embed', here, embed);
    part('offline', here, offline);
  });
}

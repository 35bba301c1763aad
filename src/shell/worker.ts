import { expose } from 'comlink';
import { loadDefinition } from './definitions';
import type { Value } from './parameters';

/** What runs beside the page: simulate, for any widget. */
export interface WorkerApi {
  simulate(slug: string, given: Readonly<Record<string, Value>>): Promise<unknown>;
}

const api: WorkerApi = {
  async simulate(slug, given) {
    return (await loadDefinition(slug)).simulate(given);
  },
};

expose(api);

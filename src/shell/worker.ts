import { expose } from 'comlink';
import { loadDefinition } from './definitions';
import type { Value } from './parameters';

/** What runs beside the page: simulate, for any widget. */
const api = {
  async simulate(slug: string, given: Record<string, Value>): Promise<unknown> {
    return (await loadDefinition(slug)).simulate(given);
  },
};
export type WorkerApi = typeof api;

expose(api);

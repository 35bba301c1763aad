import { expose } from 'comlink';
import { loadDefinition } from './definitions';

/** What runs beside the page: simulate, for any widget. */
const api = {
  async simulate(slug: string, given: Record<string, unknown>): Promise<unknown> {
    return (await loadDefinition(slug)).simulate(given);
  },
};
export type WorkerApi = typeof api;

expose(api);

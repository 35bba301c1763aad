import { expose } from 'comlink';
import { loadDefinition } from './definitions';
import type { Value } from './parameters';

/** What runs beside the page: simulate, for any widget. */
export interface WorkerApi {
  simulate(slug: string, given: Readonly<Record<string, Value>>): Promise<unknown>;
  /** Brings a model's weights, before a question that needs them. */
  give(name: string, bytes: Uint8Array): Promise<void>;
}

const api: WorkerApi = {
  async simulate(slug, given) {
    return (await loadDefinition(slug)).simulate(given);
  },
  async give(name, bytes) {
    (await import('@/model/give')).give(name, bytes);
  },
};

expose(api);

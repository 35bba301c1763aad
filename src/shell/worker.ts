import { expose } from 'comlink';
import type { Value } from './parameters';
import { loadDefinition } from './themes';

/** What runs beside the page: simulate, for any widget. */
export interface WorkerApi {
  /** `folder` is where the figure stands, 'theme/slug'. */
  simulate(folder: string, given: Readonly<Record<string, Value>>): Promise<unknown>;
  /** Brings a model's weights, before a question that needs them. */
  give(name: string, bytes: Uint8Array): Promise<void>;
}

const api: WorkerApi = {
  async simulate(folder, given) {
    return (await loadDefinition(folder)).simulate(given);
  },
  async give(name, bytes) {
    (await import('@/model/give')).give(name, bytes);
  },
};

expose(api);

import { expose } from 'comlink';
import { ready } from './apart';
import { lasting } from './contract';
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
    const widget = await loadDefinition(folder);
    if (lasting(widget, given)) await ready();
    return widget.simulate(given);
  },
  async give(name, bytes) {
    (await import('@/model/give')).give(name, bytes);
  },
};

expose(api);

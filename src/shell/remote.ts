import { wrap } from 'comlink';
import type { Remote } from './state.svelte';
import type { WorkerApi } from './worker';

/**
 * remote(spawn) runs simulate in one worker, started when it is first needed. A newer question ends an older one that is still
 * running: the worker is stopped and started again, which is the only way to interrupt a plain loop.
 */
export function remote(spawn: () => Worker): Remote {
  let worker: Worker | undefined;
  let api: WorkerApi | undefined;
  /** Rejects the question under way; undefined while the worker rests. */
  let abandon: ((reason: Error) => void) | undefined;

  function stop(reason: string): void {
    worker?.terminate();
    worker = api = undefined;
    abandon?.(new Error(reason));
    abandon = undefined;
  }

  return async (slug, given) => {
    if (abandon) stop('superseded');
    worker ??= spawn();
    api ??= wrap<WorkerApi>(worker) as unknown as WorkerApi;
    let mine: typeof abandon;
    try {
      return await new Promise((resolve, reject) => {
        abandon = mine = reject;
        worker!.onerror = (event) => {
          event.preventDefault();
          stop('the worker failed');
        };
        api!.simulate(slug, given).then(resolve, reject);
      });
    } finally {
      // A question that was superseded has nothing to clear: the newer one stands there now.
      if (abandon === mine) abandon = undefined;
    }
  };
}

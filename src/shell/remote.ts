import { wrap, type Remote as Wrapped } from 'comlink';
import type { Remote } from './state.svelte';
import type { WorkerApi } from './worker';

let worker: Worker | undefined;
let api: Wrapped<WorkerApi> | undefined;
let busy = 0;
let abandon: ((reason: Error) => void) | undefined;

function start(): void {
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  api = wrap<WorkerApi>(worker);
}

function stop(reason: string): void {
  worker?.terminate();
  worker = api = undefined;
  busy = 0;
  abandon?.(new Error(reason));
  abandon = undefined;
}

/**
 * remote(slug, given) runs simulate in the one worker of the page. A newer question ends an older one that is still
 * running: the worker is stopped and started again, which is the only way to interrupt a plain loop.
 */
export const remote: Remote = async (slug, given) => {
  if (busy > 0) stop('superseded');
  if (!worker) start();
  busy++;
  try {
    return await new Promise((resolve, reject) => {
      abandon = reject;
      worker!.onerror = (event) => {
        event.preventDefault();
        stop('the worker failed');
      };
      api!.simulate(slug, given).then(resolve, reject);
    });
  } finally {
    busy = Math.max(0, busy - 1);
  }
};

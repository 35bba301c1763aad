import { wrap } from 'comlink';
import type { Need, Remote } from './state.svelte';
import { superseded } from './superseded';
import type { WorkerApi } from './worker';

interface Question {
  readonly slug: string;
  readonly given: Parameters<Remote>[1];
  readonly need: Need | undefined;
  resolve(result: unknown): void;
  reject(reason: Error): void;
}

/** How long the question under way may keep a newer one waiting, in ms. Most end sooner, so that a figure follows the hand that drags. */
export const patience = 250;

/** The same where it runs a model: a new worker must be given its weights again, which takes longer than most of its answers. */
export const patienceWithModel = 1000;

/** How long a hand rests before a question is asked that is too slow to follow it, in ms. */
export const pause = 100;

/** Whose question it is: a figure's own newer one takes its place, never that of another figure of the page. */
const askerOf = ({ need, slug }: Question): unknown => need?.asker ?? slug;

/**
 * remote(spawn) runs simulate in one worker, started when it is first needed. While a question is under way the newest one of each figure waits,
 * and takes the place of one of the same figure that waits already. Where the figure's own older question takes longer than `patience`, or the
 * question's signal says so, the worker is stopped and started again: the only way to interrupt a plain loop. A hand that is too quick for the
 * answers then gets one when it rests. `fetchModel` gets the weights of a model that a question needs, `anew` where those it gave were damaged.
 */
export function remote(
  spawn: () => Worker,
  fetchModel?: (name: string, progress: Need['progress'], anew: boolean) => Promise<Uint8Array>,
): Remote {
  let worker: Worker | undefined;
  let api: WorkerApi | undefined;
  /** The models that the worker has. */
  let had = new Set<string>();
  const damaged = new Set<string>();
  let running: Question | undefined;
  /** At most one of each asker. */
  let waiting: Question[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the last question was asked. */
  let asked = 0;
  /** Until the hand rests. */
  let resting: ReturnType<typeof setTimeout> | undefined;

  /** Ends what is under way, and goes on with what waits. */
  function stop(reason: string): void {
    worker?.terminate();
    worker = api = undefined;
    had = new Set();
    running?.reject(new Error(reason));
    running = undefined;
    if (reason === superseded) rest();
    else next();
  }

  function rest(): void {
    clearTimeout(resting);
    resting = setTimeout(next, asked + pause - performance.now());
  }

  function next(): void {
    clearTimeout(timer);
    clearTimeout(resting);
    timer = resting = undefined;
    running = waiting.shift();
    if (running) void ask(running);
  }

  async function ask(question: Question): Promise<void> {
    try {
      worker ??= spawn();
      worker.onerror = (event) => {
        event.preventDefault();
        stop('the worker failed');
      };
      api ??= wrap<WorkerApi>(worker) as unknown as WorkerApi;
      for (const name of question.need?.models ?? []) {
        if (had.has(name)) continue;
        if (!fetchModel) throw new Error(`nothing here can fetch the model ${name}`);
        const bytes = await fetchModel(name, question.need!.progress, damaged.delete(name));
        // Meanwhile it may have been stopped, and its worker with it.
        if (running !== question) return;
        await api.give(name, bytes).catch((error) => {
          damaged.add(name);
          throw error;
        });
        if (running !== question) return;
        had.add(name);
      }
      question.resolve(await api.simulate(question.slug, question.given));
    } catch (error) {
      question.reject(error as Error);
    }
    // One that was stopped has nothing to clear: another stands there now.
    if (running === question) next();
  }

  return (slug, given, signal, need) =>
    new Promise((resolve, reject) => {
      asked = performance.now();
      const question = { slug, given, need, resolve, reject };
      signal?.addEventListener('abort', () => {
        if (running === question) stop('stopped');
        else reject(new Error('stopped'));
        waiting = waiting.filter((one) => one !== question);
      });
      const own = waiting.findIndex((one) => askerOf(one) === askerOf(question));
      if (own < 0) waiting.push(question);
      else {
        waiting[own]!.reject(new Error(superseded));
        waiting[own] = question;
      }
      if (resting !== undefined) rest();
      else if (!running) next();
      else if (askerOf(running) === askerOf(question))
        timer ??= setTimeout(() => stop(superseded), running.need?.models.length ? patienceWithModel : patience);
    });
}

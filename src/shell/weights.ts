import models from 'virtual:models';
import { modelWords } from './words-model';

/** How much of a file has come, in bytes. */
export type Progress = (done: number, all: number) => void;

interface Coming {
  readonly bytes: Promise<Uint8Array>;
  readonly watched: Set<Progress>;
}

const coming = new Map<string, Coming>();
/** What came damaged: a copy that the browser kept is then not good enough. */
const damaged = new Set<string>();

/**
 * weights(name, base, progress) is a model's file, fetched once for all figures of a page. `base` is where the site is: '/' on its own pages.
 * Rejects with a line for the reader; the next one who asks tries again. Whether the bytes are right tells who reads them: `anew` says that they are not.
 */
export async function weights(name: string, base: string, progress: Progress, anew = false): Promise<Uint8Array> {
  if (anew) {
    damaged.add(name);
    coming.delete(name);
  }
  let one = coming.get(name);
  if (!one) {
    const watched = new Set<Progress>();
    one = { watched, bytes: fetched(name, base, (done, all) => watched.forEach((watch) => watch(done, all))) };
    coming.set(name, one);
    one.bytes.catch(() => coming.delete(name));
  }
  one.watched.add(progress);
  try {
    return await one.bytes;
  } finally {
    one.watched.delete(progress);
  }
}

async function fetched(name: string, base: string, progress: Progress): Promise<Uint8Array> {
  const model = models.find((one) => one.name === name);
  if (!model) throw new Error(`there is no model ${name}`);
  let response: Response;
  try {
    response = await fetch(base + model.path, { cache: damaged.has(name) ? 'reload' : 'default' });
  } catch {
    throw new Error(modelWords.unreachable);
  }
  if (!response.ok || !response.body) throw new Error(`the model could not be fetched: the host answered ${response.status}`);
  damaged.add(name);
  const bytes = new Uint8Array(model.bytes);
  let done = 0;
  progress(done, model.bytes);
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (done + part.value.length > bytes.length) throw new Error('the file of the model is damaged: it is too long');
    bytes.set(part.value, done);
    progress((done += part.value.length), model.bytes);
  }
  if (done < bytes.length) throw new Error('the file of the model is damaged: it was cut short');
  damaged.delete(name);
  return bytes;
}

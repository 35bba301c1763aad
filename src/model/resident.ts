import { DamagedModel, readModel } from './file';
import type { Model } from './model';

const here = new Map<string, Model>();

/** give(name, bytes) makes a model resident: whoever asks for it from now on has it. Throws DamagedModel. */
export function give(name: string, bytes: Uint8Array): void {
  const model = readModel(bytes);
  if (model.name !== name) throw new DamagedModel(`this is the model ${model.name}, not ${name}`);
  here.set(name, model);
}

/** What of Node this file uses. */
declare const process: { getBuiltinModule(name: 'node:fs'): { readFileSync(path: string): Uint8Array } };

/**
 * resident(name) is a model that is there. In a browser a widget has it where its definition names it (`models`); where the site is built, and in
 * tests, it is read from its file.
 */
export function resident(name: string): Model {
  if (import.meta.env.SSR && !here.has(name))
    give(name, process.getBuiltinModule('node:fs').readFileSync(`seeds/model/weights/${name}.bin`));
  const model = here.get(name);
  if (!model) throw new Error(`the model ${name} is not loaded`);
  return model;
}

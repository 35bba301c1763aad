import { readModel } from './file';
import type { Model } from './model';
import { passageTexts } from './passage-texts';
import type { Passage } from './passages';

// A page names models and passages, and only its worker has them: what reads them comes there with `give`. Where the site is built, and in tests,
// everything is at hand.
const models = new Map<string, Model>();
let texts: Readonly<Record<Passage, string>> | undefined = import.meta.env.SSR ? passageTexts : undefined;

/** settle(name, model, passages) makes a model resident, and the passages. */
export function settle(name: string, model: Model, passages: Readonly<Record<Passage, string>>): void {
  models.set(name, model);
  texts = passages;
}

/** What of Node this file uses. */
declare const process: { getBuiltinModule(name: 'node:fs'): { readFileSync(path: string): Uint8Array } };

/** resident(name) is a model that is there: one that a widget's definition names for its inputs (`models`). */
export function resident(name: string): Model {
  if (import.meta.env.SSR && !models.has(name))
    models.set(name, readModel(process.getBuiltinModule('node:fs').readFileSync(`seeds/model/weights/${name}.bin`)));
  const model = models.get(name);
  if (!model) throw new Error(`the model ${name} is not loaded`);
  return model;
}

/** passage(name) is its text, where a model is resident. */
export function passage(name: Passage): string {
  if (!texts) throw new Error(`the passage ${name} is not loaded`);
  return texts[name];
}

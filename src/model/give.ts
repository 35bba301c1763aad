import { DamagedModel, readModel } from './file';
import { passageTexts } from './passage-texts';
import { settle } from './resident';

/** give(name, bytes) makes a model resident: whoever asks for it from now on has it. Throws DamagedModel. */
export function give(name: string, bytes: Uint8Array): void {
  const model = readModel(bytes);
  if (model.name !== name) throw new DamagedModel(`this is the model ${model.name}, not ${name}`);
  settle(name, model, passageTexts);
}

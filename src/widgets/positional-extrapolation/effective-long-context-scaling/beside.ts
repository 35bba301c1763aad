/** What only the worker runs: a resident model under each change. */
import type { Change } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling';
import { plant, plantedAt, readWith, type Reading } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-text';
import { defaultBase } from '@/mechanisms/positional-extrapolation/rotary';
import { decode } from '@/model/alphabet';
import type { Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';
import type { Settings } from './simulate';
import { textModel, tunedFactor, width } from './text';

/** What was read already: who compares bases reads the others once. */
const known = new Map<string, Reading>();

/** onText(settings): what a resident model reads of a text under each change, and what it says to a planted line. */
export function onText(settings: Settings) {
  const { base, factor, passage, windows, seed } = settings;
  const length = windows * textModel.window;
  const planted = plant(passageText(passage as Passage), length, seed);
  const read = (name: string, change: Change) => {
    const own = { base: change === 'abf' ? base : defaultBase, factor: change === 'pi' ? factor : 1 };
    // An adjusted base that is the old one, or a division by one, is unchanged RoPE.
    const same = own.base === defaultBase && own.factor === 1;
    const key = [name, passage, length, seed, same ? 'rope' : change, own.base, own.factor].join();
    let found = known.get(key);
    if (!found) {
      const options = { dim: textModel.channels, window: textModel.window, width, ...own };
      known.set(key, (found = readWith(resident(name), planted, change, options)));
    }
    return { ...found, says: decode(found.given) };
  };
  return {
    length,
    line: decode(planted.ids.subarray(plantedAt(planted), plantedAt(planted) + 10)),
    at: plantedAt(planted),
    rope: read('rope', 'rope'),
    pi: read('rope', 'pi'),
    abf: read('rope', 'abf'),
    tuned: factor === tunedFactor ? read('linear', 'pi') : undefined,
  };
}

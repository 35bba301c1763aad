import { resident } from '@/model/resident';
import { ntk } from '@/mechanisms/positional-extrapolation/rotary';
import { foundDigits, lostLines } from './counted';
import {
  bins,
  ceiling,
  counting,
  depths,
  drafted,
  exits,
  lengths,
  lossByPosition,
  needleMap,
  needlesAt,
  sharpened,
  sinks,
  streams,
  ways,
} from './measure';

/** measureAll(say): everything that /model/ shows, and what other pages count on the resident models, measured on the weights as they are served. Takes some minutes. */
export function measureAll(say: (line: string) => void) {
  const timed = <T>(what: string, run: () => T): T => {
    const start = performance.now();
    const result = run();
    say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };
  const rope = resident('rope');
  const inWindow = lengths.filter((length) => length <= 256);
  const asTrained = timed('needles, as trained', () => needleMap(rope));
  const needles = {
    depths,
    lengths,
    counts: lengths.map(needlesAt),
    rope: asTrained,
    ntk: timed('needles, NTK-aware', () => needleMap(rope, { positions: { frequencies: () => ntk(32, 4) } })),
    linear: timed('needles, linear after a short training', () => needleMap(resident('linear'), { positions: { position: (i) => i / 4 } })),
    // Within the window no distance is cut off, and a distance for each pair takes long.
    ceiling: timed('needles, distances cut off', () => [
      ...asTrained.slice(0, inWindow.length),
      ...needleMap(rope, ceiling, lengths.slice(inWindow.length)),
    ]),
    alibi: timed('needles, ALiBi', () => needleMap(resident('alibi'), undefined, inWindow)),
    nope: timed('needles, no positions', () => needleMap(resident('nope'), undefined, inWindow)),
  };
  return {
    bins,
    ways: ways.map(({ id, name }) => ({ id, name })),
    loss: timed('loss by position', () => lossByPosition(12)),
    sharpened: timed('loss by position, sharpened', () => lossByPosition(12, [sharpened])[sharpened.id]!),
    needles,
    sinks: Object.fromEntries(
      ['rope', 'sink', 'alibi', 'nope'].map((name) => [name, timed(`sinks, ${name}`, () => sinks(resident(name), 12))]),
    ),
    counting: timed('counting, no positions', () => counting(resident('nope'), 12)),
    streams: timed('streams', () => streams(12)),
    exits: timed('exits', () => exits(rope, 24)),
    draft: timed('draft', () => drafted(24)),
    lost: timed('lines after an edit', lostLines),
    found: timed('planted digits', () => foundDigits(6)),
  };
}

import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import type { Result } from './simulate';
import { count, small } from './words';

const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
const last = (x: readonly number[]): number => x.at(-1)!;

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'doubled',
    title: 'Two keys on one seat',
    set: {},
    notice: (r, { inserted }) =>
      `${count(inserted, 'token')} put in, and the old keys left as they are: ${r.held.conflict.doubled.length} positions now belong to two keys each, and as many before the next token to none. Turned once more, every key stands where its token does; what comes next is then off by ${percent(last(r.errors!.pie))}, with the conflict by ${percent(last(r.errors!.conflict))}.`,
    claim: (r, { inserted }) =>
      r.errors !== undefined &&
      inserted > 0 &&
      r.held.conflict.doubled.length === inserted &&
      r.held.conflict.holes.length === inserted &&
      r.held.pie.doubled.length === 0 &&
      last(r.errors.pie) < 0.5 * last(r.errors.conflict),
  },
  {
    id: 'same-length',
    title: 'As many in as out',
    set: { removed: 5 },
    notice: (r, { removed }) =>
      `${removed} tokens give way to ${removed} others. Nothing moves, so there is nothing to turn: PIE and conflict are the same cache, off by ${percent(last(r.errors!.pie))} both. What is left is what rotation cannot repair: deeper keys and values still know the old words.`,
    claim: (r) =>
      r.errors !== undefined &&
      r.edits.every(({ removed, inserted }) => removed === inserted && removed > 0) &&
      last(r.errors.pie) === last(r.errors.conflict) &&
      last(r.errors.pie) > 0.02,
  },
  {
    id: 'deep',
    title: 'Deeper, it shows',
    set: { layers: 6, coupling: 1.5 },
    notice: (r) =>
      `In the first layer PIE's keys are exact, because nothing of the context is in them yet. From there the cosine falls: ${r.pie.mean.map((cosine) => number(cosine, 3)).join(', ')}. The error of what comes next grows from 0 after one layer to ${percent(last(r.errors!.pie))} after six.`,
    claim: (r, { layers }) =>
      r.errors !== undefined &&
      layers === 6 &&
      r.pie.mean[0] === 1 &&
      last(r.pie.mean) < 0.95 &&
      r.errors.pie[0]! < 1e-9 &&
      last(r.errors.pie) > 0.12,
  },
  {
    id: 'uncoupled',
    title: 'Context kept out',
    set: { coupling: 0 },
    notice: (r) =>
      `Let no token take anything of its context into its own keys and values, and PIE is exact in every layer: position was all that the edit had changed. The conflict is still off by ${percent(last(r.errors!.conflict))}.`,
    claim: (r) =>
      r.errors !== undefined &&
      r.errors.pie.every((error) => error < 1e-9) &&
      r.pie.mean.every((cosine) => cosine === 1) &&
      last(r.errors.conflict) > 0.1,
  },
  {
    id: 'text',
    title: 'Words into a real text',
    set: { source: 'prose' },
    notice: (r) =>
      `A trained model has read ${r.length - 1} characters; a few words are put in near the beginning. With PIE it goes on as if it had read all of it again (${number(r.prose!.loss.pie, 3)} nats a character against ${number(r.prose!.loss.full, 3)}); its keys have cosines of at least ${number(Math.min(...r.pie.mean), 3)}. With the conflict it pays ${number(r.prose!.loss.conflict, 3)}: ${percent(r.prose!.divergence.conflict[0]! / sum(r.prose!.divergence.conflict))} of its divergence is on the very next character, the one that an editor would ask for.`,
    claim: (r) =>
      r.prose !== undefined &&
      r.behind > 60 &&
      Math.abs(r.prose.loss.pie - r.prose.loss.full) < 0.02 &&
      r.prose.loss.conflict > r.prose.loss.full + 0.15 &&
      r.prose.divergence.conflict[0]! > 0.8 * sum(r.prose.divergence.conflict) &&
      Math.min(...r.pie.mean) > 0.99 &&
      Math.min(...r.conflict.mean) < 0.7,
  },
  {
    id: 'text-cut',
    title: 'Words out of it',
    set: { source: 'prose', cut: 7, words: '' },
    notice: (r, { cut }) =>
      `${cut} words are taken out. ${r.held.conflict.ahead} keys are now turned for the next token's own place and beyond, where a model that reads left to right never looks: ${number(r.prose!.loss.conflict, 2)} nats a character, worse than forgetting all that stood behind the edit (${number(r.prose!.loss.drop, 2)}). PIE: ${number(r.prose!.loss.pie, 2)}.`,
    claim: (r) =>
      r.prose !== undefined &&
      r.held.conflict.ahead > 20 &&
      r.prose.loss.conflict > r.prose.loss.drop + 0.2 &&
      Math.abs(r.prose.loss.pie - r.prose.loss.full) < 0.02,
  },
  {
    id: 'fact',
    title: 'A new value',
    set: { source: 'fact' },
    notice: (r) =>
      `${r.fact!.before} becomes ${r.fact!.after}, and is asked for at the end. The new digits were encoded, so PIE answers ${r.fact!.now.said.pie} (a mean probability of ${small(r.fact!.now.probability.pie)} a digit); a cache that nobody updated gives them ${small(r.fact!.now.probability.stale)}. In prose the edit hardly mattered; here it does.`,
    claim: (r) =>
      r.fact !== undefined &&
      r.fact.now.said.pie === r.fact.now.want &&
      r.fact.now.probability.pie > 0.95 &&
      r.fact.now.probability.stale < 0.2,
  },
  {
    id: 'half',
    title: 'Half a new value',
    set: { source: 'fact', change: 'half' },
    notice: (r) =>
      `Only the two digits in the middle change. The last one is kept, and its deeper keys and values were made behind the old digits: full recomputation answers ${r.fact!.now.said.full}, PIE ${r.fact!.now.said.pie}. PIE's cache gives the right digits a mean probability of ${small(r.fact!.now.probability.pie)}, and no rotation would help: nothing has moved.`,
    claim: (r) =>
      r.fact !== undefined &&
      r.fact.now.said.full === r.fact.now.want &&
      r.fact.now.said.pie !== r.fact.now.want &&
      r.fact.now.probability.pie < 0.9 &&
      r.pie.mean[0] === 1 &&
      r.edits.every(({ removed, inserted }) => removed === inserted),
  },
  {
    id: 'renamed',
    title: 'A new name, an old memory',
    set: { source: 'fact', change: 'name' },
    notice: (r) =>
      `Only the name changes; the value behind it is kept. Read anew, its digits get a mean probability of ${small(r.fact!.now.probability.full)} after ${r.fact!.now.ask}; from PIE's cache ${small(r.fact!.now.probability.pie)}, about what a cache gives that nobody updated (${small(r.fact!.now.probability.stale)}): under the new name the line is not found, and the later digits follow from the right ones before. The old name, which stands nowhere any more, still gets its value there: ${small(r.fact!.old!.probability.pie)} (read anew ${small(r.fact!.old!.probability.full)}).`,
    claim: (r) =>
      r.fact?.old !== undefined &&
      r.fact.now.probability.full > 0.95 &&
      r.fact.now.probability.pie < 0.8 &&
      Math.abs(r.fact.now.probability.pie - r.fact.now.probability.stale) < 0.05 &&
      r.fact.old.probability.pie > 0.95 &&
      r.fact.old.probability.full < 0.9,
  },
];

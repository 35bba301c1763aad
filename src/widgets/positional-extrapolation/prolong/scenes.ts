import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import { probability, recipeShare, type Result } from './simulate';

/** The share of tokens that see as far back as is asked, in rows of another length. */
const at = (r: Result, length: number): number => r.supply!.curves.find((one) => one.length === length)!.here;
/** Operations of a token: attention and weights. */
export const operationsOf = (r: Result, keys: number): number => r.work!.weights + r.work!.attention * keys;

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'first-stage',
    title: 'A row of 64K, and a distance of 60K',
    set: {},
    notice: (r, { share, row, distance }) =>
      `${percent(share)} of the tokens stand in documents that fill a whole row of ${row}K, and still only ${percent(r.supply!.own)} have anything of their own document ${distance}K back: the last few of each. Drag the line down and the supply grows.`,
    claim: (r, { share, distance, filter }) =>
      filter && r.supply !== null && share >= 0.5 && distance === 60 && r.supply.own > 0 && r.supply.own < 0.05,
  },
  {
    id: 'short-only',
    title: 'Short documents alone',
    set: { share: 0, distance: 8, shown: 2 },
    notice: (r, { row, distance }) =>
      `A long row is not yet a long text. Packed from short documents, its ${row}K tokens have nothing ${distance}K back in ${percent(1 - r.supply!.own)} of cases: the teeth are short, and what stands before them is another document.`,
    claim: (r, { distance, row }) => r.supply !== null && distance <= 8 && distance < row && r.supply.own < 0.02,
  },
  {
    id: 'longer-rows',
    title: 'Rows longer than what is tested',
    set: { row: 512, shown: 3 },
    notice: (r, { row, distance }) =>
      `The second stage: rows of ${row}K, and a third of the long text, by tokens, is in documents that fill them. Now ${percent(r.supply!.own)} of the tokens look back ${distance}K, where rows of 64K give it to ${percent(at(r, 64))}. The paper finds that training beyond the tested length helps; this count is one reason it could.`,
    claim: (r, { row, distance }) =>
      r.supply !== null && row === 512 && distance === 60 && r.supply.own > 0.15 && r.supply.own > 3 * at(r, 64),
  },
  {
    id: 'unfiltered',
    title: 'Long documents of any length',
    set: { filter: false, distance: 48, shown: 3 },
    notice: (r, { row, distance }) =>
      `Filtered or not, a book is cut where a row ends, and the next piece has lost its past. Without the filter pieces shorter than a row stay as well: ${percent(r.supply!.own)} of the tokens look back ${distance}K. With documents that fill their rows of ${row}K it would be ${percent(r.supply!.most)}.`,
    claim: (r, { filter }) => r.supply !== null && !filter && r.supply.own > 0 && r.supply.own < 0.8 * r.supply.most,
  },
  {
    id: 'no-mask',
    title: 'Without the mask',
    set: { mask: false, look: 'work', shown: 2 },
    notice: (r) =>
      `Let every token see its whole row and it meets ${number(r.work!.open / 1024)}K keys instead of ${number(r.work!.masked / 1024)}K; ${percent(1 - r.work!.masked / r.work!.open)} of the scores cross from one document to another. In an 8B model the mask saves ${percent(1 - operationsOf(r, r.work!.masked) / operationsOf(r, r.work!.open))} of all operations.`,
    claim: (r, { mask }) => r.work !== null && !mask && r.work.masked < 0.75 * r.work.open,
  },
  {
    id: 'waiting',
    title: 'Devices wait for the longest document',
    set: { look: 'devices', share: 0.2 },
    notice: (r, { devices, share }) =>
      `With the mask rows cost different amounts. Where ${percent(share)} of the tokens are in long documents, ${devices} devices wait for whoever has one: ${percent(r.devices!.idle.asTheyCome)} of their time. Each one sorts the rows of its step, heavy first, and they wait ${percent(r.devices!.idle.sorted)}: ${number(r.devices!.gain)} times as fast, for a sort. With the recipe’s ${percent(recipeShare)} it is ${number(r.devices!.recipe)} times.`,
    claim: (r) =>
      r.devices !== null && r.devices.gain > 1.2 && r.devices.recipe < r.devices.gain && r.devices.idle.sorted < r.devices.idle.asTheyCome,
  },
  {
    id: 'leak',
    title: 'What leaks from one document to the next',
    set: { look: 'text' },
    notice: (r) =>
      `A trained model reads a row of two novels. Prose hardly notices: ${number(r.text!.open.prose)} nats a character without the mask, ${number(r.text!.masked.prose)} with it. A fact leaks whole: the digits of ${r.text!.line}, seen in the first document alone, get a probability of ${percent(probability(r.text!.open.digits))} in the second; behind the mask, ${percent(probability(r.text!.masked.digits))}.`,
    claim: (r) =>
      r.text !== null &&
      Math.abs(r.text.open.prose - r.text.masked.prose) < 0.1 &&
      probability(r.text.open.digits) > 0.9 &&
      probability(r.text.masked.digits) < 0.1,
  },
  {
    id: 'positions',
    title: 'Positions that run on',
    set: { look: 'text', before: 300 },
    notice: (r) =>
      `The second document now stands past the ${r.text!.window} positions the model was trained on. Behind the mask no character changes by more than ${r.text!.neighbour.toFixed(6)} nats: scores know distances only, so positions may run on or begin again. Without the mask the row is too long for the model: ${number(r.text!.open.prose)} nats a character instead of ${number(r.text!.masked.prose)}.`,
    claim: (r) =>
      r.text !== null &&
      r.text.first > r.text.window &&
      r.text.neighbour < 1e-4 &&
      r.text.counting < 1e-4 &&
      r.text.open.prose > r.text.masked.prose + 0.5,
  },
];

/** What only the worker runs: a resident model whose cache is edited. */
import type { Edit, Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import {
  compare,
  keyCosines,
  readingOn,
  readings,
  type EditedText,
  type Readings,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding-text';
import { decode, encode } from '@/model/alphabet';
import { passages, type Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';
import { tokens } from '@/model/text';
import { random } from '@/tensor/random';
import { byMethod, mean, rounded, type Measured, type Settings } from './measured';
import { cachedCharacters, insertion, nextCharacters, type Fact, type Piece, type Prose, type Question } from './text';

/** What was measured already: a reader goes back and forth between scenes. */
const known = new Map<string, Measured>();

/** Texts that the model has read: most edits here are of the same one. */
let read: Readings | undefined;

/** A trained model whose cache is edited. */
export function onText(settings: Settings): Measured {
  const { source, passage, word, cut, words, second, change, seed } = settings;
  const key = JSON.stringify(source === 'prose' ? [source, passage, word, cut, insertion(words), second] : [source, passage, change, seed]);
  let found = known.get(key);
  if (!found) {
    if (known.size >= 32) known.clear();
    known.set(key, (found = measured(settings)));
  }
  return found;
}

function measured(settings: Settings): Measured {
  const model = resident('rope');
  const { shape } = model;
  const { pieces, starts, next, ...about } = settings.source === 'prose' ? proseText(settings) : factText(settings);
  const text = edited(pieces, next);
  read ??= readings(model);
  const compared = compare(model, text, read);
  const common = {
    edits: text.edits,
    length: text.old.length,
    shape: { layers: shape.layers, width: shape.width, matrices: 4 * shape.width ** 2 + 2 * shape.width * shape.hidden },
    cosines: { pie: keyCosines(model, compared, 'pie'), conflict: keyCosines(model, compared, 'conflict') },
  };
  if (starts) {
    const read = byMethod((method) => readingOn(compared, text.next, method));
    const prose: Prose = {
      pieces,
      starts,
      next: decode(text.next).slice(1),
      loss: byMethod((method) => rounded(mean(read[method].losses), 4)),
      divergence: byMethod((method) => read[method].divergence.map((nats) => rounded(Math.max(0, nats), 4))),
      agrees: byMethod((method) => rounded(mean(read[method].agrees.map(Number)), 4)),
    };
    return { ...common, prose };
  }
  const { before, after, now, old } = about as LineAndQuestions;
  const fact: Fact = {
    pieces,
    before,
    after,
    now: answers(now, compared),
    ...(old && { old: answers(old, compare(model, edited(pieces, old.ask + old.want), read)) }),
  };
  return { ...common, fact };
}

interface Asked {
  readonly ask: string;
  readonly want: string;
}
interface LineAndQuestions {
  readonly before: string;
  readonly after: string;
  readonly now: Asked;
  readonly old?: Asked;
}

/** edited(pieces, next): the tokens of a text in pieces, with the start token in front. */
export function edited(pieces: readonly Piece[], next: string): EditedText {
  const edits: Edit[] = [];
  const old: string[] = [];
  const fresh: string[] = [];
  let at = 1;
  let open: { at: number; removed: number; inserted: number } | undefined;
  for (const [kind, text] of pieces) {
    const size = Array.from(text).length;
    if (kind === 'same') open = undefined;
    else if (!open) edits.push((open = { at, removed: 0, inserted: 0 }));
    if (kind === 'in') {
      open!.inserted += size;
      fresh.push(text);
      continue;
    }
    if (kind === 'out') open!.removed += size;
    old.push(text);
    at += size;
  }
  return { old: tokens(old.join('')), edits, fresh: encode(fresh.join('')), next: encode(next) };
}

function proseText({ passage, word, cut, words, second }: Settings) {
  const all = passageText(passage as Passage);
  const text = all.slice(0, cachedCharacters);
  const starts = [...text.matchAll(/\S+/g)].map(({ index }) => index);
  const put = insertion(words);
  const pieces: Piece[] = [];
  let from = 0;
  const change = (first: number, last: number) => {
    pieces.push(['same', text.slice(from, starts[first]!)], ['out', text.slice(starts[first]!, starts[last]!)], ['in', put]);
    from = starts[last]!;
  };
  const last = starts.length - 1;
  const [a, b] = [Math.min(word, last), Math.min(word + cut, last)];
  change(a, b);
  if (second) {
    const again = Math.min(last, b + Math.ceil((last - b) / 2));
    change(again, Math.min(last, again + cut));
  }
  pieces.push(['same', text.slice(from)]);
  const next = all.slice(cachedCharacters, cachedCharacters + nextCharacters);
  return { pieces: pieces.filter(([kind, piece]) => piece || kind === 'in'), starts, next };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/** Two different names and two values that differ in every digit. */
function drawn(seed: number) {
  const source = random(seed);
  const pick = (from: string, n: number) => Array.from({ length: n }, () => from[source.integer(from.length)]!).join('');
  const name = pick(letters, 3);
  const value = pick(digits, 4);
  return {
    name,
    value,
    // Another letter and another digit in each place.
    newName: Array.from(name, (x) => letters[(letters.indexOf(x) + 1 + source.integer(25)) % 26]!).join(''),
    newValue: Array.from(value, (x) => digits[(Number(x) + 1 + source.integer(9)) % 10]!).join(''),
  };
}

function factText({ passage, change, seed }: Pick<Settings, 'passage' | 'change' | 'seed'>): LineAndQuestions & {
  pieces: Piece[];
  next: string;
  starts?: undefined;
} {
  const all = passageText(passage as Passage);
  const [head, middle, tail] = [all.slice(0, 40), all.slice(40, 80), all.slice(80, 120)];
  const { name, value, newName, newValue } = drawn(seed);
  const line = (n: string, v: string) => `[${n}=${v}]`;
  const before = line(name, value);
  const asked = (n: string, v: string) => ({ ask: `[${n}=`, want: v });
  const half = value[0]! + newValue.slice(1, 3) + value[3]!;
  const cases: Record<string, () => LineAndQuestions & { pieces: Piece[] }> = {
    value: () => ({
      pieces: [
        ['same', `${head}[${name}=`],
        ['out', value],
        ['in', newValue],
        ['same', `]${middle}${tail}`],
      ],
      before,
      after: line(name, newValue),
      now: asked(name, newValue),
    }),
    half: () => ({
      pieces: [
        ['same', `${head}[${name}=${value[0]}`],
        ['out', value.slice(1, 3)],
        ['in', newValue.slice(1, 3)],
        ['same', `${value[3]}]${middle}${tail}`],
      ],
      before,
      after: line(name, half),
      now: asked(name, half),
    }),
    name: () => ({
      pieces: [
        ['same', `${head}[`],
        ['out', name],
        ['in', newName],
        ['same', `=${value}]${middle}${tail}`],
      ],
      before,
      after: line(newName, value),
      now: asked(newName, value),
      old: asked(name, value),
    }),
    before: () => ({
      pieces: [
        ['same', head],
        ['in', 'for the most part, '],
        ['same', `${middle}${before}${tail}`],
      ],
      before,
      after: before,
      now: asked(name, value),
    }),
    cut: () => ({
      pieces: [
        ['same', head],
        ['out', middle + tail],
        ['same', `${before}${all.slice(120, 140)}`],
      ],
      before,
      after: before,
      now: asked(name, value),
    }),
  };
  const found = cases[change]!();
  return { ...found, next: found.now.ask + found.now.want };
}

/** wronglyAnswered(change, seeds): of the lines drawn from seeds 0 and on, one in each passage, how many are then answered wrongly, read again and with PIE. */
export function wronglyAnswered(change: string, seeds: number) {
  const model = resident('rope');
  const count = { lines: 0, full: 0, pie: 0 };
  for (const passage of Object.keys(passages))
    for (let seed = 0; seed < seeds; seed++) {
      const { pieces, next, now } = factText({ passage, change, seed });
      const { said, want } = answers(now, compare(model, edited(pieces, next)));
      count.lines++;
      for (const method of ['full', 'pie'] as const) if (said[method] !== want) count[method]++;
    }
  return count;
}

function answers({ ask, want }: Asked, compared: ReturnType<typeof compare>): Question {
  const next = encode(ask + want);
  // Entry i of what is read on is of next token i + 1.
  const of = (method: Method) => {
    const { losses, likeliest } = readingOn(compared, next, method);
    return { losses: losses.slice(ask.length - 1), likeliest: likeliest.slice(ask.length - 1) };
  };
  return {
    ask,
    want,
    said: byMethod((method) => decode(of(method).likeliest)),
    probability: byMethod((method) => rounded(mean(of(method).losses.map((nats) => Math.exp(-nats))), 4)),
  };
}

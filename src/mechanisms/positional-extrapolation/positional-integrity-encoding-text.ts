/**
 * The same on a model that was really trained: the cache of a text is kept, the text is edited, and the model goes on. A Reader holds keys as they are
 * before they are turned and turns them on reading, so that here PIE moves the seats of what stands behind the edit, and conflict leaves them
 * where they were: the scores are those of keys that were turned once more, or were not.
 */
import type { Cache, Hooks } from '@/model/hooks';
import type { Model, Shape } from '@/model/model';
import { likeliest } from '@/model/needle';
import { ownFrequencies } from '@/model/positions';
import type { Reader } from '@/model/reader';
import { loss, rowsOf } from '@/model/text';
import { softmax } from '@/tensor/softmax';
import { cosine, firstChange, moved, seats, splice, type Edit, type Method, type Slot } from './positional-integrity-encoding';

/** A text in tokens, what is done to it, and what comes next. */
export interface EditedText {
  /** The tokens before the edit, the start token among them. */
  readonly old: ArrayLike<number>;
  readonly edits: readonly Edit[];
  /** The new tokens of all edits, one after another. */
  readonly fresh: ArrayLike<number>;
  /** Read behind the edited text, at least one token. */
  readonly next: ArrayLike<number>;
}

export interface Compared {
  readonly slots: readonly Slot[];
  /** Of each method, the logits after each of the next tokens [next.length, vocabulary]. */
  readonly logits: Readonly<Record<Method, Float32Array>>;
  /** Computed when they are first asked for. */
  readonly keys: () => Keys;
}

/** Of each layer, keys of the edited text before they are turned [slots.length, width]: as a cache keeps them, and encoded in full. */
interface Keys {
  readonly kept: readonly Float32Array[];
  readonly anew: readonly Float32Array[];
}

/** A text that a model has read and holds: it can be read on from again and again, each time as if nothing had been read behind it. */
interface HeldText {
  readonly text: ArrayLike<number>;
  readonly reader: Reader;
  /** Of each layer, keys before they are turned [tokens, width]. */
  readonly keys: readonly Float32Array[];
  /**
   * readOn(place, ids): first `place` is called with where tokens are turned for, and their order in the text (at Infinity no query sees one), by their
   * number, and with the number that the next one read will have; it returns new tokens to read before. The logits after each of `ids` are returned.
   */
  readOn(place: (seat: number[], order: number[], next: number) => Fresh, ids: ArrayLike<number>): Float32Array;
  /** The same with every token in its own place and nothing new. */
  goOn(ids: ArrayLike<number>): Float32Array;
}
interface Fresh {
  readonly tokens: readonly number[];
  /** Where the text that is read on from ends. */
  readonly end: number;
}

/** held(model, text, like) reads a text. What it begins with was read already where another text begins with it, and no token sees what follows it. */
function held(model: Model, text: ArrayLike<number>, like?: HeldText): HeldText {
  const seat = Array.from(text, (_, i) => i);
  const order = Array.from(text, (_, i) => i);
  let evicting = false;
  const hooks: Hooks = {
    positions: { position: (token) => seat[token]! },
    score(scores, { query, keys }) {
      const own = order[query]!;
      for (let j = 0; j < scores.length; j++) if (order[keys[j]!]! > own) scores[j] = -Infinity;
    },
  };
  const cache: Cache = { keep: (tokens) => (evicting ? tokens.filter((token) => token < text.length) : tokens) };
  const known = like ? shared(like.text, text) : 0;
  const reader = like ? like.reader.upTo(known, hooks, cache) : model.reader(hooks, cache);
  if (known < text.length) reader.read(Array.from(text).slice(known));
  const readOn: HeldText['readOn'] = (place, ids) => {
    order.fill(Infinity);
    const { tokens, end } = place(seat, order, reader.length);
    evicting = false;
    // All at once, several edits too: what stands behind a new token is hidden from it.
    if (tokens.length) reader.read(tokens);
    for (let i = 0; i < ids.length; i++) order[reader.length + i] = seat[reader.length + i] = end + i;
    evicting = true;
    return reader.read(ids);
  };
  const own = (): Fresh => {
    for (let i = 0; i < text.length; i++) seat[i] = order[i] = i;
    return { tokens: [], end: text.length };
  };
  // Of a text that is edited in several ways, what comes of doing nothing is always the same.
  const gone = new Map<string, Float32Array>();
  return {
    text,
    reader,
    keys: model.blocks.map((_, layer) => reader.keys(layer)),
    readOn,
    goOn(ids) {
      const key = Array.from(ids).join();
      if (!gone.has(key)) gone.set(key, readOn(own, ids));
      return gone.get(key)!;
    },
  };
}

/** Gives a text that was read, and reads it where it was not. */
export type Readings = (text: readonly number[]) => HeldText;

/** readings(model) reads each text once, and forgets all when they are many: a text may be edited in several ways, and asked several things. */
export function readings(model: Model): Readings {
  const known = new Map<string, HeldText>();
  return (text) => {
    const key = text.join();
    let found = known.get(key);
    if (!found) {
      if (known.size >= 6) known.clear();
      const [like] = [...known.values()].sort((a, b) => shared(b.text, text) - shared(a.text, text));
      known.set(key, (found = held(model, text, like)));
    }
    return found;
  };
}

/** How many tokens two texts begin with alike. */
function shared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

/** compare(model, text, read): the model reads the old text once; each method then brings its cache up to date in its own way and reads on. */
export function compare(model: Model, { old, edits, fresh, next }: EditedText, read: Readings = readings(model)): Compared {
  const slots = splice(old.length, edits);
  const from = firstChange(edits, old.length);
  const edited = slots.map((slot) => (slot.old === undefined ? fresh[slot.fresh]! : old[slot.old]!));
  const [before, after] = [read(Array.from(old)), read(edited)];

  const readOn = (method: Method): Float32Array =>
    before.readOn((seat, order, first) => {
      const tokens: number[] = [];
      for (const { slot, position } of seats(slots, method, from)) {
        const token = slot.old ?? first + tokens.length;
        if (slot.old === undefined) tokens.push(fresh[slot.fresh]!);
        seat[token] = position;
        order[token] = slot.position;
      }
      return { tokens, end: edited.length };
    }, next);
  // Where nothing moved there is nothing to turn.
  const stays = slots.every(({ shift }) => shift === 0);
  const pie = readOn('pie');
  const logits = {
    full: after.goOn(next),
    pie,
    conflict: stays ? pie : readOn('conflict'),
    drop: readOn('drop'),
    stale: before.goOn(next),
  };

  const keys = () => keysOf(model.shape, slots, before.keys, after.keys);
  let known: Keys | undefined;
  return { slots, logits, keys: () => (known ??= keys()) };
}

function keysOf({ width }: Shape, slots: readonly Slot[], old: readonly Float32Array[], anew: readonly Float32Array[]): Keys {
  const kept = old.map((rows, layer) => {
    const result = anew[layer]!.slice();
    for (const { old: from, position } of slots)
      if (from !== undefined) result.set(rows.subarray(from * width, (from + 1) * width), position * width);
    return result;
  });
  return { kept, anew };
}

/**
 * keyCosines(model, compared, method): of each layer and token of the edited text, the cosine between its cached key and the one that encoding in full
 * gives, each turned for where it is held, in the mean over heads. Tokens that were not kept from the old text have 1.
 */
export function keyCosines(model: Model, { slots, keys }: Compared, method: 'pie' | 'conflict'): number[][] {
  const { width, heads } = model.shape;
  const d = width / heads;
  const theta = ownFrequencies(model.shape);
  const { kept, anew } = keys();
  return kept.map((rows, layer) =>
    slots.map(({ position, old, shift }) => {
      let sum = 0;
      for (let head = 0; head < heads; head++) {
        const at = position * width + head * d;
        const own = rows.subarray(at, at + d);
        // Turned for `old` against turned for `position`: the angle between them is that of a turn back by the shift.
        const turned = method === 'conflict' && old !== undefined && shift ? moved(own, -shift, theta) : own;
        sum += cosine(turned, anew[layer]!.subarray(at, at + d));
      }
      return sum / heads;
    }),
  );
}

/** How a method reads on, against encoding in full. */
export interface ReadOn {
  /** Nats for each of the next tokens but the first. */
  readonly losses: readonly number[];
  /** Of each of them, the divergence of the method's distribution from that of encoding in full, KL(full || method), in nats. */
  readonly divergence: readonly number[];
  /** Its likeliest token each time, given the right ones before. */
  readonly likeliest: readonly number[];
  /** Whether that is the one of encoding in full. */
  readonly agrees: readonly boolean[];
}

/** readingOn(compared, next, method): what the next tokens cost. The first is not predicted: what stands before it is cached, and not asked again. */
export function readingOn({ logits }: Compared, next: ArrayLike<number>, method: Method): ReadOn {
  const [own, full] = [rowsOf(logits[method]), rowsOf(logits.full)].map((rows) => rows.slice(0, next.length - 1));
  return {
    losses: own!.map((row, i) => loss(row, next[i + 1]!)),
    divergence: own!.map((row, i) => divergence(full![i]!, row)),
    likeliest: own!.map(likeliest),
    agrees: own!.map((row, i) => likeliest(row) === likeliest(full![i]!)),
  };
}

function divergence(a: Float32Array, b: Float32Array): number {
  const [p, q] = [softmax(Float64Array.from(a)), softmax(Float64Array.from(b))];
  return p.reduce((sum, x, i) => sum + (x > 0 ? x * Math.log(x / q[i]!) : 0), 0);
}

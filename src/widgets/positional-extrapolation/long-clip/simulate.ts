import { moved, readAt, sources, stretchedLength, type Stretching, type Table } from '@/mechanisms/positional-extrapolation/long-clip';
import {
  cosine,
  encode,
  sample,
  strengths,
  train,
  type Encoders,
  type Objective,
} from '@/mechanisms/positional-extrapolation/long-clip-captions';
import { agreement, components, type Features } from '@/mechanisms/positional-extrapolation/long-clip-components';
import { backHead, likeness, lookBack, positionTable, training } from '@/mechanisms/positional-extrapolation/long-clip-positions';
import { retrieval } from '@/mechanisms/positional-extrapolation/long-clip-retrieval';
import { random } from '@/tensor/random';
import { row } from '@/tensor/tensor';

export const methods = {
  kps: 'keep K, stretch the rest',
  linear: 'stretch all evenly',
  repeat: 'repeat the last row',
  truncate: 'no more positions',
} as const satisfies Record<Stretching, string>;

export const objectives = {
  long: 'long captions only',
  mixed: 'both, whole features',
  pcm: 'short with main components',
} as const satisfies Record<Objective, string>;

/** CLIP's table of positions has 77 rows; ours 16 channels instead of 512 or more. */
export const clip = { rows: 77, channels: 16 };
/** Positions that are held against each other. */
export const compared = 40;
/** What scores of the head that looks back are multiplied by. */
const sharpness = 20;
/** Attributes of an image, and channels of its feature. */
export const attributes = 16;
/** Of the small training. The scale is chosen: with 20, or 100 as in the paper, gains come out ragged. */
export const run = { batch: 32, steps: 60, every: 5, scale: 8, rate: 0.02, held: 192 };

export interface Settings {
  readonly part: string;
  readonly method: string;
  readonly keep: number;
  readonly factor: number;
  readonly trained: number;
  readonly kept: number;
  readonly named: number;
  readonly decay: number;
  readonly batch: number;
  readonly noise: number;
  readonly blur: number;
  readonly seed: number;
}

/** Every position up to 30, and then every so many, so that long tables cost no more: where the head is asked. */
const queries = (length: number): number[] => {
  const stride = Math.max(1, Math.round((length - 30) / 24));
  return Array.from({ length: length - 1 }, (_, i) => i + 1).filter((t) => t <= 30 || (t - 30) % stride === 0 || t === length - 1);
};

function positions({ method, keep, factor, trained, seed }: Settings) {
  const old = positionTable({ ...clip, trained, seed });
  const head = backHead(old, training(clip.rows, trained));
  const asked = (table: Table) => {
    const at = queries(table.shape[0]!);
    return { at, share: [...lookBack(table, head, at, sharpness)] };
  };
  const read = (name: Stretching) => {
    const source = sources(name, clip.rows, { keep, factor });
    const table = readAt(old, source);
    return { source: [...source], moved: [...moved(old, table)], head: asked(table), table };
  };
  const wave = (table: Table, channel: number) => Array.from({ length: table.shape[0]! }, (_, t) => row(table, t)[channel]!);
  // A wave of some 27 positions and one of some 90.
  const waves = (table: Table) => [wave(table, 6), wave(table, 10)];
  const alike = (table: Table) => likeness(table, compared).map((cosines) => cosines.map((c) => Math.round(c * 1e3) / 1e3));
  const chosen = read(method as Stretching);
  const linear = read('linear');
  return {
    length: stretchedLength(clip.rows, { keep, factor }),
    old: { waves: waves(old), alike: alike(old), head: asked(old), trained: [...training(clip.rows, trained)] },
    chosen: { source: chosen.source, moved: chosen.moved, head: chosen.head, alike: alike(chosen.table), waves: waves(chosen.table) },
    baseline: { moved: linear.moved, head: linear.head, alike: alike(linear.table) },
  };
}

/** Mean square of each channel. */
const energies = (x: Features): number[] =>
  Array.from({ length: attributes }, (_, a) => {
    let sum = 0;
    for (let i = a; i < x.data.length; i += attributes) sum += x.data[i]! ** 2;
    return sum / x.shape[0]!;
  });

function matched({ kept, named, decay, batch, noise, seed }: Settings) {
  const gains = strengths(attributes, decay);
  const { signs, seen } = sample(batch, attributes, noise, random(seed));
  const [image, long, short] = [encode(seen, gains).rows, encode(signs, gains).rows, encode(signs, gains, named).rows];
  const parts = components(image, kept);
  const total = parts.squares.reduce((a, b) => a + b, 0) || 1;
  const withLong = agreement(parts, long);
  const byKept = Array.from(agreement(parts, short), (cosineOfShort, i) => ({ short: cosineOfShort, long: withLong[i]! }));
  return {
    variance: Array.from(parts.squares, (s) => s / total),
    /** How many components such a batch can have. */
    most: Math.min(batch - 1, attributes),
    whole: { short: cosine(image, short), long: cosine(image, long) },
    byKept,
    coarse: byKept[kept - 1]!,
    energy: { whole: energies(image), coarse: energies(parts.coarse) },
    one: { image: [...row(image, 0)], coarse: [...row(parts.coarse, 0)], long: [...row(long, 0)], short: [...row(short, 0)] },
  };
}

const round = (x: number): number => Math.round(x * 1e4) / 1e4;

function trainOne(objective: Objective, { kept, named, decay, blur: noise, seed }: Settings) {
  // Held out: other draws than any batch's.
  const held = sample(run.held, attributes, noise, random(seed + 10_000));
  const at: { gains: number[]; long: number; short: number; cosine: number }[] = [];
  train(objective, { attributes, decay, named, kept, noise, seed, ...run }, (step, encoders: Encoders) => {
    if (step % run.every) return;
    const found = retrieval(encoders, held, named);
    const norm = Math.hypot(...encoders.image);
    at.push({
      gains: Array.from(encoders.image, (x) => round(Math.abs(x) / norm)),
      long: round(found.long),
      short: round(found.short),
      cosine: round(found.cosine),
    });
  });
  return at;
}

/** Trainings that were run: two of the three do not depend on k. */
const known = new Map<string, ReturnType<typeof trainOne>>();

function trained(settings: Settings) {
  const of = (objective: Objective) => {
    const { kept, named, decay, blur, seed } = settings;
    const key = JSON.stringify([objective, objective === 'pcm' && kept, objective !== 'long' || named, named, decay, blur, seed]);
    let found = known.get(key);
    if (!found) {
      if (known.size >= 24) known.clear();
      known.set(key, (found = trainOne(objective, settings)));
    }
    return found;
  };
  return { long: of('long'), mixed: of('mixed'), pcm: of('pcm') };
}

/** simulate(settings): of the three parts, the one that is looked at. */
export const simulate = (settings: Settings) => ({
  positions: settings.part === 'positions' ? positions(settings) : undefined,
  matched: settings.part === 'components' ? matched(settings) : undefined,
  training: settings.part === 'training' ? trained(settings) : undefined,
});

export type Result = ReturnType<typeof simulate>;

/** About how many operations that is. */
export function work({ part, keep, factor, batch }: Settings): number {
  if (part === 'training')
    return run.steps * (15 * run.batch ** 2 * (attributes + 10) + 6e5) + (3 * run.steps * run.held ** 2 * 40) / run.every;
  if (part === 'components') return 3e5 + batch * attributes ** 2 * 12;
  const length = stretchedLength(clip.rows, { keep, factor });
  // The head multiplies each query with all keys up to its own.
  const asked = (n: number) => queries(n).reduce((sum, t) => sum + t + 20, 0);
  return (
    (asked(clip.rows) + 2 * asked(length)) * (clip.channels + 12) + 20 * length * clip.channels + 3 * compared ** 2 * clip.channels + 3e4
  );
}

/** The toy of HiP attention: keys whose smoothness is a knob, and what a selection of them is worth. */
import { matmulTransposed } from '@/tensor/matmul';
import { random, type Random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { tensor, type Matrix } from '@/tensor/tensor';
import { hierarchicalPruning, lostIn, recall, topK, type Representative, type SearchOptions } from './hip-attention';

export interface ToyOptions {
  /** T, the number of keys. */
  readonly length: number;
  /** How many neighbours share their noise: 1 is none, 32 is a very smooth sequence. */
  readonly locality: number;
  /** Rows of the query block. */
  readonly queries: number;
  readonly seed: number;
  /** A key made to score `height` with the first query, wherever it stands, whatever its neighbours score. */
  readonly needle?: { readonly position: number; readonly height: number };
}

const channels = 16;
/** Scores have this standard deviation, so that the softmax is neither flat nor a single spike. */
const spread = 2;

export interface Toy {
  readonly q: Matrix<'query', 'channel'>;
  readonly k: Matrix<'key', 'channel'>;
  readonly v: Matrix<'key', 'channel'>;
  /** q k^T / sqrt(channels) [query, key]. */
  readonly scores: Matrix<'query', 'key'>;
}

/**
 * toy(options): queries [b, 16], keys [T, 16] and values [T, 16]. Keys are a moving average over `locality` Gaussian vectors,
 * scaled to keep unit variance, so a query's scores are smooth to exactly that degree. Queries of a block share most of their direction.
 */
export function toy({ length, locality, queries, seed, needle }: ToyOptions): Toy {
  const source = random(seed);
  const k = movingAverage(source, length, locality);
  const shared = unit(Float64Array.from({ length: channels }, () => source.normal()));
  const q = tensor(['query', 'channel'] as const, [queries, channels]);
  for (let i = 0; i < queries; i++) {
    const own = unit(Float64Array.from({ length: channels }, () => source.normal()));
    const direction = unit(shared.map((x, c) => (i === 0 ? x : x + 0.5 * own[c]!)));
    q.data.set(
      direction.map((x) => x * spread * Math.sqrt(channels)),
      i * channels,
    );
  }
  const v = tensor(
    ['key', 'channel'] as const,
    [length, channels],
    Float64Array.from({ length: length * channels }, () => source.normal()),
  );
  if (needle) plant(k, q, needle.position, needle.height);
  const scores = matmulTransposed(q, k);
  scores.data.forEach((s, i) => (scores.data[i] = s / Math.sqrt(channels)));
  return { q, k, v, scores };
}

const unit = (x: Float64Array): Float64Array => {
  const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  return x.map((value) => value / norm);
};

function movingAverage(source: Random, length: number, width: number): Matrix<'key', 'channel'> {
  const noise = Float64Array.from({ length: (length + width - 1) * channels }, () => source.normal());
  const k = tensor(['key', 'channel'] as const, [length, channels]);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let j = 0; j < width - 1; j++) sum += noise[j * channels + c]!;
    for (let j = 0; j < length; j++) {
      sum += noise[(j + width - 1) * channels + c]!;
      k.data[j * channels + c] = sum / Math.sqrt(width);
      sum -= noise[j * channels + c]!;
    }
  }
  return k;
}

/** Moves one key along the first query's direction until that query scores it `height`. */
function plant(k: Matrix, q: Matrix, position: number, height: number): void {
  let dot = 0;
  let norm = 0;
  for (let c = 0; c < channels; c++) {
    dot += k.data[position * channels + c]! * q.data[c]!;
    norm += q.data[c]! ** 2;
  }
  const by = (height * Math.sqrt(channels) - dot) / norm;
  for (let c = 0; c < channels; c++) k.data[position * channels + c]! += by * q.data[c]!;
}

/** mass(scores, keys): the share of the softmax over all scores that falls on these keys. */
export function mass(scores: ArrayLike<number>, keys: readonly number[]): number {
  const p = softmax(scores);
  return keys.reduce((sum, key) => sum + p[key]!, 0);
}

/** outputError(scores, v, keys): L2 distance of attention over these keys alone from attention over all, relative to the latter. */
export function outputError(scores: Float64Array, v: Matrix, keys: readonly number[]): number {
  const among = new Set(keys);
  const dense = softmax(scores);
  const sparse = softmax(scores.map((s, key) => (among.has(key) ? s : -Infinity)));
  const width = v.shape[1]!;
  let difference = 0;
  let norm = 0;
  for (let c = 0; c < width; c++) {
    let full = 0;
    let part = 0;
    for (let key = 0; key < scores.length; key++) {
      full += dense[key]! * v.data[key * width + c]!;
      part += sparse[key]! * v.data[key * width + c]!;
    }
    difference += (full - part) ** 2;
    norm += full ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** One number per way to choose k keys: by the search, the last k, and k drawn at random. */
export interface Choices {
  readonly search: number;
  readonly window: number;
  readonly random: number;
}

export interface LocalityPoint {
  readonly locality: number;
  /** Mean share of the exact top k that is among the chosen keys. */
  readonly recall: Choices;
  /** Mean attention mass of the chosen keys, relative to that of the exact top k. */
  readonly mass: Choices;
}

/**
 * recallByLocality(options): means over `trials` sequences of scores for each smoothness. A sequence of scores is the moving
 * sum of `locality` normal numbers over its square root, which is what moving-average keys give a fixed query.
 */
export function recallByLocality(options: {
  readonly length: number;
  readonly budget: number;
  readonly representative: Representative;
  readonly localities: readonly number[];
  readonly trials: number;
  readonly seed: number;
}): LocalityPoint[] {
  const { length, budget, representative, localities, trials, seed } = options;
  const everyKey = Array.from({ length }, (_, key) => key);
  return localities.map((locality) => {
    const source = random(seed);
    const recalls = { search: 0, window: 0, random: 0 };
    const masses = { search: 0, window: 0, random: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const scores = smoothScores(source, length, locality);
      const best = topK(scores, budget);
      const p = softmax(scores);
      const massOf = (keys: readonly number[]) => keys.reduce((sum, key) => sum + p[key]!, 0);
      const chosen = {
        search: hierarchicalPruning((key) => scores[key]!, length, { budget, representative, random: source }).selected,
        window: everyKey.slice(-budget),
        random: source.shuffle(everyKey).slice(0, budget),
      };
      for (const how of ['search', 'window', 'random'] as const) {
        recalls[how] += recall(chosen[how], best) / trials;
        masses[how] += massOf(chosen[how]) / massOf(best) / trials;
      }
    }
    return { locality, recall: recalls, mass: masses };
  });
}

function smoothScores(source: Random, length: number, width: number): Float64Array {
  const noise = Float64Array.from({ length: length + width - 1 }, () => source.normal());
  const scale = spread / Math.sqrt(width);
  return Float64Array.from({ length }, (_, j) => {
    let sum = 0;
    for (let w = 0; w < width; w++) sum += noise[j + w]!;
    return scale * sum;
  });
}

/**
 * needleMap(scores, height, options): for each position, the round that would lose a needle standing there, or 0 when the search
 * finds it. The needle replaces the score of that one key by `height`; every other score stays.
 */
export function needleMap(scores: Float64Array, height: number, options: SearchOptions): number[] {
  const planted = scores.slice();
  return Array.from(scores, (own, position) => {
    planted[position] = height;
    const search = hierarchicalPruning((key) => planted[key]!, planted.length, options);
    planted[position] = own;
    return lostIn(search, position);
  });
}

/** Training of the small decoder: Adam on freshly drawn problems, and the measure of the paper, exact match at each length. */
import { random, type Random } from '@/tensor/random';
import { initial, type Architecture, type Net } from './positional-encoding-length-generalization-net';
import { gradient, loss, read, type Batch } from './positional-encoding-length-generalization-pass';
import { trainedLength, type Encoding } from './positional-encoding-length-generalization-setting';
import { batchOf, problem, vocabulary, type Task } from './positional-encoding-length-generalization-tasks';

export interface Recipe {
  readonly task: Task;
  /** Problems are of 1 to `trained` symbols. */
  readonly trained: number;
  /** Problems in a batch. */
  readonly batch: number;
  readonly rate: number;
  /** Batches over which the rate rises to its full size; from there it falls in a straight line, to a hundredth at the last batch. */
  readonly warm: number;
  readonly batches: number;
  /** Adam's decays. */
  readonly decays: readonly [number, number];
}

/**
 * architectureOf(encoding, layers): the network that the figure trains, 10,488 weights with two layers, 15,144 with three (T5 32 more). T5's buckets are few, so that their last one is met in
 * training (as with 32 of them and problems of some hundred tokens); RoPE turns all channels of a head, where the paper's code turns a quarter of 64.
 */
export const architectureOf = (encoding: Encoding, layers: number): Architecture => ({
  encoding,
  vocabulary,
  width: 24,
  heads: 4,
  layers,
  hidden: 48,
  buckets: 8,
  maxDistance: 16,
  turned: 6,
});

/** recipeOf(task, batches): how it is trained, for that many batches. */
export const recipeOf = (task: Task, batches: number): Recipe => ({
  task,
  trained: trainedLength,
  batch: 16,
  rate: 0.01,
  warm: 20,
  batches,
  decays: [0.9, 0.98],
});

/** A network on its way. */
export interface Training {
  readonly net: Net;
  readonly recipe: Recipe;
  readonly source: Random;
  readonly first: Float64Array;
  readonly second: Float64Array;
  batches: number;
}

/** begin(architecture, recipe, seed): before the first batch. The seed decides the first weights and all problems. */
export function begin(architecture: Architecture, recipe: Recipe, seed: number): Training {
  const net = initial(architecture, seed);
  const zeros = () => new Float64Array(net.weights.length);
  return { net, recipe, source: random(seed + 20011), first: zeros(), second: zeros(), batches: 0 };
}

/** train(training): one batch. Returns its loss, in nats for each token of an answer. */
export function train(training: Training): number {
  const { net, recipe, source, first, second } = training;
  const { task, trained, batch: size, rate, warm, batches, decays } = recipe;
  const batch = batchOf(Array.from({ length: size }, () => problem(task, 1 + source.integer(trained), source)));
  const trace = read(net, batch);
  const g = gradient(net, batch, trace);
  let norm = 0;
  for (let i = 0; i < g.length; i++) norm += g[i]! * g[i]!;
  // A step no longer than that of a gradient of length 1.
  const clip = 1 / Math.max(1, Math.sqrt(norm));
  const step = ++training.batches;
  const [b1, b2] = decays;
  const pace = rate * Math.min(1, step / warm, Math.max(0.01, (batches - step) / (batches - warm)));
  let [c1, c2] = [1, 1];
  for (let i = 0; i < Math.min(step, 4000); i++) {
    c1 *= b1;
    c2 *= b2;
  }
  const [r1, r2] = [1 / (1 - c1), 1 / (1 - c2)];
  const { weights } = net;
  for (let i = 0; i < g.length; i++) {
    const d = g[i]! * clip;
    const m = (first[i] = b1 * first[i]! + (1 - b1) * d);
    const s = (second[i] = b2 * second[i]! + (1 - b2) * d * d);
    weights[i]! -= (pace * m * r1) / (Math.sqrt(s * r2) + 1e-8);
  }
  return loss(trace, batch, net.architecture.vocabulary).nats;
}

/**
 * accuracy(net, task, lengths, count, seed): for each length, the share of `count` problems answered without an error, and of symbols that were right. An
 * answer is right as a whole exactly where each symbol is the likeliest after the right ones before it, so that one pass says what greedy decoding writes.
 */
export function accuracy(
  net: Net,
  task: Task,
  lengths: readonly number[],
  count: number,
  seed: number,
): { exact: number; symbols: number }[] {
  return lengths.map((length) => {
    const source = random(1000 * seed + length);
    const problems = Array.from({ length: count }, () => problem(task, length, source));
    const batch: Batch = batchOf(problems);
    const { right } = loss(read(net, batch), batch, net.architecture.vocabulary);
    const each = right.length / count;
    let whole = 0;
    for (let p = 0; p < count; p++) if (right.slice(p * each, (p + 1) * each).every(Boolean)) whole++;
    return { exact: whole / count, symbols: right.filter(Boolean).length / right.length };
  });
}

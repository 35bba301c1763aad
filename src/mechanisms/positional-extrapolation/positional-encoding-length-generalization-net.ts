/**
 * A decoder small enough to be trained while one looks on: one or two layers in the manner of T5 (RMS norms before, no biases in the matrices, a ReLU
 * between, logits that are not divided by the square root of the head's width), and one of the five encodings that Kazemnejad et al. (2023) compare.
 * All weights are one flat array, so that an optimiser, a finite difference and a file need no more than that.
 */
import { random } from '@/tensor/random';
import { alibiSlopes, sinusoid, t5Bucket } from './biases';
import type { Encoding } from './positional-encoding-length-generalization-setting';
import { rope } from './rotary';

/** The sizes of a network. The width is shared by the heads; each takes width / heads channels. */
export interface Architecture {
  readonly encoding: Encoding;
  readonly vocabulary: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** Channels within the perceptron. */
  readonly hidden: number;
  /** T5: how many buckets, and from where on they share the last one. */
  readonly buckets: number;
  readonly maxDistance: number;
  /** RoPE: how many channels of each head are turned, in pairs (0, 1), (2, 3), ... */
  readonly turned: number;
}

/** Where a tensor stands among the weights: rows of `columns` numbers. */
export interface Slot {
  readonly name: string;
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  /** Standard deviation that it starts with; a norm's gain starts at 1 (NaN). */
  readonly start: number;
}

/** layout(architecture): all tensors in order; matrices are [outputs, inputs]. T5's table of biases [buckets, heads] serves all layers. */
export function layout({ encoding, vocabulary, width, heads, layers, hidden, buckets }: Architecture): readonly Slot[] {
  let at = 0;
  const slot = (name: string, rows: number, columns: number, start: number): Slot => {
    const one = { name, at, rows, columns, start };
    at += rows * columns;
    return one;
  };
  const fan = (inputs: number) => inputs ** -0.5;
  return [
    slot('embed', vocabulary, width, 1),
    ...(encoding === 't5' ? [slot('bias', buckets, heads, fan(width))] : []),
    ...Array.from({ length: layers }, (_, l) => [
      slot(`${l}.norm1`, 1, width, NaN),
      // T5 puts the division by the root of the head's width into how its queries start.
      slot(`${l}.q`, width, width, fan(width * (width / heads))),
      slot(`${l}.k`, width, width, fan(width)),
      slot(`${l}.v`, width, width, fan(width)),
      slot(`${l}.o`, width, width, fan(width)),
      slot(`${l}.norm2`, 1, width, NaN),
      slot(`${l}.up`, hidden, width, fan(width)),
      slot(`${l}.down`, width, hidden, fan(hidden)),
    ]).flat(),
    slot('norm', 1, width, NaN),
    slot('unembed', vocabulary, width, fan(width)),
  ];
}

export interface Net {
  readonly architecture: Architecture;
  readonly weights: Float64Array;
  /** Each tensor by its name, as a view of the weights. */
  readonly parts: Readonly<Record<string, Float64Array>>;
}

/** views(slots, flat): each tensor of a flat array by its name. */
export const views = (slots: readonly Slot[], flat: Float64Array): Record<string, Float64Array> =>
  Object.fromEntries(slots.map(({ name, at, rows, columns }) => [name, flat.subarray(at, at + rows * columns)]));

/** net(architecture, weights): a network over those weights. Throws RangeError for sizes that do not fit. */
export function net(architecture: Architecture, weights: Float64Array): Net {
  const { width, heads, turned, vocabulary, hidden } = architecture;
  if (width % heads || width % 2 || hidden % 2 || vocabulary % 2)
    throw new RangeError('heads must divide the width; width, hidden and vocabulary must be even');
  if (turned % 2 || turned > width / heads) throw new RangeError(`cannot turn ${turned} of ${width / heads} channels`);
  const slots = layout(architecture);
  const { at, rows, columns } = slots.at(-1)!;
  if (weights.length !== at + rows * columns) throw new RangeError(`wanted ${at + rows * columns} weights, got ${weights.length}`);
  return { architecture, weights, parts: views(slots, weights) };
}

/** initial(architecture, seed): a network as it starts. Numbers are rounded to single precision, in which every machine draws the same ones. */
export function initial(architecture: Architecture, seed: number): Net {
  const source = random(seed);
  const slots = layout(architecture);
  const { at, rows, columns } = slots.at(-1)!;
  const weights = new Float64Array(at + rows * columns);
  for (const one of slots)
    for (let i = 0; i < one.rows * one.columns; i++)
      weights[one.at + i] = Number.isNaN(one.start) ? 1 : Math.fround(one.start * source.normal());
  return net(architecture, weights);
}

/** What attention needs to know of positions 0 to `length` - 1, computed once. */
export interface Places {
  /** ALiBi: a slope for each head. */
  readonly slopes: Float64Array | undefined;
  /** T5: the bucket of each distance. */
  readonly buckets: Int32Array | undefined;
  /** RoPE: cosines and sines [position, pair]. */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** APE: the table [position, width]. */
  readonly table: Float64Array | undefined;
}

const known = new Map<string, Places>();

/** places(architecture): for up to `longest` positions. Rounded to single precision, for the same reason as the first weights. */
export function places(architecture: Architecture): Places {
  const key = JSON.stringify(architecture);
  let found = known.get(key);
  if (!found) known.set(key, (found = placesOf(architecture)));
  return found;
}

/** As many positions as a network can read. */
export const longest = 96;

function placesOf({ encoding, width, heads, buckets, maxDistance, turned }: Architecture): Places {
  const theta = encoding === 'rope' ? rope(turned) : new Float64Array(0);
  const angles = (f: (angle: number) => number) =>
    Float64Array.from({ length: longest * theta.length }, (_, i) =>
      Math.fround(f(Math.floor(i / theta.length) * theta[i % theta.length]!)),
    );
  return {
    slopes: encoding === 'alibi' ? alibiSlopes(heads) : undefined,
    buckets: encoding === 't5' ? Int32Array.from({ length: longest }, (_, r) => t5Bucket(r, { buckets, maxDistance })) : undefined,
    cos: angles(Math.cos),
    sin: angles(Math.sin),
    table:
      encoding === 'ape'
        ? Float64Array.from(Array.from({ length: longest }, (_, p) => Array.from(sinusoid(p, width), Math.fround)).flat())
        : undefined,
  };
}

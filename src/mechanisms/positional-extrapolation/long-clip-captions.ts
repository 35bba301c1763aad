/**
 * A world of images and captions in which matching can be watched: an image is a list of attributes, a long caption names all of them and a short one
 * the first few; each attribute has its own direction in the space of features. And a small contrastive training on it, with the three losses that
 * Long-CLIP sets against each other.
 */
import { random } from '@/tensor/random';
import { tensor } from '@/tensor/tensor';
import { backward, components, type Features } from './long-clip-components';
import { contrastive, unit, unitBackward, type Loss } from './long-clip-loss';

export interface Sample {
  /** What each image shows, +1 or -1 for each attribute [B, A]. */
  readonly signs: Features;
  /** The same as the image encoder sees it: with noise [B, A]. */
  readonly seen: Features;
}

/** sample(count, attributes, noise, source): images drawn evenly; noise is the deviation of what is seen from what is shown, in units of an attribute. */
export function sample(count: number, attributes: number, noise: number, source: ReturnType<typeof random>): Sample {
  const axes = ['item', 'channel'] as const;
  const signs = tensor(axes, [count, attributes]);
  const seen = tensor(axes, [count, attributes]);
  for (let i = 0; i < signs.data.length; i++) {
    signs.data[i] = source.uniform() < 0.5 ? -1 : 1;
    seen.data[i] = signs.data[i]! + noise * source.normal();
  }
  return { signs, seen };
}

/** strengths(attributes, decay): decay^a, the most important attribute first. */
export const strengths = (attributes: number, decay: number): Float64Array =>
  Float64Array.from({ length: attributes }, (_, a) => decay ** a);

/** encode(values, gains, named): an encoder that gives each attribute its gain and rows length 1; of captions, the first `named` attributes only. */
export const encode = (values: Features, gains: Float64Array, named = gains.length) =>
  unit(
    tensor(
      values.axes,
      values.shape,
      values.data.map((x, i) => (i % gains.length < named ? x * gains[i % gains.length]! : 0)),
    ),
  );

/** Mean cosine of the rows of x with those of y, which need not have length 1. */
export function cosine(x: Features, y: Features): number {
  const [a, b] = [unit(x).rows.data, unit(y).rows.data];
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0) / x.shape[0]!;
}

/**
 * What training matches with what.
 * - long: long captions with image features.
 * - mixed: that, and short captions with the same image features.
 * - pcm: that, and short captions with their main components.
 */
export type Objective = 'long' | 'mixed' | 'pcm';

export interface TrainingOptions {
  readonly attributes: number;
  readonly decay: number;
  /** How many attributes a short caption names. */
  readonly named: number;
  /** k, of pcm. */
  readonly kept: number;
  readonly noise: number;
  readonly seed: number;
  readonly batch: number;
  readonly steps: number;
  readonly scale: number;
  readonly rate: number;
}

/** Both encoders: a gain for each attribute. */
export interface Encoders {
  readonly image: Float64Array;
  readonly text: Float64Array;
}

/** gradients(objective, encoders, sample, options): of the loss, with respect to both gains; what the short captions add, apart. */
export function gradients(
  objective: Objective,
  { image, text }: Encoders,
  { signs, seen }: Sample,
  { named, kept, scale }: Pick<TrainingOptions, 'named' | 'kept' | 'scale'>,
) {
  const width = image.length;
  const [f, long] = [encode(seen, image), encode(signs, text)];
  const ofLong = contrastive(f.rows, long.rows, { scale });
  const gain = { image: new Float64Array(width), text: new Float64Array(width) };
  const add = (to: Float64Array, gradient: Features, values: Features, upTo = width) =>
    gradient.data.forEach((g, i) => i % width < upTo && (to[i % width]! += g * values.data[i]!));
  add(gain.text, unitBackward(long, ofLong.y), signs);
  let ofFeatures = ofLong.x.data;
  let ofShort: Loss | undefined;
  if (objective !== 'long') {
    const short = encode(signs, text, named);
    const main = objective === 'pcm' ? components(f.rows, kept) : undefined;
    ofShort = contrastive(main?.coarse ?? f.rows, short.rows, { scale });
    add(gain.text, unitBackward(short, ofShort.y), signs, named);
    const through = main ? backward(main, ofShort.x) : ofShort.x;
    ofFeatures = ofFeatures.map((g, i) => g + through.data[i]!);
  }
  add(gain.image, unitBackward(f, tensor(f.rows.axes, f.rows.shape, ofFeatures)), seen);
  return { ...gain, loss: ofLong.loss + (ofShort?.loss ?? 0) };
}

/**
 * train(objective, options, watch): Adam (rate, 0.9, 0.999) on a new batch each step, from gains that are the strengths in both encoders. `watch` is
 * called with the step and the encoders before each step and after the last. The same seed shows the same images to every objective.
 */
export function train(objective: Objective, options: TrainingOptions, watch: (step: number, encoders: Encoders) => void): void {
  const { attributes, decay, noise, seed, batch, steps, rate } = options;
  const source = random(seed);
  const start = strengths(attributes, decay);
  const [first, second] = [0.9, 0.999];
  const parts = (['image', 'text'] as const).map((name) => ({
    name,
    value: start.slice(),
    mean: new Float64Array(attributes),
    square: new Float64Array(attributes),
  }));
  const encoders = { image: parts[0]!.value, text: parts[1]!.value };
  for (let step = 0; step < steps; step++) {
    watch(step, encoders);
    const gradient = gradients(objective, encoders, sample(batch, attributes, noise, source), options);
    for (const { name, value, mean, square } of parts) {
      for (let a = 0; a < attributes; a++) {
        const g = gradient[name][a]!;
        mean[a] = first * mean[a]! + (1 - first) * g;
        square[a] = second * square[a]! + (1 - second) * g * g;
        value[a]! -= (rate * (mean[a]! / (1 - first ** (step + 1)))) / (Math.sqrt(square[a]! / (1 - second ** (step + 1))) + 1e-8);
      }
    }
  }
  watch(steps, encoders);
}

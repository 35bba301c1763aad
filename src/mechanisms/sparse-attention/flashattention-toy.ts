/** Queries, keys and values to run FlashAttention on: the closed form of the tests, and random ones with a loud key. */
import { random } from '@/tensor/random';
import { generate, tensor, type Matrix } from '@/tensor/tensor';

export interface Toy {
  readonly q: Matrix<'query', 'channel'>;
  readonly k: Matrix<'key', 'channel'>;
  readonly v: Matrix<'key', 'channel'>;
}

/** pattern(queries, channels, keys = queries): q, k and v from sines and cosines, for tests and golden vectors. */
export const pattern = (queries: number, channels: number, keys = queries): Toy => ({
  q: generate(['query', 'channel'], [queries, channels], (i, c) => Math.sin(0.7 * i! + 1.3 * c! + 0.1)),
  k: generate(['key', 'channel'], [keys, channels], (j, c) => Math.cos(0.5 * j! + 0.9 * c! + 0.2)),
  v: generate(['key', 'channel'], [keys, channels], (j, c) => Math.sin(0.3 * j! - 0.6 * c! + 0.4)),
});

export interface ToyOptions {
  readonly length: number;
  readonly channels: number;
  readonly seed: number;
  /** Standard deviation of the scaled scores. */
  readonly spread?: number;
  /** A key whose score with every query is higher than it would be by `height`. */
  readonly loud?: { readonly position: number; readonly height: number };
}

/**
 * toy(options): independent normal numbers. Channel 0 is kept for the loud key: all queries have the same there, all other keys 0, so that
 * exactly `height` is added to its scaled scores. Throws RangeError below 2 channels.
 */
export function toy({ length, channels, seed, spread = 1.5, loud }: ToyOptions): Toy {
  if (channels < 2) throw new RangeError(`${channels} channels leave none for random numbers`);
  const source = random(seed);
  // A dot product over channels - 1 normal pairs, divided by sqrt(channels), has variance (channels - 1) / channels.
  const scale = spread * Math.sqrt(channels / (channels - 1));
  const draw = (factor: number) => Float64Array.from({ length: length * channels }, () => factor * source.normal());
  const q = tensor(['query', 'channel'] as const, [length, channels], draw(scale));
  const k = tensor(['key', 'channel'] as const, [length, channels], draw(1));
  const v = tensor(['key', 'channel'] as const, [length, channels], draw(1));
  for (let i = 0; i < length; i++) {
    q.data[i * channels] = Math.sqrt(channels);
    k.data[i * channels] = loud?.position === i ? loud.height : 0;
  }
  return { q, k, v };
}

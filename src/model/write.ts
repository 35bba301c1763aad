import type { Random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { start, unknown } from './alphabet';
import { likeliest } from './needle';
import type { Reader } from './reader';

/** draw(logits, temperature, source): a next token. At temperature 0 the likeliest; start and unknown are never drawn. */
export function draw(logits: ArrayLike<number>, temperature: number, source: Random): number {
  if (!(temperature >= 0)) throw new RangeError(`temperature ${temperature} is not at least 0`);
  const allowed = Float64Array.from(logits, (x, id) => (id === start || id === unknown ? -Infinity : x));
  if (temperature === 0) return likeliest(allowed);
  const p = softmax(allowed.map((x) => x / temperature));
  let left = source.uniform();
  for (let id = 0; id < p.length; id++) if ((left -= p[id]!) < 0) return id;
  return likeliest(p);
}

/** write(reader, ids, count, temperature, source): what the model goes on with after reading ids, token by token. */
export function write(reader: Reader, ids: ArrayLike<number>, count: number, temperature: number, source: Random): Int32Array {
  const written = new Int32Array(count);
  const { vocabulary } = reader.model.shape;
  let row: Float32Array = reader.read(ids).slice(-vocabulary);
  for (let i = 0; i < count; i++) {
    written[i] = draw(row, temperature, source);
    if (i + 1 < count) row = reader.read([written[i]!]);
  }
  return written;
}

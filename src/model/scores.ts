import type { Place } from './hooks';
import { slope, type Standing } from './positions';
import type { Shape } from './model';

/** Scores of one query of one head against all keys it may see. */
export type Score = (scores: Float64Array, at: number, place: Place) => void;

/**
 * scorer(shape, standing, q, k, seats, asking) is how one layer scores: q [new, width] and k [held, width] as they leave their matrices;
 * `seats` is where each key stands, `asking` the seat of the first query among them.
 */
export function scorer(
  shape: Shape,
  standing: Standing,
  q: Float32Array,
  k: Float32Array,
  seats: ArrayLike<number>,
  asking: number,
): Score {
  const { kind, width, heads } = shape;
  const d = width / heads;
  const scale = 1 / Math.sqrt(d);
  const distance = standing.distance;
  if (kind === 'rope' && distance) return turnedByDistance(shape, standing, q, k, seats, asking);
  if (kind === 'rope') {
    const { frequencies } = standing;
    const turned = (x: Float32Array, first: number) => {
      const y = new Float32Array(x.length);
      for (let r = 0; r * width < x.length; r++) turnRow(y, x, r * width, seats[first + r]!, frequencies, heads);
      return y;
    };
    const [tq, tk] = [turned(q, asking), turned(k, 0)];
    return (scores, at, { head }) => dots(scores, tq, at * width + head * d, tk, head * d, width, d, scale);
  }
  if (kind === 'nope') return (scores, at, { head }) => dots(scores, q, at * width + head * d, k, head * d, width, d, scale);
  return (scores, at, { head }) => {
    dots(scores, q, at * width + head * d, k, head * d, width, d, scale);
    const own = seats[asking + at]!;
    for (let j = 0; j < scores.length; j++) scores[j]! -= slope(shape, head) * (distance?.(own, seats[j]!) ?? own - seats[j]!);
  };
}

/** Turns a token's channels at `at` in x by its position, pair (j, j + d/2) of each head; into y. The cosines are taken once for all heads. */
function turnRow(y: Float32Array, x: Float32Array, at: number, position: number, frequencies: ArrayLike<number>, heads: number): void {
  const half = frequencies.length;
  for (let j = 0; j < half; j++) {
    const cos = Math.cos(position * frequencies[j]!);
    const sin = Math.sin(position * frequencies[j]!);
    for (let h = 0; h < heads; h++) {
      const c = at + 2 * h * half + j;
      y[c] = x[c]! * cos - x[c + half]! * sin;
      y[c + half] = x[c + half]! * cos + x[c]! * sin;
    }
  }
}

/** scores[j] = scale q k_j, four keys at a time. */
function dots(
  scores: Float64Array,
  q: Float32Array,
  from: number,
  k: Float32Array,
  first: number,
  stride: number,
  d: number,
  scale: number,
): void {
  const n = scores.length;
  let j = 0;
  for (; j + 3 < n; j += 4) {
    const k0 = first + j * stride;
    const k1 = k0 + stride;
    const k2 = k1 + stride;
    const k3 = k2 + stride;
    let a = 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (let i = 0; i < d; i++) {
      const p = q[from + i]!;
      a += p * k[k0 + i]!;
      b += p * k[k1 + i]!;
      c += p * k[k2 + i]!;
      e += p * k[k3 + i]!;
    }
    scores[j] = a * scale;
    scores[j + 1] = b * scale;
    scores[j + 2] = c * scale;
    scores[j + 3] = e * scale;
  }
  for (; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += q[from + i]! * k[first + j * stride + i]!;
    scores[j] = sum * scale;
  }
}

/** RoPE where each pair of tokens has a distance of its own: the query is turned by it, the key is not. */
function turnedByDistance(
  shape: Shape,
  { frequencies, distance }: Standing,
  q: Float32Array,
  k: Float32Array,
  seats: ArrayLike<number>,
  asking: number,
): Score {
  const { width, heads } = shape;
  const d = width / heads;
  const half = d / 2;
  const scale = 1 / Math.sqrt(d);
  // By distance: whole ones, as nearly all are, in a list, which is found faster.
  const whole: Float64Array[] = [];
  const others = new Map<number, Float64Array>();
  const made = (r: number): Float64Array => {
    const turn = new Float64Array(d);
    for (let j = 0; j < half; j++) {
      turn[j] = Math.cos(r * frequencies[j]!);
      turn[half + j] = Math.sin(r * frequencies[j]!);
    }
    if (Number.isInteger(r) && r >= 0 && r < 1e5) whole[r] = turn;
    else others.set(r, turn);
    return turn;
  };
  return (scores, at, { head }) => {
    const own = seats[asking + at]!;
    const a = at * width + head * d;
    for (let n = 0; n < scores.length; n++) {
      const r = distance!(own, seats[n]!);
      const t = whole[r] ?? others.get(r) ?? made(r);
      const b = n * width + head * d;
      let sum = 0;
      for (let j = 0; j < half; j++) {
        const x = q[a + j]!;
        const y = q[a + half + j]!;
        const u = k[b + j]!;
        const v = k[b + half + j]!;
        sum += (x * u + y * v) * t[j]! + (x * v - y * u) * t[half + j]!;
      }
      scores[n] = sum * scale;
    }
  };
}

/**
 * The dense operations of a small network and of its gradient, on row-major Float64Arrays. They use additions, multiplications, divisions and square
 * roots alone, which every machine rounds alike: a training that starts from the same seed takes the same path in every browser.
 */

/** forward(x, w, n, inputs, outputs) is x w^T [n, outputs] for x [n, inputs] and w [outputs, inputs], two rows by two outputs at a time. */
export function forward(x: Float64Array, w: Float64Array, n: number, inputs: number, outputs: number): Float64Array {
  const y = new Float64Array(n * outputs);
  for (let t = 0; t < n; t += 2) {
    // An odd last row or output is computed twice, into the same place.
    const t1 = Math.min(t + 1, n - 1);
    const [x0, x1] = [t * inputs, t1 * inputs];
    for (let o = 0; o < outputs; o += 2) {
      const o1 = Math.min(o + 1, outputs - 1);
      const [w0, w1] = [o * inputs, o1 * inputs];
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let i = 0; i < inputs; i++) {
        const p = x[x0 + i]!;
        const q = x[x1 + i]!;
        const u = w[w0 + i]!;
        const v = w[w1 + i]!;
        a += p * u;
        b += p * v;
        c += q * u;
        d += q * v;
      }
      y[t * outputs + o] = a;
      y[t * outputs + o1] = b;
      y[t1 * outputs + o] = c;
      y[t1 * outputs + o1] = d;
    }
  }
  return y;
}

/** back(dy, w, n, inputs, outputs) is dy w [n, inputs]: the gradient that reaches x. */
export function back(dy: Float64Array, w: Float64Array, n: number, inputs: number, outputs: number): Float64Array {
  const turned = new Float64Array(w.length);
  for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) turned[i * outputs + o] = w[o * inputs + i]!;
  return forward(dy, turned, n, outputs, inputs);
}

/** gather(dw, dy, x, n, inputs, outputs) adds dy^T x to dw [outputs, inputs]: the gradient of w. Both sizes must be even. */
export function gather(dw: Float64Array, dy: Float64Array, x: Float64Array, n: number, inputs: number, outputs: number): void {
  for (let o = 0; o < outputs; o += 2)
    for (let i = 0; i < inputs; i += 2) {
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let t = 0, from = o, at = i; t < n; t++, from += outputs, at += inputs) {
        const p = dy[from]!;
        const q = dy[from + 1]!;
        const u = x[at]!;
        const v = x[at + 1]!;
        a += p * u;
        b += p * v;
        c += q * u;
        d += q * v;
      }
      const first = o * inputs + i;
      dw[first]! += a;
      dw[first + 1]! += b;
      dw[first + inputs]! += c;
      dw[first + inputs + 1]! += d;
    }
}

/** addInto(x, y) adds y to x. */
export function addInto(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += y[i]!;
}

const ln2 = 0.6931471805599453;
/** 2^(k - 1075), exactly. */
const powers = Float64Array.from({ length: 1101 }, (_, k) => {
  let p = 1;
  for (let i = 1075; i < k; i++) p *= 2;
  for (let i = k; i < 1075; i++) p /= 2;
  return p;
});
/** 1/i! for i = 13, 12, ..., 0: Taylor's series, enough for |r| up to 0.35. */
const taylor = Float64Array.from({ length: 14 }, (_, j) => {
  let factorial = 1;
  for (let i = 2; i <= 13 - j; i++) factorial *= i;
  return 1 / factorial;
});

/** exponential(x) is e^x for x up to 17, to some 1e-15 of it: the same on every machine, which Math.exp need not be. */
export function exponential(x: number): number {
  if (x < -700) return 0;
  const k = Math.round(x / ln2);
  const r = x - k * ln2;
  let sum = taylor[0]!;
  for (let j = 1; j < 14; j++) sum = taylor[j]! + r * sum;
  return sum * powers[k + 1075]!;
}

const epsilon = 1e-6;

/** normed(x, gain, n) is each of n rows over its root mean square, times the gain; `scales` are those divisors, inverted. */
export function normed(x: Float64Array, gain: Float64Array, n: number): { y: Float64Array; scales: Float64Array } {
  const width = gain.length;
  const y = new Float64Array(x.length);
  const scales = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    const at = t * width;
    let sum = 0;
    for (let c = 0; c < width; c++) sum += x[at + c]! * x[at + c]!;
    const scale = (scales[t] = 1 / Math.sqrt(sum / width + epsilon));
    for (let c = 0; c < width; c++) y[at + c] = x[at + c]! * scale * gain[c]!;
  }
  return { y, scales };
}

/** normedBack(dx, dgain, dy, x, gain, scales) adds to dx and dgain what a norm passes back. */
export function normedBack(
  dx: Float64Array,
  dgain: Float64Array,
  dy: Float64Array,
  x: Float64Array,
  gain: Float64Array,
  scales: Float64Array,
): void {
  const width = gain.length;
  for (let t = 0; t < scales.length; t++) {
    const at = t * width;
    const scale = scales[t]!;
    let along = 0;
    for (let c = 0; c < width; c++) {
      const g = dy[at + c]! * scale * x[at + c]!;
      dgain[c]! += g;
      along += g * gain[c]!;
    }
    const pull = (along * scale * scale) / width;
    for (let c = 0; c < width; c++) dx[at + c]! += dy[at + c]! * gain[c]! * scale - pull * x[at + c]!;
  }
}

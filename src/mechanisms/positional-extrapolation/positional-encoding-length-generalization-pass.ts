/** One pass of the small decoder forward, and one back: its loss, the gradient of every weight, and the attention it paid. */
import { addInto, back, exponential, forward, gather, normed, normedBack } from './positional-encoding-length-generalization-kernels';
import { layout, places, views, type Architecture, type Net, type Places } from './positional-encoding-length-generalization-net';

/** Sequences one after the other: sequence s holds tokens starts[s] to starts[s + 1]. */
export interface Batch {
  readonly tokens: Int32Array;
  readonly starts: Int32Array;
  /** What should follow each token; -1 where nobody asks. */
  readonly targets: Int32Array;
}

interface LayerTrace {
  readonly x: Float64Array;
  readonly norm1: ReturnType<typeof normed>;
  readonly q: Float64Array;
  readonly k: Float64Array;
  readonly v: Float64Array;
  /** Attention weights of every sequence and head, one triangle after another. */
  readonly weights: Float64Array;
  readonly gathered: Float64Array;
  readonly middle: Float64Array;
  readonly norm2: ReturnType<typeof normed>;
  /** After the ReLU. */
  readonly inner: Float64Array;
}

export interface Trace {
  readonly layers: readonly LayerTrace[];
  readonly x: Float64Array;
  readonly norm: ReturnType<typeof normed>;
  /** The tokens that are asked about. */
  readonly asked: Int32Array;
  /** Probabilities of what follows them [asked, vocabulary]. */
  readonly next: Float64Array;
}

/** read(net, batch): everything that happens on the way forward. */
export function read({ architecture, parts }: Net, { tokens, starts, targets }: Batch): Trace {
  const { width, layers, hidden, vocabulary } = architecture;
  const where = places(architecture);
  const n = tokens.length;
  let x: Float64Array = new Float64Array(n * width);
  const embed = parts['embed']!;
  for (let s = 0; s + 1 < starts.length; s++)
    for (let t = starts[s]!; t < starts[s + 1]!; t++) {
      const [from, at] = [tokens[t]! * width, (t - starts[s]!) * width];
      for (let c = 0; c < width; c++) x[t * width + c] = embed[from + c]! + (where.table ? where.table[at + c]! : 0);
    }
  const traces: LayerTrace[] = [];
  for (let l = 0; l < layers; l++) {
    const part = (name: string) => parts[`${l}.${name}`]!;
    const norm1 = normed(x, part('norm1'), n);
    const [q, k, v] = ['q', 'k', 'v'].map((name) => forward(norm1.y, part(name), n, width, width)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    turn(q, architecture, where, starts, 1);
    turn(k, architecture, where, starts, 1);
    const { weights, gathered } = attend(q, k, v, architecture, where, parts['bias'], starts);
    const middle = forward(gathered, part('o'), n, width, width);
    addInto(middle, x);
    const norm2 = normed(middle, part('norm2'), n);
    const inner = forward(norm2.y, part('up'), n, width, hidden);
    for (let i = 0; i < inner.length; i++) if (inner[i]! < 0) inner[i] = 0;
    const out = forward(inner, part('down'), n, hidden, width);
    addInto(out, middle);
    traces.push({ x, norm1, q, k, v, weights, gathered, middle, norm2, inner });
    x = out;
  }
  const asked = Int32Array.from(Array.from(targets.keys()).filter((t) => targets[t]! >= 0));
  const norm = normed(x, parts['norm']!, n);
  const next = forward(rows(norm.y, asked, width), parts['unembed']!, asked.length, width, vocabulary);
  for (let i = 0; i < asked.length; i++) soften(next, i * vocabulary, vocabulary);
  return { layers: traces, x, norm, asked, next };
}

/** loss(trace, batch, net): mean of -log of the probability of each target, in nats; and which targets were the likeliest. */
export function loss({ asked, next }: Trace, { targets }: Batch, vocabulary: number): { nats: number; right: boolean[] } {
  let nats = 0;
  const right = Array.from(asked, (t, i) => {
    const row = next.subarray(i * vocabulary, (i + 1) * vocabulary);
    nats -= Math.log(Math.max(1e-300, row[targets[t]!]!));
    return row.every((p, c) => c === targets[t]! || p < row[targets[t]!]!);
  });
  return { nats: nats / Math.max(1, asked.length), right };
}

/** likely({ next }, vocabulary): the likeliest token after each that is asked about. */
export const likely = ({ asked, next }: Trace, vocabulary: number): number[] =>
  Array.from(asked, (_, i) => {
    const row = next.subarray(i * vocabulary, (i + 1) * vocabulary);
    return row.indexOf(row.reduce((most, p) => Math.max(most, p), 0));
  });

/** gradient(net, batch, trace): of the mean loss, for every weight, in the order of the weights. */
export function gradient({ architecture, parts, weights: flat }: Net, batch: Batch, trace: Trace): Float64Array {
  const { width, hidden, vocabulary, layers } = architecture;
  const { tokens, starts, targets } = batch;
  const where = places(architecture);
  const n = tokens.length;
  const result = new Float64Array(flat.length);
  const to = views(layout(architecture), result);
  const { asked } = trace;
  const dnext = trace.next.map((p) => p / asked.length);
  for (let i = 0; i < asked.length; i++) dnext[i * vocabulary + targets[asked[i]!]!]! -= 1 / asked.length;
  gather(to['unembed']!, dnext, rows(trace.norm.y, asked, width), asked.length, width, vocabulary);
  const dy = new Float64Array(n * width);
  const dasked = back(dnext, parts['unembed']!, asked.length, width, vocabulary);
  for (let i = 0; i < asked.length; i++) dy.set(dasked.subarray(i * width, (i + 1) * width), asked[i]! * width);
  const dx = new Float64Array(n * width);
  normedBack(dx, to['norm']!, dy, trace.x, parts['norm']!, trace.norm.scales);
  for (let l = layers - 1; l >= 0; l--) {
    const part = (name: string) => parts[`${l}.${name}`]!;
    const grad = (name: string) => to[`${l}.${name}`]!;
    const { x, norm1, q, k, v, weights, gathered, middle, norm2, inner } = trace.layers[l]!;
    gather(grad('down'), dx, inner, n, hidden, width);
    const dinner = back(dx, part('down'), n, hidden, width);
    for (let i = 0; i < dinner.length; i++) if (inner[i] === 0) dinner[i] = 0;
    gather(grad('up'), dinner, norm2.y, n, width, hidden);
    normedBack(dx, grad('norm2'), back(dinner, part('up'), n, width, hidden), middle, part('norm2'), norm2.scales);
    gather(grad('o'), dx, gathered, n, width, width);
    const dgathered = back(dx, part('o'), n, width, width);
    const passed = attendBack(dgathered, q, k, v, weights, architecture, where, to['bias'], starts);
    turn(passed.q, architecture, where, starts, -1);
    turn(passed.k, architecture, where, starts, -1);
    const dnorm = new Float64Array(n * width);
    for (const name of ['q', 'k', 'v'] as const) {
      gather(grad(name), passed[name], norm1.y, n, width, width);
      addInto(dnorm, back(passed[name], part(name), n, width, width));
    }
    normedBack(dx, grad('norm1'), dnorm, x, part('norm1'), norm1.scales);
  }
  const embed = to['embed']!;
  for (let t = 0; t < n; t++) for (let c = 0; c < width; c++) embed[tokens[t]! * width + c]! += dx[t * width + c]!;
  return result;
}

/** map(trace, layer, head, starts, architecture): the attention of a sequence alone in its batch [n, n], NaN where the key is in the future. */
export function map({ layers }: Trace, layer: number, head: number, n: number): number[][] {
  const triangle = (n * (n + 1)) / 2;
  const weights = layers[layer]!.weights.subarray(head * triangle, (head + 1) * triangle);
  return Array.from({ length: n }, (_, t) => Array.from({ length: n }, (_, i) => (i <= t ? weights[(t * (t + 1)) / 2 + i]! : NaN)));
}

function rows(x: Float64Array, which: Int32Array, width: number): Float64Array {
  const y = new Float64Array(which.length * width);
  for (let i = 0; i < which.length; i++) y.set(x.subarray(which[i]! * width, (which[i]! + 1) * width), i * width);
  return y;
}

/** A softmax in place. */
function soften(x: Float64Array, at: number, n: number): void {
  let most = -Infinity;
  for (let i = at; i < at + n; i++) if (x[i]! > most) most = x[i]!;
  let sum = 0;
  for (let i = at; i < at + n; i++) sum += x[i] = exponential(x[i]! - most);
  for (let i = at; i < at + n; i++) x[i]! /= sum;
}

/** RoPE, in place: pairs (0, 1), (2, 3), ... of the turned channels of each head; `way` -1 turns back, which is also its gradient. */
function turn(
  x: Float64Array,
  { width, heads, turned, encoding }: Architecture,
  { cos, sin }: Places,
  starts: Int32Array,
  way: 1 | -1,
): void {
  if (encoding !== 'rope') return;
  const [d, pairs] = [width / heads, turned / 2];
  for (let s = 0; s + 1 < starts.length; s++)
    for (let t = starts[s]!; t < starts[s + 1]!; t++)
      for (let j = 0; j < pairs; j++) {
        const at = (t - starts[s]!) * pairs + j;
        const [c, z] = [cos[at]!, way * sin[at]!];
        for (let h = 0; h < heads; h++) {
          const i = t * width + h * d + 2 * j;
          const [a, b] = [x[i]!, x[i + 1]!];
          x[i] = a * c - b * z;
          x[i + 1] = b * c + a * z;
        }
      }
}

function attend(
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  { width, heads }: Architecture,
  { slopes, buckets }: Places,
  bias: Float64Array | undefined,
  starts: Int32Array,
) {
  const d = width / heads;
  let size = 0;
  for (let s = 0; s + 1 < starts.length; s++) size += ((starts[s + 1]! - starts[s]!) * (starts[s + 1]! - starts[s]! + 1) * heads) / 2;
  const weights = new Float64Array(size);
  const gathered = new Float64Array(q.length);
  let at = 0;
  for (let s = 0; s + 1 < starts.length; s++)
    for (let h = 0; h < heads; h++)
      for (let t = starts[s]!; t < starts[s + 1]!; t++) {
        const from = t * width + h * d;
        const n = t - starts[s]! + 1;
        for (let i = 0; i < n; i++) {
          const key = (starts[s]! + i) * width + h * d;
          let sum = slopes ? -slopes[h]! * (n - 1 - i) : buckets ? bias![buckets[n - 1 - i]! * heads + h]! : 0;
          for (let c = 0; c < d; c++) sum += q[from + c]! * k[key + c]!;
          weights[at + i] = sum;
        }
        soften(weights, at, n);
        for (let i = 0; i < n; i++) {
          const p = weights[at + i]!;
          const value = (starts[s]! + i) * width + h * d;
          for (let c = 0; c < d; c++) gathered[from + c]! += p * v[value + c]!;
        }
        at += n;
      }
  return { weights, gathered };
}

function attendBack(
  dout: Float64Array,
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  weights: Float64Array,
  { width, heads }: Architecture,
  { buckets }: Places,
  dbias: Float64Array | undefined,
  starts: Int32Array,
) {
  const d = width / heads;
  const [dq, dk, dv] = [new Float64Array(q.length), new Float64Array(q.length), new Float64Array(q.length)];
  const dp = new Float64Array(Math.max(...starts) + 1);
  let at = 0;
  for (let s = 0; s + 1 < starts.length; s++)
    for (let h = 0; h < heads; h++)
      for (let t = starts[s]!; t < starts[s + 1]!; t++) {
        const from = t * width + h * d;
        const n = t - starts[s]! + 1;
        let mean = 0;
        for (let i = 0; i < n; i++) {
          const p = weights[at + i]!;
          const value = (starts[s]! + i) * width + h * d;
          let sum = 0;
          for (let c = 0; c < d; c++) {
            const g = dout[from + c]!;
            sum += g * v[value + c]!;
            dv[value + c]! += p * g;
          }
          dp[i] = sum;
          mean += p * sum;
        }
        for (let i = 0; i < n; i++) {
          const g = weights[at + i]! * (dp[i]! - mean);
          const key = (starts[s]! + i) * width + h * d;
          if (buckets) dbias![buckets[n - 1 - i]! * heads + h]! += g;
          for (let c = 0; c < d; c++) {
            dq[from + c]! += g * k[key + c]!;
            dk[key + c]! += g * q[from + c]!;
          }
        }
        at += n;
      }
  return { q: dq, k: dk, v: dv };
}

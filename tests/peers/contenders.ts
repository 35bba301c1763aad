/** The same three tasks in each library that a developer might pick instead. Inputs are made outside the timed part. */
import * as jax from '@jax-js/jax';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { fft as mathFft, ifft as mathIfft, matrix, multiply as mathMultiply } from 'mathjs';
import { Matrix as Dense } from 'ml-matrix';
import { attention } from '@/tensor/attention';
import { convolve } from '@/tensor/fft';
import { matmul } from '@/tensor/matmul';
import { random } from '@/tensor/random';
import { tensor } from '@/tensor/tensor';

/** One measured call; whatever it returns is computed when it resolves. */
export type Call = () => unknown;
export interface Contender {
  readonly name: string;
  /** Undefined where the library does not offer the task. */
  prepare(task: Task, n: number): Call | undefined;
}
export const tasks = ['matmul', 'attention', 'convolution'] as const;
export type Task = (typeof tasks)[number];
/** Channels of the attention task. */
const channels = 64;

function inputs(task: Task, n: number) {
  const source = random(1);
  const draw = (count: number) => Float64Array.from({ length: count }, () => source.normal());
  const width = task === 'matmul' ? n : channels;
  return task === 'convolution'
    ? { a: draw(n), b: draw(n), c: draw(0), width: 1 }
    : { a: draw(n * width), b: draw(n * width), c: draw(task === 'matmul' ? 0 : n * width), width };
}
const nested = (x: Float64Array, columns: number) =>
  Array.from({ length: x.length / columns }, (_, i) => Array.from(x.subarray(i * columns, (i + 1) * columns)));

export const ours: Contender = {
  name: 'lengthwise (float64)',
  prepare(task, n) {
    const { a, b, c, width } = inputs(task, n);
    if (task === 'convolution') return () => convolve(a, b);
    if (task === 'matmul') {
      const [x, y] = [tensor(['i', 'k'] as const, [n, n], a), tensor(['k', 'j'] as const, [n, n], b)];
      return () => matmul(x, y);
    }
    const [q, k, v] = [
      tensor(['query', 'channel'] as const, [n, width], a),
      tensor(['key', 'channel'] as const, [n, width], b),
      tensor(['key', 'channel'] as const, [n, width], c),
    ];
    return () => attention(q, k, v);
  },
};

const mlMatrix: Contender = {
  name: 'ml-matrix (float64)',
  prepare(task, n) {
    if (task === 'convolution') return undefined;
    const { a, b, c, width } = inputs(task, n);
    const [x, y] = [new Dense(nested(a, width)), new Dense(nested(b, width))];
    if (task === 'matmul') return () => x.mmul(y);
    const v = new Dense(nested(c, width));
    return () => {
      const s = x.mmul(y.transpose()).div(Math.sqrt(width));
      for (let i = 0; i < n; i++) {
        const top = s.maxRow(i);
        let sum = 0;
        for (let j = 0; j < n; j++) {
          const p = Math.exp(s.get(i, j) - top);
          s.set(i, j, p);
          sum += p;
        }
        s.mulRow(i, 1 / sum);
      }
      return s.mmul(v);
    };
  },
};

const mathjs: Contender = {
  name: 'mathjs (float64)',
  prepare(task, n) {
    const { a, b, width } = inputs(task, n);
    if (task === 'attention') return undefined;
    if (task === 'matmul') {
      const [x, y] = [matrix(nested(a, width)), matrix(nested(b, width))];
      return () => mathMultiply(x, y);
    }
    const pad = (x: Float64Array) => [...x, ...new Array<number>(n).fill(0)];
    const [x, y] = [pad(a), pad(b)];
    return () => {
      const [fx, fy] = [mathFft(x) as unknown as Complex[], mathFft(y) as unknown as Complex[]];
      return mathIfft(fx.map((value, i) => mathMultiply(value as never, fy[i] as never)) as never);
    };
  },
};
interface Complex {
  re: number;
  im: number;
}

function tensorflow(backend: 'cpu' | 'wasm'): Contender {
  return {
    name: `tfjs ${backend} (float32)`,
    prepare(task, n) {
      // Its WASM backend has no FFT.
      if (task === 'convolution' && backend === 'wasm') return undefined;
      const { a, b, c, width } = inputs(task, n);
      const made = (x: Float64Array, shape: number[]) => tf.tensor(Float32Array.from(x), shape as [number, number]);
      const run = (f: () => tf.Tensor) => () => {
        const result = tf.tidy(f);
        const data = result.dataSync();
        result.dispose();
        return data;
      };
      if (task === 'convolution') {
        const [x, y] = [made(a, [n]), made(b, [n])].map((t) => tf.pad(t as tf.Tensor1D, [[0, n]])) as [tf.Tensor1D, tf.Tensor1D];
        return run(() => tf.spectral.irfft(tf.mul(tf.spectral.rfft(x), tf.spectral.rfft(y))));
      }
      const [x, y] = [made(a, [n, width]), made(b, [n, width])];
      if (task === 'matmul') return run(() => tf.matMul(x, y));
      const v = made(c, [n, width]);
      return run(() => tf.matMul(tf.softmax(tf.mul(tf.matMul(x, y, false, true), 1 / Math.sqrt(width))), v));
    },
  };
}

const jaxJs: Contender = {
  name: 'jax-js wasm (float32)',
  prepare(task, n) {
    const np = jax.numpy;
    if (task === 'convolution') return undefined;
    const { a, b, c, width } = inputs(task, n);
    const made = (x: Float64Array) => np.array(Float32Array.from(x)).reshape([x.length / width, width]);
    const [x, y] = [made(a), made(b)];
    // References are counted: `ref` keeps an input for the next call.
    if (task === 'matmul') return async () => (await np.matmul(x.ref, y.ref).data()).length;
    const v = made(c);
    return async () => {
      const s = np.matmul(x.ref, np.transpose(y.ref)).mul(1 / Math.sqrt(width));
      return (await np.matmul(jax.nn.softmax(s, -1), v.ref).data()).length;
    };
  },
};

/** Readies a contender's library; called once before its turn. */
export async function ready(name: string, wasmFolder: string): Promise<void> {
  if (name.startsWith('tfjs')) {
    setWasmPaths(wasmFolder);
    await tf.setBackend(name.split(' ')[1]!);
    await tf.ready();
  }
  if (name.startsWith('jax')) {
    await jax.init('wasm');
    jax.defaultDevice('wasm');
  }
}

export const peers: Contender[] = [mlMatrix, mathjs, tensorflow('cpu'), tensorflow('wasm'), jaxJs];

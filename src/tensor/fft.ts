import FFT from 'fft.js';

/** Complex numbers as two arrays of equal length. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const isPowerOfTwo = (n: number) => n >= 2 && (n & (n - 1)) === 0;

function transform({ re, im }: Complex, inverse: boolean): Complex {
  const n = re.length;
  if (!isPowerOfTwo(n)) throw new RangeError(`an FFT needs a power of two of at least 2 numbers, got ${n}`);
  const plan = new FFT(n);
  const input = new Array<number>(2 * n);
  for (let i = 0; i < n; i++) {
    input[2 * i] = re[i]!;
    input[2 * i + 1] = im[i]!;
  }
  const output = plan.createComplexArray() as number[];
  if (inverse) plan.inverseTransform(output, input);
  else plan.transform(output, input);
  return {
    re: Float64Array.from({ length: n }, (_, i) => output[2 * i]!),
    im: Float64Array.from({ length: n }, (_, i) => output[2 * i + 1]!),
  };
}

/** fft(x)_j = sum_i x_i exp(-2 pi i j / n). Throws RangeError unless n is a power of two. */
export const fft = (x: Complex): Complex => transform(x, false);

/** ifft undoes fft, with the factor 1/n. */
export const ifft = (x: Complex): Complex => transform(x, true);

/**
 * convolve(kernel, signal) is the causal convolution y_t = sum_{s<=t} kernel_s signal_{t-s}, for t < signal.length.
 * Zero-padded to a power of two that holds both, so nothing wraps round.
 */
export function convolve(kernel: Float64Array, signal: Float64Array): Float64Array {
  let n = 2;
  while (n < kernel.length + signal.length) n *= 2;
  const plan = new FFT(n);
  // Two real signals in one complex transform: the kernel in the real part, the signal in the imaginary part.
  const packed = new Array<number>(2 * n).fill(0);
  for (let i = 0; i < kernel.length; i++) packed[2 * i] = kernel[i]!;
  for (let i = 0; i < signal.length; i++) packed[2 * i + 1] = signal[i]!;
  const spectrum = plan.createComplexArray() as number[];
  plan.transform(spectrum, packed);
  const product = plan.createComplexArray() as number[];
  for (let j = 0; j < n; j++) {
    const m = (n - j) % n;
    const [a, b, c, d] = [spectrum[2 * j]!, spectrum[2 * j + 1]!, spectrum[2 * m]!, spectrum[2 * m + 1]!];
    // With z_j = a + ib and z_m = c + id: kernel spectrum (z_j + conj z_m)/2, signal spectrum (z_j - conj z_m)/(2i).
    const [kr, ki, ur, ui] = [(a + c) / 2, (b - d) / 2, (b + d) / 2, (c - a) / 2];
    product[2 * j] = kr * ur - ki * ui;
    product[2 * j + 1] = kr * ui + ki * ur;
  }
  const result = plan.createComplexArray() as number[];
  plan.inverseTransform(result, product);
  return Float64Array.from({ length: signal.length }, (_, t) => result[2 * t]!);
}

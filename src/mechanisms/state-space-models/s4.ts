/**
 * S4: the kernel of a HiPPO state-space model from its poles. A is diagonal plus rank one in a unitary basis, so the generating function
 * of the kernel at the roots of unity is four sums over N poles, and an inverse FFT gives the taps: the recurrence is never run.
 * Source: arXiv 2111.00396, section 3 and appendix C; state-spaces/s4, models/s4/s4.py::nplr, SSMKernelDPLR.
 */
import type { Counter } from '@/tensor/counter';
import { ifft, type Complex } from '@/tensor/fft';
import { generate, tensor, type Matrix } from '@/tensor/tensor';
import { power } from './discrete';
import { hippo, type System } from './hippo';

/** A = V (diag(lambda) - p p*) V*, with V unitary; b = V* B. Complex numbers as pairs of arrays. */
export interface Dplr {
  readonly lambda: Complex;
  readonly p: Complex;
  readonly b: Complex;
  readonly vectors: { readonly re: Matrix<'row', 'pole'>; readonly im: Matrix<'row', 'pole'> };
}

/** correction(n): P[i] = sqrt(i + 1/2), with which A + P P^T is normal: -1/2 I plus a skew matrix. */
export const correction = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.sqrt(i + 0.5));

/** diagonalPart(n): A + P P^T instead of A, a model of its own that is often confused with S4: what is left without the rank-one term. */
export function diagonalPart(n: number): System {
  const { a, b } = hippo(n);
  const p = correction(n);
  return { a: generate(['row', 'column'], [n, n], (i, k) => a.data[i! * n + k!]! + p[i!]! * p[k!]!), b };
}

/**
 * frequencies(n): the positive imaginary parts of the eigenvalues of A + P P^T, descending; the others are their negatives, and 0 when n
 * is odd. That an eigenvector exists comes down to one condition on its frequency w, sum_i arctan((2i + 1) / (2w)) = pi/2 + k pi. The sum
 * is increasing and concave in 1/w, so Newton's method climbs to each root from the one before without passing it.
 */
export function frequencies(n: number): Float64Array {
  let inverse = 0;
  return Float64Array.from({ length: Math.floor(n / 2) }, (_, k) => {
    for (let round = 0; round < 100; round++) {
      let short = Math.PI * (k + 0.5);
      let slope = 0;
      for (let i = 0; i < n; i++) {
        const x = (i + 0.5) * inverse;
        short -= Math.atan(x);
        slope += (i + 0.5) / (1 + x * x);
      }
      const next = inverse + short / slope;
      if (!(next > inverse * (1 + Number.EPSILON))) break;
      inverse = next;
    }
    return 1 / inverse;
  });
}

/**
 * dplr(n): HiPPO-LegS in the basis that diagonalises A + P P^T = -1/2 I + S. Row by row, S v = iw v says of y_k = sqrt(2k + 1) v_k that
 * y_{k+1} (1 + 2iw / (2k + 3)) = -y_k (1 - 2iw / (2k + 1)): the eigenvectors follow from their frequencies, 8 N^2 operations in all, where
 * the authors call a general eigensolver.
 */
export function dplr(n: number): Dplr {
  const { b } = hippo(n);
  const p = correction(n);
  const positive = frequencies(n);
  const re = tensor(['row', 'pole'] as const, [n, n]);
  const im = tensor(['row', 'pole'] as const, [n, n]);
  const lambda = complex(n);
  for (let k = 0; k < n; k++) {
    const mirror = n - 1 - k;
    const w = k < positive.length ? -positive[k]! : mirror < positive.length ? positive[mirror]! : 0;
    lambda.re[k] = -0.5;
    lambda.im[k] = w;
    let [yr, yi] = [1, 0];
    let norm = 0;
    for (let i = 0; i < n; i++) {
      if (i > 0) {
        const [before, now] = [(2 * w) / (2 * i - 1), (2 * w) / (2 * i + 1)];
        // y (-1 + i before) / (1 + i now)
        const size = 1 + now * now;
        [yr, yi] = times(yr, yi, (before * now - 1) / size, (before + now) / size);
      }
      const scale = Math.sqrt(2 * i + 1);
      re.data[i * n + k] = yr / scale;
      im.data[i * n + k] = yi / scale;
      norm += (yr * yr + yi * yi) / (2 * i + 1);
    }
    for (let i = 0; i < n; i++) {
      re.data[i * n + k]! /= Math.sqrt(norm);
      im.data[i * n + k]! /= Math.sqrt(norm);
    }
  }
  /** V* x of a real column x. */
  const project = (x: Float64Array): Complex => {
    const result = complex(n);
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < n; i++) {
        result.re[k]! += re.data[i * n + k]! * x[i]!;
        result.im[k]! -= im.data[i * n + k]! * x[i]!;
      }
    }
    return result;
  };
  return { lambda, p: project(p), b: project(b), vectors: { re, im } };
}

/** readout({vectors}, c): the row C V of a real row C. */
export function readout({ vectors }: Dplr, c: ArrayLike<number>): Complex {
  const n = vectors.re.shape[0]!;
  const result = complex(n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      result.re[k]! += c[i]! * vectors.re.data[i * n + k]!;
      result.im[k]! += c[i]! * vectors.im.data[i * n + k]!;
    }
  }
  return result;
}

/**
 * truncated(c, discrete, length): C (I - A^length), which makes the generating function of `length` taps that of them all. S4 learns this
 * row directly; here it costs a matrix power, about 4 N^3 log2 L operations, once.
 */
export function truncated(c: ArrayLike<number>, { a }: System, length: number): Float64Array {
  const n = a.shape[0]!;
  const last = power(a, length);
  return Float64Array.from({ length: n }, (_, k) => {
    let sum = c[k]!;
    for (let i = 0; i < n; i++) sum -= c[i]! * last.data[i * n + k]!;
    return sum;
  });
}

/** Operations of one term of the four sums: the denominator, its reciprocal, four complex multiply-adds. And of one root's Woodbury. */
export const termFlops = 44;
export const rootFlops = 40;

export interface Spectrum {
  /** The kernel's DFT at the roots 0 to L/2; the others are their conjugates. */
  readonly transform: Complex;
}

/**
 * spectrum(system, c, step, length): the DFT of the kernel, from c = C (I - A^L) V. At the root w = e^(-2 pi i j / L), with
 * r_ab = sum_n a_n b_n / (2/step (1 - w) - (1 + w) lambda_n), it is 2 (r_cb - (1 + w) r_cp r_pb / (1 + (1 + w) r_pp)): the paper's Cauchy
 * kernel and Woodbury identity, multiplied out so that w = -1 needs no limit. Without `lowRank` the second term is left out: the spectrum
 * of diagonalPart, whose own powers must then have truncated the row. Throws RangeError unless the length is even.
 */
export function spectrum(
  { lambda, p, b }: Dplr,
  c: Complex,
  step: number,
  length: number,
  { lowRank = true, counter }: { lowRank?: boolean; counter?: Counter } = {},
): Spectrum {
  if (length % 2 || length < 2) throw new RangeError(`the length must be even, got ${length}`);
  const n = lambda.re.length;
  const transform = complex(length / 2 + 1);
  // Products that do not depend on the root.
  const [cb, cp, pb, pp] = [multiply(c, b), multiply(c, p), multiply(conjugate(p), b), multiply(conjugate(p), p)];
  for (let j = 0; j <= length / 2; j++) {
    const angle = (-2 * Math.PI * j) / length;
    const [wr, wi] = j === length / 2 ? [-1, 0] : [Math.cos(angle), Math.sin(angle)];
    const [sr, si] = [(2 / step) * (1 - wr), (2 / step) * -wi];
    const [tr, ti] = [1 + wr, wi];
    let [cbr, cbi, cpr, cpi, pbr, pbi, ppr, ppi] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let k = 0; k < n; k++) {
      const dr = sr - (tr * lambda.re[k]! - ti * lambda.im[k]!);
      const di = si - (tr * lambda.im[k]! + ti * lambda.re[k]!);
      const size = 1 / (dr * dr + di * di);
      const [qr, qi] = [dr * size, -di * size];
      cbr += cb.re[k]! * qr - cb.im[k]! * qi;
      cbi += cb.re[k]! * qi + cb.im[k]! * qr;
      cpr += cp.re[k]! * qr - cp.im[k]! * qi;
      cpi += cp.re[k]! * qi + cp.im[k]! * qr;
      pbr += pb.re[k]! * qr - pb.im[k]! * qi;
      pbi += pb.re[k]! * qi + pb.im[k]! * qr;
      ppr += pp.re[k]! * qr - pp.im[k]! * qi;
      ppi += pp.re[k]! * qi + pp.im[k]! * qr;
    }
    transform.re[j] = 2 * cbr;
    transform.im[j] = 2 * cbi;
    if (!lowRank) continue;
    // (1 + w) r_cp r_pb / (1 + (1 + w) r_pp)
    const [nr, ni] = times(tr, ti, ...times(cpr, cpi, pbr, pbi));
    const [mr, mi] = times(tr, ti, ppr, ppi);
    const size = (1 + mr) ** 2 + mi ** 2;
    transform.re[j]! -= (2 * (nr * (1 + mr) + ni * mi)) / size;
    transform.im[j]! -= (2 * (ni * (1 + mr) - nr * mi)) / size;
  }
  if (counter) counter.flops += (length / 2 + 1) * (n * termFlops + rootFlops);
  return { transform };
}

/** kernelFromSpectrum(spectrum): the taps, by an inverse FFT. The length, twice the roots less two, must be a power of two. */
export function kernelFromSpectrum({ transform: { re, im } }: Spectrum, counter?: Counter): Float64Array {
  const half = re.length - 1;
  const length = 2 * half;
  const full = complex(length);
  for (let j = 0; j <= half; j++) {
    full.re[j] = re[j]!;
    full.im[j] = im[j]!;
    if (j > 0 && j < half) {
      full.re[length - j] = re[j]!;
      full.im[length - j] = -im[j]!;
    }
  }
  if (counter) counter.flops += 5 * length * Math.log2(length);
  return ifft(full).re;
}

/**
 * recurLinear(system, c, step, u): the recurrence in O(N) a step, the bilinear A never formed: with D = 1 / (2/step - lambda),
 * v = (2/step + lambda) x - p (p* x) + 2 b u, then x = D v - D p (p* D v) / (1 + p* D p). c = C V. Outputs are real parts.
 */
export function recurLinear({ lambda, p, b }: Dplr, c: Complex, step: number, u: ArrayLike<number>, counter?: Counter): Float64Array {
  const n = lambda.re.length;
  const d = complex(n);
  const dp = complex(n);
  let [wr, wi] = [1, 0];
  for (let k = 0; k < n; k++) {
    const [re, im] = [2 / step - lambda.re[k]!, -lambda.im[k]!];
    const size = re * re + im * im;
    d.re[k] = re / size;
    d.im[k] = -im / size;
    [dp.re[k], dp.im[k]] = times(d.re[k]!, d.im[k]!, p.re[k]!, p.im[k]!);
    const [x, y] = times(p.re[k]!, -p.im[k]!, dp.re[k]!, dp.im[k]!);
    wr += x;
    wi += y;
  }
  const x = complex(n);
  const v = complex(n);
  return Float64Array.from({ length: u.length }, (_, t) => {
    let [pr, pi] = [0, 0];
    for (let k = 0; k < n; k++) {
      pr += p.re[k]! * x.re[k]! + p.im[k]! * x.im[k]!;
      pi += p.re[k]! * x.im[k]! - p.im[k]! * x.re[k]!;
    }
    let [qr, qi] = [0, 0];
    for (let k = 0; k < n; k++) {
      const [er, ei] = [2 / step + lambda.re[k]!, lambda.im[k]!];
      const re = er * x.re[k]! - ei * x.im[k]! - (p.re[k]! * pr - p.im[k]! * pi) + 2 * b.re[k]! * u[t]!;
      const im = er * x.im[k]! + ei * x.re[k]! - (p.re[k]! * pi + p.im[k]! * pr) + 2 * b.im[k]! * u[t]!;
      v.re[k] = d.re[k]! * re - d.im[k]! * im;
      v.im[k] = d.re[k]! * im + d.im[k]! * re;
      qr += p.re[k]! * v.re[k]! + p.im[k]! * v.im[k]!;
      qi += p.re[k]! * v.im[k]! - p.im[k]! * v.re[k]!;
    }
    const size = wr * wr + wi * wi;
    const [fr, fi] = [(qr * wr + qi * wi) / size, (qi * wr - qr * wi) / size];
    let y = 0;
    for (let k = 0; k < n; k++) {
      x.re[k] = v.re[k]! - (dp.re[k]! * fr - dp.im[k]! * fi);
      x.im[k] = v.im[k]! - (dp.re[k]! * fi + dp.im[k]! * fr);
      y += c.re[k]! * x.re[k]! - c.im[k]! * x.im[k]!;
    }
    if (counter) counter.flops += 58 * n + 8;
    return y;
  });
}

const complex = (n: number): Complex => ({ re: new Float64Array(n), im: new Float64Array(n) });
const conjugate = ({ re, im }: Complex): Complex => ({ re, im: im.map((x) => -x) });
const times = (a: number, b: number, c: number, d: number): [number, number] => [a * c - b * d, a * d + b * c];
function multiply(a: Complex, b: Complex): Complex {
  const result = complex(a.re.length);
  for (let k = 0; k < a.re.length; k++) [result.re[k], result.im[k]] = times(a.re[k]!, a.im[k]!, b.re[k]!, b.im[k]!);
  return result;
}

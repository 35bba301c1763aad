import { bilinear, kernelByPowers, recur } from '@/mechanisms/state-space-models/discrete';
import { hippo } from '@/mechanisms/state-space-models/hippo';
import { correction, dplr, kernelFromSpectrum, readout, recurLinear, spectrum, truncated } from '@/mechanisms/state-space-models/s4';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import golden from '@tests/golden/s4.json';

interface Case {
  params: { n: number; length?: number; step?: number };
  expected: Record<string, number[]>;
}
const cases = golden.cases as unknown as (Case & { expected: { a: number[][] } })[];

/** Matrices, poles, kernels and the step-by-step mode, against the authors' module run in double precision. */
export default function check(): Check[] {
  const from = (name: string) => ({ repository: golden.repository, commit: golden.commit, function: name });
  const matrices = cases.filter(({ expected }) => 'a' in expected);
  const kernels = cases.filter(({ expected }) => 'kernel' in expected);

  const start = matrices.map(({ params: { n }, expected }) => {
    const { a, b } = hippo(n);
    return Math.max(maxDifference(a.data, expected.a.flat()), maxDifference(b, expected.b!), maxDifference(correction(n), expected.p!));
  });
  const poles = matrices.map(({ params: { n }, expected }) => {
    const { lambda, p, b } = dplr(n);
    const half = n / 2;
    const each = (f: (k: number) => number) => Float64Array.from({ length: half }, (_, k) => f(k));
    // The authors keep the poles below the real axis; ours are sorted, so these are the first half.
    return Math.max(
      maxDifference(lambda.im.subarray(0, half), expected.imaginary!),
      maxDifference(lambda.re.subarray(0, half), expected.real!),
      maxDifference(
        each((k) => p.re[k]! ** 2 + p.im[k]! ** 2),
        expected.lowRank!,
      ),
      maxDifference(
        each((k) => b.re[k]! ** 2 + b.im[k]! ** 2),
        expected.input!,
      ),
      maxDifference(
        each((k) => p.re[k]! * b.re[k]! + p.im[k]! * b.im[k]!),
        expected.productRe!,
      ),
      maxDifference(
        each((k) => p.re[k]! * b.im[k]! - p.im[k]! * b.re[k]!),
        expected.productIm!,
      ),
    );
  });
  const runs = kernels.map(({ params: { n, length = 0, step = 0 }, expected }) => {
    const c = Float64Array.from({ length: n }, (_, i) => Math.cos(0.7 * i + 0.3));
    const u = Float64Array.from({ length }, (_, t) => Math.sin(0.3 * t) + 0.5 * Math.cos(1.1 * t + 0.2));
    const discrete = bilinear(hippo(n), step);
    const system = dplr(n);
    return {
      cauchy: maxDifference(
        kernelFromSpectrum(spectrum(system, readout(system, truncated(c, discrete, length)), step, length)),
        expected.kernel!,
      ),
      naive: maxDifference(kernelByPowers(discrete, c, length), expected.kernel!),
      linear: maxDifference(recurLinear(system, readout(system, c), step, u), expected.outputs!),
      dense: maxDifference(recur(discrete, c, u).outputs, expected.outputs!),
    };
  });
  const worst = (key: keyof (typeof runs)[number]) => Math.max(...runs.map((run) => run[key]));
  const systems = `${kernels.length} systems`;
  return [
    {
      what: 'HiPPO matrices and rank-one term, N = 4 to 32',
      error: Math.max(...start),
      tolerance: 1e-10,
      reference: from('transition, rank_correction'),
    },
    {
      what: 'poles, and what of P and B does not depend on the phase of eigenvectors',
      error: Math.max(...poles),
      tolerance: 1e-8,
      reference: from('nplr'),
    },
    { what: `kernel from the poles, ${systems}`, error: worst('cauchy'), tolerance: 1e-10, reference: from('SSMKernelDPLR.forward') },
    {
      what: `kernel by powers of the matrix, ${systems}`,
      error: worst('naive'),
      tolerance: 1e-10,
      reference: from('SSMKernelDPLR.forward'),
    },
    { what: `recurrence in O(N) a step, ${systems}`, error: worst('linear'), tolerance: 1e-9, reference: from('SSMKernelDPLR.step') },
    { what: `recurrence on the dense matrix, ${systems}`, error: worst('dense'), tolerance: 1e-9, reference: from('SSMKernelDPLR.step') },
  ];
}

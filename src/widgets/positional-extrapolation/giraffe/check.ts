import { frequencies, randomisedPositions, xposBases, xposScale } from '@/mechanisms/positional-extrapolation/giraffe';
import { dynamicAlpha, linear, ntk, rope, rotate, truncate, yarn } from '@/mechanisms/positional-extrapolation/rotary';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { dot } from '@/tensor/matmul';
import giraffe from '@tests/golden/giraffe.json';
import rotary from '@tests/golden/rotary.json';

interface Case {
  params: Record<string, number> & { method: string };
  expected: { theta?: number[]; positions?: number[]; zeta?: number[]; logits?: number[][]; cos?: number[]; sin?: number[] };
}
type Numbers = ArrayLike<number>;

/** Frequencies span four orders of magnitude: differences are relative, and absolute where the reference is 0. */
const relative = (a: Numbers, b: Numbers) => Math.max(...Array.from(a, (x, i) => Math.abs(b[i] === 0 ? x : x / b[i]! - 1)));

const pi = Math.PI;
/** How each kind of case is computed here, as its difference from what is expected. */
const replay: Record<string, (p: Record<string, number>, expected: Case['expected']) => number> = {
  basis({ dim, scale, exponent, context }, { theta }) {
    const powered = frequencies('power', { dim: dim!, context: 1, scale: scale!, exponent: exponent! });
    return relative(context ? truncate(powered, { context }) : powered, theta!);
  },
  truncate: ({ dim, keep, slow, cut }, { theta }) =>
    relative(truncate(rope(dim!), { context: 2 * pi, keep: keep!, divisor: 1 / slow!, cut: cut! }), theta!),
  random: ({ n, phase, size }, { positions }) =>
    relative(
      randomisedPositions(Float64Array.from({ length: n! }, (_, i) => size! * (0.5 + 0.49 * Math.sin(1.3 * i + phase!)))),
      positions!,
    ),
  xpos({ n, dim, scaleBase }, { zeta, logits }) {
    const zetas = xposBases(dim!);
    const theta = rope(dim!);
    // The closed form of the inputs, from interleaved pairs to halves.
    const vector = (i: number, phase: number) =>
      Float64Array.from({ length: dim! }, (_, c) => Math.sin(0.7 * i + 1.1 * (c < dim! / 2 ? 2 * c : 2 * c - dim! + 1) + phase));
    let worst = relative(zetas, zeta!);
    for (let m = 0; m < n!; m++) {
      const q = xposScale(rotate(vector(m, 0), m, theta), m, zetas, scaleBase!);
      for (let j = 0; j < n!; j++) {
        const k = xposScale(rotate(vector(j, 2), j, theta), j, zetas, -scaleBase!);
        worst = Math.max(worst, Math.abs(dot(q, 0, k, 0, dim!) - logits![m]![j]!));
      }
    }
    return worst;
  },
  linear({ dim, scale, position }, { cos, sin }) {
    const theta = linear(dim!, scale!);
    return Math.max(
      maxDifference(
        theta.map((f) => Math.cos(position! * f)),
        cos!,
      ),
      maxDifference(
        theta.map((f) => Math.sin(position! * f)),
        sin!,
      ),
    );
  },
  ntk: ({ dim, alpha, base }, { theta }) => relative(ntk(dim!, alpha!, base!), theta!),
  dynamic: ({ dim, factor, trained, length }, { theta }) => relative(ntk(dim!, dynamicAlpha(length!, trained!, factor!)), theta!),
  yarn: ({ dim, scale, trained, base, fast, slow }, { theta }) =>
    relative(yarn(dim!, { scale: scale!, trained: trained!, base: base!, fast: fast!, slow: slow! }), theta!),
};

const kinds: [method: string, what: string, name: string, tolerance: number][] = [
  ['basis', 'linear, power and truncated frequencies', 'ScaledLlamaRotaryEmbedding', 1e-6],
  ['truncate', 'truncation with other thresholds', 'truncate_frequency', 1e-6],
  ['random', 'randomised positions', 'ScaledLlamaRotaryEmbedding', 1e-6],
  ['xpos', 'xPos logits', 'XPOS', 1e-5],
  ['linear', 'linear scaling, cosines and sines', 'LlamaLinearScaledRotaryEmbedding', 1e-5],
  ['ntk', 'NTK-aware frequencies', 'LlamaNTKScaledRotaryEmbedding', 1e-6],
  ['dynamic', 'dynamic NTK frequencies', 'LlamaDynamicScaledRotaryEmbedding', 1e-6],
  ['yarn', 'YaRN frequencies', 'LlamaYaRNScaledRotaryEmbedding', 1e-6],
];

/** All golden cases of both repositories, one line for each kind. Both compute in single precision. */
export default function check(): Check[] {
  return [giraffe, rotary].flatMap((golden) => {
    const cases = golden.cases as unknown as Case[];
    return kinds.flatMap(([method, what, name, tolerance]) => {
      const own = cases.filter(({ params }) => params.method === method);
      if (!own.length) return [];
      const error = Math.max(...own.map(({ params, expected }) => replay[method]!(params, expected)));
      return [
        {
          what: `${what}, ${own.length} cases`,
          error,
          tolerance,
          reference: { repository: golden.repository, commit: golden.commit, function: name },
        },
      ];
    });
  });
}

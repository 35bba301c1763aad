import { flow, inferenceFactor, trainingPositions, velocity, type Network } from '@/mechanisms/positional-extrapolation/clex';
import { solve, type Rule } from '@/mechanisms/positional-extrapolation/clex-solver';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import golden from '@tests/golden/clex.json';

interface Case {
  params: { kind: string; act: 'tanh' | 'silu' } & Record<string, number>;
  expected: { velocity?: number[]; theta?: number[][]; cos?: number[]; sin?: number[]; t?: number; positions?: number[] };
}

/** The closed form of the golden file's weights. */
const formula = (rows: number, columns: number, size: number, phase: number) =>
  Float64Array.from({ length: rows * columns }, (_, k) => size * Math.sin(1 + Math.floor(k / columns) + 2 * (k % columns) + phase));
const network = ({ dim, factor, size, act }: Case['params']): Network => ({
  hidden: factor! * dim!,
  up: formula(dim! / 2, factor! * dim!, size!, 0),
  down: formula(factor! * dim!, dim! / 2, size!, 0.5),
  act,
});

/** How each kind of case is computed here, as its difference from what is expected. */
const replay: Record<string, (params: Case['params'], expected: Case['expected']) => number> = {
  field: (p, { velocity: expected }) =>
    maxDifference(
      velocity(p.dim!, network(p))(
        p.t!,
        Float64Array.from({ length: p.dim! / 2 }, (_, i) => -0.3 * i + 0.1 * Math.sin(i)),
      ),
      expected!,
    ),
  flow(p, { theta }) {
    const most = p.most!;
    const stride = Math.max(1, Math.floor((most - 1) / 3));
    const found = flow(
      Array.from({ length: most }, (_, i) => i + 1),
      { dim: p.dim!, step: p.step!, network: network(p) },
    );
    // Frequencies span four orders of magnitude: relative differences.
    return Math.max(...theta!.flatMap((row, n) => row.map((expected, i) => Math.abs(found[1 + n * stride]![i]! / expected - 1))));
  },
  factor: ({ length, trained, most }, { t }) => Math.abs(inferenceFactor(length!, trained!, most!) - t!),
  positions({ n, trained, t }, { positions }) {
    const last = n! * t! - 2;
    return maxDifference(
      trainingPositions(
        n!,
        t!,
        trained!,
        Array.from({ length: last }, (_, i) => (7 * i + 3) % last),
      ),
      positions!,
    );
  },
};

const kinds: [kind: string, what: string, name: string, tolerance: number][] = [
  ['field', 'velocity of the logarithms', 'ODELinear.forward', 2e-5],
  ['flow', 'frequencies at each t, relative', 'CLEXScalingRotaryEmbedding.get_continuous_freq', 1e-4],
  ['factor', 't that a length is read with', 'CLEXScalingRotaryEmbedding.forward', 0.5],
  ['positions', 'positions of a training example', 'CLEXScalingRotaryEmbedding.forward', 1e-5],
];

/** All golden cases: the authors' code in single precision, and its solver alone in double. */
export default function check(): Check[] {
  const { repository, commit, solver } = golden;
  const cases = golden.cases as unknown as Case[];
  const solved = solver.cases.map(({ params: { rule, step, times }, expected }) =>
    Math.max(
      ...solve((t, y) => y.map((v, i) => Math.sin(t * v + i) / t), Float64Array.of(0.5, -1, 2, 0), times, { rule: rule as Rule, step }).map(
        (y, i) => maxDifference(y, expected.y[i]!),
      ),
    ),
  );
  return [
    ...kinds.map(([kind, what, name, tolerance]) => {
      const own = cases.filter(({ params }) => params.kind === kind);
      return {
        what: `${what}, ${own.length} cases`,
        error: Math.max(...own.map(({ params, expected }) => replay[kind]!(params, expected))),
        tolerance,
        reference: { repository, commit, function: name },
      };
    }),
    {
      what: `Euler and the 3/8 rule, ${solved.length} cases`,
      error: Math.max(...solved),
      tolerance: 1e-12,
      reference: { repository: solver.repository, commit: solver.commit, function: 'odeint, methods euler and rk4' },
    },
  ];
}

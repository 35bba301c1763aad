import { allRight, countsOf, run, sharpness, stepFor, successorMass, threshold } from '@/mechanisms/positional-extrapolation/task-hinting';
import { descend, newNet, problem, type Term } from '@/mechanisms/positional-extrapolation/task-hinting-train';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import golden from '@tests/golden/task-hinting.json';

/** Values below q by the formula of the golden file. */
export const formula = (n: number, q: number, phase: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.floor(q * (0.5 + 0.499 * Math.sin(1.7 * i * i + 0.9 * i + phase))));

type Network = (typeof golden.network)[number];

/** trained(case): the small network after the same batches, with its losses. */
export function trained({ q, longest, rate, shortcut, hints }: Network) {
  const net = newNet(q, longest);
  const losses = Array.from({ length: 6 }, (_, b) => {
    const terms: Term[] = [];
    for (let i = 0; i < 3; i++) {
      const of = problem(formula(3 + i + (b % 3), q, 0.37 * (3 * b + i)), q);
      terms.push(...of.values.map((_, k) => ({ of, k, hint: false })));
      if (hints && of.values.length > 2) terms.push({ of, k: 2, hint: true });
    }
    return descend(net, terms, 3, { pair: rate, shortcut });
  });
  return { net, losses };
}

const against = 'numpy and torch, token by token, with automatic differentiation';

/** A second implementation, because no code of the paper was found, and closed forms. */
export default function check(): Check[] {
  const runs = golden.construction.map((one) => ({ one, steps: run(countsOf(formula(one.n, one.q, one.phase), one.q), one.beta) }));
  const picks = runs.reduce((sum, { one, steps }) => sum + steps.filter(({ pick }, i) => pick !== one.picks[i]).length, 0);
  const nets = golden.network.map((one) => ({ one, ...trained(one) }));
  const [a, b] = [Math.exp(-1), Math.exp(-2.5)];
  const masses = successorMass(countsOf([4, 7, 7, 9], 12), 2, 0.5);
  return [
    {
      what: `attention on the next value, ${runs.length} lists`,
      error: Math.max(
        ...runs.map(({ one, steps }) =>
          maxDifference(
            steps.map(({ right }) => right),
            one.right,
          ),
        ),
      ),
      tolerance: 1e-10,
      against,
    },
    { what: 'picks of theirs that differ', error: picks, tolerance: 0.5, against },
    {
      what: 'thresholds, to the grid of the search',
      error: Math.max(
        ...golden.construction.map((one) =>
          Math.max(0, Math.abs(threshold(countsOf(formula(one.n, one.q, one.phase), one.q)) - one.lastWrong) - 0.001),
        ),
      ),
      tolerance: 1e-9,
      against,
    },
    {
      what: `weights of the small network after 6 batches, ${nets.length} cases`,
      error: Math.max(...nets.map(({ one, net }) => Math.max(maxDifference(net.pair, one.pair), maxDifference(net.place, one.place)))),
      tolerance: 1e-10,
      against,
    },
    { what: 'its losses', error: Math.max(...nets.map(({ one, losses }) => maxDifference(losses, one.losses))), tolerance: 1e-10, against },
    {
      what: 'masses of (4, 7, 7, 9) after 2, β = 0.5',
      error: maxDifference(
        [masses[4]!, masses[7]!, masses[9]!],
        [a, 2 * b, Math.exp(-3.5)].map((w) => w / (a + 2 * b + Math.exp(-3.5))),
      ),
      tolerance: 1e-14,
    },
    {
      what: 'step and list: the inverse of each other; both laws at the trained length',
      error: Math.max(Math.abs(allRight(stepFor(0.926, 100), 100) - 0.926), Math.abs(sharpness(0.8, 20, 'log') - 0.8)),
      tolerance: 1e-12,
    },
  ];
}

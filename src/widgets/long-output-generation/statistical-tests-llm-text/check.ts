import { temper, type Chain } from '@/mechanisms/long-output-generation/markov';
import { model, rates, trace, type Rates } from '@/mechanisms/long-output-generation/statistical-tests-llm-text';
import { chernoff, moments } from '@/mechanisms/long-output-generation/statistical-tests-llm-text-bounds';
import { blind } from '@/mechanisms/long-output-generation/statistical-tests-llm-text-toy';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { fromRows } from '@/tensor/tensor';
import golden from '@tests/golden/statistical-tests-llm-text.json';

// The cases differ in shape; each line below knows its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Case = { name: string; params: Record<string, any>; inputs: Record<string, any>; expected: Record<string, any> };
const cases = golden.cases as Case[];
const read = (rows: number[][]): Chain => fromRows(['from', 'to'] as const, rows);
const against = 'our own numpy and scipy computation (the authors’ code could not be obtained)';

/** The largest difference over the numbers that both have. */
function difference(found: Rates, expected: Record<string, number | number[]>): number {
  const differences = Object.entries(expected).flatMap(([name, value]) => {
    const own = (found as unknown as Record<string, number | Float64Array>)[name];
    if (own === undefined) return [];
    return [typeof own === 'number' ? Math.abs(own - (value as number)) : maxDifference(own, value as number[])];
  });
  if (differences.length < 4) throw new Error('the reference names none of the rates');
  return Math.max(...differences);
}

/** The statistic, its limits and the moment-generating function, against linear algebra done elsewhere. */
export default function check(): Check[] {
  const only = (name: string) => cases.find((c) => c.name === name)!;
  const text = only('one text');
  const found = trace(model(read(text.inputs.a)), text.inputs.text, text.params.start);
  const pairs = cases.filter(({ name }) => name === 'random pair' || name.startsWith('waves'));
  const limits = pairs.flatMap(({ inputs, expected }) => {
    const [a, b] = [read(inputs.a), read(inputs.b)];
    return [difference(rates(b, a), expected.ab), difference(rates(a, a), expected.aa)];
  });
  const designed = only('random pair');
  const a = read(designed.inputs.a);
  const tails = only('tails');
  const [tailA, excess] = [read(tails.inputs.a), model(read(tails.inputs.a)).excess];
  const tilted = only('tilted to no drift');
  return [
    {
      what: 'one text: surprise, entropy and running statistic',
      error: Math.max(...(['surprise', 'entropy', 'running'] as const).map((key) => maxDifference(found[key], text.expected[key]))),
      tolerance: 1e-11,
      against,
    },
    {
      what: `entropies, cross-entropies, drifts, divergences and variances of ${pairs.length} pairs of models`,
      error: Math.max(...limits),
      tolerance: 1e-9,
      against,
    },
    {
      what: 'drift at five temperatures',
      error: maxDifference(
        designed.params.temperatures.map((t: number) => rates(temper(a, t), a).drift),
        designed.expected.temperatureDrift,
      ),
      tolerance: 1e-10,
      against,
    },
    {
      what: 'logarithms of the moment-generating function',
      error: Math.max(
        ...tails.params.thetas.map((theta: number, i: number) =>
          maxDifference(moments(tailA, excess, theta, tails.params.lengths), tails.expected.moments[i]),
        ),
      ),
      tolerance: 1e-9,
      against,
    },
    {
      what: 'slopes of Chernoff’s bounds: the true rates at which errors decay',
      error: Math.max(
        ...tails.params.thresholds.flatMap((t: number, i: number) => [
          Math.abs(chernoff(tailA, excess, t, 'upper', [1]).rate - tails.expected.upper[i]),
          Math.abs(chernoff(tailA, excess, -t, 'lower', [1]).rate - tails.expected.lower[i]),
        ]),
      ),
      tolerance: 1e-6,
      against,
    },
    {
      what: 'the chain tilted to no drift',
      error: maxDifference(blind(read(tilted.inputs.b), read(tilted.inputs.a)).data, tilted.expected.blind.flat()),
      tolerance: 1e-9,
      against,
    },
  ];
}

import { reweigh, softplusAttention, stages, weigh, type StageOne } from '@/mechanisms/positional-extrapolation/softplus-attention';
import type { Check } from '@/shell/contract';
import { attention, causal } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { generate, row } from '@/tensor/tensor';
import golden from '@tests/golden/softplus-attention.json';

interface Case {
  params: { n: number; d: number; power?: number; offset?: number } & Partial<StageOne>;
  expected: { row: number; first: number[]; weights: number[]; output: number[] }[];
}

/** The inputs of the reference vectors. */
const pattern = (n: number, d: number) => ({
  q: generate(['query', 'channel'] as const, [n, d], (i, c) => Math.sin(0.7 * i! + 1.3 * c! + 0.1)),
  k: generate(['key', 'channel'] as const, [n, d], (i, c) => Math.cos(0.5 * i! + 0.9 * c! + 0.2)),
  v: generate(['key', 'channel'] as const, [n, d], (i, c) => Math.sin(0.3 * i! - 0.6 * c! + 0.4)),
});

function replay({ params: { n, d, power, offset, ...one }, expected }: Case): number {
  const { q, k, v } = pattern(n, d);
  const { first, weights, output } = softplusAttention(q, k, v, one, power === undefined ? undefined : { power, offset });
  return Math.max(
    ...expected.flatMap(({ row: i, ...wanted }) => [
      maxDifference(row(first, i).subarray(0, i + 1), wanted.first),
      maxDifference(row(weights, i).subarray(0, i + 1), wanted.weights),
      maxDifference(row(output, i), wanted.output),
    ]),
  );
}

/** The authors' code could not be had: a second implementation of the formulas, and closed forms. */
export default function check(): Check[] {
  const cases = golden.cases as unknown as Case[];
  const against = 'a second implementation, in numpy with 80 bits';
  const one = cases.filter(({ params }) => params.power === undefined);
  const two = cases.filter(({ params }) => params.power !== undefined);
  const { q, k, v } = pattern(24, 8);
  const plain = softplusAttention(q, k, v, { positive: 'exp', scale: 'plain' });
  const cosines = [0.6, 0.3, 0.2, -0.4, 0.1];
  const relu = stages({ cosines, logits: cosines }, { positive: 'relu', dim: 64, trained: 64 }, { power: 15, offset: 0 }).weights;
  const sum = cosines.reduce((total, c) => total + Math.max(0, c) ** 15, 0);
  return [
    { what: `stage one, ${one.length} cases`, error: Math.max(...one.map(replay)), tolerance: 1e-11, against },
    { what: `both stages, ${two.length} cases`, error: Math.max(...two.map(replay)), tolerance: 1e-11, against },
    {
      what: 'exponential of the usual scores',
      error: maxDifference(plain.output.data, attention(q, k, v, { mask: causal }).output.data),
      tolerance: 1e-12,
      against: 'softmax attention',
    },
    {
      what: 'ReLU without offset: cosines to the power, whatever their scale',
      error: maxDifference(
        relu,
        cosines.map((c) => Math.max(0, c) ** 15 / sum),
      ),
      tolerance: 1e-12,
    },
    {
      what: 'a softplus of 0 is ln 2, a row of such keys even, and stage two leaves none of it',
      error: Math.max(
        ...[4, 100].flatMap((n) => {
          const even = weigh(new Float64Array(n), { dim: 64, trained: 1 });
          const raw = weigh(new Float64Array(n), { dim: 64, trained: 1, normalised: false });
          return [maxDifference(even, new Array<number>(n).fill(1 / n)), Math.abs(raw[0]! - Math.LN2), ...reweigh(even, { power: 15 })];
        }),
      ),
      tolerance: 1e-12,
    },
  ];
}

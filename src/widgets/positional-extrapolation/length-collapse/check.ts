import { attention, dc, filterRate, hc } from '@/mechanisms/positional-extrapolation/length-collapse';
import { headsOf } from '@/mechanisms/positional-extrapolation/length-collapse-heads';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { matmul } from '@/tensor/matmul';
import { generate, type Matrix } from '@/tensor/tensor';
import golden from '@tests/golden/length-collapse.json';

/** The closed form of the inputs. */
const closed = (rows: number, columns: number, phase: number): Matrix =>
  generate(['row', 'column'], [rows, columns], (i, c) => Math.sin(0.7 * i! + 1.1 * c! + 0.3 * i! * c! + phase));

/** The largest differences of weights, outputs and filter rates in the cases of one of the authors' modules. */
export function replay(kind: string) {
  const cases = golden.cases.filter(({ params }) => params.kind === kind);
  const errors = cases.map(({ params: { n, width, heads, tau, hidden }, weights, output, rates }) => {
    const w = { q: closed(width, width, 0.1), k: closed(width, width, 0.9), v: closed(width, width, 1.7) };
    const mask = (key: number) => (key >= n - hidden ? -10000 : 0);
    const found = headsOf(closed(n, width, 0.4), w, {
      heads,
      tau,
      scale: kind === 'bert' ? Math.sqrt(width / heads) : 1,
      bias: (head, query, key) => mask(key) - (kind === 't5' ? 0.1 * (head + 1) * Math.abs(query - key) : 0),
    });
    return {
      weights: Math.max(...found.weights.map((a, head) => maxDifference(a.data, weights[head]!.flat()))),
      output: maxDifference(found.output.data, output.flat()),
      rates: maxDifference(
        found.weights.map((a) => filterRate(a, { tolerance: 1e-13, rounds: 20000 })),
        rates,
      ),
    };
  });
  const worst = (name: 'weights' | 'output' | 'rates') => Math.max(...errors.map((one) => one[name]));
  return { count: cases.length, weights: worst('weights'), output: worst('output'), rates: worst('rates') };
}

/** The authors' modules, numpy's singular values, and an identity. */
export default function check(): Check[] {
  const [bert, t5] = [replay('bert'), replay('t5')];
  const of = (name: string) => ({ repository: golden.repository, commit: golden.commit, function: name });
  const a = attention(closed(12, 12, 1), 0.5);
  const x = closed(12, 5, 2);
  return [
    {
      what: `attention with a temperature, ${bert.count} cases`,
      error: bert.weights,
      tolerance: 1e-10,
      reference: of('BertAttention.forward'),
    },
    { what: 'what its heads gather', error: bert.output, tolerance: 1e-10, reference: of('BertAttention.forward') },
    { what: `the same with a relative bias, ${t5.count} cases`, error: t5.weights, tolerance: 1e-5, reference: of('T5Attention.forward') },
    { what: 'what its heads gather', error: t5.output, tolerance: 1e-5, reference: of('T5Attention.forward') },
    {
      what: `filter rates of ${2 * bert.count} heads of these weights`,
      error: bert.rates,
      tolerance: 1e-7,
      against: 'singular values by numpy (LAPACK)',
    },
    {
      what: `filter rates of logits in closed form, ${golden.closed.length} cases`,
      error: maxDifference(
        golden.closed.map(({ n, scale }) =>
          filterRate(attention(generate(['query', 'key'], [n, n], (i, j) => scale * Math.sin(1 + 0.9 * i! + 1.7 * j!))), {
            tolerance: 1e-13,
            rounds: 20000,
          }),
        ),
        golden.closed.map(({ rate }) => rate),
      ),
      tolerance: 1e-7,
      against: 'singular values by numpy (LAPACK)',
    },
    {
      what: 'the high part of what is attended to comes of the high part alone, and the mean has none',
      error: Math.max(maxDifference(hc(matmul(a, x)).data, hc(matmul(a, hc(x))).data), ...dc(hc(x)).map(Math.abs)),
      tolerance: 1e-12,
    },
  ];
}

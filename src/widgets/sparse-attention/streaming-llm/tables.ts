import { policies, type Policy } from '@/mechanisms/sparse-attention/streaming-llm';
import type { Table } from '@/shell/contract';
import { every, pace, queryAt, spans, unit, type Result } from './simulate';
import { names } from './words';

/** The plotted numbers. */
export function tables(r: Result, { policy, cache }: { readonly policy: string; readonly cache: number }): Table[] {
  const own = names[policy as Policy];
  const list: Table[] = [
    {
      name: 'Policies compared',
      columns: [
        'policy',
        'perplexity until token 0 leaves the cache',
        'perplexity after that',
        'perplexity in the last quarter',
        'products of a query and a key, for one head',
      ],
      rows: policies.map((name) => {
        const { before, after, end } = r.policies[name];
        return [names[name], Math.exp(before), Math.exp(after), Math.exp(end), r.products[name]];
      }),
    },
    {
      name: `Rolling perplexity (cache ${cache})`,
      columns: ['tokens read', ...policies.map((name) => names[name])],
      rows: r.policies.dense.curve.map((_, i) => [pace * (i + 1), ...policies.map((name) => Math.exp(r.policies[name].curve[i]!))]),
    },
    {
      name: `Attention by slot, at every ${every}th query`,
      columns: ['query', 'policy', 'slots', 'mean weight of a token'],
      rows: [[own, r.shown] as const, [names[r.other], r.beside] as const].flatMap(([name, looks]) =>
        looks.flatMap(({ slots, bars }, step) =>
          spans(slots).map(({ from, to }, i) => [
            queryAt(step),
            name,
            to - from > 1 ? `${from} to ${to - 1}` : String(from),
            bars[i]! * unit,
          ]),
        ),
      ),
    },
  ];
  if (r.fact)
    list.push({
      name: `The fact ${r.fact.line} at token ${r.fact.at[0]}`,
      columns: ['policy', 'asked after, tokens', 'digits right, of 4', 'probability of the right digits'],
      rows: policies.flatMap((name) =>
        r.fact!.answers[name].map(({ after, right, probability }) => [names[name], after, right, probability]),
      ),
    });
  return list;
}

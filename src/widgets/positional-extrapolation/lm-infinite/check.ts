import { attend, reachOf } from '@/mechanisms/positional-extrapolation/lm-infinite';
import { blockwise } from '@/mechanisms/positional-extrapolation/lm-infinite-blocks';
import { rope } from '@/mechanisms/positional-extrapolation/rotary';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { generate, row } from '@/tensor/tensor';
import golden from '@tests/golden/lm-infinite.json';

interface Case {
  params: { mode: string; n: number; dim: number; window?: number; starting?: number; limit?: number };
  expected: number[][];
}

/** The closed form of the inputs, and what this code makes of them: the last rows are compared. */
function difference({ params: { mode, n, dim, window, starting, limit }, expected }: Case, blocks = false): number {
  const make = (f: (i: number, c: number) => number) => generate(['token', 'channel'] as const, [n, dim], (i, c) => f(i!, c!));
  const head = {
    q: make((i, c) => Math.sin(0.7 * i + 1.3 * c + 0.1)),
    k: make((i, c) => Math.cos(0.5 * i + 0.9 * c + 0.2)),
    v: make((i, c) => Math.sin(0.3 * i - 0.6 * c + 0.4)),
    theta: rope(dim),
  };
  const reach = mode === 'detailed' ? reachOf('ceiling', limit!, 0) : reachOf('lambda', window!, starting!);
  const out = blocks ? blockwise(head, window!, starting!) : attend(head, reach);
  return Math.max(...expected.map((theirs, i) => maxDifference(row(out, n - expected.length + i), theirs)));
}

const kinds: [mode: string, what: string, name: string, tolerance: number][] = [
  ['long_seq', 'outputs of a long text', 'Lambda_Attention_Matrix, long_seq', 1e-10],
  ['single_query', 'outputs of a single query', 'Lambda_Attention_Matrix, single_query', 1e-10],
  ['short_seq', 'outputs within the window', 'Lambda_Attention_Matrix, short_seq', 1e-10],
  ['cached', 'outputs behind a cache', 'Lambda_Attention_Matrix, cached', 1e-10],
  ['detailed', 'the ceiling without the mask', 'detailed_lambda_attention', 1e-6],
];

/** The authors' code in each of its modes; the block-wise scheme is held against the long texts as well. */
export default function check(): Check[] {
  const cases = golden.cases as Case[];
  const reference = (name: string) => ({ repository: golden.repository, commit: golden.commit, function: name });
  const of = (mode: string) => cases.filter(({ params }) => params.mode === mode);
  return [
    ...kinds.map(([mode, what, name, tolerance]) => ({
      what: `${what}, ${of(mode).length} cases`,
      error: Math.max(...of(mode).map((one) => difference(one))),
      tolerance,
      reference: reference(name),
    })),
    {
      what: `the same in blocks, ${of('long_seq').length} cases`,
      error: Math.max(...of('long_seq').map((one) => difference(one, true))),
      tolerance: 1e-10,
      reference: reference('Lambda_Attention_Matrix, long_seq'),
    },
  ];
}

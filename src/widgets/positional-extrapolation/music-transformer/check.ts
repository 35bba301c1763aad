import { relativeAttention, skew, unskew } from '@/mechanisms/positional-extrapolation/music-transformer';
import { localRelativeAttention, skewUnmasked } from '@/mechanisms/positional-extrapolation/music-transformer-local';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { matmulTransposed } from '@/tensor/matmul';
import { generate } from '@/tensor/tensor';
import golden from '@tests/golden/music-transformer.json';

interface Case {
  params: Record<string, number> & { method: string };
  expected: number[][];
}

/** The closed forms of tests/golden/make/music-transformer.py. */
const inputs = ({ length: n, channels: d }: Record<string, number>) => ({
  q: generate(['query', 'channel'] as const, [n!, d!], (i, c) => Math.sin(0.7 * i + 1.3 * c + 0.1)),
  k: generate(['key', 'channel'] as const, [n!, d!], (i, c) => Math.cos(0.5 * i + 0.9 * c + 0.2)),
  v: generate(['key', 'channel'] as const, [n!, d!], (i, c) => Math.sin(0.3 * i - 0.6 * c + 0.4)),
  e: (rows: number) => generate(['distance', 'channel'] as const, [rows, d!], (r, c) => Math.cos(0.4 * r + 0.7 * c)),
  ev: (rows: number) => generate(['distance', 'channel'] as const, [rows, d!], (r, c) => Math.sin(0.9 * r + 0.2 * c + 0.5)),
});

const replay: Record<string, (p: Record<string, number>) => Float64Array> = {
  skew(p) {
    const { q, e } = inputs(p);
    return skew(matmulTransposed(q, e(p['length']!))).data;
  },
  unskew(p) {
    const { q, e } = inputs(p);
    const products = matmulTransposed(q, e(p['length']!));
    return unskew(generate(['query', 'key'] as const, [p['length']!, p['length']!], (i, j) => products.data[i * p['length']! + j]!)).data;
  },
  unmasked(p) {
    const { q, e } = inputs(p);
    return skewUnmasked(matmulTransposed(q, e(2 * p['length']! - 1))).data;
  },
  attention(p) {
    const { q, k, v, e, ev } = inputs(p);
    return relativeAttention(q, k, v, e(p['most']!), { valueEmbeddings: p['values'] ? ev(p['most']!) : undefined }).output.data;
  },
  local(p) {
    const { q, k, v, e } = inputs(p);
    return localRelativeAttention(q, k, v, e(4 * p['block']!), { block: p['block']! }).output.data;
  },
};

const kinds: [method: string, what: string, name: string][] = [
  ['skew', 'skewing, whole matrix', '_relative_position_to_absolute_position_masked'],
  ['unskew', 'the way back', '_absolute_position_to_relative_position_masked'],
  ['unmasked', 'skewing for the block before', '_relative_position_to_absolute_position_unmasked'],
  ['attention', 'relative attention', 'dot_product_self_attention_relative_v2'],
  ['local', 'relative attention in blocks', 'masked_relative_local_attention_1d'],
];

/** Replays the golden cases: tensor2tensor's functions over NumPy, and a PyTorch implementation, which sets to 0 what the mask hides. */
export default function check(): Check[] {
  const cases = golden.cases as unknown as Case[];
  const other = golden.other.cases as unknown as Case[];
  const lower = (rows: readonly (readonly number[])[]) => rows.flatMap((row, i) => row.slice(0, i + 1));
  return [
    ...kinds.map(([method, what, name]) => {
      const own = cases.filter(({ params }) => params.method === method);
      return {
        what: `${what}, ${own.length} cases`,
        error: Math.max(...own.map(({ params, expected }) => maxDifference(replay[method]!(params), expected.flat()))),
        tolerance: 1e-10,
        reference: { repository: golden.repository, commit: golden.commit, function: name },
      };
    }),
    {
      what: `skewing, what the mask leaves, ${other.length} cases`,
      error: Math.max(
        ...other.map(({ params, expected }) => {
          const n = params['length']!;
          const rows = Array.from({ length: n }, (_, i) => Array.from(replay['skew']!(params).subarray(i * n, (i + 1) * n)));
          return maxDifference(lower(rows), lower(expected));
        }),
      ),
      tolerance: 1e-5,
      reference: { repository: golden.other.repository, commit: golden.other.commit, function: 'model/rpr.py::_skew' },
    },
  ];
}

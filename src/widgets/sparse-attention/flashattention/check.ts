import { flashAttention } from '@/mechanisms/sparse-attention/flashattention';
import { flashBackward } from '@/mechanisms/sparse-attention/flashattention-backward';
import { pattern } from '@/mechanisms/sparse-attention/flashattention-toy';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { generate } from '@/tensor/tensor';
import golden from '@tests/golden/flashattention.json';

const loops = ['key-outer', 'query-outer'] as const;
const tilings = [
  { rows: 2, columns: 3 },
  { rows: 4, columns: 2 },
  { rows: 64, columns: 64 },
];

/** Both loop orders, with tiles that fit and tiles that do not, against the references in the authors' tests. */
export default function check(): Check[] {
  const reference = { repository: golden.repository, commit: golden.commit, function: 'attention_ref' };
  const dense = golden.cases.map(({ params, expected }) => {
    const inputs = pattern(params.queries, params.channels, params.keys);
    const gradient = generate(['query', 'channel'], [params.queries, params.channels], (i, c) => Math.cos(0.4 * i! - 0.8 * c! + 0.3));
    let output = 0;
    let gradients = 0;
    for (const loop of loops) {
      for (const tiles of tilings) {
        const flash = flashAttention(inputs.q, inputs.k, inputs.v, { loop, tiles, causal: params.causal });
        const back = flashBackward({ ...inputs, output: flash.output, gradient }, flash.logSumExp, {
          tiles,
          causal: params.causal,
        }).gradients;
        output = Math.max(output, maxDifference(flash.output.data, expected.output.flat()));
        gradients = Math.max(
          gradients,
          maxDifference(back.q.data, expected.dq.flat()),
          maxDifference(back.k.data, expected.dk.flat()),
          maxDifference(back.v.data, expected.dv.flat()),
        );
      }
    }
    return { causal: params.causal, output, gradients };
  });
  const sparse = golden.blockSparse.map(({ name, params, expected }) => {
    const inputs = pattern(params.length, params.channels);
    const errors = loops.map((loop) => {
      const { output } = flashAttention(inputs.q, inputs.k, inputs.v, { loop, tiles: params, drop: (i, j) => params.keep[i]![j] === 0 });
      return maxDifference(output.data, expected.output.flat());
    });
    return {
      what: `${name} tiles: output (the reference is in single precision)`,
      error: Math.max(...errors),
      tolerance: 1e-6,
      reference: { ...reference, function: 'attention_blocksparse_ref' },
    };
  });
  const rows = [false, true].flatMap((causal) => {
    const group = dense.filter((each) => each.causal === causal);
    const what = `${causal ? 'causal' : 'no mask'}, ${group.length} shapes, both loop orders, three tilings`;
    return [
      { what: `${what}: output`, error: Math.max(...group.map(({ output }) => output)), tolerance: 1e-11, reference },
      {
        what: `${what}: gradients by q, k and v, against autograd`,
        error: Math.max(...group.map(({ gradients }) => gradients)),
        tolerance: 1e-11,
        reference,
      },
    ];
  });
  return [...rows, ...sparse];
}

import { alibiBias, alibiSlopes, sinusoid, t5Bucket } from '@/mechanisms/positional-extrapolation/biases';
import { jsd, kl, reversedJsd } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-compare';
import { decodePosition, relativeHead } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-construct';
import { layout, net, type Architecture } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-net';
import { gradient, loss, read } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-pass';
import { answer, batchOf } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { softmax } from '@/tensor/softmax';
import golden from '@tests/golden/positional-encoding-length-generalization.json';

type Expected = Record<string, number[]> & { bias: number[][]; rows: number[][]; loss: number };
interface Case {
  params: Record<string, number> & { kind: string };
  expected: Expected;
}
const worst = (all: readonly number[]) => Math.max(...all);

/** The closed form of the inputs: rows of a causal map. */
const rowsOf = (phase: number, n: number) =>
  Array.from({ length: n }, (_, t) => softmax(Float64Array.from({ length: t + 1 }, (_, i) => 2 * Math.sin(1.7 * t + 0.9 * i + phase))));

/** How each kind of case is computed here, as its difference from what is expected. */
const replay: Record<string, (p: Record<string, number>, expected: Expected) => number> = {
  slopes: ({ heads }, { slopes }) => maxDifference(alibiSlopes(heads!), slopes!),
  alibi: ({ heads, n }, { bias }) =>
    worst(
      Array.from(alibiSlopes(heads!), (slope, h) => {
        const { data } = alibiBias(slope, n!);
        // The reference adds m i; a softmax does not see the difference, m t in row t.
        const row = data.subarray((n! - 1) * n!);
        return maxDifference(
          row,
          bias[h]!.map((b) => b - bias[h]![n! - 1]!),
        );
      }),
    ),
  bucket: ({ buckets, maxDistance }, expected) =>
    maxDifference(
      expected['buckets']!.map((_, r) => t5Bucket(r, { buckets, maxDistance })),
      expected['buckets']!,
    ),
  sinusoid: ({ width }, { positions, rows }) => worst(positions!.map((p, k) => maxDifference(sinusoid(p, width!), rows[k]!))),
  divergence({ phase, other, n }, expected) {
    const [p, q] = [rowsOf(phase!, n!), rowsOf(other!, n!)];
    const by = (f: (a: Float64Array, b: Float64Array) => number) => p.map((row, t) => f(row, q[t]!));
    return worst([
      maxDifference(by(reversedJsd), expected['released']!),
      maxDifference(
        by((a, b) => kl(a, b) + kl(b, a)),
        expected['symmetric']!,
      ),
      maxDifference(by(jsd), expected['jsd']!),
    ]);
  },
  decoder(params, expected) {
    const shape = params as unknown as Architecture;
    const last = layout(shape).at(-1)!;
    const one = net(
      shape,
      Float64Array.from({ length: last.at + last.rows * last.columns }, (_, i) => 0.6 * Math.sin(1.3 * i * i + 0.7 * i)),
    );
    const given = [5, 17, 0, 9, 13, 2, 20, 11, 7];
    const batch = batchOf([{ given, answer: answer('sort', given) }]);
    const trace = read(one, batch);
    return Math.max(
      Math.abs(loss(trace, batch, shape.vocabulary).nats - expected.loss),
      maxDifference(
        gradient(one, batch, trace).filter((_, i) => i % 7 === 0),
        expected['gradient']!,
      ),
    );
  },
};

const nlp = { repository: golden.repository, commit: golden.commit };
const kinds: [kind: string, what: string, tolerance: number, reference: Omit<NonNullable<Check['reference']>, 'function'>, name: string][] =
  [
    ['slopes', 'ALiBi slopes of 1 to 12 heads', 1e-12, golden.alibi, 'get_slopes'],
    ['alibi', 'ALiBi bias, as a softmax sees it', 1e-5, nlp, 'build_alibi_tensor'],
    ['bucket', 'T5 buckets of 260 distances', 1e-9, golden.transformers, '_relative_position_bucket'],
    ['sinusoid', 'sinusoidal embeddings', 5e-6, nlp, 'FixedAbsolutePositionalEmbedding'],
    ['divergence', 'divergences of attention rows', 1e-10, nlp, 'torch_compute_jensen_shannon_divergence'],
  ];

/** Golden cases of three repositories, the decoder against torch, and the construction against its closed form. */
export default function check(): Check[] {
  const cases = golden.cases as unknown as Case[];
  const error = (kind: string) =>
    worst(cases.filter(({ params }) => params.kind === kind).map(({ params, expected }) => replay[kind]!(params, expected)));
  const positions = Array.from({ length: 20 }, (_, t) => decodePosition(1 / (t + 1), 20, 'linear'));
  const sloped = Array.from({ length: 20 }, (_, i) => -0.5 * (19 - i));
  return [
    ...kinds.map(([kind, what, tolerance, reference, name]) => ({
      what,
      error: error(kind),
      tolerance,
      reference: { ...reference, function: name },
    })),
    {
      what: 'loss and gradients of the decoder with each encoding',
      error: error('decoder'),
      tolerance: 2e-6,
      against: 'the same decoder in torch, differentiated by torch',
    },
    {
      what: 'a head without positions, as ALiBi',
      error: maxDifference(relativeHead(positions, 0.5)[19]!, softmax(sloped)),
      tolerance: 1e-9,
      against: 'closed form',
    },
  ];
}

import { frequencies, meanScore, paperBase, score } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling';
import { publishedTotals, runCost, shapes } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-cost';
import { doubling, lossLaws, reducible } from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-loss';
import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import type { Check } from '@/shell/contract';
import { dot } from '@/tensor/matmul';
import golden from '@tests/golden/effective-long-context-scaling.json';

type Case = (typeof golden.cases)[number];
const most = (x: Iterable<number>) => Math.max(...Array.from(x, Math.abs));

/** The closed form of the inputs, from interleaved pairs to halves. */
const vector = (dim: number, phase: number) =>
  Float64Array.from({ length: dim }, (_, c) => Math.sin(1.1 * (c < dim / 2 ? 2 * c : 2 * c - dim + 1) + phase));

function errors({ params: { dim, base, distances }, expected }: Case) {
  const theta = frequencies('abf', { dim, base, factor: 1 });
  const k = vector(dim, 2);
  const ones = distances.map((distance, i) => score(theta, distance) - expected.ones[i]!);
  const formula = distances.map(
    (distance, i) => dot(rotate(vector(dim, 0), distance, theta), 0, k, 0, dim) / Math.sqrt(dim) - expected.formula[i]!,
  );
  const until = (last: number) => most(distances.flatMap((d, i) => (d <= last ? [ones[i]!, formula[i]!] : [])));
  return { theta: most(theta.map((f, i) => f / expected.theta[i]! - 1)), near: until(1000), all: until(Infinity) };
}

/** Rotary embeddings with another base as Llama 3 has them; totals of training as the paper has them; closed forms. */
export default function check(): Check[] {
  const found = golden.cases.map(errors);
  const cases = `${found.length} cases`;
  const reference = (name: string) => ({ repository: golden.repository, commit: golden.commit, function: name });
  const abf = rope(128, paperBase);
  let sum = 0;
  for (let r = 700; r <= 900; r++) sum += score(abf, r);
  return [
    {
      what: `frequencies with bases from 10,000 to 10,000,000, ${cases}, relative`,
      error: Math.max(...found.map((f) => f.theta)),
      tolerance: 1e-6,
      reference: reference('precompute_freqs_cis'),
    },
    {
      what: `scores of turned vectors up to 1,000 positions apart, ${cases}`,
      error: Math.max(...found.map((f) => f.near)),
      tolerance: 1e-4,
      reference: reference('apply_rotary_emb'),
    },
    {
      what: `and up to 32,767, where single precision knows an angle to a thousandth`,
      error: Math.max(...found.map((f) => f.all)),
      tolerance: 2e-3,
      reference: reference('apply_rotary_emb'),
    },
    {
      what: 'four totals of training, relative',
      error: most(publishedTotals.map(({ share, cost }) => runCost(shapes['7B'], { share, short: 4096, long: 32768 }) / cost - 1)),
      // They are given to four digits.
      tolerance: 3e-4,
      against: 'the paper’s table 10, as public notes quote it',
    },
    { what: 'mean score of 201 distances', error: Math.abs(sum / 201 - meanScore(abf, 700, 900)), tolerance: 1e-12 },
    {
      what: 'what a doubling of the context leaves',
      error: most(Object.values(lossLaws).map((law) => reducible(law, 8192) - doubling(law) * reducible(law, 4096))),
      tolerance: 1e-12,
    },
  ];
}

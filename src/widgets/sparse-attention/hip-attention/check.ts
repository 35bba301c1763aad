import { blockScores, hierarchicalPruning, type Representative } from '@/mechanisms/sparse-attention/hip-attention';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { matmulTransposed } from '@/tensor/matmul';
import { random } from '@/tensor/random';
import { generate } from '@/tensor/tensor';
import golden from '@tests/golden/hip-attention.json';

/** One kind of case a line: which names it holds. */
const groups: [what: string, holds: (name: string) => boolean][] = [
  ['oracle representatives', (name) => name.startsWith('oracle')],
  ['leaves of two and of four keys', (name) => name.startsWith('key blocks') || name.includes('and key blocks')],
  ['scores in closed form, with a peak and with a needle', (name) => name.startsWith('peak') || name.startsWith('needle')],
  ['one query and blocks of queries, lengths that halve evenly and lengths that do not', () => true],
];

/** Runs the search on the golden inputs: the scores of every round, and the keys selected, against the authors' function. */
export default function check(): Check[] {
  const reference = { repository: golden.repository, commit: golden.commit, function: golden.function.split('::').at(-1)! };
  const errors = groups.map<number[]>(() => []);
  for (const one of golden.cases) errors[groups.findIndex(([, holds]) => holds(one.name))]!.push(difference(one));
  return groups.map(([what], i) => ({
    what: `${what}: scores of every round, keys selected, ${errors[i]!.length} cases`,
    error: Math.max(...errors[i]!),
    tolerance: 2e-6,
    reference,
  }));
}

/** The largest difference in one case. A key that was selected and should not have been is a difference of at least 1. */
function difference({ params, inputs, expected }: (typeof golden.cases)[number]): number {
  const {
    length = 0,
    budget,
    queries = 2,
    channels = 0,
    keysPerBlock = 1,
    window = 0,
    representative,
  } = params as Partial<typeof params> & { budget: number };
  let scores: ArrayLike<number>;
  if (inputs) scores = inputs.scores;
  else {
    const last = channels - 1;
    // The closed form of the inputs; the authors' function reads the odd rows of the queries alone.
    const q = generate(['query', 'channel'], [queries / 2, channels], (i, c) =>
      c === last ? 1 : Math.cos(0.9 * (2 * i! + 1) + 0.7 * c! * c!),
    );
    const k = generate(['key', 'channel'], [length - window, channels], (j, c) =>
      c === last ? 12 : Math.sin(0.11 * (c! + 1) * j! + 1.7 * c!) + 0.3 * Math.cos(2.3 * (c! + 2) * j!),
    );
    scores = blockScores(matmulTransposed(q, k), keysPerBlock);
  }
  const found = hierarchicalPruning((key) => scores[key]!, scores.length, {
    budget: Math.ceil(budget / keysPerBlock),
    representative: (representative as Representative | undefined) ?? 'first',
    random: random(1),
  });
  const finite = (round: (typeof found.rounds)[number]) =>
    round
      .map(({ score }) => score)
      .filter((score) => score > -Infinity)
      .sort((a, b) => b - a);
  const rounds = found.rounds.map((round, r) => maxDifference(finite(round), expected.scores[r]!));
  return Math.max(...rounds, maxDifference(found.selected, expected.selected));
}

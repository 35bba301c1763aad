import { blockScores, hierarchicalPruning, type Representative } from '@/mechanisms/sparse-attention/hip-attention';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { matmulTransposed } from '@/tensor/matmul';
import { random } from '@/tensor/random';
import { generate } from '@/tensor/tensor';
import golden from '@tests/golden/hip-attention.json';

/** Runs the search on the golden inputs: the scores of every round, and the keys selected, against the authors' function. */
export default function check(): Check[] {
  const reference = { repository: golden.repository, commit: golden.commit, function: golden.function };
  return golden.cases.flatMap(({ name, params, inputs, expected }) => {
    const { length = 0, budget, queries = 2, channels = 0, keysPerBlock = 1, window = 0, representative } = params as Partial<typeof params> & {
      budget: number;
    };
    let scores: ArrayLike<number>;
    if (inputs) scores = inputs.scores;
    else {
      const last = channels - 1;
      // The closed form of the inputs; the authors' function reads the odd rows of the queries alone.
      const q = generate(['query', 'channel'], [queries / 2, channels], (i, c) => (c === last ? 1 : Math.cos(0.9 * (2 * i! + 1) + 0.7 * c! * c!)));
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
    const differences = found.rounds.map((round, r) =>
      maxDifference(
        round
          .map(({ score }) => score)
          .filter((score) => score > -Infinity)
          .sort((a, b) => b - a),
        expected.scores[r]!,
      ),
    );
    // A key that was selected and should not have been is a difference of at least 1.
    return [{ what: `${name}: scores of every round, keys selected`, error: Math.max(...differences, maxDifference(found.selected, expected.selected)), tolerance: 2e-6, reference }];
  });
}

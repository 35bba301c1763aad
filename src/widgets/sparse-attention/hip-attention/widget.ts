import { number, percent } from '@/marks/format';
import {
  attended,
  blockScores,
  evaluationsNeeded,
  hierarchicalPruning,
  lostIn,
  recall,
  topK,
  type Representative,
} from '@/mechanisms/sparse-attention/hip-attention';
import { mass, needleMap, outputError, recallByLocality, toy } from '@/mechanisms/sparse-attention/hip-attention-toy';
import { widget } from '@/shell/contract';
import { random } from '@/tensor/random';
import { row } from '@/tensor/tensor';

const localities = [1, 2, 4, 8, 16, 32];
/** Sequences that a mean is taken over. */
const trials = (length: number): number => (length > 256 ? 12 : 24);

export default widget({
  slug: 'hip-attention',
  title: 'Searching for the best keys without scoring them all',
  params: {
    round: {
      type: 'step',
      view: true,
      label: 'Round',
      help: 'How many rounds of the search are shown: each halves the chunks and keeps the best.',
      default: Infinity,
      last: ({ length, k }) => Math.max(0, Math.ceil(Math.log2((length as number) / (k as number)))),
    },
    length: {
      type: 'integer',
      label: 'Keys, T',
      help: 'How many keys there are to search.',
      default: 256,
      min: 64,
      max: 1024,
      values: [64, 128, 256, 512, 1024],
    },
    k: { type: 'integer', label: 'Budget, k', help: 'How many keys to find.', default: 16, min: 4, max: 64, values: [4, 8, 16, 32, 64] },
    locality: {
      type: 'integer',
      label: 'Locality, L',
      help: 'How many neighbours share their noise: 1 is none, 32 a very smooth sequence.',
      default: 16,
      min: 1,
      max: 32,
    },
    representative: {
      type: 'choice',
      label: 'Representative',
      help: 'Which key stands for its chunk. The oracle looks at all of them, which is what the search is meant to avoid.',
      default: 'center',
      options: { first: 'first', center: 'center', last: 'last', random: 'random', oracle: 'oracle (best of all)' },
    },
    needle: { type: 'flag', label: 'Plant a needle', help: 'One key with a high score, whatever its neighbours score.', default: false },
    position: {
      type: 'integer',
      label: 'Needle at',
      help: 'Where the needle stands; it can be dragged in the picture.',
      default: 150,
      min: 0,
      max: 1023,
      when: ({ needle }) => needle === true,
    },
    height: {
      type: 'number',
      label: 'Needle’s score',
      help: 'Scores have a standard deviation of 2.',
      default: 9,
      min: 4,
      max: 14,
      step: 0.5,
      when: ({ needle }) => needle === true,
    },
    window: {
      type: 'integer',
      label: 'Sliding window',
      help: 'The last keys, always read beside those found.',
      default: 0,
      min: 0,
      max: 32,
      step: 4,
    },
    sinks: { type: 'integer', label: 'Sink tokens', help: 'The first keys, always read.', default: 0, min: 0, max: 4 },
    queries: {
      type: 'integer',
      label: 'Queries per block, b_q',
      help: 'One search serves a block of queries: each chunk counts with its best query.',
      default: 1,
      min: 1,
      max: 8,
      values: [1, 2, 4, 8],
    },
    seed: { type: 'seed', label: 'Seed', help: 'Another seed, another sequence of keys.', default: 3 },
  },
  constrain: (values) => ({ ...values, position: Math.min(values.position, values.length - 1) }),

  // Means over sequences, each made and sorted; and with a needle, a search for it at every position.
  work: ({ length, k, needle }) => 1800 * trials(length) * length + (needle ? 400 * length * k * Math.max(1, Math.log2(length / k)) : 0),
  simulate({ length, k, locality, representative, needle, position, height, window, sinks, queries, seed }) {
    const shape = { length, locality, queries, seed };
    const made = toy({ ...shape, needle: needle ? { position, height } : undefined });
    const options = { budget: k, representative: representative as Representative };
    const block = blockScores(made.scores, 1);
    const search = hierarchicalPruning((key) => block[key]!, length, { ...options, random: random(seed) });
    const scores = row(made.scores, 0).slice();
    const best = topK(scores, k);
    const reads = attended(search.selected, length, window, sinks);
    const last = topK(
      Array.from({ length }, (_, key) => key),
      k,
    );
    // What one mask for the whole block costs each of its queries, beside a search of its own.
    const each = Array.from({ length: queries }, (_, i) => {
      const own = row(made.scores, i);
      const wanted = topK(own, k);
      const alone = hierarchicalPruning((key) => own[key]!, length, { ...options, random: random(seed) });
      return { shared: recall(search.selected, wanted), alone: recall(alone.selected, wanted) };
    });
    /** What it is worth to the first query to read these keys alone. */
    const worth = (keys: readonly number[]) => ({
      keys: keys.length,
      recall: recall(keys, best),
      mass: mass(scores, keys),
      error: outputError(scores, made.v, keys),
    });
    return {
      scores,
      search,
      best,
      reads,
      worth: { search: worth(search.selected), reads: worth(reads), best: worth(best), window: worth(last) },
      block: {
        shared: each.reduce((sum, { shared }) => sum + shared, 0) / queries,
        alone: each.reduce((sum, { alone }) => sum + alone, 0) / queries,
      },
      // The round that loses the needle, 0 where it is found; and the same for a needle at every position, one query searching alone.
      lost: needle ? lostIn(search, position) : 0,
      lostAt: needle && representative !== 'random' ? needleMap(row(toy(shape).scores, 0).slice(), height, options) : [],
      curve: recallByLocality({
        length,
        budget: k,
        representative: representative as Representative,
        localities,
        trials: trials(length),
        seed,
      }),
    };
  },

  scenes: [
    {
      id: 'smooth',
      title: 'Smooth keys',
      set: {},
      notice: (r) =>
        `Neighbouring keys score alike, so one key can speak for its chunk. The search finds ${percent(r.worth.search.recall)} of the true top keys, and what it found carries ${percent(r.worth.search.mass / r.worth.best.mass)} of the attention that the exact top k would.`,
      claim: (r) => r.worth.search.recall >= 0.75 && r.worth.search.mass / r.worth.best.mass > 0.85,
    },
    {
      id: 'rough',
      title: 'No locality',
      set: { locality: 1 },
      notice: (r) =>
        `Now neighbours have nothing to do with each other, and the search finds ${percent(r.worth.search.recall)} of the top keys: a chunk’s representative says nothing about the rest of it.`,
      claim: (r) => r.worth.search.recall < 0.5,
    },
    {
      id: 'lost-needle',
      title: 'The lost needle',
      set: { needle: true, position: 150, round: 1 },
      notice: (r, { position, height }) =>
        `The key at ${position} has the highest score of all, ${number(height)}, and is ${r.search.selected.includes(position) ? 'found' : `not found: round ${r.lost} pruned its chunk on the word of another key`}. At ${percent(r.lostAt.filter((round) => round > 0).length / r.lostAt.length)} of all positions a needle would be lost.`,
      claim: (r, { position, round }) =>
        r.scores[position] === Math.max(...r.scores) &&
        r.lost === round &&
        r.lostAt.filter((each) => each > 0).length > r.lostAt.length / 2,
    },
    {
      id: 'oracle',
      title: 'An oracle finds it',
      set: { needle: true, position: 150, representative: 'oracle' },
      notice: (r, { position }) =>
        `If every chunk were judged by its best key, the needle at ${position} would survive every round. But to know the best key is to score them all: ${number(r.search.distinct)} of ${number(r.scores.length)} keys were looked at.`,
      claim: (r, { position }) => r.search.selected.includes(position) && r.search.distinct === r.scores.length,
    },
    {
      id: 'four-times-longer',
      title: 'Four times longer',
      set: { length: 1024 },
      notice: (r, { length, k }) =>
        `Twice as many keys cost one more round, 2k\u00a0=\u00a0${2 * k} scores. With ${number(length)} keys the search computes ${number(r.search.evaluations)}, ${percent(r.search.evaluations / length)} of them all.`,
      claim: (r, { length, k }) =>
        r.search.evaluations / length < 0.25 && r.search.evaluations - evaluationsNeeded(length / 2, k) === 2 * k,
    },
    {
      id: 'block',
      title: 'One mask for eight queries',
      set: { queries: 8, locality: 8 },
      notice: (r, { queries }) =>
        `A GPU searches once for a block of queries. Alone, each of these ${queries} would find ${percent(r.block.alone)} of its top keys on average; the shared mask holds ${percent(r.block.shared)}.`,
      claim: (r) => r.block.shared < r.block.alone,
    },
  ],

  describe: (r, { length, k, needle, position }) =>
    `With ${number(r.search.evaluations)} scores instead of ${number(length)}, the search finds ${percent(r.worth.search.recall)} of the ${k} highest-scoring keys, holding ${percent(r.worth.search.mass)} of the attention where the exact top ${k} hold ${percent(r.worth.best.mass)} and the last ${k} keys ${percent(r.worth.window.mass)}.` +
    (needle
      ? ` The needle at position ${position} is ${r.search.selected.includes(position) ? 'found' : r.reads.includes(position) ? 'not found, but read all the same' : 'lost'}.`
      : ''),

  outcomes: (r, { needle }) => [
    { name: 'recall of the true top keys', value: r.worth.search.recall, say: percent },
    { name: 'share of the attention read', value: r.worth.reads.mass, say: percent },
    { name: 'scores computed', value: r.search.evaluations },
    ...(needle ? [{ name: 'needle', value: r.lost, say: (round: number) => (round ? `lost in round ${round}` : 'found') }] : []),
  ],

  tables: (r) => [
    {
      name: 'What each choice of keys costs and is worth',
      columns: [
        'keys',
        'how many',
        'scores computed',
        'recall of the true top k',
        'share of the attention',
        'relative error of the output',
      ],
      rows: (
        [
          ['found by the search', r.search.evaluations, r.worth.search],
          ['read: those, window and sinks', r.search.evaluations, r.worth.reads],
          ['exact top k', r.scores.length, r.worth.best],
          ['last k', 0, r.worth.window],
        ] as const
      ).map(([name, computed, { keys, recall: share, mass: weight, error }]) => [name, keys, computed, share, weight, error]),
    },
    {
      name: 'Scores and selection',
      columns: ['key', 'score', 'in the true top k', 'found by the search', 'read'],
      rows: Array.from(r.scores, (score, key) => [
        key,
        score,
        r.best.includes(key) ? 'yes' : 'no',
        r.search.selected.includes(key) ? 'yes' : 'no',
        r.reads.includes(key) ? 'yes' : 'no',
      ]),
    },
    {
      name: 'Rounds of the search',
      columns: ['round', 'chunk start', 'chunk size', 'representative', 'score', 'kept'],
      rows: r.search.rounds.flatMap((round, i) =>
        round
          .filter(({ size }) => size > 0)
          .map(({ start, size, representative, score, kept }) => [i + 1, start, size, representative, score, kept ? 'yes' : 'no']),
      ),
    },
    {
      name: 'Recall and attention mass by locality (means over sequences)',
      columns: [
        'locality',
        'recall, search',
        'recall, last k keys',
        'recall, random keys',
        'mass of the search relative to the exact top k',
      ],
      rows: r.curve.map(({ locality, recall: share, mass: weight }) => [locality, share.search, share.window, share.random, weight.search]),
    },
  ],

  caveat:
    'Smooth random keys stand in for those of a trained model, and the locality of real keys differs by layer and head. What is lost in perplexity, and what is gained in time on a GPU, cannot be seen here; the first layers stay dense in the authors’ runs.',
});

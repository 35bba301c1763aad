import {
  gathered,
  gatheredLogits,
  relativeAttention,
  skewStages,
  type ByDistance,
} from '@/mechanisms/positional-extrapolation/music-transformer';
import { localLogits, localRelativeAttention, skewUnmasked } from '@/mechanisms/positional-extrapolation/music-transformer-local';
import { layerMemory } from '@/mechanisms/positional-extrapolation/music-transformer-memory';
import { moves } from '@/mechanisms/positional-extrapolation/music-transformer-moves';
import { examples, found, learnAbsolute, learnRelative, piece, places } from '@/mechanisms/positional-extrapolation/music-transformer-toy';
import { matmulTransposed } from '@/tensor/matmul';
import { softmaxInto } from '@/tensor/softmax';
import { generate, row, tensor, type Matrix } from '@/tensor/tensor';
import { hearModel } from './beside';
import { bar, home, lengths, memoryBlock, pieceLength, training } from './sizes';

export interface Settings {
  readonly show: 'skew' | 'memory' | 'heads' | 'model';
  readonly local: boolean;
  readonly length: number;
  readonly channels: number;
  readonly pad: 'left' | 'right';
  readonly width: number;
  readonly heads: number;
  readonly start: number;
  readonly lag: number;
  readonly seen: number;
  readonly reach: number;
  readonly block: number;
  readonly motif: 'line' | 'words';
  readonly gap: number;
  readonly seed: number;
}

/** Queries and embeddings by a formula: which numbers move does not matter, that they are different does. */
const queries = (length: number, channels: number) =>
  generate(['query', 'channel'] as const, [length, channels], (i, c) => Math.sin(0.7 * i + 1.3 * c + 0.1));
const embeddings = (length: number, channels: number) =>
  generate(['distance', 'channel'] as const, [length, channels], (r, c) => Math.cos(0.4 * r + 0.7 * c));

/** The moves, and how far what they lead to is from one dot product for each pair. */
function skewing({ length: n, channels: d, pad, local }: Settings) {
  const q = queries(n, d);
  // The distances of a block before reach from 1 to 2N - 1; those of a sequence from 0 to L - 1.
  const columns = local ? 2 * n - 1 : n;
  const e = embeddings(columns, d);
  const m: ByDistance = matmulTransposed(q, e);
  const result = local ? skewUnmasked(m) : skewStages(m, pad).result;
  const followed = moves(n, local ? 'unmasked' : 'masked', pad);
  // Entry (i, j) is wanted for the distance i - j, or N more where the key is in the block before.
  const wanted = local
    ? generate(['query', 'key'] as const, [n, n], (i, j) => m.data[i * columns + j - i + n - 1]!)
    : gatheredLogits(q, gathered(e, n));
  let [error, entries] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < (local ? n : i + 1); j++) {
      entries++;
      error = Math.max(error, Math.abs(result.data[i * n + j]! - wanted.data[i * n + j]!));
    }
  const off = followed.cells.filter(({ distance, at }) => {
    const end = at.at(-1);
    return end && (local || end[1] <= end[0]) && distance !== end[0] - end[1] + (local ? n : 0);
  });
  const wrong = off.filter(({ distance }) => distance !== undefined).length;
  return {
    show: 'skew' as const,
    kind: local ? ('unmasked' as const) : ('masked' as const),
    n,
    columns,
    channels: d,
    moves: followed,
    error,
    entries,
    /** Entries that count and hold the product for another distance. */
    wrong,
    /** Entries that count and hold a zero that was added. */
    zeros: off.length - wrong,
    /** Entries above the diagonal that hold something: another query's products. */
    garbage: local ? 0 : followed.cells.filter(({ query, at: [, , , end] }) => query !== undefined && end && end[1] > end[0]).length,
    dropped: followed.cells.filter(({ query, at: [, , , end] }) => query !== undefined && !end).length,
    numbers: { pairs: n * n * d, distances: columns * d, logits: n * n, products: n * columns },
  };
}

/** What a layer needs at each length. */
function memory({ width, heads }: Settings) {
  const of = (length: number) => layerMemory({ length, width, heads, block: memoryBlock });
  return {
    show: 'memory' as const,
    width,
    heads,
    curve: lengths.map((length) => ({ length, ...of(length) })),
  };
}

/** Causal softmax of a table of logits [query, key]. */
function attended(logits: Matrix<'query', 'key'>): Matrix<'query', 'key'> {
  const [length] = logits.shape as [number, number];
  const result = tensor(['query', 'key'] as const, [length, length]);
  for (let i = 0; i < length; i++) softmaxInto(row(result, i).subarray(0, i + 1), row(logits, i).subarray(0, i + 1));
  return result;
}

/** Both heads, trained on the same examples, over a piece with the motif where the reader has put it. */
function heads({ start, lag, seen, reach, local, block, seed }: Settings) {
  const starts = places(pieceLength, bar, seen, home, 0);
  const all = examples(starts, bar);
  const options = { length: pieceLength, steps: training };
  // Blocks know the distances within two of them. The examples are the same, so that one farther away is never learned.
  const e = learnRelative(all, options, local ? Math.min(pieceLength, 2 * block) : reach);
  // The head knows nothing but positions: its queries are 1, its keys 0.
  const q = tensor(['query', 'channel'] as const, [pieceLength, 1], new Float64Array(pieceLength).fill(1));
  const k = tensor(['key', 'channel'] as const, [pieceLength, 1]);
  const relative = (local ? localRelativeAttention(q, k, k, e, { block }) : relativeAttention(q, k, k, e)).probabilities;
  const absolute = attended(learnAbsolute(all, options));
  const rowsOf = ({ data }: Matrix) =>
    Array.from({ length: pieceLength }, (_, i) => Array.from(data.subarray(i * pieceLength, (i + 1) * pieceLength)));
  return {
    show: 'heads' as const,
    notes: piece(pieceLength, start, lag, seed),
    start,
    lag,
    /** Where it stood in training. */
    starts: starts.toSorted((a, b) => a - b),
    relative: { found: found(relative, start, lag), weights: rowsOf(relative) },
    absolute: { found: found(absolute, start, lag), weights: rowsOf(absolute) },
    /** By distance, from 0. */
    learned: [...e.data].reverse(),
    sizes: { relative: e.shape[0]!, absolute: (pieceLength * (pieceLength + 1)) / 2 },
    logits: local ? localLogits(pieceLength, block) : pieceLength ** 2,
    block: local ? block : undefined,
  };
}

/** simulate(settings): plain data for whichever of the four is looked at. */
export function simulate(settings: Settings) {
  switch (settings.show) {
    case 'skew':
      return skewing(settings);
    case 'memory':
      return memory(settings);
    case 'heads':
      return heads(settings);
    case 'model':
      return hearModel(settings);
  }
}

export type Result = ReturnType<typeof simulate>;
export type Of<S extends Result['show']> = Extract<Result, { show: S }>;

/** work(settings): exponentials of the training, twice; and of the model two readings, the one without distances turned pair by pair. */
export function work({ show, length, channels, seen, gap }: Settings): number {
  if (show === 'skew') return 30 * length * length * (channels + 8 * length);
  if (show === 'memory') return 1e3;
  if (show === 'heads') return 2e5 + 2 * training * seen * 6 * 30 * 18;
  const tokens = 45 + gap;
  return 2 * tokens * (180e3 + 230 * tokens);
}

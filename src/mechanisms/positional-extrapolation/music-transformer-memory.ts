import { localLogits } from './music-transformer-local';

/** What relative positions cost in memory, per layer (Music Transformer, section 3.4 and table 1), in bytes. */
export interface LayerSize {
  /** L, positions. */
  readonly length: number;
  /** D, channels of all heads together. */
  readonly width: number;
  readonly heads: number;
  /** N, positions of a block. */
  readonly block: number;
  /** Of a number; 4 unless given. */
  readonly bytes?: number;
}

export interface LayerMemory {
  /** Shaw et al.: an embedding for each pair, 4 L^2 D. */
  readonly gathered: number;
  /** Skewing: one for each distance, 4 L D. */
  readonly skewed: number;
  /** Blocks: one for each distance within two of them, 4 (2N) D. */
  readonly local: number;
  /** The logits, which attention over everything needs whatever its positions are: 4 L^2 H. */
  readonly logits: number;
  /** The logits of blocks: 4 H for each of localLogits, N^2 of them for the first block and 2 N^2 for each that follows. */
  readonly localLogits: number;
}

/** layerMemory(size). Where there are fewer than two whole blocks, there is one and it is as long as the sequence. Throws RangeError below 1. */
export function layerMemory({ length, width, heads, block, bytes = 4 }: LayerSize): LayerMemory {
  for (const [name, value] of Object.entries({ length, width, heads, block, bytes }))
    if (!(value >= 1)) throw new RangeError(`${name} must be at least 1, got ${value}`);
  const near = Math.min(length, 2 * block);
  return {
    gathered: bytes * length * length * width,
    skewed: bytes * length * width,
    local: bytes * near * width,
    logits: bytes * length * length * heads,
    localLogits: bytes * heads * localLogits(length, block),
  };
}

/** longest(bytes, size): the longest sequence whose tensor of every pair fits into so many bytes. */
export const longest = (budget: number, { width, bytes = 4 }: Pick<LayerSize, 'width' | 'bytes'>): number =>
  Math.floor(Math.sqrt(budget / (bytes * width)));

import { motif } from '@/mechanisms/positional-extrapolation/music-transformer-toy';
import type { Value } from '@/shell/parameters';

/** Three bars of sixteenth notes. */
export const pieceLength = 48;
export const motifNotes = motif.length;
/** Where the motif stood in training, and after how many steps it came back. */
export const home = 4;
export const bar = 16;
/** Steps of training of both heads. */
export const training = 60;

/** Lengths that the memory is shown for. */
export const lengths = [256, 512, 1024, 2048, 4096, 8192];
/** Positions of a block in the memory's comparison. */
export const memoryBlock = 128;

/** Of the trained model: prose before the motif, and between it and its return. */
export const lead = 24;
export const gaps = { min: 20, max: 120, step: 10 };
/** Characters of what comes back, whichever it is: "[key=1234]". */
export const lineLength = 10;

/** The moves of skewing. */
export const skewing = {
  masked: ['start', 'pad', 'reshape', 'drop', 'mask'],
  unmasked: ['start', 'pad', 'reshape', 'cut'],
} as const;

export function lastStep({ show, local }: Readonly<Record<string, Value>>): number {
  if (show === 'memory') return lengths.length - 1;
  if (show === 'heads') return motifNotes - 1;
  if (show === 'model') return lineLength - 2;
  return (local ? skewing.unmasked : skewing.masked).length - 1;
}

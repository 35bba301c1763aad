/**
 * Devices that train on one step together. Each reads some rows, one after the other; before the next row all wait for the slowest, because every layer's
 * weights are gathered from all. What they wait for is computed here; source of the sorting: SortByLengthDataset in training/dataset.py.
 */
import type { Random } from '@/tensor/random';

export interface Timeline {
  /** When each row's turn begins, and when the last ends [turns + 1]. */
  readonly starts: readonly number[];
  /** Device time spent waiting, as a share of all. */
  readonly idle: number;
}

/** timeline(costs): costs [device][turn] in any unit of time. A turn takes as long as its dearest row. Throws RangeError for devices with different turns. */
export function timeline(costs: readonly (readonly number[])[]): Timeline {
  const turns = costs[0]?.length ?? 0;
  if (costs.some((own) => own.length !== turns)) throw new RangeError('all devices must have as many rows');
  const starts = [0];
  for (let t = 0; t < turns; t++) starts.push(starts[t]! + Math.max(...costs.map((own) => own[t]!)));
  const busy = costs.flat().reduce((sum, x) => sum + x, 0);
  const all = costs.length * starts[turns]!;
  return { starts, idle: all ? 1 - busy / all : 0 };
}

/** sortedTurns(costs): each device does its dearest row first. The time can only fall: the largest of the k-th largest are the least there is. */
export const sortedTurns = (costs: readonly (readonly number[])[]): number[][] => costs.map((own) => own.toSorted((a, b) => b - a));

/** deal(source, devices, turns, draw): rows drawn for every device and turn. */
export const deal = <T>(source: Random, devices: number, turns: number, draw: (source: Random) => T): T[][] =>
  Array.from({ length: devices }, () => Array.from({ length: turns }, () => draw(source)));

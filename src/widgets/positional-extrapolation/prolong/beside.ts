/** What only the worker runs: a resident model that reads two documents in a row. */
import { readAlone, readPacked, withLine } from '@/mechanisms/positional-extrapolation/prolong-text';
import type { Passage } from '@/model/passages';
import { passage, resident } from '@/model/resident';
import { secondLength } from './params';
import type { Settings } from './simulate';

const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const round = (x: number, digits: number): number => Number(x.toFixed(digits));

/** Where the line stands in the first. */
const depth = 0.4;

/** Means of every ten. */
const tens = (x: readonly number[]): number[] =>
  Array.from({ length: Math.ceil(x.length / 10) }, (_, i) => round(mean(x.slice(10 * i, 10 * i + 10)), 3));

/** reading(settings): two documents in a row, read by the resident model in every way. */
export function reading({ first, second, before }: Pick<Settings, 'first' | 'second' | 'before'>) {
  const model = resident('rope');
  const packed = withLine(passage(first as Passage).slice(0, before), passage(second as Passage).slice(0, secondLength), depth);
  const { prose, asked, digits } = packed;
  const told = (losses: readonly number[], elsewhere: number) => ({
    /** Mean nats of every ten characters: the prose, and last the line. */
    curve: tens(losses),
    prose: round(mean(losses.slice(0, prose)), 4),
    digits: losses.slice(prose + asked, prose + asked + digits).map((nats) => round(Math.exp(-nats), 4)),
    elsewhere: round(elsewhere, 4),
  });
  const read = (mask: boolean, counting: 'running' | 'restarted') => readPacked(model, packed.first, packed.second, { mask, counting });
  const [masked, maskedAnew, open, openAnew] = [
    read(true, 'running'),
    read(true, 'restarted'),
    read(false, 'running'),
    read(false, 'restarted'),
  ];
  const alone = readAlone(model, packed.second);
  const largest = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
  return {
    window: model.shape.window,
    line: packed.line,
    /** Start token, prose and line. */
    first: packed.first.length + 1,
    lineAt: Math.round(depth * before) + 1,
    length: packed.first.length + packed.second.length + 2,
    prose,
    /** The first document, which every way reads alike. */
    before: tens(masked.first),
    alone: told(alone, 0),
    masked: told(masked.losses, masked.elsewhere),
    maskedAnew: told(maskedAnew.losses, maskedAnew.elsewhere),
    open: told(open.losses, open.elsewhere),
    openAnew: told(openAnew.losses, openAnew.elsewhere),
    /** The largest difference of a character's nats: single precision, and nothing else. */
    counting: Number(largest(masked.losses, maskedAnew.losses).toPrecision(2)),
    neighbour: Number(largest(masked.losses, alone).toPrecision(2)),
  };
}

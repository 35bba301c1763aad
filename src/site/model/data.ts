import rope from '../../../seeds/model/logs/rope.json';
import measured from '../../../seeds/model/measured.json';

/** What `npm run model` measured. */
export default measured;

/** A look in between, while a model was trained. */
export interface Logged {
  readonly step: number;
  readonly seconds: number;
  readonly loss?: number;
  readonly held_out: number;
  /** Of planted lines; rows may be too short for any. */
  readonly digits_found?: number | null;
}

/** A part of training: length, rows, shares of prose, planted lines and repeats, steps. */
export type Phase = readonly [length: number, rows: number, shares: readonly number[], steps: number];

/** The parts of the main model's training. */
export const phases = rope.phases as unknown as readonly Phase[];

/** The logs of training, by the model's name. */
export const logs = Object.fromEntries(
  Object.entries(import.meta.glob<{ default: { log: Logged[] } }>('../../../seeds/model/logs/*.json', { eager: true })).map(
    ([
      path,
      {
        default: { log },
      },
    ]) => [path.split('/').at(-1)!.replace('.json', ''), log],
  ),
);

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

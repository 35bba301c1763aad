import { array, boolean, nullish, number, object, optional, parse, record, string, tuple, union } from 'valibot';
import data from '../audit.json' with { type: 'json' };

const value = union([number(), string()]);
const Finding = object({
  subject: string(),
  measure: string(),
  value,
  unit: optional(string()),
  limit: nullish(value),
  ok: boolean(),
  note: optional(string()),
});
const Section = object({
  date: string(),
  commit: string(),
  minutes: number(),
  /** Tests that passed and failed. */
  tests: tuple([number(), number()]),
  findings: array(Finding),
});

/** What the audit measured when it was last run, by section. Throws where the committed file is not in order. */
export const report = parse(object({ cores: number(), sections: record(string(), Section) }), data);
export type Finding = (typeof report)['sections'][string]['findings'][number];

import { array, boolean, isoDate, minValue, number, object, optional, parse, pipe, record, regex, string, tuple, union } from 'valibot';
import data from '../audit.json' with { type: 'json' };

const commit = pipe(string(), regex(/^[0-9a-f]{10}( with changes)?$/));
const value = union([number(), string()]);
const Finding = object({
  subject: string(),
  measure: string(),
  value,
  unit: optional(string()),
  limit: optional(value),
  ok: boolean(),
  note: optional(string()),
  /** Where it is of an earlier run than the rest of its section. */
  date: optional(pipe(string(), isoDate())),
  commit: optional(commit),
});
const Section = object({
  date: pipe(string(), isoDate()),
  commit,
  cores: pipe(number(), minValue(1)),
  minutes: number(),
  /** Minutes for one figure. */
  each: optional(number()),
  /** How many figures were taken, of how many; the next run takes first those that stand first in the order. */
  figures: optional(tuple([number(), number()])),
  order: optional(array(string())),
  /** What a run will take once every paper has its figure, no more than the section's share. */
  expected: number(),
  /** Tests that passed and failed. */
  tests: tuple([number(), number()]),
  findings: array(Finding),
});

/** readReport(data): what the audit measured when it was last run, by section. Throws where that is not in order. */
export const readReport = (data: unknown) => parse(object({ sections: record(string(), Section) }), data);

/** The committed report. */
export const report = readReport(data);
export type Finding = (typeof report)['sections'][string]['findings'][number];

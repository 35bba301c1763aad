import { group, median } from 'd3-array';
import type { Finding } from './report';

/** All values of one measure, in one line. */
export interface Summary {
  readonly measure: string;
  readonly unit?: string;
  /** How many pages, widgets or peers it was measured of. */
  readonly count: number;
  readonly median?: number;
  /** The value nearest to its limit or furthest beyond, and what it is of. */
  readonly worst: Finding;
  readonly broken: number;
}

/** How near a value is to its limit: above 1 it is beyond, whichever way the limit lies. */
function strain({ value, limit, ok }: Finding): number {
  if (!ok) return Infinity;
  if (typeof value !== 'number') return 0;
  if (typeof limit !== 'number') return value;
  // A limit that a value over it keeps is a floor.
  return value > limit ? limit / value : limit === 0 ? value : value / limit;
}

/** summaries(findings): one for each measure, in the order in which they were first taken. */
export function summaries(findings: readonly Finding[]): Summary[] {
  return [...group(findings, ({ measure }) => measure)].map(([measure, own]) => {
    const numbers = own.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
    return {
      measure,
      unit: own[0]!.unit,
      count: own.length,
      median: numbers.length === own.length ? median(numbers) : undefined,
      worst: own.reduce((worst, one) => (strain(one) > strain(worst) ? one : worst)),
      broken: own.filter(({ ok }) => !ok).length,
    };
  });
}

/** A table of a few subjects: a row for each measure, a column for each subject. */
export function matrix(findings: readonly Finding[]) {
  const subjects = [...new Set(findings.map(({ subject }) => subject))];
  const measures = [...group(findings, ({ measure }) => measure)];
  return {
    subjects,
    rows: measures.map(([measure, own]) => ({
      measure,
      unit: own[0]!.unit,
      /** Where it is the same for all. */
      limit: own.every(({ limit }) => limit === own[0]!.limit) ? own[0]!.limit : undefined,
      cells: subjects.map((subject) => own.find((one) => one.subject === subject)),
    })),
  };
}

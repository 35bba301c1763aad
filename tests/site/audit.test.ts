import { expect, it } from 'vitest';
import { readReport, type Finding } from '@/site/audit/report';
import { matrix, summaries } from '@/site/audit/summary';

const finding = (subject: string, value: number | string, more: Partial<Finding> = {}): Finding => ({
  subject,
  measure: 'wait',
  value,
  unit: 'ms',
  limit: 50,
  ok: typeof value === 'number' && value <= 50,
  ...more,
});

it('a report is read where it says when, of which commit and on what, and refused where it does not', () => {
  const section = {
    date: '2026-11-24',
    commit: 'a93de11000',
    cores: 2,
    minutes: 3.1,
    expected: 9,
    tests: [4, 0],
    findings: [finding('a', 10)],
  };
  expect(readReport({ sections: { fuzz: section } }).sections.fuzz).toEqual(section);
  for (const wrong of [
    { commit: 'main' },
    { date: 'yesterday' },
    { cores: 0 },
    { tests: [4] },
    { findings: [{ ...finding('a', 1), value: null }] },
  ])
    expect(() => readReport({ sections: { fuzz: { ...section, ...wrong } } }), JSON.stringify(wrong)).toThrow();
});

it('a summary names the worst: the one nearest to its limit, or beyond', () => {
  const [within] = summaries([finding('a', 10), finding('b', 40), finding('c', 20)]);
  expect(within).toMatchObject({ count: 3, median: 20, broken: 0, worst: { subject: 'b' } });
  const [beyond] = summaries([finding('a', 49), finding('b', 60), finding('c', 20)]);
  expect(beyond).toMatchObject({ broken: 1, worst: { subject: 'b' } });
  const [floor] = summaries([finding('a', 100, { limit: 60, ok: true }), finding('b', 70, { limit: 60, ok: true })]);
  expect(floor!.worst.subject).toBe('b');
  expect(summaries([finding('a', 'yes', { ok: true })])[0]!.median).toBeUndefined();
});

it('a few subjects stand side by side, with a gap where one was not measured', () => {
  const { subjects, rows } = matrix([finding('a', 1), finding('b', 2), finding('b', 3, { measure: 'bytes' })]);
  expect(subjects).toEqual(['a', 'b']);
  expect(rows.map(({ measure, cells }) => [measure, ...cells.map((cell) => cell?.value)])).toEqual([
    ['wait', 1, 2],
    ['bytes', undefined, 3],
  ]);
});

import { expect, it } from 'vitest';
import type { Finding } from '@/site/audit/report';
import { report } from '@/site/audit/report';
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

it('the committed report is in order, and says which commit it is of', () => {
  for (const { commit, findings, tests } of Object.values(report.sections)) {
    expect(commit).toMatch(/^[0-9a-f]{10}/);
    expect(tests[0] + tests[1]).toBeGreaterThan(0);
    for (const { value } of findings) expect(Number.isNaN(value)).toBe(false);
  }
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

import { expect, it } from 'vitest';
import { merge, minutesEach, order, round, shares } from '../../src/commands/audit-round.mjs';
import { growth, isOf, timed } from '../../src/commands/growth.mjs';

const figures = ['a', 'b', 'c', 'd', 'e', 'f'];
/** A run of all six, a minute apart from figures and so many for each. */
const known = (each: number) => ({
  date: '2026-11-01',
  commit: '0123456789',
  minutes: 1 + 6 * each,
  each,
  figures: [6, 6],
  order: figures,
  findings: figures.map((subject) => ({ subject: `/papers/${subject}/`, measure: 'wait', value: 1, ok: true })),
});

it('the shares of all sections fit into 80 minutes', () => {
  expect(Object.values(shares).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(80);
});

it('who fits is taken at once, and who does not goes round until everybody was taken', () => {
  expect(round('bytes', undefined, figures)).toEqual(figures);
  expect(round('bytes', known(0.5), figures)).toEqual(figures);
  // Five minutes, one of them apart: two figures of two minutes.
  let before: ReturnType<typeof known> = known(2);
  const seen: string[] = [];
  for (let run = 0; run < 3; run++) {
    const taken = round('bytes', before, figures);
    expect(taken).toHaveLength(2);
    seen.push(...taken);
    before = { ...before, minutes: 5, figures: [2, 6], order: order(before, figures, taken) };
  }
  expect(seen.sort()).toEqual(figures);
});

it('a new figure comes first, one that is gone is forgotten, and however long it takes one is taken', () => {
  expect(round('bytes', known(2), [...figures, 'new'])).toEqual(['a', 'new']);
  expect(order(known(2), ['a', 'b'], ['a'])).toEqual(['b', 'a']);
  expect(round('bytes', known(20), figures)).toEqual(['a']);
  expect(round('fuzz', known(20), figures), 'random hands share their minutes').toEqual(figures);
});

it('what is known of the others is kept, with its day, and what is of nobody is not', () => {
  const now = [{ subject: '/papers/a/', measure: 'wait', value: 2, ok: true }];
  const old = known(2);
  old.findings.push({ subject: '/', measure: 'wait', value: 9, ok: true });
  const all = merge(now, old, ['a', 'b'], ['a']);
  expect(all).toEqual([now[0], { ...old.findings[1], date: old.date, commit: old.commit }]);
  expect(merge([], { ...old, date: '2026-12-24', findings: all }, ['b'], [])[0].date, 'it stays of its day').toBe('2026-11-01');
});

it('what was found of a browser is kept by the figure in which it was found', () => {
  const [own, others, none] = ['a', 'b', 'read'].map((measure) => ({ subject: 'Firefox 153.8.0', measure, value: '4 of 4', ok: true }));
  const old = { ...known(2), findings: [own!, others!, none!] };
  expect(merge([], old, ['a', 'b'], ['a'])).toEqual([{ ...others, date: old.date, commit: old.commit }]);
});

it('a figure is told by its whole name', () => {
  expect(isOf('/papers/long-clip/few/', ['long-clip'])).toBe(true);
  expect(isOf('/papers/long-clip/', ['clip', 'long'])).toBe(false);
  const tests = [
    { name: 'figures a wakes', ms: 3000 },
    { name: 'figures b wakes', ms: 3000 },
    { name: 'the map', ms: 4000 },
  ];
  expect(minutesEach(tests, 10, ['a', 'b'])).toBe(3);
  expect(growth(tests, 4, ['a', 'b'])).toBeCloseTo(1.6);
});

it('a report of either runner says what each test took, and which failed for good', () => {
  const result = (status: string) => ({ status, results: [{ duration: 2 }, { duration: 3 }] });
  const browser = {
    suites: [
      {
        title: 'a.spec.ts',
        suites: [{ title: 'clex', specs: [{ title: 'wakes', tests: [result('flaky')] }] }],
        specs: [{ title: 'opens', tests: [result('unexpected')] }],
      },
    ],
  };
  expect(timed(browser)).toEqual([
    { name: ' a.spec.ts opens', ms: 5, failed: true },
    { name: ' a.spec.ts clex wakes', ms: 5, failed: false },
  ]);
  const unit = { testResults: [{ name: 'b.test.ts', assertionResults: [{ fullName: 'adds', duration: 1, status: 'failed' }] }] };
  expect(timed(unit)).toEqual([{ name: 'b.test.ts adds', ms: 1, failed: true }]);
});

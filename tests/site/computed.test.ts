import { describe, expect, it } from 'vitest';
import type { AnyWidget } from '@/shell/contract';
import { computed } from '@/site/computed';

/** A figure that notes what it was asked. */
function asked() {
  const questions: unknown[] = [];
  const widget = { simulate: (given: unknown) => questions.push(given) } as unknown as AnyWidget;
  return { questions, widget };
}

describe('what a figure makes of its inputs', () => {
  it('is made once of the same inputs', () => {
    const { questions, widget } = asked();
    expect([computed(widget, { n: 8, on: true }), computed(widget, { n: 8, on: true })]).toEqual([1, 1]);
    expect(questions).toEqual([{ n: 8, on: true }]);
  });

  it('is another of other inputs, and of another figure', () => {
    const { questions, widget } = asked();
    expect(computed(widget, { n: 8 })).not.toBe(computed(widget, { n: 16 }));
    const other = asked();
    computed(other.widget, { n: 8 });
    expect([questions.length, other.questions.length]).toEqual([2, 1]);
  });
});

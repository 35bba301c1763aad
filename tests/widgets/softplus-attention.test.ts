import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import { complete } from '@/shell/link';
import { inputs, type Value, type Values } from '@/shell/parameters';
import View from '@/widgets/positional-extrapolation/softplus-attention/View.svelte';
import widget from '@/widgets/positional-extrapolation/softplus-attention/widget';
import { missing } from './figures';

const state = (set: Readonly<Record<string, Value>>) => {
  const values = complete(widget, set) as Values<typeof widget.params>;
  const result = widget.simulate(inputs(widget.params, values));
  return { values, result, said: widget.describe(result, values), drawn: render(View, { props: { result, values, set: () => {} } }).body };
};

describe('a row of which nothing is left', () => {
  it('made up: every weight is 0, and no share and no entropy of it is told', () => {
    const { values, result, said, drawn } = state({ positive: 'sigmoid', offset: 2 });
    expect(result.row.chosen.sum).toBe(0);
    expect(result.row.kept).toBe(0);
    expect(said).toContain('nothing is above the offset: every weight is 0');
    expect(said).not.toContain('0.00 nats of entropy');
    expect(drawn.includes('the others 100')).toBe(false);
    expect(drawn.includes('>every weight 0<')).toBe(true);
    expect(missing(drawn)).toBeUndefined();
    expect(widget.outcomes(result, values).map(({ name }) => name)).not.toContain('entropy in nats');
    for (const { name, rows } of widget.tables(result, values)) if (/^Entropy|^Share/.test(name)) expect(rows.at(-1)![1]).toBe('none');
  });

  it('of the model: the same, and the mean is over the other heads', () => {
    const { result, said, drawn } = state({ positive: 'sigmoid', offset: 2, source: 'model', length: 256 });
    expect(result.row.chosen.sum).toBe(0);
    expect(said).toContain('left with nothing: nothing is above the offset: every weight is 0');
    expect(drawn.includes('the others 100')).toBe(false);
    expect(result.mine.sum.at(-1)).toBeLessThan(1);
    expect(drawn.includes('mean over heads whose row is not all 0')).toBe(true);
    expect(state({ source: 'model', length: 256 }).drawn.includes('mean over 16 heads')).toBe(true);
  });

  it('with an offset of 1 something is left', () => {
    const sets: Record<string, Value>[] = [{}, { positive: 'sigmoid' }, { positive: 'sigmoid', source: 'model', length: 256 }];
    for (const set of sets) {
      const { result, said, drawn } = state(set);
      expect(result.row.chosen.sum).toBeCloseTo(1, 5);
      expect(`${said} ${drawn}`).not.toMatch(/every weight( is)? 0/);
    }
  });
});

it('the trained length that a curve hangs on can be set wherever that curve is drawn', () => {
  const sets: Record<string, Value>[] = [{}, { scale: 'entropy' }, { sharpen: false, l1: false }];
  for (const set of sets) expect(widget.params.trained.when(state(set).values)).toBe(true);
  const end = (trained: number) => state({ trained }).result.lines.entropy.mass.at(-1)!;
  expect(end(64)).not.toBe(end(1024));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change } from '@/shell/change';
import { mostWork, type AnyWidget } from '@/shell/contract';
import { complete } from '@/shell/link';
import { parse } from '@/shell/parse';
import { inputs, type Value } from '@/shell/parameters';
import { FigureState } from '@/shell/state.svelte';
import { anyState } from './any';
import { example } from './example';

const at = (patch: Record<string, Value>) => {
  const values = complete(example, patch);
  return { values, result: example.simulate(inputs(example.params, values as never)) };
};

describe('what a listener hears', () => {
  it('is the change: what was turned, and what came of it', () => {
    expect(change(example, at({}), at({ scale: 1 }))).toBe('Scale up to 1: the sum up from 4 to 8. The rest stays.');
    expect(change(example, at({}), at({ k: 2 }))).toBe('Budget down to 2: kept down from 4 of them to 2 of them. The rest stays.');
  });

  it('says so where nothing came of it', () => {
    expect(change(example, at({}), at({ causal: false }))).toBe('Causal off: the sum still 4.');
    expect(change(example, at({ round: 1 }), at({ round: 2 }))).toBe('Round 2 of 4: the sum still 4.');
  });

  it('is short where many settings changed, and nothing where none did', () => {
    expect(change(example, at({}), at({ length: 16, scale: 1, k: 8, causal: false }))).toMatch(
      /^Length up to 16, Budget up to 8, and 2 more settings:/,
    );
    expect(change(example, at({}), at({}))).toBe('');
  });

  it('can be said between any two states', () => {
    fc.assert(
      fc.property(anyState(example), anyState(example), (a, b) => {
        const [before, after] = [a, b].map((values) => at({ ...values, how: 'plain' }));
        const line = change(example, before!, after!);
        expect(line).not.toMatch(/NaN|undefined|\[object/);
        expect(line.length).toBeLessThan(200);
      }),
    );
  });
});

describe('the work of a state', () => {
  // Each value is within its bounds, and so is every pair that one control can make of the default.
  const heavy = { ...example, work: ({ length, k }: { length: number; k: number }) => 2e5 * length * k } as unknown as AnyWidget;

  it('is capped in links: together the values are refused, and it is said', () => {
    const { values, notices } = parse(heavy, '?length=64&k=32');
    expect(heavy.work(inputs(heavy.params, values as never))).toBeLessThanOrEqual(mostWork);
    expect(values).toEqual(complete(heavy, {}));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('operations');
    expect(parse(heavy, '?length=16&k=16').notices).toEqual([]);
  });

  it('is capped for controls: the figure stays as it is, and says why', () => {
    const start = complete(heavy, { length: 64, k: 4 });
    const state = new FigureState(heavy, start, heavy.simulate(inputs(heavy.params, start as never)));
    state.set({ k: 32 });
    expect(state.values).toEqual(start);
    expect(state.notices[0]).toContain('operations');
    state.set({ k: 8 });
    expect(state.values.k).toBe(8);
    expect(state.notices).toEqual([]);
  });
});

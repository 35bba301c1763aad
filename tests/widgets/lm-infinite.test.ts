import { describe, expect, it } from 'vitest';
import { complete } from '@/shell/link';
import lmInfinite from '@/widgets/positional-extrapolation/lm-infinite/widget';

const state = (set: Record<string, string | number>) => {
  const values = complete(lmInfinite, set) as Parameters<typeof lmInfinite.describe>[1];
  const result = lmInfinite.simulate(values);
  return { values, result, said: lmInfinite.describe(result, values), names: lmInfinite.outcomes(result, values).map(({ name }) => name) };
};

describe('LM-Infinite says nothing of keys that nobody sees', () => {
  it.each(['window', 'mask', 'lambda'])('%s without starting tokens sees none past the window', (pattern) => {
    const { result, said, names } = state({ pattern, starting: 0 });
    expect(result.far).toBe(false);
    expect(said).toContain('is asked for no distance that it was not fitted on');
    expect(names.join()).not.toContain('fitted logit');
  });

  it.each(['full', 'ceiling', 'mask', 'lambda'])('%s with them does', (pattern) => {
    const { result, said } = state({ pattern, starting: 1 });
    expect(result.far).toBe(true);
    expect(said).toContain('a fitted logit reaches');
  });

  it('nor of a text that ends with the trained length', () => {
    for (const window of [8, 32, 48, 64]) expect(state({ window, length: 64 }).values.length).toBeGreaterThanOrEqual(2 * window);
    expect(state({ window: 64, length: 64 }).result.head!.full.entropy.outside).toBeGreaterThan(0.5);
  });
});

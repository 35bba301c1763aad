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

describe('the ceiling', () => {
  const ceiling = (share: number) => state({ measured: 'rope', pattern: 'ceiling', ceiling: share });

  it('may stand anywhere that training knew, and no higher', () => {
    const { inside, outside } = ceiling(1).result.text!.chosen;
    for (const share of [0.25, 0.5, 0.75]) {
      const { text, unseen } = ceiling(share).result;
      expect(Math.abs(text!.chosen.outside - outside), `${share} L`).toBeLessThan(0.02);
      expect(Math.abs(text!.chosen.inside - inside), `${share} L`).toBeLessThan(0.01);
      expect(unseen.chosen).toBe(0);
    }
    for (const share of [1.25, 1.5, 2]) {
      const { text, unseen } = ceiling(share).result;
      expect(text!.chosen.outside, `${share} L`).toBeGreaterThan(outside + 0.15);
      expect(text!.lambda.outside, 'what it is held against keeps the paper’s').toBeCloseTo(ceiling(1).result.text!.lambda.outside, 12);
      expect(unseen.chosen).toBeGreaterThan(0);
    }
  });

  it('is said where it is not the paper’s', () => {
    expect(ceiling(1).said).not.toContain('its ceiling at');
    expect(ceiling(1.5).said).toContain('its ceiling at 384');
    expect(state({ pattern: 'mask', ceiling: 2 }).said).not.toContain('its ceiling at');
  });
});

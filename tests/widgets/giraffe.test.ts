import { describe, expect, it } from 'vitest';
import { frequencies } from '@/mechanisms/positional-extrapolation/giraffe';
import { complete } from '@/shell/link';
import { inputs, type Value, type Values } from '@/shell/parameters';
import widget from '@/widgets/positional-extrapolation/giraffe/widget';

/** What a link sets, with all defaults. */
const at = (set: Readonly<Record<string, Value>>) => complete(widget, set) as Values<typeof widget.params>;
const run = (set: Readonly<Record<string, Value>>) => widget.simulate(inputs(widget.params, at(set)));
const { trained, channels, keep, divisor, wanted } = widget.params;
const curves = Object.keys(wanted.options) as (keyof typeof wanted.options)[];
const penalties = [-8, -4, 0];

describe('what stays inside', () => {
  it('linear: as long as the scale is at least the length read, and no longer', () => {
    for (const shape of curves)
      for (const penalty of penalties)
        for (const [scale, stretch] of [
          [2, 2],
          [4, 3],
          [8, 8],
          [16, 5],
        ] as const) {
          const { chosen, baseline } = run({ method: 'linear', wanted: shape, penalty, scale, stretch });
          const fitted = Math.max(...baseline.logits.slice(0, 64).map(Math.abs));
          expect(Math.max(...chosen.logits.map(Math.abs)), `${shape} ${penalty} ${scale} ${stretch}`).toBeLessThan(1.15 * fitted);
        }
    for (const scale of [1, 2]) expect(run({ method: 'linear', scale, stretch: 8 }).chosen.outside).toBeGreaterThan(5);
  });

  it('frozen pairs: with up to 32 channels and kept from a turn on, and not beyond', () => {
    for (const shape of curves)
      for (const penalty of penalties)
        for (const d of [16, 32])
          for (const turns of [1, 2, 4])
            for (const seed of shape === 'knots' ? [1, 2, 3, 4] : [1]) {
              const { chosen } = run({ method: 'truncated', frozen: true, wanted: shape, penalty, channels: d, keep: turns, seed });
              expect(chosen.outside, JSON.stringify({ shape, penalty, d, turns, seed })).toBeLessThan(2);
            }
    expect(run({ method: 'truncated', frozen: true, channels: 64, wanted: 'knots' }).chosen.outside).toBeGreaterThan(3);
    expect(run({ method: 'truncated', frozen: true, keep: 0.25 }).chosen.outside).toBeGreaterThan(5);
  });
});

it('truncated frequencies never increase, whatever is set', () => {
  for (const T of trained.values)
    for (const d of channels.values)
      for (const turns of keep.values)
        for (const part of divisor.values)
          for (const frozen of [false, true]) {
            const values = at({ method: 'truncated', trained: T, channels: d, keep: turns, divisor: part, frozen });
            const theta = frequencies('truncated', { dim: d, context: T, keep: turns, divisor: frozen ? Infinity : values.divisor });
            for (let i = 1; i < theta.length; i++) expect(theta[i]!).toBeLessThanOrEqual(theta[i - 1]!);
          }
});

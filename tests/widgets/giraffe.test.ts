import { describe, expect, it } from 'vitest';
import { frequencies } from '@/mechanisms/positional-extrapolation/giraffe';
import { complete } from '@/shell/link';
import { inputs, type Value, type Values } from '@/shell/parameters';
import widget from '@/widgets/positional-extrapolation/giraffe/widget';

/** What a link sets, with all defaults. */
const at = (set: Readonly<Record<string, Value>>) => complete(widget, set) as Values<typeof widget.params>;
const run = (set: Readonly<Record<string, Value>>) => widget.simulate(inputs(widget.params, at(set)));
const { trained, channels, keep, divisor, scaleBase, wanted } = widget.params;
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

  it('linear, fitted with a scale of its own: as long as it is read with that times the length', () => {
    for (const shape of curves)
      for (const [scaleTrained, stretch] of [
        [2, 2],
        [2, 8],
        [4, 4],
        [8, 2],
      ] as const) {
        const own = { method: 'linear', wanted: shape, scaleTrained, stretch };
        const { chosen } = run({ ...own, scale: scaleTrained * stretch });
        const fitted = Math.max(
          ...run({ ...own, scale: scaleTrained })
            .chosen.logits.slice(0, 64)
            .map(Math.abs),
        );
        expect(Math.max(...chosen.logits.map(Math.abs)), `${shape} ${scaleTrained} ${stretch}`).toBeLessThan(1.15 * fitted);
      }
    expect(run({ method: 'linear', scaleTrained: 4, scale: 4 }).chosen.outside).toBeGreaterThan(5);
  });

  it('xPos: less of the wave the faster it shrinks, and never all of it', () => {
    const outside = scaleBase.values.map((B) => run({ method: 'xpos', scaleBase: B }).chosen.outside);
    for (let i = 1; i < outside.length; i++) expect(outside[i]!).toBeGreaterThan(outside[i - 1]!);
    expect(outside[0]!).toBeGreaterThan(3);
    expect(outside.at(-1)!).toBeLessThan(run({}).chosen.outside);
  });

  it('random positions: not, whatever the draw, and inside they are fitted less closely', () => {
    const plain = run({});
    for (let seed = 1; seed <= 12; seed++) {
      const { chosen } = run({ method: 'random', seed });
      expect(chosen.left).toEqual(plain.chosen.left);
      expect(chosen.outside, `seed ${seed}`).toBeGreaterThan(5);
      expect(chosen.error, `seed ${seed}`).toBeGreaterThan(2 * plain.chosen.error);
    }
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

it('what is trained with is not put into the language model, and what was asked of the model is not lost on a head', () => {
  for (const method of ['xpos', 'random'])
    expect(at({ method, measured: 'text', stretch: 8 })).toMatchObject({ measured: 'fit', stretch: 8 });
  expect(at({ method: 'linear', measured: 'text', stretch: 8 })).toMatchObject({ measured: 'text', stretch: 4 });
});

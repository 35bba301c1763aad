import { describe, expect, it } from 'vitest';
import { bend, curveAt, flow } from '@/mechanisms/positional-extrapolation/clex';
import { readAlong } from '@/mechanisms/positional-extrapolation/clex-text';
import { basisHooks, lossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { yarnMagnitude } from '@/mechanisms/positional-extrapolation/rotary';
import { passageTexts } from '@/model/passage-texts';
import { resident } from '@/model/resident';
import { maxDifference } from '@/tensor/compare';

const model = resident('rope');
const text = passageTexts.emma;
const options = { dim: 32, trained: 256 };
const plain = () => ({ theta: curveAt('rope', 1, options) });

describe('reading along a curve', () => {
  it('with RoPE is reading as trained, whether t grows or not', () => {
    const wanted = lossCurve(model, text, { length: 400 });
    for (const growing of [false, true]) {
      const found = readAlong(model, text, plain, { length: 400, window: 256, growing });
      expect(maxDifference(found.loss, wanted.loss)).toBeLessThan(1e-5);
      expect(found.inside).toBeCloseTo(wanted.inside, 5);
      expect(found.outside).toBeCloseTo(wanted.outside!, 5);
    }
  });

  it('with one t is reading with those frequencies, and YaRN sharpens', () => {
    const at = (t: number) => ({ theta: curveAt('yarn', t, options), sharper: yarnMagnitude(t) ** 2 });
    const found = readAlong(model, text, at, { length: 512, window: 256, growing: false });
    const wanted = lossCurve(model, text, { length: 512, hooks: basisHooks('yarn', { dim: 32, context: 256, scale: 2 }) });
    expect(maxDifference(found.loss, wanted.loss)).toBeLessThan(1e-5);
  });

  it('where t grows, the first window is RoPE, and the second one turns all keys anew', () => {
    const asked: number[] = [];
    const at = (t: number) => {
      asked.push(t);
      return { theta: curveAt('ntk2', t, options) };
    };
    const found = readAlong(model, text, at, { length: 512, window: 256, growing: true });
    expect(new Set(asked)).toEqual(new Set([1, 2]));
    const rope = lossCurve(model, text, { length: 512 });
    expect(maxDifference(found.loss.slice(0, 4), rope.loss.slice(0, 4))).toBeLessThan(1e-5);
    expect(found.outside!).toBeLessThan(rope.outside! - 0.3);
    // Not what reading all of it at t = 2 gives: deeper layers hold what they made of the first window at t = 1.
    const whole = readAlong(model, text, at, { length: 512, window: 256, growing: false });
    expect(maxDifference(found.loss.slice(4), whole.loss.slice(4))).toBeGreaterThan(1e-3);
  });

  it('a text that is too short is refused', () => {
    expect(() => readAlong(model, 'short', plain, { length: 256, window: 256, growing: false })).toThrow(RangeError);
  });

  // The two weights of the figure's last scene: the best of 7 by 7 and finer grids, by the mean loss past the window of two passages.
  const length = 1024;
  const bent = flow([1, 2, 3, 4], { dim: 32, network: bend(32, 0.4, -0.4) });
  const past = (name: keyof typeof passageTexts, at: (t: number) => Float64Array, sharper = (_: number) => 1) =>
    readAlong(model, passageTexts[name], (t) => ({ theta: at(t), sharper: sharper(t) }), { length, window: 256, growing: true }).outside!;
  const untouched = (t: number) => curveAt('ntk2', t, options);

  it('two weights found on Northanger Abbey and Mansfield Park help on the other two passages as well', () => {
    for (const name of ['persuasion', 'emma'] as const) expect(past(name, (t) => bent[t - 1]!)).toBeLessThan(past(name, untouched) - 0.12);
  }, 30_000);

  it('they gain by slowing the fastest pairs that never finished a turn; speeding up or slowing the slowest changes hardly anything', () => {
    const plain = past('persuasion', untouched);
    const changed = (by: number, touched: (i: number) => boolean) =>
      past('persuasion', (t) => untouched(t).map((theta, i) => (t > 1 && touched(i) ? theta * by : theta)));
    const near = (i: number) => i === 7 || i === 8;
    const slowest = (i: number) => i > 10;
    expect(changed(0.7, near)).toBeLessThan(plain - 0.08);
    expect(Math.abs(changed(0.7, slowest) - plain)).toBeLessThan(0.02);
    expect(Math.abs(changed(1.4, slowest) - plain)).toBeLessThan(0.02);
  }, 30_000);
});

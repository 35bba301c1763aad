import { describe, expect, it } from 'vitest';
import { basisHooks, lossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { ntkBase, yarnMagnitude } from '@/mechanisms/positional-extrapolation/rotary';
import { passageTexts } from '@/model/passage-texts';
import { Reader } from '@/model/reader';
import { resident } from '@/model/resident';
import { lossesOf, tokens } from '@/model/text';
import { maxDifference } from '@/tensor/compare';

const model = resident('rope');
const text = passageTexts.emma;
const options = { dim: 32, context: 256 };

describe('reading on with other frequencies', () => {
  it('with RoPE is reading as trained, and linear by 1 too', () => {
    const plain = lossCurve(model, text, { length: 300 });
    expect(lossCurve(model, text, { length: 300, hooks: basisHooks('rope', options) })).toEqual(plain);
    expect(lossCurve(model, text, { length: 300, hooks: basisHooks('linear', { ...options, scale: 1 }) })).toEqual(plain);
  });
  it('linear by s is positions divided by s', () => {
    const ids = tokens(text).slice(0, 200);
    const divided = lossesOf(model, ids, { positions: { position: (i) => i / 4 } });
    expect(maxDifference(lossesOf(model, ids, basisHooks('linear', { ...options, scale: 4 })), divided)).toBeLessThan(1e-3);
  });
  it('NTK-aware is another base, YaRN also sharpens by its magnitude squared', () => {
    const theta = basisHooks('ntk', { ...options, scale: 4 }).positions!.frequencies!(model.shape, 1);
    expect(theta[1]).toBeCloseTo(ntkBase(32, 4) ** (-2 / 32), 12);
    const scores = Float64Array.of(1, -2);
    basisHooks('yarn', { ...options, scale: 4 }).score!(scores, { layer: 0, head: 0, query: 1, keys: [0, 1] });
    expect([...scores]).toEqual([yarnMagnitude(4) ** 2, -2 * yarnMagnitude(4) ** 2]);
  });
  it('its means are those of the losses, inside and past the window', () => {
    const curve = lossCurve(model, text, { length: 320, width: 64 });
    const ids = tokens(text).slice(0, 320);
    const all = lossesOf(model, ids);
    const mean = (x: Float64Array) => x.reduce((sum, v) => sum + v, 0) / x.length;
    expect(curve.loss).toHaveLength(5);
    expect(curve.loss[0]).toBeCloseTo(mean(all.slice(0, 63)), 12);
    expect(curve.loss[4]).toBeCloseTo(mean(all.slice(255, 319)), 12);
    expect(curve.inside).toBeCloseTo(mean(all.slice(0, 255)), 12);
    expect(curve.outside).toBeCloseTo(curve.loss[4]!, 12);
    expect(new Reader(model).read(ids).length).toBe(320 * model.shape.vocabulary);
  });
  it('past nothing there is no mean, and a text that is too short is refused', () => {
    expect(lossCurve(model, text, { length: 256 }).outside).toBeUndefined();
    expect(() => lossCurve(model, 'short', { length: 256 })).toThrow(RangeError);
  });
});

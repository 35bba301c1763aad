import { describe, expect, it } from 'vitest';
import { stages, type StageOne } from '@/mechanisms/positional-extrapolation/softplus-attention';
import {
  become,
  lengths,
  planted,
  readUnchanged,
  readWith,
  stretch,
  substituted,
  type Variant,
} from '@/mechanisms/positional-extrapolation/softplus-attention-resident';
import { outcome } from '@/mechanisms/positional-extrapolation/softplus-attention-toy';
import { decode } from '@/model/alphabet';
import { passage, resident } from '@/model/resident';
import { lossesOf } from '@/model/text';
import { maxDifference } from '@/tensor/compare';
import { softmax } from '@/tensor/softmax';

const model = resident('rope');
const text = planted(passage('persuasion'), 192, 1);
const base: StageOne = { dim: 32, trained: 256 };
const asTrained: Variant = { one: { ...base, positive: 'exp', scale: 'plain' } };

describe('a planted text', () => {
  it('has a line, its question at the end and three of its digits', () => {
    const [from, to] = text.digits;
    const all = decode(text.ids);
    expect(text.ids.length).toBe(192);
    expect(text.line).toMatch(/^\[[a-z]{3}=\d{4}\]$/);
    // The start token has no character, so that a token is one further than its character.
    expect(all.slice(from - 1, to - 1)).toBe(decode(text.answer));
    expect(all.slice(from - 6, to)).toBe(text.line);
    expect(all.endsWith(text.line.slice(0, 8))).toBe(true);
    expect(all[text.asks - 1]).toBe('=');
  });

  it('counts the characters of the passage as prose, and no others', () => {
    const prose = Array.from(text.ids.keys()).filter(text.prose);
    expect(decode(text.ids.filter((_, i) => text.prose(i)))).toBe(
      decode(planted(passage('persuasion'), 192, 1).ids)
        .replaceAll(text.line, '')
        .slice(0, -8),
    );
    expect(prose.length).toBe(192 - 1 - 10 - 5 - 3);
  });

  it('needs a passage long enough', () => expect(() => planted('short', 192, 1)).toThrow(RangeError));
});

describe('in the place of the softmax', () => {
  it('a softmax changes nothing', () => {
    const hooks = substituted(model, text.ids, asTrained);
    expect(maxDifference(lossesOf(model, text.ids, hooks), lossesOf(model, text.ids))).toBeLessThan(1e-6);
    const { loss } = readUnchanged(model, text, 64);
    const same = readWith(model, text, asTrained);
    expect(maxDifference(same.curve, loss.curve)).toBeLessThan(1e-5);
    expect(same.right).toBe(loss.right);
    expect(loss.outside).toBeUndefined();
    expect(loss.curve.length).toBe(192 / stretch);
  });

  it('cosines are those of queries and keys: a query of one head with itself as a key gives what the residual stream says', () => {
    const { state, rowAt } = lengths(model, text.ids);
    const { width, heads } = model.shape;
    const d = width / heads;
    let largest = 0;
    let checked = 0;
    const streams: Float32Array[] = [];
    const reader = model.reader({
      state: (layer, x) => {
        streams[layer] = x.slice();
        state(layer, x);
      },
      score: (logits, place) => {
        const { cosines } = rowAt(logits, place);
        largest = Math.max(largest, ...Array.from(cosines, Math.abs));
        if (place.layer !== 2 || place.query !== 100) return;
        // At distance 0 the rotation does nothing, so that the last cosine is that of the vectors as they leave their matrices.
        const x = streams[1]!.subarray(100 * width, 101 * width);
        const rms = Math.sqrt(x.reduce((sum, y) => sum + y * y, 0) / width + 1e-6);
        const { norm1, q, k } = model.blocks[2]!;
        const out = (w: Float32Array) =>
          Float64Array.from({ length: d }, (_, c) =>
            x.reduce((sum, y, i) => sum + (y / rms) * norm1[i]! * w[(place.head * d + c) * width + i]!, 0),
          );
        const [a, b] = [out(q), out(k)];
        const dot = a.reduce((sum, y, i) => sum + y * b[i]!, 0);
        expect(cosines[100]).toBeCloseTo(dot / Math.hypot(...a) / Math.hypot(...b), 4);
        checked++;
      },
    });
    reader.read(text.ids);
    expect(checked).toBe(heads);
    expect(largest).toBeLessThan(1 + 1e-4);
    expect(largest).toBeGreaterThan(0.8);
  });

  it('dropping what is below the average costs next to nothing, the fifteenth power does', () => {
    const { loss } = readUnchanged(model, text, 64);
    const cut = readWith(model, text, { ...asTrained, two: { power: 1 } });
    const sharp = readWith(model, text, { ...asTrained, two: { power: 15 } });
    expect(cut.inside).toBeLessThan(loss.inside + 0.1);
    expect(sharp.inside).toBeGreaterThan(loss.inside + 0.4);
    expect(readWith(model, text, { one: base }).inside).toBeGreaterThan(loss.inside + 1);
  });
});

describe('rows of the unchanged model', () => {
  const variants: Variant[] = [asTrained, { one: base, two: { power: 15 } }];
  const { rows } = readUnchanged(model, text, 64);

  it('are looked at as they grow', () => {
    expect(rows.keys).toEqual([64, 128, 192]);
    const [own, sharp] = variants.map((variant) => become(rows, variant));
    own!.forEach(({ entropy, kept }, i) => {
      expect(entropy).toBeLessThan(Math.log(rows.keys[i]!));
      expect(kept).toBeCloseTo(1, 6);
      expect(sharp![i]!.entropy).toBeLessThan(entropy);
      expect(sharp![i]!.kept).toBeLessThan(0.5);
      // The exponential of real scores leaves few keys above the average, softplus about a third.
      expect(become(rows, { ...asTrained, two: { power: 1 } })[i]!.kept).toBeLessThan(sharp![i]!.kept / 2);
    });
  });

  it('of which nothing is left have no entropy, and do not count in the mean', () => {
    for (const { entropy, sum, kept } of become(rows, { one: { ...base, positive: 'sigmoid' }, two: { power: 15, offset: 200 } }))
      expect([entropy, sum, kept]).toEqual([0, 0, 0]);
    const some: Variant = { one: { ...base, positive: 'sigmoid' }, two: { power: 1, offset: 1.7 } };
    become(rows, some).forEach(({ entropy, sum }, i) => {
      const left = rows.seen[i]!.map((row) => outcome(stages(row, some.one, some.two).weights, [0, 0])).filter((row) => row.sum > 0);
      expect(sum).toBeCloseTo(left.length / 16, 9);
      if (left.length) expect(entropy).toBeCloseTo(left.reduce((nats, row) => nats + row.entropy, 0) / left.length, 9);
    });
  });

  it('of the token that asks: those heads first that look hardest at the digits', () => {
    expect(rows.asking.length).toBe(16);
    const masses = rows.asking.map(({ row }) => outcome(softmax(row.logits), text.digits).mass);
    expect(masses).toEqual([...masses].sort((a, b) => b - a));
    expect(masses[0]).toBeGreaterThan(0.3);
    expect(rows.asking[0]!.row.logits.length).toBe(text.asks + 1);
    const { weights } = stages(rows.asking[0]!.row, asTrained.one);
    expect(maxDifference(weights, softmax(rows.asking[0]!.row.logits))).toBeLessThan(1e-9);
  });
});

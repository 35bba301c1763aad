import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relativeAttention, relativeLogits } from '@/mechanisms/positional-extrapolation/music-transformer';
import { byDistance, hear, repeated, withoutDistance } from '@/mechanisms/positional-extrapolation/music-transformer-text';
import {
  examples,
  found,
  learnAbsolute,
  learnRelative,
  motif,
  piece,
  places,
  scale,
} from '@/mechanisms/positional-extrapolation/music-transformer-toy';
import { decode } from '@/model/alphabet';
import { passage, resident } from '@/model/resident';
import { lossesOf } from '@/model/text';
import { softmax } from '@/tensor/softmax';
import { row, tensor } from '@/tensor/tensor';

const [length, lag, home, steps] = [48, 16, 4, 60];
const ones = tensor(['query', 'channel'], [length, 1], new Float64Array(length).fill(1));
const zeros = tensor(['key', 'channel'], [length, 1]);
const relative = (starts: readonly number[], most?: number) =>
  relativeAttention(ones, zeros, zeros, learnRelative(examples(starts, lag), { length, steps }, most)).probabilities;
const absolute = (starts: readonly number[]) => {
  const logits = learnAbsolute(examples(starts, lag), { length, steps });
  const result = tensor(['query', 'key'], [length, length]);
  for (let i = 0; i < length; i++) row(result, i).set(softmax(row(logits, i).subarray(0, i + 1)));
  return result;
};

describe('the piece', () => {
  it('holds the motif twice, in notes of the scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 6, max: 22 }),
        fc.integer({ min: 0, max: 9999 }),
        (start, after, seed) => {
          const notes = piece(length, start, after, seed);
          expect(notes.slice(start, start + motif.length)).toEqual(motif);
          expect(notes.slice(start + after, start + after + motif.length)).toEqual(motif);
          expect(notes.every((note) => Number.isInteger(note) && note >= 0 && note < scale)).toBe(true);
          expect(piece(length, start, after, seed)).toEqual(notes);
        },
      ),
    );
    expect(() => piece(length, 30, 16, 0)).toThrow(RangeError);
    expect(() => piece(length, 0, 5, 0)).toThrow(RangeError);
  });

  it('places in training begin at home and are all there are in the end', () => {
    expect(places(length, lag, 1, home, 0)).toEqual([home]);
    expect(places(length, lag, 99, home, 0).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 27 }, (_, i) => i));
  });
});

describe('the two heads', () => {
  it('both find the motif where it stood in training', () => {
    expect(found(relative([home]), home, lag)).toBeGreaterThan(0.95);
    expect(found(absolute([home]), home, lag)).toBeGreaterThan(0.95);
  });

  it('moved anywhere, the relative head finds it; the absolute one spreads its attention evenly where it saw nothing', () => {
    const [one, other] = [relative([home]), absolute([home])];
    for (let start = 0; start <= 26; start++) {
      expect(found(one, start, lag)).toBeGreaterThan(0.9);
      // Notes whose position was in training do look one bar back; the others see all alike.
      const even = motif.reduce((sum, _, k) => {
        const query = start + lag + k;
        return sum + (query >= home + lag && query < home + lag + motif.length ? 1 : 1 / (query + 1));
      }, 0);
      expect(Math.abs(found(other, start, lag) - even / motif.length)).toBeLessThan(0.02);
    }
  });

  it('with examples everywhere the absolute head finds it as well', () => {
    const everywhere = absolute(places(length, lag, 27, home, 0));
    for (let start = 0; start <= 26; start++) expect(found(everywhere, start, lag)).toBeGreaterThan(0.95);
  });

  it('the relative head learns one distance, and knows no other', () => {
    const e = learnRelative(examples([home], lag), { length, steps });
    const byDistance = [...e.data].reverse();
    expect(byDistance.indexOf(Math.max(...byDistance))).toBe(lag);
    for (const other of [14, 15, 17, 20]) expect(found(relative([home]), 4, other)).toBeLessThan(0.01);
    // Its logits are Toeplitz: the same shape at every query.
    const logits = relativeLogits(ones, e);
    for (let i = 1; i < length; i++)
      for (let j = 1; j <= i; j++) expect(logits.data[i * length + j]).toBe(logits.data[(i - 1) * length + j - 1]);
  });

  it('a table that ends before the distance cannot learn it', () => {
    expect(found(relative([home], lag), home, lag)).toBeLessThan(0.1);
    expect(found(relative([home], lag + 1), home, lag)).toBeGreaterThan(0.95);
  });

  it('training makes the examples more likely, step by step', () => {
    let before = 0;
    for (const n of [0, 1, 5, 20, 60]) {
      const e = learnRelative(examples([home, 11], lag), { length, steps: n });
      const now = found(relativeAttention(ones, zeros, zeros, e).probabilities, home, lag);
      expect(now).toBeGreaterThan(before);
      before = now;
    }
  });
});

describe('a line that comes back, in the trained model', () => {
  const model = resident('rope');
  const prose = passage('persuasion');
  const line = '[ceg=1653]';

  it('stands in the text twice', () => {
    const { ids, first, again, length } = repeated(prose, line, { lead: 24, gap: 60 });
    expect(decode(ids.subarray(first, first + length))).toBe(line);
    expect(decode(ids.subarray(again, again + length))).toBe(line);
    expect(again - first).toBe(70);
    expect(again + length).toBe(ids.length);
    expect(() => repeated(prose, 'x', { lead: 1, gap: 1 })).toThrow(RangeError);
    expect(() => repeated('short', line, { lead: 4, gap: 60 })).toThrow(RangeError);
  });

  it('costs what lossesOf says, and weights are those of a softmax', () => {
    const text = repeated(prose, line, { lead: 24, gap: 30 });
    const heard = hear(model, text);
    const losses = lossesOf(model, text.ids);
    expect(heard.again).toEqual(losses.slice(-10));
    expect(heard.first[0]).toBe(losses[text.first - 1]);
    expect(heard.looks.length).toBe(16);
    for (const { weights } of heard.looks)
      weights.forEach((row, k) => {
        expect(row.length).toBe(text.again + k + 1);
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      });
  });

  it('the heads of two layers make it together: what the first may not see one back, the second does not find', () => {
    for (const written of [line, '[kqz=4071]', '[tmo=9258]']) {
      const text = repeated(prose, written, { lead: 24, gap: 60 });
      const mean = (x: Float64Array) => x.reduce((a, b) => a + b) / x.length;
      const as = hear(model, text);
      const best = as.looks.reduce((a, b) => (b.next > a.next ? b : a));
      expect(best.layer).toBe(1);
      const back = ({ weights }: (typeof as.looks)[number]) => weights.reduce((sum, row) => sum + row.at(-2)!, 0);
      const [fixed, ...others] = as.looks.filter(({ layer }) => layer === 0).sort((a, b) => back(b) - back(a));
      const blind = (head: number) =>
        hear(model, text, {
          score(scores, { layer, head: own, query, keys }) {
            for (let j = 0; j < scores.length; j++) if (layer === 0 && own === head && keys[j] === query - 1) scores[j] = -Infinity;
          },
        });
      const found = (one: typeof as) => one.looks.find(({ layer, head }) => layer === best.layer && head === best.head)!.next;
      const without = blind(fixed!.head);
      expect(found(without)).toBeLessThan(0.3 * found(as));
      expect(mean(without.again)).toBeGreaterThan(mean(as.again) + 2);
      // The same taken from another head costs little of it.
      expect(found(blind(others.at(-1)!.head))).toBeGreaterThan(0.9 * found(as));
    }
  });

  it('within the text it was trained on a head looks at what came next the first time; without distances none does', () => {
    for (const gap of [20, 60, 120, 190]) {
      const text = repeated(prose, line, { lead: 24, gap });
      const heard = hear(model, text);
      const best = heard.looks.reduce((a, b) => (b.next > a.next ? b : a));
      expect(best.next).toBeGreaterThan(0.7);
      const profile = byDistance(best.weights.slice(0, -1));
      expect(profile.indexOf(Math.max(...profile))).toBe(text.again - text.first - 1);
      const without = hear(model, text, withoutDistance);
      expect(Math.max(...without.looks.map(({ next }) => next))).toBeLessThan(0.3);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { decode, encode, start, unknown, vocabulary } from '@/model/alphabet';
import { passageTexts } from '@/model/passage-texts';
import { tokens } from '@/model/text';
import { heldOut } from '@/site/model/text';

describe('the alphabet', () => {
  it('spells what it knows, in lower case', () => {
    expect(decode(encode('Emma Woodhouse, [kqz=4071]!'))).toBe('emma woodhouse, [kqz=4071]!');
  });
  it('reads print as it would be typed, and leaves accents off', () => {
    expect(decode(encode('“Café” – it’s'))).toBe('"cafe" - it\'s');
  });
  it('has one token for all it does not know, and one id a character', () => {
    const ids = encode('a語😀b');
    expect([...ids]).toEqual([encode('a')[0], unknown, unknown, encode('b')[0]]);
  });
  it('takes any text', () => {
    for (const text of ['', '\0\u202e', '\ud800', 'ﬁ', 'ß', 'x'.repeat(10_000)]) {
      const ids = encode(text);
      expect(ids.length).toBe(Array.from(text).length);
      expect(ids.every((id) => id > start && id < vocabulary)).toBe(true);
    }
  });
  it('begins a text with the start token', () => {
    expect(tokens('a')[0]).toBe(start);
    expect(decode(tokens('a'))).toBe('a');
  });
});

it.each(Object.entries(passageTexts))('%s: a passage is from what no model was trained on, and known to the last character', (_, text) => {
  expect(heldOut().some((novel) => novel.includes(text.toLowerCase()))).toBe(true);
  expect(encode(text)).not.toContain(unknown);
  expect(text.length).toBeGreaterThan(1024);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete, print } from '@/shell/link';
import { parse } from '@/shell/parse';
import { bits, fitText, longestText, printBits, snap } from '@/shell/parameters';
import { example } from './example';

const at = (query: string) => parse(example, query);

describe('a link', () => {
  it('holds what differs from the default, in the order of the schema, in plain decimals', () => {
    expect(print(example, complete(example, {}))).toBe('');
    expect(print(example, complete(example, { seed: 7, scale: 0.05, length: 16, causal: false, tiles: '3' }))).toBe(
      'length=16&scale=0.05&causal=0&tiles=3&seed=7',
    );
  });

  it('is read back into the same state', () => {
    const { values, notices } = at('?length=16&scale=0.05&how=fancy&round=3&tiles=301');
    expect(values).toMatchObject({ length: 16, scale: 0.05, how: 'fancy', round: 3, k: 4, tiles: '301' });
    expect(notices).toEqual([]);
    expect(parse(example, print(example, values)).values).toEqual(values);
  });

  it('may start from a scene, and change it', () => {
    expect(at('?scene=short').values).toMatchObject({ length: 2, k: 2, round: 0 });
    expect(at('?scene=short&length=6&round=1').values).toMatchObject({ length: 6, k: 2, round: 1 });
  });

  it('may use a name from before, other capitals, or “step” for whatever the steps are called', () => {
    expect(at('?n=20').values).toMatchObject({ length: 20 });
    expect(at('?LENGTH=20&N=22')).toMatchObject({ values: { length: 22 } });
    expect(at('?step=2')).toMatchObject({ values: { round: 2 }, notices: [] });
  });

  it('keeps what it can and says in a line each what it cannot', () => {
    const asked: [string, RegExp, Record<string, unknown>][] = [
      ['length=1000', /outside 2 to 64; 64 is used/, { length: 64 }],
      ['length=7', /nearest, [68], is used/, {}],
      ['length=1e999', /outside/, { length: 64 }],
      ['length=abc', /not a number; 8 is used/, { length: 8 }],
      ['scale=0x1', /not a number/, { scale: 0.5 }],
      ['how=constructor', /not one of plain, fancy/, { how: 'plain' }],
      ['causal=maybe', /neither 1 nor 0/, { causal: true }],
      ['tiles=zz', /hexadecimal/, { tiles: '' }],
      ['k=30', /does not fit the other settings; 8 is used/, { k: 8 }],
      ['scene=nowhere', /no scene/, {}],
      ['colour=red', /no parameter “colour”/, {}],
      ['round=99', /outside 0 to 4; 4 is used/, { round: 4 }],
      ['length=8&length=10', /twice/, { length: 10 }],
    ];
    for (const [query, line, values] of asked) {
      const got = at(`?${query}`);
      expect(got.notices, query).toHaveLength(1);
      expect(got.notices[0]).toMatch(line);
      expect(got.values).toMatchObject(values);
    }
    expect(at(`?seed=${'9'.repeat(20_000)}`).notices.length).toBeGreaterThan(0);
    expect(at(`?${'x'.repeat(5000)}=1`).notices.every((line) => line.length < 200)).toBe(true);
  });

  it('ignores what trackers add', () => expect(at('?utm_source=a&fbclid=b').notices).toEqual([]));
});

describe('values', () => {
  it('snap to their grid without the noise of binary fractions', () => {
    expect(snap(example.params.scale, 0.1 + 0.2, {})).toBe(0.3);
    expect(snap(example.params.scale, -5, {})).toBe(-1);
    expect(snap(example.params.length, 63.4, {})).toBe(64);
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }),
        (x) => snap(example.params.scale, snap(example.params.scale, x, {}), {}) === snap(example.params.scale, x, {}),
      ),
    );
  });

  it('print a set as bits, and read it', () => {
    expect(printBits([0, 1, 8])).toBe('301');
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1023)), (set) => {
        expect([...bits(printBits(set))].sort((a, b) => a - b)).toEqual(set.sort((a, b) => a - b));
      }),
    );
  });
});

describe('words of the reader', () => {
  const link = (text: string) => print(example, complete(example, { note: text }));
  it.each(['', 'as it was', 'a + b = 100%', '%41 & ?x=1#y', 'née – “quoted”', '語 😀', '<img src=x onerror=alert(1)>', 'a\nb\tc'])(
    '%j: come out of a link as they went in',
    (text) => {
      expect(parse(example, link(text)).values.note).toBe(text);
      expect(parse(example, link(text)).notices).toEqual([]);
    },
  );
  it('are written in a link as far as there is room, and then it is said', () => {
    const { values, notices } = parse(example, `note=${'a'.repeat(1500)}`);
    expect(values.note).toBe('a'.repeat(longestText));
    expect(notices).toEqual([`note: of the text in the link, the first ${longestText} characters are used.`]);
    expect(link(fitText('語'.repeat(5000))).length).toBeLessThan(1500);
  });
  it('may hold what is no text', () => {
    expect(parse(example, link(fitText('a\ud800b'))).values.note).toBe('a\ufffdb');
  });
});

import { describe, expect, it } from 'vitest';
import { excerpt, find, indexOf, type Found } from '@/site/search/found';

const all: Found[] = [
  { id: '/papers/clex/', kind: 'paper', title: 'CLEX', text: 'Learn a differential equation for rotary frequencies.' },
  { id: '/papers/giraffe/', kind: 'paper', title: 'Giraffe', text: 'Ways to stretch rotary positions are compared.' },
  { id: '/glossary/#rope', kind: 'term', title: 'rotary embedding', text: 'Pairs of channels are turned.' },
];

describe('search', () => {
  const index = indexOf(all);
  const ids = (words: string) => find(index, words).map(({ id }) => id);

  it('puts what has the word in its title first', () => expect(ids('rotary')[0]).toBe('/glossary/#rope'));
  it('wants all words where something has them all, and takes some where nothing has', () => {
    expect(ids('rotary differential')).toEqual(['/papers/clex/']);
    expect(ids('giraffe nonsense')).toEqual(['/papers/giraffe/']);
  });
  it('finds a word by its beginning, and with a letter wrong', () => {
    expect(ids('freq')).toEqual(['/papers/clex/']);
    expect(ids('girafe')).toEqual(['/papers/giraffe/']);
  });
  it('finds nothing for nothing, and takes whatever it is given', () => {
    for (const words of ['', '   ', '<script>', '\u0000', '('.repeat(5000)]) expect(ids(words)).toEqual([]);
  });
});

describe('excerpt', () => {
  const text = `${'before '.repeat(60)}needle ${'after '.repeat(60)}`.trim();
  it('shows a short text whole', () => expect(excerpt('a short one', 'short')).toBe('a short one'));
  it('shows where the word stands, cut at words', () => {
    const shown = excerpt(text, 'needle');
    expect(shown).toMatch(/^… (before )+needle( after)+ …$/);
    expect(shown.length).toBeLessThan(180);
  });
  it('shows the beginning where no word is found', () => expect(excerpt(text, 'nowhere')).toMatch(/^before .* …$/));
});

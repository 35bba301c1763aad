import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { letters, paperFound, sections, termFound } from '@/site/search/entries';
import { excerpt, find, indexOf, type Found } from '@/site/search/found';

const all: Found[] = [
  { id: '/papers/clex/', kind: 'paper', title: 'CLEX', text: 'Learn a differential equation for rotary frequencies.' },
  { id: '/papers/giraffe/', kind: 'paper', title: 'Giraffe', text: 'Ways to stretch rotary positions are compared.' },
  { id: '/glossary/#rope', kind: 'term', title: 'rotary embedding', text: 'Pairs of channels are turned.' },
];

describe('search', () => {
  const index = indexOf(all);
  const ids = (words: string) => find(index, words).found.map(({ id }) => id);

  it('puts what has the word in its title first', () => expect(ids('rotary')[0]).toBe('/glossary/#rope'));
  it('wants all words where something has them all, and takes some where nothing has, and says so', () => {
    expect(ids('rotary differential')).toEqual(['/papers/clex/']);
    expect(find(index, 'rotary differential').all).toBe(true);
    expect(ids('giraffe nonsense')).toEqual(['/papers/giraffe/']);
    expect(find(index, 'giraffe nonsense').all).toBe(false);
  });
  it('finds a word by its beginning, and with a letter wrong', () => {
    expect(ids('freq')).toEqual(['/papers/clex/']);
    expect(ids('girafe')).toEqual(['/papers/giraffe/']);
  });
  it('finds nothing for nothing, and takes whatever it is given', () => {
    for (const words of ['', '   ', '<script>', '\u0000', '('.repeat(5000)]) expect(ids(words)).toEqual([]);
  });
});

describe('the search of the papers and the glossary', () => {
  const read = (file: string) => parse(readFileSync(file, 'utf8'));
  const papers = readdirSync('seeds/papers').map((file) => paperFound(file.replace('.yaml', ''), read(`seeds/papers/${file}`)));
  const terms = (read('seeds/glossary.yaml') as Parameters<typeof termFound>[0][]).map(termFound);
  const themes = readdirSync('content/themes').flatMap((file) =>
    sections(readFileSync(`content/themes/${file}`, 'utf8')).map(({ heading, text }): Found => ({
      id: `${file.replace('.mdx', '')}: ${heading}`,
      kind: 'section',
      title: heading,
      text,
    })),
  );
  const index = indexOf([...papers, ...terms, ...themes]);
  const ids = (words: string) => find(index, words).found.map(({ id }) => id);

  it.each([
    ['rope', '/glossary/#rope'],
    ['RoPE', '/glossary/#rope'],
    ['PIE', '/papers/positional-integrity-encoding/'],
    ['pie', '/papers/positional-integrity-encoding/'],
    ['lambda', '/glossary/#lambda-mask'],
    ['Λ', '/glossary/#lambda-mask'],
    ['xpos', '/glossary/#xpos'],
    ['longclip', '/papers/long-clip/'],
    ['long-clip', '/papers/long-clip/'],
    ['long clip', '/papers/long-clip/'],
    ['kv cache', '/glossary/#kv-cache'],
    ['key-value cache', '/glossary/#kv-cache'],
    ['dynamic ntk', '/glossary/#dynamic-ntk'],
    ['base 500000', '/glossary/#abf'],
    ['base 500,000', '/glossary/#abf'],
    ['θ', '/glossary/#frequency'],
    ['theta', '/glossary/#frequency'],
    ['τ', '/glossary/#temperature'],
    ['yarn', '/glossary/#yarn'],
    ['nope', '/glossary/#nope'],
    ['2309.16039', '/papers/effective-long-context-scaling/'],
    ['arXiv:2309.16039', '/papers/effective-long-context-scaling/'],
    ['https://arxiv.org/abs/2309.16039', '/papers/effective-long-context-scaling/'],
    ['S4', '/papers/s4/'],
    ['a method for 128k', 'positional-extrapolation: A method for 128k'],
  ])('%s: %s comes first', (words, first) => expect(ids(words)[0]).toBe(first));

  it('a short word is not the beginning of a name', () => {
    expect(ids('rope')).not.toContain('/papers/lcfo/');
    for (const other of ['/papers/ringattention-lwm/', '/papers/playlist-embeddings/']) expect(ids('pie')).not.toContain(other);
  });
  it('who wrote it is found by name, and by the beginning of a long one', () => {
    expect(ids('ropers')).toEqual(['/papers/lcfo/']);
    expect(ids('kazemne')).toEqual(['/papers/positional-encoding-length-generalization/']);
    expect(ids('costa-jussà')).toEqual(['/papers/lcfo/']);
  });
  it('what reaches a length is found by it', () => {
    for (const words of ['128k', '128K']) expect(ids(words)).toContain('positional-extrapolation: A method for 128k');
    expect(ids('512k')).toContain('/papers/prolong/');
  });
  it('one number is no other', () => {
    expect(ids('2309.16039')).toHaveLength(1);
    expect(ids('dynamic ntk').length).toBeLessThan(8);
    expect(ids('base 500000').length).toBeLessThan(8);
  });
  it('each paper and each term is found by its name, among the first', () => {
    for (const one of [...papers, ...terms]) expect(ids(one.title).slice(0, 3), one.title).toContain(one.id);
  });
});

describe('what is found', () => {
  it('the letter of a symbol', () => {
    expect(letters('\\theta_i')).toEqual(['theta', 'θ']);
    expect(letters("s = L'/L")).toEqual(['s']);
    expect(letters('n_{\\mathrm{eff}} = 1')).toEqual([]);
    expect(letters('\\langle q, k\\rangle')).toEqual([]);
    expect(letters()).toEqual([]);
  });
  it('a section in plain words', () => {
    expect(
      sections(`import { a } from 'b';

Before any.

## Other *angles*

The <Term id="base">base</Term> is <Value of={(x) => x > 1} />, as [CLEX](/papers/clex/) has it: $a > b$.

<Excerpt paper="clex" panels={[1]} threads={{ 1: 'angles' }} />

- **One** thing

## Next`),
    ).toEqual([
      { heading: 'Other angles', text: 'The base is …, as CLEX has it: …. One thing' },
      { heading: 'Next', text: '' },
    ]);
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

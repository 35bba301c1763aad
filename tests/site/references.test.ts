import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { paperEntry } from '@/shell/share/code';
import { familyOf } from '@/site/names';
import { workOf, type PaperData } from '@/site/cited';
import { published } from '@/site/venues';
import { familyName, readBibtex } from '@tests/bibtex';

const seeds = readdirSync('seeds/papers').map(
  (file) => parse(readFileSync(`seeds/papers/${file}`, 'utf8')) as PaperData & { slug: string },
);
const entryOf = (slug: string) => {
  const seed = seeds.find((one) => one.slug === slug)!;
  return readBibtex(paperEntry(workOf(slug, seed)))[0]!;
};

it('all entries are read by BibTeX, each with a key of its own', () => {
  const entries = readBibtex(seeds.map((seed) => paperEntry(workOf(seed.slug, seed))).join('\n'));
  expect(entries).toHaveLength(seeds.length);
  expect(new Set(entries.map(({ key }) => key)).size).toBe(seeds.length);
});

it.each(seeds)('$slug: what was published says where, and its year', (seed) => {
  const { type, fields } = entryOf(seed.slug);
  const out = Boolean(seed.venue) && seed.venue !== 'arXiv';
  expect(type === 'misc').toBe(!out);
  const where = type === 'article' ? fields.journal : fields.booktitle;
  if (out) {
    expect(where).toMatch(/\w/);
    expect(seed.venue).toContain(fields.year);
  } else expect(where).toBeUndefined();
  const authors = (fields.booktitle ?? fields.journal) === undefined ? seed.authors : (seed.laterAuthors ?? seed.authors);
  expect(fields.author?.split(' and ').length).toBe(authors?.length);
  for (const family of seed.families ?? [])
    expect(
      seed.authors!.some((name) => name.endsWith(` ${family}`)),
      family,
    ).toBe(true);
  // As this site sorts and shortens names, so does BibTeX.
  expect(fields.author?.split(' and ').map(familyName)).toEqual(authors?.map((name) => familyOf(name, seed.families)));
});

it('family names of more than one word', () => {
  expect(entryOf('positional-encoding-length-generalization').fields.author).toContain(' and Natesan Ramamurthy, Karthikeyan and ');
  expect(entryOf('prepacking').fields.author).toContain('Van den Broeck, Guy');
});

it('conferences, journals, findings and workshops', () => {
  expect(published('ICLR 2024')).toEqual({
    type: 'inproceedings',
    where: 'International Conference on Learning Representations (ICLR)',
    year: 2024,
  });
  expect(published('TACL 2021')).toMatchObject({ type: 'article', where: 'Transactions of the Association for Computational Linguistics' });
  expect(published('Findings of EMNLP 2023')!.where).toBe('Findings of the Association for Computational Linguistics (EMNLP)');
  expect(published('SCOPE workshop at ICLR 2025')).toEqual({ type: 'inproceedings', where: 'SCOPE workshop at ICLR 2025', year: 2025 });
  expect(published('arXiv')).toBeUndefined();
  expect(published(undefined)).toBeUndefined();
  expect(() => published('Somewhere 2024')).toThrow(/does not know the venue Somewhere 2024/);
});

it('a published paper has the title that it was published with, and says what it was called before', () => {
  expect(entryOf('lightseq')).toMatchObject({
    type: 'inproceedings',
    fields: { title: expect.stringMatching(/^\{DistFlashAttn/), note: expect.stringMatching(/^First titled: LightSeq/) },
  });
});

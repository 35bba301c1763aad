import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { paperSchema, themeSchema } from '@/site/schema';
import { todos } from '@/site/unfinished';

const good = {
  slug: 'a-paper',
  title: 'A Paper on Something',
  year: 2024,
  theme: 'sparse-attention',
  idea: 'Find the keys that matter by asking one of each neighbourhood, so that choosing costs less than reading all.',
  headline: [{ id: 'speed', value: '2×', claim: 'faster than the baseline', source: 'abstract' }],
  related: [],
  verified: ['title'],
};
const reason = (paper: object) =>
  paperSchema
    .safeParse(paper)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('\n') ?? '';

it('a good file passes', () => expect(reason(good)).toBe(''));

it('a bad one is refused with the field and the reason', () => {
  expect(reason({ ...good, titel: 'x' })).toMatch(/titel/);
  expect(reason({ ...good, year: '2024' })).toMatch(/year: .*number/);
  expect(reason({ ...good, arxiv: 'arXiv:2406.09827' })).toMatch(/arxiv: an arXiv number/);
  expect(reason({ ...good, code: 'http://example.org' })).toMatch(/code/);
  expect(reason({ ...good, idea: 'Too short.' })).toMatch(/idea: one sentence/);
  expect(reason({ ...good, headline: [{ id: 'speed', value: '2×', claim: 'faster than the baseline' }] })).toMatch(/headline.0.source/);
  expect(reason({ ...good, headline: [good.headline[0], good.headline[0]] })).toMatch(/must differ/);
  expect(reason({ ...good, verified: ['everything'] })).toMatch(/verified/);
});

const seeds = readdirSync('seeds/papers').map((file) => [file, parse(readFileSync(`seeds/papers/${file}`, 'utf8'))] as const);
const themes = parse(readFileSync('seeds/themes.yaml', 'utf8')) as { id: string }[];

it('there are nine themes and 79 papers, each in one theme', () => {
  expect(themes.map((theme) => themeSchema.safeParse(theme).success)).toEqual(Array(9).fill(true));
  expect(seeds).toHaveLength(79);
  for (const theme of themes) expect(seeds.filter(([, { theme: own }]) => own === theme.id).length, theme.id).toBeGreaterThanOrEqual(5);
});

it.each(seeds)('%s fits the schema, and is named for its slug', (file, seed) => {
  expect(reason(seed)).toBe('');
  expect(`${seed.slug}.yaml`).toBe(file);
  for (const other of seed.related) expect(seeds.map(([, { slug }]) => slug)).toContain(other);
  if (seed.authors) expect(seed.verified).toContain('authors');
  if (seed.venue && seed.venue !== 'arXiv') expect(seed.verified).toContain('venue');
  if (seed.arxiv) expect(seed.verified).toContain('arxiv');
});

it('what is left to be filled in is named by file and line', () => {
  expect(todos('a.ts', 'one\n  // TODO: two\nthree')).toEqual(['a.ts:2: // TODO: two']);
  expect(todos('a.ts', 'TODOS are fine')).toEqual([]);
});

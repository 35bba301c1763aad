import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as templates from '../../src/commands/templates.mjs';
import { todos } from '@/site/unfinished';

const paper = { slug: 'a-paper', theme: 'sparse-attention', title: 'A Paper', name: 'aPaper', headings: ['Problem', 'Pitfalls'] };

it.each(Object.entries(templates))('%s says what is to be filled in, so that the build can', (name, template) => {
  const text = (template as (given: typeof paper) => string)(paper);
  expect(todos(name, text).length).toBeGreaterThan(0);
});

it('the prose has the sections of a paper’s page, and lists those of the notes', () => {
  const text = templates.prose(paper);
  for (const section of ['The problem', 'The idea', 'The mathematics', 'What to try', 'Limits', 'Neighbours'])
    expect(text).toContain(`## ${section}`);
  for (const heading of paper.headings) expect(text).toContain(`- ${heading}`);
});

it('the seed is YAML with the paper’s slug and theme', () => {
  expect(parse(templates.seed(paper))).toMatchObject({ slug: 'a-paper', theme: 'sparse-attention', headline: [], verified: ['title'] });
});

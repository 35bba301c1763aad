import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AnyWidget } from '@/shell/contract';
import { parse as parseLink } from '@/shell/link';
import { cut, firstSentence, keySentence } from '@/site/sentences';
import { longestDescription, states } from '@/site/states';
import { example } from '@tests/shell/example';

const widgets = Object.values(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true })).map(
  (module) => module.default,
);
const nameOf = ({ slug }: AnyWidget): string => {
  // The bench of a theme is about no paper.
  if (!existsSync(`seeds/papers/${slug}.yaml`)) return slug;
  const { short, title } = parse(readFileSync(`seeds/papers/${slug}.yaml`, 'utf8')) as { short?: string; title: string };
  return short ?? title.split(':')[0]!;
};
const numbers = (text: string): string[] => text.match(/\d[\d.,]*\d|\d/g) ?? [];

describe.each(widgets.map((widget) => [widget.slug, widget] as const))('%s', (_, widget) => {
  const all = states(widget, nameOf(widget));

  it('the default and every scene, in order, each at the values that its link opens', () => {
    expect(all.map(({ scene }) => scene)).toEqual([undefined, ...widget.scenes.map(({ id }) => id)]);
    for (const { scene, values } of all) expect(parseLink(widget, scene ? `scene=${scene}` : '').values).toEqual(values);
  });

  it('titles name paper and state; titles and descriptions differ', () => {
    for (const { title } of all) expect(title.startsWith(`${nameOf(widget)}: `)).toBe(true);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(new Set(all.map(({ description }) => description)).size).toBe(all.length);
  });

  it('descriptions say the numbers of the state, whole, in the length of a preview', () => {
    for (const { description, result, values, notice } of all) {
      const said = `${notice} ${widget.describe(result, values)}`;
      expect(description.length, description).toBeLessThanOrEqual(longestDescription + 1);
      expect(description.length, description).toBeGreaterThan(80);
      expect(numbers(description).length, description).toBeGreaterThan(0);
      for (const number of numbers(description)) expect(numbers(said)).toContain(number);
      expect(description).toMatch(/[.…]$/);
    }
  });

  it('is computed once', () => expect(states(widget, nameOf(widget))).toBe(all));
});

it('scenes that are described alike are told apart by what to notice', () => {
  const [start, long, short] = states({ ...example, describe: () => 'The sum is 4 again.' }, 'Example');
  expect(start!.description).toBe('The sum is 4 again.');
  expect(long!.description).toBe('The sum is 32. The sum is 4 again.');
  expect(short!.description).not.toBe(long!.description);
});

it('a text is cut after a sentence, else after a word that can stand last', () => {
  expect(cut('One is here. Two is there.', 100)).toBe('One is here. Two is there.');
  expect(cut('One is here. Two is there.', 20)).toBe('One is here.');
  expect(cut('One, and then a rather long sentence follows it.', 30)).toBe('One, and then a rather long…');
  expect(cut('They differ, by as much as 7.8 × 10⁻¹⁶ of exact attention', 36)).toBe('They differ, by as much…');
  expect(cut('They differ, by as much as 7.8 × 10⁻¹⁶ of exact attention', 33)).toBe('They differ, by as much…');
  expect(cut('They agree: 100\u00a0% of all', 16)).toBe('They agree…');
  expect(cut('It is off by 0.5, and then a long sentence goes on', 30), 'no digits are missing').toBe('It is off by 0.5\u00a0…');
});

it('a first sentence does not end at a decimal point', () => {
  expect(firstSentence('With k = 0.5 less. And more.')).toBe('With k = 0.5 less.');
  expect(firstSentence('It is off. 32 poles are left.')).toBe('It is off.');
  expect(firstSentence('No end')).toBe('No end');
});

it('a key sentence has a number, where one comes soon enough', () => {
  expect(keySentence('It wraps. By 0.7 at the start. And more.', 100)).toBe('It wraps. By 0.7 at the start.');
  expect(keySentence('It wraps. By 0.7 at the start. And more.', 20)).toBe('It wraps.');
  expect(keySentence('It wraps by 0.7. And more.', 100)).toBe('It wraps by 0.7.');
});

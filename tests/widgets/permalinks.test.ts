import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { AnyWidget } from '@/shell/contract';
import { parse, print } from '@/shell/link';

const widgets = Object.values(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true })).map(
  (module) => module.default,
);
const links = readFileSync('tests/permalinks.txt', 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'));

it.each(links)('%s still opens what it said', (link) => {
  const url = new URL(link, 'https://a.org');
  const widget = widgets.find(({ slug }) => url.pathname === `/papers/${slug}/`);
  expect(widget, 'the figure is there').toBeDefined();
  const { values, notices } = parse(widget!, url.search);
  expect(notices).toEqual([]);
  for (const [name, value] of url.searchParams) {
    if (name === 'scene') expect(widget!.scenes.map(({ id }) => id)).toContain(value);
    else if (name in widget!.params) expect(String(typeof values[name] === 'boolean' ? Number(values[name]) : values[name])).toBe(value);
  }
  expect(parse(widget!, print(widget!, values)).values).toEqual(values);
});

it('every figure has at least five of them', () => {
  for (const { slug } of widgets)
    expect(links.filter((link) => link.startsWith(`/papers/${slug}/`)).length, slug).toBeGreaterThanOrEqual(5);
});

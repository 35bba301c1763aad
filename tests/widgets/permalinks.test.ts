import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { AnyWidget } from '@/shell/contract';
import { parse, print } from '@/shell/link';
import type { Parameter, Value } from '@/shell/parameters';

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

it('they outlive a change of names: every parameter renamed, its old name kept as an alias', () => {
  for (const link of links) {
    const url = new URL(link, 'https://a.org');
    const widget = widgets.find(({ slug }) => url.pathname === `/papers/${slug}/`)!;
    const renamed = renameAll(widget);
    const before = parse(widget, url.search);
    const after = parse(renamed, url.search);
    expect(after.notices, link).toEqual([]);
    expect(Object.values(after.values), link).toEqual(Object.values(before.values));
    expect(parse(renamed, print(renamed, after.values)).values).toEqual(after.values);
    if (url.search && !url.search.includes('scene='))
      expect(print(renamed, after.values), 'a new link has the new names').toContain('New=');
  }
});

/** The same widget after somebody found better names for all its parameters. */
function renameAll(widget: AnyWidget): AnyWidget {
  const now = (name: string) => `${name}New`;
  const there = (values: object) => Object.fromEntries(Object.entries(values).map(([name, value]) => [now(name), value]));
  const back = (values: object) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace(/New$/, ''), value]));
  const params = Object.entries<Parameter>(widget.params).map(([name, parameter]) => {
    const renamed = { ...parameter, aliases: [...(parameter.aliases ?? []), name] };
    if (renamed.type === 'step') {
      const { last } = renamed;
      Object.assign(renamed, { last: (values: object) => last(back(values) as Record<string, Value>) });
    }
    return [now(name), renamed];
  });
  return {
    ...widget,
    params: Object.fromEntries(params),
    constrain: widget.constrain && ((values: object) => there(widget.constrain!(back(values)))),
    scenes: widget.scenes.map((scene) => ({ ...scene, set: there(scene.set) })),
  };
}

it('every figure has at least five of them', () => {
  for (const { slug } of widgets)
    expect(links.filter((link) => link.startsWith(`/papers/${slug}/`)).length, slug).toBeGreaterThanOrEqual(5);
});

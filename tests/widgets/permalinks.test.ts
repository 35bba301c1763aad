import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stateAt } from '@/shell/address';
import type { AnyWidget } from '@/shell/contract';
import { complete, print, reserved } from '@/shell/link';
import { parse } from '@/shell/parse';
import type { Parameter, Value } from '@/shell/parameters';

const widgets = Object.values(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true })).map(
  (module) => module.default,
);
const links = readFileSync('tests/permalinks.txt', 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'));

const kinds = /^\/(?:papers|embed|offline)\/([a-z0-9-]+)(?:\.html|\/)/;
const opened = (link: string) => {
  const url = new URL(link, 'https://a.org');
  const slug = kinds.exec(url.pathname)?.[1];
  return { url, slug, widget: widgets.find((one) => one.slug === slug) };
};
const at = (widget: AnyWidget, url: URL) => {
  const [, kind] = url.pathname.split('/');
  return stateAt({ widget, path: `/${kind}/${widget.slug}/` }, url, complete(widget, {}));
};

it.each(links)('%s still opens what it said', async (link) => {
  const { url, widget } = opened(link);
  expect(widget, 'the figure is there').toBeDefined();
  const { values, notices } = await at(widget!, url);
  expect(notices).toEqual([]);
  const scene = url.searchParams.get('scene') ?? url.pathname.split('/')[3];
  const ids = widget!.scenes.map(({ id }) => id);
  if (scene) expect(ids).toContain(scene);
  const start = complete(widget!, (widget!.scenes.find(({ id }) => id === scene)?.set ?? {}) as Record<string, Value>);
  let asked = 0;
  for (const [name, value] of url.searchParams) {
    if (!Object.hasOwn(widget!.params, name)) expect(reserved).toContain(name);
    else {
      asked++;
      expect(String(typeof values[name] === 'boolean' ? Number(values[name]) : values[name])).toBe(value);
    }
  }
  if (!asked) expect(values).toEqual(start);
  expect(parse(widget!, print(widget!, values)).values).toEqual(values);
});

it('they outlive a change of names: every parameter renamed, its old name kept as an alias', async () => {
  for (const link of links) {
    const { url, widget } = opened(link);
    const renamed = renameAll(widget!);
    const before = await at(widget!, url);
    const after = await at(renamed, url);
    expect(after.notices, link).toEqual([]);
    expect(Object.values(after.values), link).toEqual(Object.values(before.values));
    expect(parse(renamed, print(renamed, after.values)).values).toEqual(after.values);
    if (print(widget!, before.values)) expect(print(renamed, after.values), 'a new link has the new names').toContain('New=');
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
    work: (values: object) => widget.work(back(values)),
    models: (values: object) => widget.models?.(back(values)) ?? [],
    trains: (values: object) => widget.trains?.(back(values)) ?? false,
    constrain: widget.constrain && ((values: object) => there(widget.constrain!(back(values)))),
    scenes: widget.scenes.map((scene) => ({ ...scene, set: there(scene.set) })),
  };
}

it('every figure has at least five of them', () => {
  for (const { slug } of widgets) expect(links.filter((link) => opened(link).slug === slug).length, slug).toBeGreaterThanOrEqual(5);
});

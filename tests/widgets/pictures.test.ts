import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import type { AnyView, AnyWidget } from '@/shell/contract';
import { complete } from '@/shell/link';
import { inputs, type Value } from '@/shell/parameters';
import { pictureText } from './picture-text';

const widgets = Object.entries(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true }));
const views = import.meta.glob<{ default: AnyView }>('../../src/widgets/*/*/View.svelte', { eager: true });
const folder = fileURLToPath(new URL('../pictures/', import.meta.url));
/** Bytes for a widget, deflated as the repository holds them. With 76 kB for its pictures in pixels, 79 of them stay below 10 MB. */
const share = 50_000;

// Renewed with "npm run unit -- pictures -u", after looking at what changed.
describe.each(widgets)('%s', (path, { default: widget }) => {
  const states: [string, Record<string, Value>][] = [
    ['default', {}],
    ...widget.scenes.filter(({ set }) => Object.keys(set).length).map(({ id, set }) => [id, set] as [string, Record<string, Value>]),
  ];
  const own = join(folder, widget.slug);

  it.each(states)('%s is drawn as it was when somebody looked at it', async (id, set) => {
    const values = complete(widget, set);
    const result = widget.simulate(inputs(widget.params, values));
    const { body } = render(views[path.replace('widget.ts', 'View.svelte')]!.default, { props: { result, values, set: () => {} } });
    await expect(pictureText(body)).toMatchFileSnapshot(join(own, `${id}.svg.txt`));
  });

  it('keeps no picture of a scene that is gone, and its share of the weight', () => {
    const files = readdirSync(own);
    expect(files.sort()).toEqual(states.map(([id]) => `${id}.svg.txt`).sort());
    expect(files.reduce((sum, file) => sum + deflateSync(readFileSync(join(own, file))).length, 0)).toBeLessThan(share);
  });
});

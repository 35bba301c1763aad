/**
 * What each figure is at its default and at its scenes: claims, words, pictures. All in one file, because some scenes run a model or train a
 * network, and each is computed once here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import { lasting } from '@/shell/contract';
import { parse } from '@/shell/parse';
import { inputs, type Value } from '@/shell/parameters';
import { longestDescription, states } from '@/site/states';
import { anyState } from '@tests/shell/any';
import { figures, missing, nameOf, noNaN } from './figures';
import { pictureText } from './picture-text';

const folder = fileURLToPath(new URL('../pictures/', import.meta.url));
/** Bytes for a widget, deflated as the repository holds them. With 76 kB for its pictures in pixels, 79 of them stay below 10 MB. */
const share = 50_000;
const numbers = (text: string): string[] => text.match(/\d[\d.,]*\d|\d/g) ?? [];

describe.each(figures)('$slug', ({ slug, widget, View }) => {
  const name = nameOf(slug);
  const all = () => states(widget, name);
  const lasts = (values: Readonly<Record<string, Value>>) => lasting(widget, inputs(widget.params, values));
  const own = join(folder, slug);
  /** The default and every scene that differs from it. */
  const drawn = ['default', ...widget.scenes.filter(({ set }) => Object.keys(set).length).map(({ id }) => id)];

  it.each(widget.scenes.map((scene, i) => [scene.id, scene, i] as const))('%s: its claim holds', (_, scene, i) => {
    const { values, result, notice } = all()[i + 1]!;
    for (const [parameter, value] of Object.entries(scene.set)) {
      expect(Object.hasOwn(widget.params, parameter), `parameter ${parameter}`).toBe(true);
      if (value !== Infinity) expect(values[parameter], `${parameter} is brought elsewhere`).toBe(value);
    }
    expect(scene.claim(result, values)).toBe(true);
    expect(noNaN(notice)).toBe(true);
    expect(notice.length).toBeGreaterThan(40);
    expect(parse(widget, `?scene=${scene.id}`).values).toEqual(values);
  });

  it('no claim holds everywhere: each one can fail', () => {
    const known = all().map(({ values, result }) => ({ values, result: () => result }));
    const others = fc.sample(anyState(widget), { numRuns: 40, seed: 7 }).map((values) => {
      let result: unknown;
      return { values, result: () => (result ??= widget.simulate(inputs(widget.params, values))) };
    });
    // What is computed at once is asked first.
    const sorted = [...known, ...others.sort((a, b) => Number(lasts(a.values)) - Number(lasts(b.values)))];
    for (const scene of widget.scenes)
      expect(
        sorted.some(({ values, result }) => scene.claim(result(), values) === false),
        scene.id,
      ).toBe(true);
  });

  it('brings along little where a model runs or is trained, and nothing that JSON does not hold', () => {
    for (const { values, result } of all()) {
      if (!lasts(values)) continue;
      const written = JSON.stringify(result);
      expect(JSON.parse(written)).toEqual(result);
      expect(written.length).toBeLessThan(15_000);
    }
  });

  it('the default and every scene, in order, each at the values that its link opens, computed once', () => {
    expect(all().map(({ scene }) => scene)).toEqual([undefined, ...widget.scenes.map(({ id }) => id)]);
    for (const { scene, values } of all()) expect(parse(widget, scene ? `scene=${scene}` : '').values).toEqual(values);
    expect(states(widget, name)).toBe(all());
  });

  it('titles name paper and state; titles and descriptions differ', () => {
    for (const { title } of all()) expect(title.startsWith(`${name}: `)).toBe(true);
    expect(new Set(all().map(({ title }) => title)).size).toBe(all().length);
    expect(new Set(all().map(({ description }) => description)).size).toBe(all().length);
  });

  it('descriptions say the numbers of the state, whole, in the length of a preview', () => {
    for (const { description, result, values, notice } of all()) {
      const said = `${notice} ${widget.describe(result, values)}`;
      expect(description.length, description).toBeLessThanOrEqual(longestDescription + 1);
      expect(description.length, description).toBeGreaterThan(80);
      expect(numbers(description).length, description).toBeGreaterThan(0);
      for (const number of numbers(description)) expect(numbers(said)).toContain(number);
      expect(description).toMatch(/[.…]$/);
    }
  });

  // Renewed with "npm run unit -- scenes -u", after looking at what changed.
  it.each(drawn)('%s is drawn as it was when somebody looked at it, and nothing is missing', async (id) => {
    const { values, result } = all().find(({ scene }) => (scene ?? 'default') === id)!;
    const { body } = render(View, { props: { result, values, set: () => {} } });
    expect(missing(body)).toBeUndefined();
    expect(body.match(/<svg/g)!.length).toBeGreaterThanOrEqual(2);
    await expect(pictureText(body)).toMatchFileSnapshot(join(own, `${id}.svg.txt`));
  });

  it('keeps no picture of a scene that is gone, and its share of the weight', () => {
    const files = readdirSync(own);
    expect(files.sort()).toEqual(drawn.map((id) => `${id}.svg.txt`).sort());
    expect(files.reduce((sum, file) => sum + deflateSync(readFileSync(join(own, file))).length, 0)).toBeLessThan(share);
  });
});

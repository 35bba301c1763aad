import fc from 'fast-check';
import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import { lasting, mostFor, type AnyView, type AnyWidget, type Check } from '@/shell/contract';
import { number } from '@/marks/format';
import { complete, parse, print, reserved } from '@/shell/link';
import { inputs, settle, snap, type Parameter, type Value } from '@/shell/parameters';
import { anyLink, anyState } from '@tests/shell/any';

const widgets = Object.entries(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true }));
const checks = import.meta.glob<{ default: () => Check[] }>('../../src/widgets/*/*/check.ts', { eager: true });

const views = import.meta.glob<{ default: AnyView }>('../../src/widgets/*/*/View.svelte', { eager: true });

/** The most that a parameter can be set to. */
const highest = (parameter: Parameter): Value =>
  parameter.type === 'integer' || parameter.type === 'number' ? parameter.max : parameter.type === 'flag' ? true : parameter.default;

const noNaN = (value: unknown): boolean => {
  if (typeof value === 'number') return !Number.isNaN(value);
  if (typeof value === 'string') return !/NaN|undefined|\[object/.test(value);
  if (ArrayBuffer.isView(value) && 'length' in value) return !Array.prototype.some.call(value, Number.isNaN);
  return true;
};

it('there are widgets', () => expect(widgets.length).toBeGreaterThan(0));

describe.each(widgets)('%s', (path, { default: widget }) => {
  const compute = (values: Readonly<Record<string, Value>>) => widget.simulate(inputs(widget.params, values));
  /** Scenes are looked at by several tests, and some run a model. */
  const known = new Map<string, unknown>();
  const at = (values: Readonly<Record<string, Value>>) => {
    const key = print(widget, values);
    if (!known.has(key)) known.set(key, compute(values));
    return known.get(key);
  };
  const lasts = (values: Readonly<Record<string, Value>>) => lasting(widget, inputs(widget.params, values));
  /** few(n) lets n states pass that run or train a model, and all others: random ones differ from run to run. */
  const few = (n: number) => (values: Readonly<Record<string, Value>>) => !lasts(values) || n-- > 0;

  it('has the slug of its folder, a check, at least four scenes, and bounds that hold its defaults', () => {
    expect(path.split('/').at(-2)).toBe(widget.slug);
    expect(checks[path.replace('widget.ts', 'check.ts')], 'check.ts').toBeDefined();
    expect(widget.scenes.length).toBeGreaterThanOrEqual(4);
    expect(new Set(widget.scenes.map(({ id }) => id)).size).toBe(widget.scenes.length);
    expect(widget.caveat.length).toBeGreaterThan(60);
    for (const [name, parameter] of Object.entries<Parameter>(widget.params)) {
      expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9-]*$/);
      expect(reserved as readonly string[]).not.toContain(name);
      expect(parameter.help.length).toBeGreaterThan(10);
      if (parameter.type === 'choice') {
        expect(Object.hasOwn(parameter.options, parameter.default)).toBe(true);
        for (const option of Object.keys(parameter.options)) expect(option).toMatch(/^[A-Za-z0-9._~-]+$/);
      }
      if (parameter.type === 'integer' || parameter.type === 'number')
        expect(snap(parameter, parameter.default, {})).toBe(parameter.default);
    }
  });

  it('starts from a state that its constraints leave alone', () => {
    const start = complete(widget, {});
    expect(print(widget, start)).toBe('');
  });

  describe('scenes', () => {
    it.each(widget.scenes.map((scene) => [scene.id, scene] as const))('%s: its claim holds', (_, scene) => {
      const values = complete(widget, scene.set as Record<string, Value>);
      for (const [name, value] of Object.entries(scene.set)) {
        expect(Object.hasOwn(widget.params, name), `parameter ${name}`).toBe(true);
        if (value !== Infinity) expect(values[name], `${name} is brought elsewhere`).toBe(value);
      }
      const result = at(values);
      expect(scene.claim(result, values)).toBe(true);
      expect(noNaN(scene.notice(result, values))).toBe(true);
      expect(scene.notice(result, values).length).toBeGreaterThan(40);
      expect(parse(widget, `?scene=${scene.id}`).values).toEqual(values);
    });

    it('no claim holds everywhere: each one can fail', () => {
      const scenes = widget.scenes.map(({ set }) => complete(widget, set as Record<string, Value>));
      const others = fc.sample(anyState(widget), { numRuns: 40, seed: 7 });
      // What is computed at once is asked first.
      const states = [...scenes, ...others.sort((a, b) => Number(lasts(a)) - Number(lasts(b)))];
      for (const scene of widget.scenes)
        expect(
          states.some((values) => scene.claim(at(values), values) === false),
          scene.id,
        ).toBe(true);
    });
  });

  it('links: parse(print(state)) = state', () => {
    fc.assert(
      fc.property(anyState(widget), (values) => {
        const link = print(widget, values);
        expect(link).toMatch(/^([A-Za-z0-9\-_.~=&+]|%[0-9A-F]{2})*$/);
        const back = parse(widget, link);
        expect(back.values).toEqual(values);
        expect(back.notices).toEqual([]);
        // Some hosts escape a link twice.
        expect(parse(widget, encodeURI(encodeURI(link))).values).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });

  it('links: a thousand hostile ones are read without an exception, into a state that prints and reads back', () => {
    fc.assert(
      fc.property(anyLink(widget), (link) => {
        const { values, notices } = parse(widget, link);
        expect(Object.keys(values).sort()).toEqual(Object.keys(widget.params).sort());
        expect(parse(widget, print(widget, values)).values).toEqual(values);
        for (const line of notices) expect(line.length).toBeLessThan(400);
        expect(settle(widget.params, { ...values })).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  it('simulates, describes and tabulates any state without an exception or a NaN, twice the same', () => {
    const passes = few(6);
    fc.assert(
      fc.property(anyState(widget), (values) => {
        if (!passes(values)) return;
        const result = compute(values);
        expect(noNaN(widget.describe(result, values))).toBe(true);
        const outcomes = widget.outcomes(result, values);
        expect(outcomes.length).toBeGreaterThan(0);
        expect(outcomes.length).toBeLessThanOrEqual(4);
        for (const { name, value, say = number } of outcomes)
          if (!noNaN(value) || !noNaN(say(value))) throw new Error(`${name}: ${say(value)}`);
        for (const table of widget.tables(result, values)) {
          for (const cells of table.rows) {
            expect(cells.length).toBe(table.columns.length);
            for (const cell of cells) if (!noNaN(cell)) throw new Error(`${table.name}: ${JSON.stringify(cells)}`);
          }
        }
        structuredClone(result);
      }),
      { numRuns: 40 },
    );
    const start = complete(widget, {});
    expect(compute(start)).toEqual(compute(start));
  });

  it('brings along little where a model runs or is trained, and nothing that JSON does not hold', () => {
    for (const { set } of widget.scenes) {
      const values = complete(widget, set as Record<string, Value>);
      if (!lasts(values)) continue;
      const written = JSON.stringify(at(values));
      expect(JSON.parse(written)).toEqual(at(values));
      expect(written.length).toBeLessThan(15_000);
    }
  });

  it('draws every scene, and any state, with nothing missing in what is written', () => {
    const View = views[path.replace('widget.ts', 'View.svelte')]!.default;
    const states = [
      ...widget.scenes.map(({ set }) => complete(widget, set as Record<string, Value>)),
      ...fc.sample(anyState(widget), { numRuns: 10, seed: 3 }).filter(few(3)),
    ];
    for (const values of states) {
      const { body } = render(View, { props: { result: at(values), values, set: () => {} } });
      expect(body.match(/.{0,60}(NaN|undefined|\[object|Infinity).{0,20}/)?.[0], JSON.stringify(values)).toBeUndefined();
      expect(body.match(/<svg/g)!.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('takes about as long as its work says, and no state asks for too much', () => {
    const largest = Object.fromEntries(Object.keys(widget.params).map((name) => [name, highest(widget.params[name] as Parameter)]));
    const random = fc.sample(anyState(widget), { numRuns: 12, seed: 5 }).filter(few(2));
    const states = [complete(widget, {}), complete(widget, largest), ...random];
    for (const values of states) {
      const given = inputs(widget.params, values);
      const work = widget.work(given);
      expect(Number.isFinite(work) && work > 0, `work ${work}`).toBe(true);
      expect(work, 'no control leads to what would be refused').toBeLessThanOrEqual(mostFor(widget, given));
      const times = Array.from({ length: lasts(values) ? 1 : 3 }, () => {
        const begin = performance.now();
        compute(values);
        return performance.now() - begin;
      });
      // 2 ns an operation, and as much again three times over for a machine that has other things to do.
      expect(Math.min(...times), `${work} operations: ${JSON.stringify(values)}`).toBeLessThan(3 + 8e-6 * work);
    }
  });

  it('is checked: every difference from its references stays within the bound', () => {
    for (const { what, error, tolerance } of checks[path.replace('widget.ts', 'check.ts')]!.default()) {
      expect(error, what).toBeLessThan(tolerance);
    }
  });
});

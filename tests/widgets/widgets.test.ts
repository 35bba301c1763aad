/** What each figure is at any state that its controls lead to; its scenes are looked at beside this, in scenes.test.ts. */
import fc from 'fast-check';
import { render } from 'svelte/server';
import { afterAll, describe, expect, it } from 'vitest';
import { frameWork, lasting, mostFor, type Check } from '@/shell/contract';
import { number } from '@/marks/format';
import { complete, print, reserved } from '@/shell/link';
import { parse } from '@/shell/parse';
import { pace } from '../checks/pace';
import { inputs, settle, snap, type Parameter, type Value } from '@/shell/parameters';
import { anyLink, anyState } from '@tests/shell/any';
import { figures, missing, noNaN } from './figures';

const checks = import.meta.glob<{ default: () => Check[] }>('../../src/widgets/*/*/check.ts', { eager: true });

/** The most that a parameter can be set to. */
const highest = (parameter: Parameter): Value =>
  parameter.type === 'integer' || parameter.type === 'number' ? parameter.max : parameter.type === 'flag' ? true : parameter.default;

it('there are widgets', () => expect(figures.length).toBeGreaterThan(0));

describe.each(figures)('$slug', ({ slug, path, widget, View }) => {
  const compute = (values: Readonly<Record<string, Value>>) => widget.simulate(inputs(widget.params, values));
  const lasts = (values: Readonly<Record<string, Value>>) => lasting(widget, inputs(widget.params, values));

  /** A state with its result, and how long that took, in ms. */
  function timed(values: Readonly<Record<string, Value>>) {
    const begin = performance.now();
    const result = compute(values);
    return { values, result, ms: performance.now() - begin };
  }
  /** Random states, others in every run; of those that run or train a model two. Several tests look at them. */
  let sampled: ReturnType<typeof timed>[] | undefined;
  function sample() {
    let few = 2;
    return (sampled ??= fc
      .sample(anyState(widget), 60)
      .filter((values) => !lasts(values) || few-- > 0)
      .map(timed));
  }
  afterAll(() => (sampled = undefined));

  it('has the slug of its folder, a check, at least four scenes, and bounds that hold its defaults', () => {
    expect(widget.slug).toBe(slug);
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
    for (const { values, result } of sample()) {
      const where = JSON.stringify(values);
      expect(noNaN(widget.describe(result, values)), where).toBe(true);
      const outcomes = widget.outcomes(result, values);
      expect(outcomes.length, where).toBeGreaterThan(0);
      expect(outcomes.length, where).toBeLessThanOrEqual(4);
      for (const { name, value, say = number } of outcomes)
        if (!noNaN(value) || !noNaN(say(value))) throw new Error(`${name}: ${say(value)} at ${where}`);
      for (const table of widget.tables(result, values))
        for (const cells of table.rows) {
          expect(cells.length, where).toBe(table.columns.length);
          for (const cell of cells) if (!noNaN(cell)) throw new Error(`${table.name}: ${JSON.stringify(cells)} at ${where}`);
        }
      structuredClone(result);
    }
    const start = complete(widget, {});
    expect(compute(start)).toEqual(compute(start));
  });

  it('draws any state, with nothing missing in what is written', () => {
    // Those that ran a model, ten others, and those with one number at its least or its most.
    let others = 10;
    const ends = Object.entries<Parameter>(widget.params)
      .flatMap(([name, parameter]) =>
        parameter.type === 'integer' || parameter.type === 'number' ? [{ [name]: parameter.min }, { [name]: parameter.max }] : [],
      )
      .map((end) => complete(widget, end))
      .filter((values) => !lasts(values) && widget.work(inputs(widget.params, values)) <= frameWork)
      .map(timed);
    for (const { values, result } of [...sample().filter((one) => lasts(one.values) || others-- > 0), ...ends]) {
      const { body } = render(View, { props: { result, values, set: () => {} } });
      expect(missing(body), JSON.stringify(values)).toBeUndefined();
      expect(body.match(/<svg/g)!.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('takes about as long as its work says, and no state asks for too much', () => {
    const largest = Object.fromEntries(Object.keys(widget.params).map((name) => [name, highest(widget.params[name] as Parameter)]));
    const states = [timed(complete(widget, {})), timed(complete(widget, largest)), ...sample()];
    for (const { values, ms } of states) {
      const given = inputs(widget.params, values);
      const work = widget.work(given);
      expect(Number.isFinite(work) && work > 0, `work ${work}`).toBe(true);
      expect(work, 'no control leads to what would be refused').toBeLessThanOrEqual(mostFor(widget, given));
      // 2 ns an operation, and as much again three times over for a machine that has other things to do.
      const most = 3 + 8e-6 * work;
      // What runs for the first time, or beside something else, gets more chances: a machine that changes its pace within one takes some away.
      for (let left = 8, least = ms; least >= most; left--, least = Math.min(least, timed(values).ms / pace()))
        if (!left) expect(least, `${work} operations: ${JSON.stringify(values)}`).toBeLessThan(most);
    }
  });

  it('is checked: every difference from its references stays within the bound', () => {
    for (const { what, error, tolerance } of checks[path.replace('widget.ts', 'check.ts')]!.default()) {
      expect(error, what).toBeLessThan(tolerance);
    }
  });
});

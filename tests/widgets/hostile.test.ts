import { describe, expect, it } from 'vitest';
import { mostFor, type AnyWidget } from '@/shell/contract';
import { parse } from '@/shell/parse';
import { inputs, settle, type Parameter, type Value } from '@/shell/parameters';

const widgets = Object.values(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true })).map(
  (one) => one.default,
);

/** A state that a figure can be in: settled, and within what it computes. */
function expectFit(widget: AnyWidget, values: Readonly<Record<string, Value>>): void {
  expect(Object.keys(values).sort()).toEqual(Object.keys(widget.params).sort());
  expect(settle(widget.params, values as never)).toEqual(values);
  const given = inputs(widget.params, values);
  expect(widget.work(given)).toBeLessThanOrEqual(mostFor(widget, given));
  for (const value of Object.values(values)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
}

/** Values that no parameter can have, as a link may bring them. */
const impossible: Record<string, string> = {
  huge: '1e308',
  'beyond all numbers': '1e999',
  'below all numbers': '-1e999',
  'not a number': 'NaN',
  infinite: 'Infinity',
  nothing: '',
  markup: '%3Cimg%20src=x%20onerror=alert(1)%3E',
  code: 'javascript:alert(1)',
  prototype: '__proto__',
  'broken escapes': '%E0%A4%A',
  'a null byte': '%00',
  'text that runs backwards': '%E2%80%AE42',
  'full-width digits': '%EF%BC%94%EF%BC%92',
  hexadecimal: '0x10',
};

/** Links that ask for what is not there, whatever the widget. */
const links: Record<string, string> = {
  'a name of every object': '__proto__=1&constructor=1&hasOwnProperty=1&toString=1',
  'markup as a name': '%3Cscript%3Ealert(1)%3C/script%3E=1',
  'a list': 'a[]=1&a[0]=2&a.b=3',
  'names alone': '&&&=&==&a&%',
  'far too long': `a=${'9'.repeat(100_000)}`,
  'a scene that is not there': 'scene=%3Cb%3E',
};

describe.each(widgets.map((widget) => [widget.slug, widget] as const))('%s: hostile links', (_, widget) => {
  const start = parse(widget, '').values;
  const parameters = Object.entries<Parameter>(widget.params);

  it.each(Object.entries(impossible))(
    '%s: for every parameter it is refused in one line that names it, and the figure goes on',
    (_, wish) => {
      for (const [name, parameter] of parameters) {
        const { values, notices } = parse(widget, `${name}=${wish}`);
        expectFit(widget, values);
        // Any words are words.
        if (parameter.type === 'text') continue;
        // A set is written in hexadecimal digits, or in none.
        if (parameter.type === 'bits' && /^[0-9a-f]*$/.test(wish)) continue;
        const own = notices.filter((line) => line.includes(name));
        expect(own, `${name}=${wish}`).toHaveLength(1);
        expect(own[0]!.length, 'one line').toBeLessThan(400);
        expect(own[0], 'nothing invisible in it').not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
    },
  );

  it.each(Object.entries(links))('%s is explained, and the figure starts as it is', (_, query) => {
    const { values, notices } = parse(widget, query);
    expect(values).toEqual(start);
    expect(notices.length).toBeGreaterThan(0);
    for (const line of notices) expect(line.length).toBeLessThan(400);
  });

  it('a name that stands over and over gets a line, not one for each time', () => {
    const [name] = parameters[0]!;
    const { values, notices } = parse(widget, Array(150).fill(`${name}=1`).join('&'));
    expectFit(widget, values);
    expect(notices.length).toBeLessThan(5);
  });

  it('everything at its most is computed within reach, or refused with a line', () => {
    const most = parameters.map(([name, parameter]) => {
      if (parameter.type === 'integer' || parameter.type === 'number') return `${name}=${parameter.max}`;
      if (parameter.type === 'flag') return `${name}=1`;
      if (parameter.type === 'bits') return `${name}=${'z'.repeat(20)}`;
      return `${name}=999999`;
    });
    const { values, notices } = parse(widget, most.join('&'));
    expectFit(widget, values);
    expect(notices.length).toBeLessThanOrEqual(parameters.length + 1);
  });
});

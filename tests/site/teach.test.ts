import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateAt } from '@/shell/address';
import type { AnyWidget } from '@/shell/contract';
import { asked, optionNames, options, parts, type Asked, type OptionName } from '@/shell/embed/options';
import { toFrame, toHost } from '@/shell/embed/protocol';
import { complete, reserved } from '@/shell/link';
import { Builder } from '@/site/teach/builder.svelte';
import {
  changed,
  embedAddress,
  ends,
  ownNames,
  printChoice,
  readChoice,
  readPaper,
  rooms,
  start,
  type Choice,
  type Room,
} from '@/site/teach/choice';
import { bases, notes } from '@/site/teach/notes';
import { messages, optionRows, takes } from '@/site/teach/reference';
import { targets, tools } from '@/site/teach/tools';
import { anyLink, anyState } from '@tests/shell/any';
import { example } from '@tests/shell/example';

const widgets = Object.values(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true })).map(
  (module) => module.default,
);
const small = example as AnyWidget;

/** Any look, its range as a link would say it. */
const anyLook = (widget: AnyWidget, values: Choice['values']): fc.Arbitrary<Asked> =>
  fc
    .record({
      ...Object.fromEntries((Object.keys(options) as OptionName[]).map((name) => [name, fc.constantFrom(...options[name])])),
      hide: fc.subarray([...parts]),
      from: fc.option(fc.oneof(fc.nat(12).map(String), fc.constantFrom(...widget.scenes.map(({ id }) => id))), { nil: undefined }),
      to: fc.option(fc.nat(12).map(String), { nil: undefined }),
    })
    .map((look) => ({ ...look, ...ends(widget, values, look as unknown as Asked) }) as unknown as Asked);

const anyChoice = (widget: AnyWidget): fc.Arbitrary<Choice> =>
  anyState(widget).chain((values) =>
    fc.record({
      values: fc.constant(values),
      look: anyLook(widget, values),
      preview: fc.constantFrom(...(Object.keys(rooms) as Room[])),
      tool: fc.constantFrom(...tools.map(({ id }) => id)),
    }),
  );

describe.each([...widgets, small])('choices for $slug', (widget) => {
  it('its parameters leave the builder its own names', () => {
    for (const name of [...ownNames, ...reserved]) expect(Object.keys(widget.params)).not.toContain(name);
  });

  it('stand in the builder’s address, and an embed opens at them', async () => {
    await fc.assert(
      fc.asyncProperty(anyChoice(widget), async (choice) => {
        const query = printChoice(widget, choice);
        expect(query).toMatch(/^([\w.~=&+-]|%[0-9A-F]{2})*$/);
        expect(readPaper(`?${query}`, ['another', widget.slug])).toEqual({ paper: widget.slug, notices: [] });
        const back = readChoice(widget, `?${query}`);
        expect(back.notices).toEqual([]);
        expect(back.choice).toEqual(choice);
        const url = new URL(embedAddress(widget, choice), 'https://a.org');
        const opened = await stateAt({ widget, path: `/embed/${widget.slug}/` }, url, complete(widget, {}));
        expect(opened.notices).toEqual([]);
        expect(opened.values).toEqual(choice.values);
        expect(asked(url.search)).toEqual(choice.look);
      }),
      { numRuns: 60 },
    );
  });

  it('a hostile address gives a choice that can be shown', () => {
    fc.assert(
      fc.property(anyLink(widget), (link) => {
        const { choice, notices } = readChoice(widget, link);
        expect(notices.every((line) => line.length < 400)).toBe(true);
        expect(readChoice(widget, printChoice(widget, choice))).toEqual({ choice, notices: [] });
      }),
      { numRuns: 100 },
    );
  });
});

describe('an address of the builder', () => {
  it('says what could not be had, name by name', () => {
    const lines: [string, RegExp][] = [
      ['scheme=purple', /scheme = “purple” is not one of auto, light, dark; auto is used/],
      ['preview=wall', /preview = “wall” is not one of page, slide, phone/],
      ['tool=prezi', /tool = “prezi”/],
      ['hide=title.everything', /hide = “everything” is not one of title,/],
      ['walk=scenes&from=nowhere', /from = “nowhere” is not a scene/],
      ['to=-1', /to = “-1” is not a step/],
      ['colour=red', /no parameter “colour”/],
      ['length=1e999', /outside/],
      ['tool=<script>alert(1)</script>', /tool = “<script>alert\(1\)/],
    ];
    for (const [query, line] of lines) {
      const { notices } = readChoice(small, `?${query}`);
      expect(notices, query).toHaveLength(1);
      expect(notices[0]).toMatch(line);
    }
    expect(readPaper('?paper=nothing', ['a', 'b'])).toEqual({ paper: 'a', notices: ['paper = “nothing” is not one of a, b; a is used.'] });
    expect(readPaper('?paper=b', ['a', 'b'])).toEqual({ paper: 'b', notices: [] });
  });

  it('holds the ends of a range by name, brought into what there is', () => {
    const look = (search: string) => readChoice(small, search).choice.look;
    expect(look('?from=1&to=3')).toMatchObject({ from: '1', to: '3' });
    expect(look('?from=3&to=1')).toMatchObject({ from: '1', to: '3' });
    expect(look('?from=0&to=99')).toMatchObject({ from: undefined, to: undefined });
    expect(look('?from=99')).toMatchObject({ from: '4', to: undefined });
    expect(look('?walk=scenes&from=2')).toMatchObject({ from: 'short', to: undefined });
    expect(look('?walk=scenes&from=1&to=long')).toMatchObject({ from: undefined, to: 'long' });
  });
});

describe('the builder', () => {
  const listing = {
    papers: [{ slug: 'example', folder: 'one/example', name: 'An example', theme: 'One', height: 900 }],
    site: 'https://a.org/',
  };
  const make = () => new Builder(listing, small, async () => small);

  it('a step at the end stays at the end', () => {
    const values = complete(small, {});
    expect(values.round).toBe(4);
    expect(changed(small, values, { length: 16 })).toMatchObject({ length: 16, round: 8 });
    expect(changed(small, changed(small, values, { round: 3 }), { length: 20 })).toMatchObject({ length: 20, round: 3 });
  });

  it('what is chosen is what the code is for', () => {
    const builder = make();
    expect(builder.query).toBe('');
    builder.choose('long');
    builder.option('scheme', 'dark');
    builder.hide('foot', true);
    builder.hide('title', true);
    builder.height = 640;
    expect(builder.chosen).toEqual({
      site: 'https://a.org',
      slug: 'example',
      title: 'An example: Long',
      scene: 'long',
      query: '',
      look: 'scheme=dark&hide=title.foot',
      height: 640,
    });
    expect(builder.query).toBe('paper=example&scene=long&scheme=dark&hide=title.foot');
    expect(builder.embed).toBe('/embed/example/long/?scheme=dark&hide=title.foot');
    builder.set({ seed: 5 });
    expect(builder.chosen).toMatchObject({ scene: '', query: 'length=64&seed=5' });
    builder.hide('foot', false);
    expect(builder.look.hide).toEqual(['title']);
    builder.reset();
    expect(builder.query).toBe('');
  });

  it('a range is of steps or of scenes: another walk opens it', () => {
    const builder = make();
    builder.range('from', '2');
    expect(builder.look.from).toBe('2');
    builder.option('walk', 'scenes');
    expect(builder.look.from).toBeUndefined();
    builder.range('from', 'short');
    expect(builder.embed).toBe('/embed/example/?walk=scenes&from=short');
    builder.range('from', 'nonsense');
    expect(builder.look.from).toBeUndefined();
  });

  it('follows the preview, opens an address, and says when a figure cannot be fetched', async () => {
    const builder = make();
    builder.follow('length=10&seed=2');
    expect(builder.values).toMatchObject({ length: 10, seed: 2 });
    await builder.open('?paper=example&scene=short&preview=phone&tool=quarto&nonsense=1');
    expect(builder).toMatchObject({ preview: 'phone', tool: 'quarto' });
    expect(builder.scene?.id).toBe('short');
    expect(builder.notices).toHaveLength(1);
    const broken = new Builder(listing, small, () => Promise.reject(new Error('no network')));
    await broken.show('other');
    expect(broken.failed).toBe(true);
    expect(broken.widget.slug).toBe('example');
  });
});

describe('tables', () => {
  it('every target stands under a tool, every tool has its notes', () => {
    expect(new Set(tools.flatMap(({ targets: own }) => own as readonly string[]))).toEqual(new Set(Object.keys(targets)));
    const table = notes({ revealjs: '6.0.2' });
    expect(new Set(table.map(({ tool }) => tool))).toEqual(new Set(tools.map(({ id }) => id)));
    for (const { basis, know, name } of table) {
      expect(bases).toHaveProperty(basis);
      expect(know.length, name).toBeGreaterThan(30);
    }
  });

  it('messages are those of the schema, each field with its words and bounds', () => {
    const rows = [...messages(toFrame), ...messages(toHost)];
    expect(rows.map(({ type }) => type)).toEqual(['hello', 'set', 'step', 'reset', 'get', 'ready', 'height', 'state', 'scene', 'leave']);
    for (const { fields, meaning } of rows) {
      expect(meaning.length).toBeGreaterThan(10);
      for (const field of fields) expect(field.meaning, field.name).not.toBe('');
    }
    expect(
      messages(toFrame)
        .find(({ type }) => type === 'step')!
        .fields.map((field) => field.takes),
    ).toEqual(['1 or -1', 'true or false, or left out']);
    expect(messages(toFrame).find(({ type }) => type === 'set')!.fields[0]!.takes).toBe('text, up to 2000');
    expect(messages(toHost).find(({ type }) => type === 'height')!.fields[0]!.takes).toBe('whole number, 0 to 100000');
    expect(() => takes({ type: 'any' })).toThrow(/no words/);
  });

  it('options are those of the schema, the usual word first', () => {
    expect(optionRows().map(({ name }) => name)).toEqual(optionNames);
    for (const { name, words } of optionRows())
      for (const [word, meaning] of words) {
        expect(meaning, `${name}=${word}`).toBeTruthy();
        if (name !== 'hide') expect(asked(`?${name}=${word}`)[name as OptionName]).toBe(word);
      }
    expect(start(small).look).toEqual(asked(''));
  });
});

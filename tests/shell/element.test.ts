import fc from 'fast-check';
import { expect, it } from 'vitest';
import { address, asked, reserve, sync, synced } from '@/shell/embed/attributes';
import { heard } from '@/shell/embed/messages';
import { read, toFrame, toHost } from '@/shell/embed/protocol';

const of = (attributes: Record<string, string>) => asked(Object.entries(attributes));

it('attributes are the figure’s parameters, but for those of the element and those of every element', () => {
  const given = of({
    paper: 'hip-attention',
    scene: 'rough',
    id: 'a',
    class: 'x',
    style: 'height:1px',
    'data-v-1': '',
    'aria-label': 'x',
    onclick: 'alert(1)',
    sync: '',
    fit: '',
    scheme: 'dark',
    from: '2',
    k: '16',
    height: '12.5',
    step: '2',
  });
  expect(given).toEqual({ paper: 'hip-attention', scene: 'rough', look: 'scheme=dark&from=2', query: 'k=16&height=12.5&step=2' });
  expect(address('https://a.org', given!)).toBe('https://a.org/embed/hip-attention/rough/?scheme=dark&from=2&k=16&height=12.5&step=2');
  expect(address('https://a.org', given!, 'seed=3'), 'a remembered state is whole').toBe(
    'https://a.org/embed/hip-attention/?scheme=dark&from=2&seed=3',
  );
  expect(address('https://a.org', of({ paper: 's4' })!)).toBe('https://a.org/embed/s4/');
});

it('nothing that an attribute holds leads out of the embeds', () => {
  for (const paper of ['', '../papers', 'a/b', 'javascript:alert(1)', '//evil.org', 'A', 'x'.repeat(99)])
    expect(of({ paper })).toBeUndefined();
  expect(of({ paper: 's4', scene: '../../' })!.scene).toBeUndefined();
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (attributes) => {
      const url = new URL(address('https://a.org', of({ ...attributes, paper: 's4' })!));
      expect(url.origin).toBe('https://a.org');
      expect(url.pathname).toMatch(/^\/embed\/s4\/([a-z0-9-]+\/)?$/);
    }),
  );
});

it('a state goes into the host’s query beside what stands there, and comes out again', () => {
  expect(sync('?lang=de&fig.k=1', 'fig', 'k=16&step=2')).toBe('?lang=de&fig.k=16&fig.step=2');
  expect(sync('?fig.k=1', 'fig', '')).toBe('');
  expect(synced('?lang=de&fig.k=16&fig.step=2&figure.k=3', 'fig')).toBe('k=16&step=2');
  fc.assert(
    fc.property(
      fc.webQueryParameters(),
      fc.stringMatching(/^[a-z0-9-]{1,9}$/),
      fc.stringMatching(/^k=[0-9]{1,4}(&n=[a-z0-9.~_-]{1,9})?$/),
      (search, prefix, state) => {
        const there = sync(`?${search}`, prefix, state);
        expect(synced(there, prefix)).toBe(state);
        expect(sync(there, prefix, state)).toBe(there);
      },
    ),
  );
});

it('room is kept for the tallest figure of the width, half of it for a bare one', () => {
  const at = (width: number, look = '') => reserve([320, 480, 800], [4000, 3000, 2000], width, look);
  expect([100, 320, 479, 480, 1500].map((width) => at(width))).toEqual([4000, 4000, 4000, 3000, 2000]);
  expect([at(900, 'scheme=dark&controls=none'), at(900, 'controls=compact'), at(900, 'controls=full')]).toEqual([1000, 1000, 2000]);
});

/** Anything that structured cloning can bring, much of it almost right. */
const anything = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
  fc.record(
    {
      lengthwise: fc.oneof(fc.constant(1), fc.anything()),
      type: fc.oneof(
        fc.constantFrom('hello', 'set', 'step', 'reset', 'get', 'ready', 'height', 'state', 'scene', 'leave', '__proto__', 'constructor'),
        fc.anything(),
      ),
      query: fc.oneof(fc.string({ maxLength: 40 }), fc.constant('x'.repeat(100_000)), fc.anything()),
      by: fc.oneof(fc.constantFrom(1, -1, 2, NaN), fc.anything()),
      far: fc.oneof(fc.boolean(), fc.anything()),
      height: fc.oneof(fc.nat(200_000), fc.double()),
      scene: fc.string(),
      step: fc.nat(),
      last: fc.nat(),
      text: fc.string(),
      paper: fc.string(),
      title: fc.string(),
    },
    { requiredKeys: [] },
  ),
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.constantFrom(
    JSON.parse('{"lengthwise":1,"type":"get","__proto__":{"polluted":1}}'),
    JSON.parse('{"lengthwise":1,"type":"get","constructor":{"prototype":{"polluted":1}}}'),
    JSON.parse('{"__proto__":{"lengthwise":1,"type":"get"}}'),
  ),
);

it('ten thousand messages of all kinds: only exact ones are read, none throws, nothing is left behind', () => {
  fc.assert(
    fc.property(anything, (data) => {
      const message = read(toFrame, data);
      if (message) {
        expect(Object.keys(message).every((key) => ['lengthwise', 'type', 'query', 'by', 'far'].includes(key))).toBe(true);
        if ('query' in message) expect(message.query.length).toBeLessThanOrEqual(2000);
        if ('by' in message) expect([1, -1]).toContain(message.by);
      }
      // What the element checks by hand is what the schema says.
      expect(Boolean(heard(data))).toBe(Boolean(read(toHost, data)));
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }),
    { numRuns: 10_000 },
  );
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
      ownKeys: () => {
        throw new Error('trap');
      },
    },
  );
  for (const schema of [toFrame, toHost]) expect(read(schema, trap)).toBeUndefined();
  expect(heard(trap)).toBeUndefined();
  expect(read(toFrame, { lengthwise: 1, type: 'step', by: -1, far: true })).toEqual({ lengthwise: 1, type: 'step', by: -1, far: true });
  expect(heard({ lengthwise: 1, type: 'height', height: 10 })).toEqual({ lengthwise: 1, type: 'height', height: 10 });
});

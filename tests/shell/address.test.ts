import { expect, it } from 'vitest';
import { addressOf, stateAt } from '@/shell/address';
import { complete } from '@/shell/link';
import type { Value } from '@/shell/parameters';
import { example } from './example';

const home = { widget: example, path: '/papers/example/' };
const at = async (pathname: string, search = '', drawn = {}) =>
  (await stateAt(home, { pathname, search }, complete(example, drawn))).values;

it('a state is a query below the home, a scene a path of its own, the default the home itself', async () => {
  expect(addressOf(home, complete(example, {}))).toBe('/papers/example/');
  expect(addressOf(home, complete(example, { seed: 7 }))).toBe('/papers/example/?seed=7');
  expect(addressOf(home, complete(example, { length: 64 }))).toBe('/papers/example/long/');
  const patches: Record<string, Value>[] = [{}, { seed: 7, how: 'fancy' }, { length: 64 }, { length: 2, k: 2, round: 0 }];
  for (const patch of patches) {
    const values = complete(example, patch);
    const [pathname = '', search = ''] = addressOf(home, values).split('?');
    expect(await at(pathname, search)).toEqual(values);
  }
});

it('a query on a scene’s path changes that scene', async () => {
  expect(await at('/papers/example/long/', '?seed=3')).toEqual(complete(example, { length: 64, seed: 3 }));
  expect(await at('/papers/example/short', '')).toEqual(complete(example, { length: 2, k: 2, round: 0 }));
});

it('a page that stands elsewhere begins as it was drawn', async () => {
  expect(await at('/home/me/Downloads/example.html', '', { length: 16 })).toEqual(complete(example, { length: 16 }));
  expect(await at('/home/me/Downloads/example.html', '?seed=3', { length: 16 })).toEqual(complete(example, { length: 16, seed: 3 }));
  expect(await at('/papers/example/nowhere/', '', { length: 16 })).toEqual(complete(example, { length: 16 }));
});

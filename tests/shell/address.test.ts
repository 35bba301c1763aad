import { expect, it } from 'vitest';
import { addressOf, stateAt } from '@/shell/address';
import { complete } from '@/shell/link';
import type { Value } from '@/shell/parameters';
import { example } from './example';

const home = { widget: example, path: '/papers/example/' };
const at = (pathname: string, search = '', drawn = {}) => stateAt(home, { pathname, search }, complete(example, drawn));

it('a state is a query below the home, a scene a path of its own, the default the home itself', () => {
  expect(addressOf(home, complete(example, {}))).toBe('/papers/example/');
  expect(addressOf(home, complete(example, { seed: 7 }))).toBe('/papers/example/?seed=7');
  expect(addressOf(home, complete(example, { length: 64 }))).toBe('/papers/example/long/');
  const patches: Record<string, Value>[] = [{}, { seed: 7, how: 'fancy' }, { length: 64 }, { length: 2, k: 2, round: 0 }];
  for (const patch of patches) {
    const values = complete(example, patch);
    const [pathname = '', search = ''] = addressOf(home, values).split('?');
    expect(at(pathname, search).values).toEqual(values);
  }
});

it('a query on a scene’s path changes that scene', () => {
  expect(at('/papers/example/long/', '?seed=3').values).toEqual(complete(example, { length: 64, seed: 3 }));
  expect(at('/papers/example/short', '').values).toEqual(complete(example, { length: 2, k: 2, round: 0 }));
});

it('a page that stands elsewhere begins as it was drawn', () => {
  expect(at('/home/me/Downloads/example.html', '', { length: 16 }).values).toEqual(complete(example, { length: 16 }));
  expect(at('/home/me/Downloads/example.html', '?seed=3', { length: 16 }).values).toEqual(complete(example, { length: 16, seed: 3 }));
  expect(at('/papers/example/nowhere/', '', { length: 16 }).values).toEqual(complete(example, { length: 16 }));
});

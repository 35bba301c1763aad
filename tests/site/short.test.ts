import { expect, it } from 'vitest';
import { isShort } from '@/site/short';

it('what is little and plain is written into the page', () => {
  const result = { look: 'alike', matrix: [[0, 0.25]], none: undefined, isCausal: true, nobody: null };
  expect(isShort(result)).toBe(true);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

it.each([
  ['a number that JSON does not have', { rows: [1, NaN] }],
  ['infinity', { first: Infinity }],
  ['a typed array, which would come back as an object', { rows: Float64Array.of(1) }],
  ['a map', { by: new Map([[1, 2]]) }],
  ['an undefined place in a list, which would come back as null', [undefined]],
  ['nothing', undefined],
  ['what is long', { rows: Array.from({ length: 1000 }, () => 0.125) }],
])('%s is not', (_, result) => expect(isShort(result)).toBe(false));

import { expect, it } from 'vitest';
import { pathOf } from '@/marks/path';

it('goes from point to point, to a hundredth', () => {
  expect(
    pathOf([
      [0, 1],
      [1 / 3, 2],
      [1, -2.005],
    ]),
  ).toBe('M0,1L0.33,2L1,-2');
  expect(pathOf([])).toBe('');
});

it('steps: level until the next point, then up or down', () => {
  expect(
    pathOf(
      [
        [0, 1],
        [2, 5],
        [3, 4],
      ],
      { step: true },
    ),
  ).toBe('M0,1L2,1L2,5L3,5L3,4');
});

it('breaks where there is nothing, and closes a point that stands alone', () => {
  expect(
    pathOf([
      [0, NaN],
      [1, 1],
      [2, Infinity],
      [3, 3],
      [4, 4],
    ]),
  ).toBe('M1,1ZM3,3L4,4');
});

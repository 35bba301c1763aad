import { describe, expect, it } from 'vitest';
import { still } from '@/site/still';

describe('a picture that is looked at', () => {
  it('has no control that does nothing', () =>
    expect(
      still(
        '<svg role="group" aria-label="Six dots"><g class="grip" role="slider" tabindex="0" aria-label="Length" aria-valuenow="4" style="cursor: ew-resize;"><circle></circle></g></svg>',
      ),
    ).toBe('<svg role="img" aria-label="Six dots"><g class="grip"><circle></circle></g></svg>'));

  it('has places to a tenth of a pixel, and shares as they are', () =>
    expect(still('<!--[--><rect x="45.699999999999996" y="12.04" width="-0.01" opacity="0.042"></rect><!--]-->')).toBe(
      '<rect x="45.7" y="12" width="0" opacity="0.042"></rect>',
    ));

  it('has paths to a tenth of a pixel', () =>
    expect(still('<path d="M104.83 218.41h2.01v1.59h-2.01z"></path>')).toBe('<path d="M104.8 218.4h2v1.6h-2z"></path>'));

  it.each([
    ['of steps from one to the next', 'M8 40h3.17v3.17h-3.17m3.17 0h3.17v3.17h-3.17'],
    ['of many steps', 'M8 40h3.17v3.17h3.17v3.17h3.17'],
  ])('leaves a path %s as it is: what each lost would add up', (_, d) =>
    expect(still(`<path d="${d}"></path>`)).toBe(`<path d="${d}"></path>`),
  );
});

import { createRawSnippet } from 'svelte';
import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import Bars from '@/marks/Bars.svelte';
import Curve from '@/marks/Curve.svelte';
import Dots from '@/marks/Dots.svelte';
import Grip from '@/marks/Grip.svelte';
import Heatmap from '@/marks/Heatmap.svelte';
import Panel from '@/marks/Panel.svelte';

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

it('a heatmap is one path per colour, and leaves empty cells to the ground', () => {
  const cells = [
    [0, 1, 'empty'],
    ['masked', 1, 0],
  ] as const;
  const { body } = render(Heatmap, {
    props: { rows: 2, columns: 3, width: 30, height: 20, cell: (i: number, j: number) => cells[i]![j]! },
  });
  const drawn = body.slice(body.lastIndexOf('</pattern>'));
  expect(count(drawn, /<path/g)).toBe(3);
  expect(count(drawn, /[Mm]-?[\d.]+ ?-?[\d.]+h/g), 'five cells of six').toBe(5);
  expect(drawn).toMatch(/url\(#masked-/);
});

it('cells without a gap join into runs that cover the same ground', () => {
  const row = [1, 1, 0, 'empty', 'empty', 1, 1, 1] as const;
  const drawn = (gap: number) => {
    const { body } = render(Heatmap, {
      props: { rows: 2, columns: 8, width: 80, height: 20, gap, cell: (_: number, j: number) => row[j]! },
    });
    // Each cell of a path is drawn from where the last one ended.
    return [...body.matchAll(/ d="([^"]*)"/g)].flatMap(([, path]) => {
      let [x, y] = [0, 0];
      return [...path!.matchAll(/([Mm])(-?[\d.]+) ?(-?[\d.]+)h([\d.]+)v([\d.]+)/g)].map(([, kind, dx, dy, w, h]) => {
        [x, y] = kind === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
        const cell = [x, y, Number(w)];
        y += Number(h);
        return cell;
      });
    });
  };
  expect(drawn(0).sort()).toEqual(
    [0, 10]
      .flatMap((y) => [
        [0, y, 20],
        [20, y, 10],
        [50, y, 30],
      ])
      .sort(),
  );
  expect(drawn(1)).toHaveLength(12);
});

it('a curve breaks where a point is not finite', () => {
  const { body } = render(Curve, {
    props: {
      points: [
        [0, 0],
        [1, 1],
        [2, NaN],
        [3, 3],
        [4, 4],
      ] as const,
    },
  });
  expect(count(body, /M/g)).toBe(2);
  expect(body).not.toContain('NaN');
});

it('dots leave out what is not finite', () => {
  const { body } = render(Dots, {
    props: {
      points: [
        [0, 0],
        [Infinity, 1],
        [2, NaN],
      ] as const,
    },
  });
  expect(count(body, /M0/g)).toBe(1);
  expect(body).not.toMatch(/NaN|Infinity/);
});

it('bars stand on one scale, and take a zero maximum', () => {
  const { body } = render(Bars, {
    props: {
      width: 100,
      bars: [
        { name: 'a', value: 4 },
        { name: 'b', value: 1 },
        { name: 'none', value: 0 },
      ],
    },
  });
  expect([...body.matchAll(/<rect y="16" width="([\d.]+)"/g)].map(([, width]) => Number(width)).filter((_, i) => i % 2)).toEqual([
    100, 25, 0,
  ]);
  expect(render(Bars, { props: { width: 100, bars: [{ name: 'none', value: 0 }] } }).body).not.toMatch(/NaN/);
});

it('a handle says what it is to those who cannot see it', () => {
  const { body } = render(Grip, {
    props: { value: 3, min: 0, max: 9, x: 0, y: 0, invert: (x: number) => x, label: 'Position', onmove: () => {} },
  });
  expect(body).toMatch(/role="slider"/);
  expect(body).toMatch(/aria-valuenow="3"/);
  expect(body).toMatch(/tabindex="0"/);
});

it('a wide panel has its height before it is measured, so that nothing jumps', () => {
  const children = createRawSnippet(() => ({ render: () => '<g></g>' }));
  const { body } = render(Panel, { props: { title: 'A', label: 'B', wide: true, width: 720, height: 300, children } });
  expect(body).toMatch(/viewBox="0 0 720 300"/);
  expect(body).toMatch(/height: ?300px/);
});

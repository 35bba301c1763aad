import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import { complete } from '@/shell/link';
import { inputs, type Value, type Values } from '@/shell/parameters';
import { curveAt } from '@/mechanisms/positional-extrapolation/clex';
import { dim, trained } from '@/widgets/positional-extrapolation/clex/simulate';
import View from '@/widgets/positional-extrapolation/clex/View.svelte';
import widget from '@/widgets/positional-extrapolation/clex/widget';

const state = (set: Readonly<Record<string, Value>>) => {
  const values = complete(widget, set) as Values<typeof widget.params>;
  const result = widget.simulate(inputs(widget.params, values));
  return { values, result, said: widget.describe(result, values), drawn: render(View, { props: { result, values, set: () => {} } }).body };
};

it('a text that t grows with is read with a whole t at its end, and the curves are those of that t', () => {
  const { result, said, drawn } = state({ measured: 'text', method: 'linear', t: 1.2 });
  expect(result.t).toBe(2);
  expect(result.chosen.theta).toEqual([...curveAt('linear', 2, { dim, trained })]);
  expect(said).toContain('t growing with the text to 2');
  expect(drawn.includes('All curves at t = 2')).toBe(true);
  expect(drawn.includes('now t = 1.2, read with t = 2')).toBe(true);
  const whole = state({ measured: 'text', method: 'linear', t: 1.2, schedule: 'whole' });
  expect(whole.result.t).toBe(1.2);
  expect(whole.said).toContain('t = 1.2 throughout');
});

it('RoPE has no t to grow', () => {
  const { said, values } = state({ measured: 'text', method: 'rope', t: 1.2 });
  expect(said).not.toMatch(/growing|throughout/);
  expect(widget.params.schedule.when(values)).toBe(false);
});

it('what is drawn stays in its frame, or is said to be off the scale', () => {
  const { drawn, result } = state({ mid: -0.5, slow: -0.5, t: 8 });
  expect(Math.min(...result.near!.chosen)).toBeLessThan(0.2);
  const axis = drawn.slice(drawn.indexOf('How alike neighbours look'));
  const lowest = /class="[^"]*axis[^"]*"[^>]*>.*?<text[^>]*>([−\d.]+)<\/text>.*?label/.exec(axis)![0];
  const ticks = [...lowest.matchAll(/>([−\d.]+)<\/text>/g)].map(([, tick]) => Number(tick!.replace('−', '-')));
  expect(Math.min(...ticks)).toBeLessThanOrEqual(Math.min(...result.near!.chosen));
  expect(drawn).toMatch(/off the scale, 2\d×/);
  expect(state({ mid: 0.3 }).drawn.includes('off the scale')).toBe(false);
});

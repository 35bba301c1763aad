import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asked, optionNames, options, parts } from '@/shell/embed/options';
import { stride, walk, walker } from '@/shell/embed/walk';
import { complete } from '@/shell/link';
import { inputs } from '@/shell/parameters';
import { FigureState } from '@/shell/state.svelte';
import { everyStep, type Walk } from '@/shell/steps';
import { example } from './example';

function figure(query: Parameters<typeof complete>[1], within?: Walk) {
  const values = complete(example, query);
  return new FigureState(example, values, example.simulate(inputs(example.params, values as never)), [], undefined, within);
}

it('options: known words are taken, others do nothing, whatever the query holds', () => {
  expect(asked('?scheme=dark&type=large&walk=scenes&hide=title.foot&from=2&to=long')).toEqual({
    scheme: 'dark',
    type: 'large',
    controls: 'full',
    ground: 'page',
    walk: 'scenes',
    play: 'no',
    hide: ['title', 'foot'],
    from: '2',
    to: 'long',
  });
  expect(asked('?hide=foot,title').hide, 'commas as before').toEqual(['title', 'foot']);
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 4000 }), fc.constantFrom('scheme=__proto__', 'hide=constructor')),
      (text) => {
        const got = asked(text);
        for (const [name, words] of Object.entries(options)) expect(words).toContain(got[name as keyof typeof options]);
        for (const part of got.hide) expect(parts).toContain(part);
      },
    ),
  );
  expect([...optionNames]).toEqual([...Object.keys(options), 'hide', 'from', 'to']);
  for (const name of Object.keys(example.params)) expect(optionNames as readonly string[]).not.toContain(name);
});

it('a range of steps or scenes: by number, by name, either way round; nonsense leaves an end open', () => {
  expect(walk(example, 'steps')).toEqual(everyStep);
  expect(walk(example, 'steps', '1', '3')).toEqual({ through: 'steps', from: 1, to: 3 });
  expect(walk(example, 'steps', '3', '1')).toEqual({ through: 'steps', from: 1, to: 3 });
  expect(walk(example, 'steps', '-1', 'long')).toEqual(everyStep);
  expect(walk(example, 'scenes')).toEqual({ through: 'scenes', from: 0, to: 1 });
  expect(walk(example, 'scenes', 'short')).toEqual({ through: 'scenes', from: 1, to: 1 });
  expect(walk(example, 'scenes', '1', '99')).toEqual({ through: 'scenes', from: 0, to: 1 });
  const { round: _, ...params } = example.params;
  expect(walk({ ...example, params }, 'steps').through, 'a figure without steps is walked by its scenes').toBe('scenes');
});

it('walks the steps to both ends and says when there is no more', () => {
  const state = figure({ length: 8, round: 0 });
  const { move } = walker(state);
  expect(move(-1)).toBe(false);
  for (let i = 1; i <= 4; i++) {
    expect(move(1)).toBe(true);
    expect(state.values.round).toBe(i);
  }
  expect(move(1)).toBe(false);
  expect(state.values.round).toBe(4);
});

it('a locked range holds the steps, whoever moves them', () => {
  const state = figure({ length: 8, round: 0 }, walk(example, 'steps', '1', '3'));
  expect(state.values.round).toBe(1);
  state.set({ round: 4 });
  expect(state.values.round).toBe(3);
  expect(walker(state).move(1)).toBe(false);
  state.reset();
  expect(state.values.round).toBe(3);
  expect(state.steps).toEqual([1, 3]);
});

it('a presenter goes through hundreds of steps in ten presses, and through a few one by one', () => {
  expect(stride([0, 7])).toBe(1);
  expect(stride([0, 512])).toBe(52);
  const state = figure({ length: 64, round: 0 });
  const { move } = walker(state);
  let presses = 0;
  while (move(1, true)) presses++;
  expect(presses).toBeLessThanOrEqual(10);
  expect(state.values.round).toBe(32);
});

it('walks the scenes; who plays in between goes on from the scene that was last seen', () => {
  const state = figure({}, walk(example, 'scenes'));
  const { move, saw } = walker(state);
  expect(move(-1)).toBe(false);
  expect(move(1)).toBe(true);
  expect(state.scene?.id).toBe('long');
  state.set({ seed: 5 });
  expect(state.scene).toBeUndefined();
  expect(move(1)).toBe(true);
  expect(state.scene?.id).toBe('short');
  expect(move(1)).toBe(false);
  saw('long');
  expect(move(-1)).toBe(false);
  expect(figure({}, walk(example, 'scenes', 'short')).scenes.map(({ id }) => id)).toEqual(['short']);
});

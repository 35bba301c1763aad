import { describe, expect, it } from 'vitest';
import { complete } from '@/shell/link';
import { inputs, type Value } from '@/shell/parameters';
import { FigureState, type Later, type Need, type Remote } from '@/shell/state.svelte';
import { example } from './example';

function figure(remote?: Remote, later?: Later) {
  const values = complete(example, {}) as Record<string, Value>;
  return new FigureState(example, values, example.simulate(inputs(example.params, values as never)), [], remote, undefined, later);
}
const sum = (state: FigureState) => (state.drawn!.result as { sum: number }).sum;

it('computes a new result when an input changes, and keeps it when only the view does', () => {
  const state = figure();
  state.set({ length: 16 });
  expect(sum(state)).toBe(8);
  const before = state.drawn!.result;
  state.set({ round: 2 });
  expect(state.drawn!.result).toBe(before);
  expect(state.drawn!.values.round).toBe(2);
});

it('who stands at the last step stays at the last step', () => {
  const state = figure();
  expect(state.values.round).toBe(4);
  state.set({ length: 16 });
  expect(state.values.round).toBe(8);
  state.set({ round: 3 });
  state.set({ length: 20 });
  expect(state.values.round).toBe(3);
});

it('knows its scene, and reset leads home', () => {
  const state = figure();
  state.set({ length: 2, k: 2, round: 0 });
  expect(state.scene?.id).toBe('short');
  state.reset();
  expect(state.query).toBe('');
  expect(state.scene).toBeUndefined();
});

it('says what failed, and goes on from there', () => {
  const state = figure();
  state.set({ how: 'broken' });
  expect(state.failure).toBe('cannot be computed');
  state.reset();
  expect(state.failure).toBeUndefined();
  expect(sum(state)).toBe(4);
});

it('computes slow states elsewhere; each answer comes with its own values, none after a newer one; a dead worker is no loss', async () => {
  const waiting: { given: Readonly<Record<string, Value>>; resolve: (value: unknown) => void; reject: (reason: Error) => void }[] = [];
  const state = figure((_, given) => new Promise((resolve, reject) => waiting.push({ given, resolve, reject })));
  const answer = async (i: number) => {
    waiting[i]!.resolve(example.simulate(waiting[i]!.given as never));
    await new Promise((done) => setTimeout(done));
  };
  state.set({ length: 40 });
  expect(state.pending).toBe(true);
  expect(sum(state), 'the old picture stands meanwhile').toBe(4);
  expect(state.drawn!.values.length).toBe(8);
  state.set({ length: 60 });
  await answer(0);
  expect([sum(state), state.drawn!.values.length, state.pending], 'on the way').toEqual([20, 40, true]);
  await answer(1);
  expect([sum(state), state.drawn!.values.length, state.pending]).toEqual([30, 60, false]);
  // Back to a state that is at hand while another is on its way.
  state.set({ length: 50 });
  state.set({ length: 60 });
  await answer(2);
  expect(sum(state)).toBe(30);
  expect(state.pending).toBe(false);
  state.set({ length: 44 });
  waiting[3]!.reject(new Error('the worker failed'));
  await new Promise((done) => setTimeout(done));
  expect(sum(state)).toBe(22);
  expect(state.failure).toBeUndefined();
});

it('asks once for what only the view shows differently, drops an answer that a newer one overtook, and can be stopped', async () => {
  const waiting: { given: Readonly<Record<string, Value>>; signal?: AbortSignal; resolve: (value: unknown) => void }[] = [];
  const state = figure((_, given, signal) => new Promise((resolve) => waiting.push({ given, signal, resolve })));
  const answer = async (i: number) => {
    waiting[i]!.resolve(example.simulate(waiting[i]!.given as never));
    await new Promise((done) => setTimeout(done));
  };
  state.set({ length: 40 });
  state.set({ round: 3 });
  expect(waiting).toHaveLength(1);
  await answer(0);
  expect([sum(state), state.drawn!.values.round]).toEqual([20, 3]);
  state.set({ length: 50 });
  state.set({ length: 60 });
  await answer(2);
  await answer(1);
  expect([sum(state), state.pending]).toEqual([30, false]);
  state.set({ length: 44 });
  state.stop();
  expect(waiting[3]!.signal!.aborted).toBe(true);
  expect([state.values.length, sum(state), state.pending]).toEqual([60, 30, false]);
  await answer(3);
  expect(sum(state), 'what was stopped does not come back').toBe(30);
});

it('says at once what was asked for, and draws it when the page is ready: the last wish of several, or sooner where a key needs it', () => {
  const waiting: (() => void)[] = [];
  const state = figure(undefined, (draw) => waiting.push(draw));
  state.set({ length: 12 });
  state.set({ length: 16 });
  expect([state.values.length, state.drawn!.values.length, state.pending, waiting.length]).toEqual([16, 8, true, 1]);
  waiting[0]!();
  expect([sum(state), state.drawn!.values.length, state.pending]).toEqual([8, 16, false]);
  state.set({ length: 20 });
  state.draw();
  expect([sum(state), state.pending]).toEqual([10, false]);
  // Whoever was to draw it finds it drawn.
  const { drawn } = state;
  waiting[1]!();
  expect(state.drawn).toBe(drawn);
});

it('an answer that comes while something newer waits to be drawn is shown with the values that it belongs to', async () => {
  const waiting: (() => void)[] = [];
  const asked: { given: Readonly<Record<string, Value>>; resolve: (value: unknown) => void }[] = [];
  const state = figure(
    (_, given) => new Promise((resolve) => asked.push({ given, resolve })),
    (draw) => waiting.push(draw),
  );
  state.set({ length: 40 });
  waiting.shift()!();
  state.set({ length: 10 });
  asked[0]!.resolve(example.simulate(asked[0]!.given as never));
  await new Promise((done) => setTimeout(done));
  expect([sum(state), state.drawn!.values.length, state.values.length, state.pending]).toEqual([20, 40, 10, true]);
  waiting.shift()!();
  asked[1]!.resolve(example.simulate(asked[1]!.given as never));
  await new Promise((done) => setTimeout(done));
  expect([sum(state), state.drawn!.values.length, state.pending]).toEqual([5, 10, false]);
});

it('what failed while a picture was on its way is not made well by that picture; what failed in a picture is, by the next', () => {
  const waiting: (() => void)[] = [];
  const state = figure(undefined, (draw) => waiting.push(draw));
  state.set({ length: 12 });
  state.fail(new Error('a control'));
  waiting.shift()!();
  expect(state.failure).toBe('a control');
  state.set({ length: 16 });
  waiting.shift()!();
  expect(state.failure).toBeUndefined();
  state.fail(new Error('the picture'));
  state.set({ length: 20 });
  waiting.shift()!();
  expect(state.failure).toBeUndefined();
  // One that cannot be computed, with another wish behind it.
  state.set({ how: 'broken' });
  const first = waiting.shift()!;
  first();
  state.set({ how: 'plain' });
  waiting.shift()!();
  expect(state.failure).toBeUndefined();
});

it('a scene that is computed elsewhere is asked for at once, one that is not when the page is ready; neither twice', async () => {
  const waiting: (() => void)[] = [];
  const asked: { given: Readonly<Record<string, Value>>; resolve: (value: unknown) => void }[] = [];
  const state = figure(
    (_, given) => new Promise((resolve) => asked.push({ given, resolve })),
    (draw) => waiting.push(draw),
  );
  state.choose('short');
  expect(asked).toHaveLength(0);
  waiting.shift()!();
  expect([sum(state), asked.length, state.pending]).toEqual([1, 0, false]);
  state.set({ length: 40 });
  expect(asked, 'a hand that drags asks once a picture').toHaveLength(0);
  state.choose('long');
  expect([asked.length, asked[0]!.given.length, state.settings.length, state.pending]).toEqual([1, 64, 40, true]);
  const long = () => [sum(state), state.drawn!.values.length, state.settings.length, state.pending];
  // The answer may come before the page is ready, or after it.
  asked[0]!.resolve(example.simulate(asked[0]!.given as never));
  await new Promise((done) => setTimeout(done));
  expect(long()).toEqual([32, 64, 40, true]);
  waiting.shift()!();
  expect([...long(), asked.length]).toEqual([32, 64, 64, false, 1]);
  state.choose('short');
  waiting.shift()!();
  state.choose('long');
  waiting.shift()!();
  expect([sum(state), state.settings.length, state.pending, asked.length]).toEqual([1, 64, true, 2]);
  asked[1]!.resolve(example.simulate(asked[1]!.given as never));
  await new Promise((done) => setTimeout(done));
  expect(long()).toEqual([32, 64, 64, false]);
});

describe('a state that needs a model', () => {
  const modelled = { ...example, models: ({ how }: { how: string }) => (how === 'fancy' ? ['rope'] : []) };
  const setUp = () => {
    const asked: { need?: Need; resolve: (value: unknown) => void; reject: (reason: Error) => void }[] = [];
    const values = complete(modelled, {}) as Record<string, Value>;
    const state = new FigureState(
      modelled,
      values,
      { sum: 4, kept: 4 },
      [],
      (_slug, _given, _signal, need) => new Promise((resolve, reject) => asked.push({ need, resolve, reject })),
    );
    return { state, asked, rest: () => new Promise((done) => setTimeout(done)) };
  };
  it('is computed elsewhere however small it is, and says how much of the model has come', async () => {
    const { state, asked, rest } = setUp();
    state.set({ how: 'fancy' });
    expect(asked[0]!.need!.models).toEqual(['rope']);
    asked[0]!.need!.progress(3e5, 8e5);
    expect(state.coming).toEqual([3e5, 8e5]);
    asked[0]!.resolve({ sum: 5, kept: 1 });
    await rest();
    expect([state.coming, state.pending, (state.drawn!.result as { sum: number }).sum]).toEqual([undefined, false, 5]);
  });
  it('is never computed by the page: where the model cannot be had, the reader is told why', async () => {
    const { state, asked, rest } = setUp();
    state.set({ how: 'fancy' });
    asked[0]!.reject(new Error('the model could not be fetched: is there a network?'));
    await rest();
    expect(state.failure).toBe('the model could not be fetched: is there a network?');
    state.reset();
    expect([state.failure, (state.drawn!.result as { sum: number }).sum]).toEqual([undefined, 4]);
  });
  it('can be stopped', async () => {
    const { state, asked, rest } = setUp();
    state.set({ how: 'fancy' });
    asked[0]!.need!.progress(1, 2);
    state.stop();
    asked[0]!.reject(new Error('stopped'));
    await rest();
    expect([state.failure, state.coming, state.values.how]).toEqual([undefined, undefined, 'plain']);
  });
  it('goes back to what the figure was made with, without asking again', () => {
    const { state, asked } = setUp();
    state.set({ length: 4 });
    state.reset();
    expect(asked).toHaveLength(0);
    expect((state.drawn!.result as { sum: number }).sum).toBe(4);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answer,
  batch,
  coverage,
  hintExample,
  hints,
  mainExample,
  type Example,
} from '@/mechanisms/positional-extrapolation/task-hinting-tasks';
import {
  arms,
  batchOf,
  begin,
  descend,
  learnedFall,
  learnedSpread,
  newNet,
  probabilities,
  problem,
  test,
  testLists,
  train,
  type Course,
  type Term,
} from '@/mechanisms/positional-extrapolation/task-hinting-train';
import { maxDifference } from '@/tensor/compare';
import { random } from '@/tensor/random';
import { trained } from '@/widgets/positional-extrapolation/task-hinting/check';
import golden from '../golden/task-hinting.json';

const anyList = fc.array(fc.nat(29), { minLength: 2, maxLength: 20 });
const texts = (example: Example, loss: boolean) => example.tokens.filter((token) => token.loss === loss).map(({ text }) => text);

describe('the sequences', () => {
  it('of the main task: the list as it is, then in order, and the loss on the second half alone', () => {
    fc.assert(
      fc.property(anyList, (list) => {
        const example = mainExample(list);
        expect(texts(example, true)).toEqual([...list].sort((a, b) => a - b).map(String));
        expect(texts(example, false)).toEqual([...list.map(String), 'sort']);
      }),
    );
  });

  it('of the hints: the answer is what it should be, and nothing else is in the loss', () => {
    fc.assert(
      fc.property(anyList, fc.nat(9999), (list, seed) => {
        const sorted = [...list].sort((a, b) => a - b);
        const one = hintExample('successor', list, random(seed));
        if (sorted[0] === sorted.at(-1)) expect(one).toBeUndefined();
        else {
          expect(one!.from).not.toBe(sorted.at(-1));
          expect(texts(one!, true)).toEqual([String(sorted.find((v) => v > one!.from!))]);
          expect(one!.tokens.at(-1)!.loss).toBe(true);
          const before = hintExample('predecessor', list, random(seed))!;
          expect(texts(before, true)).toEqual([String(sorted.findLast((v) => v < before.from!))]);
        }
        const fill = hintExample('fill', list, random(seed));
        if (fill) {
          expect(fill.tokens.filter(({ kind }) => kind === 'blank').length).toBe(texts(fill, true).length);
          const shown = fill.tokens.slice(list.length + 1, 2 * list.length + 1);
          let next = 0;
          expect(shown.map(({ kind, text }) => (kind === 'blank' ? texts(fill, true)[next++] : text))).toEqual(sorted.map(String));
        }
      }),
    );
  });

  it('counts over the different values add up to the length; a list of one value has no neighbour to ask for', () => {
    fc.assert(
      fc.property(anyList, (list) => {
        expect([...new Set(list)].reduce((sum, v) => sum + answer('count', list, v)!, 0)).toBe(list.length);
        expect(answer('successor', list, Math.max(...list))).toBeUndefined();
        expect(answer('predecessor', list, Math.min(...list))).toBeUndefined();
      }),
    );
  });

  it('a batch has the share of hints that it should, and with a share of 0 none', () => {
    const options = { size: 2000, hint: 'successor', longest: 20, q: 100 } as const;
    const share = (rho: number) => batch({ ...options, share: rho }, random(3)).filter(({ task }) => task === 'successor').length / 2000;
    expect(share(0)).toBe(0);
    expect(Math.abs(share(0.25) - 0.25)).toBeLessThan(0.03);
    expect(Math.abs(share(0.5) - 0.5)).toBeLessThan(0.03);
    expect(batch({ ...options, hint: 'none', share: 0.9 }, random(3)).every(({ task }) => task === 'sort')).toBe(true);
    expect(batch({ ...options, share: 0.5 }, random(3)).every(({ list }) => list.length >= 2 && list.length <= 20)).toBe(true);
  });

  it('the successor hint exercises every step to a larger value and no other; the predecessor none', () => {
    fc.assert(
      fc.property(fc.array(anyList, { minLength: 1, maxLength: 5 }), (lists) => {
        const { share, exercised, total } = coverage(lists);
        const all = lists.reduce((sum, list) => sum + list.length, 0);
        const different = lists.reduce((sum, list) => sum + new Set(list).size, 0);
        expect(share.first).toBeCloseTo(lists.length / all, 12);
        expect(share.copy).toBeCloseTo((all - different) / all, 12);
        expect(total.successor).toBeCloseTo(share.next, 12);
        expect(exercised.successor).toMatchObject({ first: 0, copy: 0 });
        if (share.next) expect(exercised.successor.next).toBe(1);
        expect(total.predecessor).toBe(0);
        expect(total.count).toBe(0);
        expect(total.fill).toBe(0.5);
        for (const hint of hints) expect(total[hint]).toBeLessThanOrEqual(1);
      }),
    );
  });
});

const course: Course = { q: 16, longest: 6, lists: 4, share: 0.5, rates: { pair: 1, shortcut: 3 } };

describe('the small network', () => {
  it.each(golden.network)('has the gradients of automatic differentiation: $q values, shortcut $shortcut, hints $hints', (one) => {
    const { net, losses } = trained(one);
    expect(maxDifference(losses, one.losses)).toBeLessThan(1e-10);
    expect(maxDifference(net.pair, one.pair)).toBeLessThan(1e-10);
    expect(maxDifference(net.place, one.place)).toBeLessThan(1e-10);
  });

  it('at the start gives each value its share of the tokens', () => {
    const of = problem([3, 5, 5, 9], 16);
    for (const hint of [false, true])
      expect(maxDifference(probabilities(newNet(16, 6), { of, k: 1, hint }), [0.25, 0.5, 0.25])).toBeLessThan(1e-15);
  });

  it('a hint moves no weight of the shortcut, and a step of sorting does', () => {
    const of = problem([3, 5, 5, 9], 16);
    for (const hint of [true, false]) {
      const net = newNet(16, 6);
      descend(net, [{ of, k: 1, hint }], 1, course.rates);
      expect(net.pair.some((x) => x !== 0)).toBe(true);
      expect(net.place.some((x) => x !== 0)).toBe(!hint);
      expect(learnedSpread(net) > 0).toBe(!hint);
    }
    const none = newNet(16, 6);
    descend(none, [{ of, k: 1, hint: false }], 1, { pair: 1, shortcut: 0 });
    expect(none.place.every((x) => x === 0)).toBe(true);
  });

  it('sees lengths and places past the trained ones as the last trained one', () => {
    const net = newNet(16, 4);
    const long: Term = { of: problem([1, 2, 3, 4, 5, 6, 7, 8], 16), k: 6, hint: false };
    net.place[(4 * 5 + 4) * 16 + 7] = 50;
    expect(probabilities(net, long)[6]).toBeGreaterThan(0.99);
  });

  it('a construction with a falling logit sorts without an error, with the fall that was put in', () => {
    const net = newNet(16, 6);
    for (let a = 0; a < 16; a++) for (let c = 0; c < 16; c++) net.pair[a * 16 + c] = c > a ? -3 * (c - a) : -100;
    for (let c = 0; c < 16; c++) net.pair[16 * 16 + c] = -3 * c;
    expect(test(net, testLists(16, 30, 20, 3))).toEqual({ exact: 1, step: 1 });
    expect(maxDifference(learnedFall(net, 5), [0, 3, 6, 9, 12])).toBeLessThan(1e-12);
    expect(test(newNet(16, 6), testLists(16, 30, 20, 3)).exact).toBe(0);
  });

  it('all arms sort as many lists; the two others add as many terms as each other', () => {
    const terms = (arm: (typeof arms)[number], seed: number) => batchOf(arm, course, random(seed));
    for (const seed of [1, 2, 3]) {
      const none = terms('none', seed);
      expect(terms('more', seed).length).toBe(2 * none.length);
      expect(terms('hints', seed).length).toBe(2 * none.length);
      expect(terms('hints', seed).filter(({ hint }) => hint).length).toBe(none.length);
      expect(terms('more', seed).some(({ hint }) => hint)).toBe(false);
      // The sorting is the same in all of them.
      expect(terms('hints', seed).slice(0, none.length)).toEqual(none);
      for (const { of, k, hint } of terms('hints', seed)) if (hint) expect(k > 0 && k < of.values.length).toBe(true);
    }
  });

  it('learns, from the same seed the same, in one go or in two', () => {
    const one = begin('hints', course, 5);
    const two = begin('hints', course, 5);
    const first = train(one, 10);
    expect(train(two, 5)).not.toBe(first);
    train(two, 5);
    expect(two.net.pair).toEqual(one.net.pair);
    expect(train(one, 40)).toBeLessThan(0.7 * first);
  });
});

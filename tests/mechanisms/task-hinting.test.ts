import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  allRight,
  average,
  countsOf,
  drawList,
  run,
  sharpness,
  stepFor,
  successorMass,
  threshold,
  type Law,
} from '@/mechanisms/positional-extrapolation/task-hinting';
import { maxDifference } from '@/tensor/compare';
import { random } from '@/tensor/random';
import { formula } from '@/widgets/positional-extrapolation/task-hinting/check';
import golden from '../golden/task-hinting.json';

const anyList = fc
  .integer({ min: 20, max: 60 })
  .chain((q) => fc.record({ q: fc.constant(q), list: fc.array(fc.nat(q - 1), { minLength: 2, maxLength: 80 }) }));
const anySharpness = fc.double({ min: 0.02, max: 3, noNaN: true });

/** The same step by the tokens of the list: softmax over those above a, then added up by value. */
function byToken(list: readonly number[], a: number, beta: number, q: number): Float64Array {
  const above = list.filter((x) => x > a);
  const least = Math.min(...above);
  const weights = above.map((x) => Math.exp(-beta * (x - least)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mass = new Float64Array(q);
  above.forEach((x, i) => (mass[x]! += weights[i]! / total));
  return mass;
}

describe('a second implementation agrees', () => {
  it.each(golden.construction)('$n values below $q, sharpness $beta', ({ n, q, phase, beta, picks, right, lastWrong }) => {
    const counts = countsOf(formula(n, q, phase), q);
    const steps = run(counts, beta);
    expect(steps.map(({ pick }) => pick)).toEqual(picks);
    expect(
      maxDifference(
        steps.map((step) => step.right),
        right,
      ),
    ).toBeLessThan(1e-10);
    // Their search goes up in steps of a thousandth: the last sharpness at which something is wrong lies within one below the threshold.
    expect(threshold(counts)).toBeGreaterThanOrEqual(lastWrong);
    if (lastWrong) expect(threshold(counts)).toBeLessThanOrEqual(lastWrong + 0.001 + 1e-9);
  });
});

describe('the attention of one step', () => {
  it('of (4, 7, 7, 9) after 2: sharp enough at 0.5, too blunt at 0.2', () => {
    const counts = countsOf([4, 7, 7, 9], 12);
    const sharp = successorMass(counts, 2, 0.5);
    expect(sharp[4]).toBeCloseTo(0.6543, 4);
    expect(sharp[7]).toBeCloseTo(0.29199, 4);
    expect(sharp[7]! / 2).toBeCloseTo(0.14599, 4);
    expect(sharp[9]).toBeCloseTo(0.05371, 4);
    const blunt = successorMass(counts, 2, 0.2);
    expect(blunt[4]).toBeCloseTo(0.4056, 4);
    expect(blunt[7]).toBeCloseTo(0.44519, 4);
    const withTwo = countsOf([2, 4, 7, 7, 9], 12);
    expect(run(withTwo, 0.5)[0]).toMatchObject({ from: 2, next: 4, pick: 4 });
    expect(run(withTwo, 0.2)[0]).toMatchObject({ from: 2, next: 4, pick: 7 });
  });

  it('is the softmax over tokens, added up by value, and sums to 1', () => {
    fc.assert(
      fc.property(anyList, anySharpness, ({ q, list }, beta) => {
        const counts = countsOf(list, q);
        for (const { from } of run(counts, beta)) {
          const mass = successorMass(counts, from, beta);
          expect(maxDifference(mass, byToken(list, from, beta, q))).toBeLessThan(1e-12);
          expect(mass.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing behind the largest value, and takes no value that is none', () => {
    expect(() => successorMass(countsOf([3, 3], 5), 3, 1)).toThrow(RangeError);
    expect(() => countsOf([5], 5)).toThrow(RangeError);
    expect(() => countsOf([0.5], 5)).toThrow(RangeError);
    expect(() => drawList(6, 5, false, random(1))).toThrow(RangeError);
  });
});

describe('a run', () => {
  it('goes through the different values in order, with the mass and the pick of each step', () => {
    fc.assert(
      fc.property(anyList, anySharpness, ({ q, list }, beta) => {
        const counts = countsOf(list, q);
        const steps = run(counts, beta);
        const distinct = [...new Set(list)].sort((a, b) => a - b);
        expect(steps.map(({ from }) => from)).toEqual(distinct.slice(0, -1));
        expect(steps.map(({ next }) => next)).toEqual(distinct.slice(1));
        for (const { from, next, pick, right } of steps) {
          const mass = successorMass(counts, from, beta);
          expect(right).toBeCloseTo(mass[next]!, 10);
          // The pick has the most; where rounding makes two equal, either will do.
          expect(mass[pick]).toBeGreaterThan(Math.max(...mass) - 1e-12);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('without repetition is right at any sharpness', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(59), { minLength: 2, maxLength: 60 }), anySharpness, (list, beta) => {
        expect(threshold(countsOf(list, 60))).toBe(0);
        expect(accuracy(countsOf(list, 60), beta, 'argmax')).toMatchObject({ exact: 1, right: list.length - 1 });
      }),
    );
  });

  it('is right from its threshold on and not below; ln of the largest count is always enough', () => {
    fc.assert(
      fc.property(anyList, ({ q, list }) => {
        const counts = countsOf(list, q);
        const needed = threshold(counts);
        expect(needed).toBeLessThanOrEqual(Math.log(Math.max(...counts)));
        expect(accuracy(counts, needed + 1e-9, 'argmax').exact).toBe(1);
        if (needed > 1e-6) expect(accuracy(counts, needed - 1e-9, 'argmax').exact).toBe(0);
      }),
    );
  });

  it('drawn by mass is right with the product of the masses, which is what drawing gives', () => {
    const list = [1, 1, 2, 4, 4, 4, 5, 9];
    const counts = countsOf(list, 10);
    const steps = run(counts, 0.6);
    const { exact, right } = accuracy(counts, 0.6, 'sample');
    expect(exact).toBeCloseTo(
      steps.reduce((product, step) => product * step.right, 1),
      12,
    );
    expect(right).toBeCloseTo(
      steps.reduce((sum, step) => sum + step.right, 0),
      12,
    );
    const source = random(4);
    let all = 0;
    for (let trial = 0; trial < 4000; trial++)
      all += Number(steps.every(({ from, next }) => source.weighted(successorMass(counts, from, 0.6)) === next));
    expect(Math.abs(all / 4000 - exact)).toBeLessThan(0.03);
  });

  it('writes what is drawn, where it is given chance, as often as its mass says; the steps are the same', () => {
    const counts = countsOf([1, 1, 2, 4, 4, 4, 5, 9], 10);
    const likeliest = run(counts, 0.3);
    const source = random(5);
    const right = new Float64Array(likeliest.length);
    for (let trial = 0; trial < 2000; trial++)
      run(counts, 0.3, source).forEach(({ pick, ...rest }, i) => {
        const { pick: _, ...same } = likeliest[i]!;
        expect(rest).toEqual(same);
        right[i]! += Number(pick === rest.next) / 2000;
      });
    expect(
      maxDifference(
        right,
        likeliest.map((step) => step.right),
      ),
    ).toBeLessThan(0.04);
  });
});

describe('many lists', () => {
  const cases: [beta: number, law: Law, n: number, exact: number, step: number][] = [
    [0.8, 'fixed', 20, 0.987, 0.9992],
    [0.8, 'fixed', 50, 0.677, 0.99],
    [0.8, 'fixed', 100, 0.037, 0.951],
    [1.6, 'fixed', 20, 1, 1],
    [1.6, 'fixed', 50, 1, 1],
    [1.6, 'fixed', 100, 0.897, 0.998],
    [1, 'log', 20, 0.987, 0.999],
    [1, 'log', 50, 0.96, 0.999],
    [1, 'log', 100, 0.897, 0.998],
    [0.8, 'log', 100, 0.48, 0.99],
    [0.7, 'log', 100, 0.04, 0.95],
  ];
  it.each(cases)('sharpness %s, %s, %s values: %s of the lists, %s of the steps', (beta, law, n, exact, step) => {
    const source = random(8);
    const lists = Array.from({ length: 500 }, () =>
      accuracy(countsOf(drawList(n, 100, true, source), 100), sharpness(beta, n, law), 'argmax'),
    );
    const found = average(n, lists);
    expect(Math.abs(found.exact - exact)).toBeLessThan(0.06);
    expect(Math.abs(found.step - step)).toBeLessThan(0.01);
    expect(Math.abs(found.independent - found.exact)).toBeLessThan(0.06);
  });

  it('the law of length gives the same at 20 and loses a little below', () => {
    const source = random(8);
    const share = (n: number, law: Law) =>
      average(
        n,
        Array.from({ length: 2000 }, () => accuracy(countsOf(drawList(n, 100, true, source), 100), sharpness(0.8, n, law), 'argmax')),
      ).exact;
    const lost = share(10, 'fixed') - share(10, 'log');
    expect(lost).toBeGreaterThan(0.01);
    expect(lost).toBeLessThan(0.05);
  });

  it('the arithmetic of many steps', () => {
    expect(allRight(0.955, 100)).toBeCloseTo(0.01, 4);
    expect(allRight(0.999, 100)).toBeCloseTo(0.9048, 4);
    expect(stepFor(0.926, 100)).toBeCloseTo(0.99923, 5);
    expect(stepFor(0.01, 100)).toBeCloseTo(0.955, 4);
    expect(average(7, [{ steps: 0, right: 0, exact: 1 }])).toEqual({ n: 7, step: 1, exact: 1, independent: 1 });
  });

  it('the law of length gives the same at 20, more above, less below', () => {
    fc.assert(
      fc.property(anySharpness, fc.integer({ min: 2, max: 100 }), (beta, n) => {
        expect(sharpness(beta, n, 'fixed')).toBe(beta);
        expect(Math.sign(sharpness(beta, n, 'log') - beta)).toBe(
          n === 20 ? Math.sign(sharpness(beta, 20, 'log') - beta) : Math.sign(n - 20),
        );
        expect(sharpness(beta, 20, 'log')).toBeCloseTo(beta, 12);
      }),
    );
  });
});

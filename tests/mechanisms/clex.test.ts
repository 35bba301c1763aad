import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alphaOf,
  bend,
  bendShape,
  curveAt,
  drift,
  flow,
  inferenceFactor,
  trainingPositions,
  velocity,
  type Network,
} from '@/mechanisms/positional-extrapolation/clex';
import { advance, evaluations, solve, steps, type Rule } from '@/mechanisms/positional-extrapolation/clex-solver';
import {
  linear,
  ntk,
  ntkBase,
  rope,
  rotate,
  unseenArc,
  yarn,
  yarnMagnitude,
  yarnRange,
} from '@/mechanisms/positional-extrapolation/rotary';
import { maxDifference, relativeError } from '@/tensor/compare';
import { dot } from '@/tensor/matmul';
import file from '../golden/clex.json';

interface Case {
  name: string;
  params: { kind: string; act: 'tanh' | 'silu' } & Record<string, number>;
  expected: { velocity?: number[]; theta?: number[][]; cos?: number[]; sin?: number[]; t?: number; positions?: number[] };
}
const golden = file.cases as unknown as Case[];
const cases = (kind: string) => golden.filter(({ params }) => params.kind === kind);

/** The weights that the golden script fills in. */
const formula = (rows: number, columns: number, size: number, phase: number) =>
  Float64Array.from({ length: rows * columns }, (_, k) => size * Math.sin(1 + Math.floor(k / columns) + 2 * (k % columns) + phase));
const network = (dim: number, factor: number, size: number, act: 'tanh' | 'silu' = 'tanh'): Network => ({
  hidden: factor * dim,
  up: formula(dim / 2, factor * dim, size, 0),
  down: formula(factor * dim, dim / 2, size, 0.5),
  act,
});
/** Largest |a / b - 1|. */
const relative = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.max(...Array.from(a, (x, i) => Math.abs(x / b[i]! - 1)));

describe('the authors of CLEX agree', () => {
  it.each(cases('field'))('$name', ({ params: { dim, factor, act, size, t }, expected }) => {
    const z = Float64Array.from({ length: dim! / 2 }, (_, i) => -0.3 * i + 0.1 * Math.sin(i));
    const found = velocity(dim!, network(dim!, factor!, size!, act))(t!, z);
    expect(maxDifference(found, expected.velocity!)).toBeLessThan(2e-5);
  });

  it.each(cases('flow'))('$name', ({ params: { dim, factor, act, size, most, step, length }, expected }) => {
    const times = Array.from({ length: most! }, (_, i) => i + 1);
    const theta = flow(times, { dim: dim!, step, network: network(dim!, factor!, size!, act) });
    const stride = Math.max(1, Math.floor((most! - 1) / 3));
    const kept = theta.slice(1).filter((_, i) => i % stride === 0);
    expect(kept).toHaveLength(expected.theta!.length);
    kept.forEach((row, i) => expect(relative(row, expected.theta![i]!)).toBeLessThan(1e-4));
    // The frequencies of the length asked for are the ones that turn.
    const chosen = theta[inferenceFactor(length!, 64, most!) - 1]!;
    expect(
      maxDifference(
        chosen.map((f) => Math.cos(60 * f)),
        expected.cos!,
      ),
    ).toBeLessThan(2e-3);
    expect(
      maxDifference(
        chosen.map((f) => Math.sin(60 * f)),
        expected.sin!,
      ),
    ).toBeLessThan(2e-3);
  });

  it.each(cases('factor'))('$name', ({ params: { length, trained, most }, expected }) => {
    expect(inferenceFactor(length!, trained!, most!)).toBe(expected.t);
  });

  it.each(cases('positions'))('$name', ({ params: { n, trained, t }, expected }) => {
    const last = n! * t! - 2;
    const order = Array.from({ length: last }, (_, i) => (7 * i + 3) % last);
    expect(maxDifference(trainingPositions(n!, t!, trained!, order), expected.positions!)).toBeLessThan(1e-5);
  });

  it.each(file.solver.cases)('torchdiffeq: $params', ({ params: { rule, step, times }, expected }) => {
    const field = (t: number, y: Float64Array) => y.map((v, i) => Math.sin(t * v + i) / t);
    const found = solve(field, Float64Array.of(0.5, -1, 2, 0), times, { rule: rule as Rule, step });
    found.forEach((y, i) => expect(maxDifference(y, expected.y[i]!)).toBeLessThan(1e-12));
  });
});

describe('the flow', () => {
  it('untrained is NTK-aware scaling with alpha = 2t - 1', () => {
    const theta = flow([4], { dim: 8 })[0]!;
    expect(maxDifference(theta, ntk(8, 7))).toBeLessThan(1e-11);
    expect(maxDifference(theta, [1, 0.0522758, 0.00273276, 0.00014286])).toBeLessThan(1e-7);
    expect(theta[3]! / (0.001 / 7)).toBeCloseTo(1, 9);
    const still: Network = { hidden: 8, up: formula(4, 8, 0.05, 0), down: new Float64Array(32) };
    expect(flow([4], { dim: 8, network: still })[0]).toEqual(theta);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.double({ min: 1.001, max: 16, noNaN: true }), (pairs, t) => {
        expect(relative(flow([t], { dim: 2 * pairs, step: 0.02 })[0]!, ntk(2 * pairs, alphaOf(t)))).toBeLessThan(1e-6);
      }),
      { numRuns: 30 },
    );
  });

  it('with a network has the values worked out elsewhere', () => {
    const up = Float64Array.from({ length: 32 }, (_, k) => 0.05 * Math.sin(1 + Math.floor(k / 8) + 2 * (k % 8)));
    const down = Float64Array.from({ length: 32 }, (_, k) => 0.05 * Math.cos(2 * Math.floor(k / 4) + (k % 4)));
    const [at2, at4] = flow([2, 4], { dim: 8, network: { hidden: 8, up, down } });
    expect(maxDifference(at2!, [1.03526678, 0.06129755, 0.00406478, 0.00031451])).toBeLessThan(1e-8);
    expect(maxDifference(at4!, [1.11189779, 0.03539719, 0.00161271, 0.00011932])).toBeLessThan(1e-8);
  });

  it('at t = 1 is RoPE exactly, and refuses to start before', () => {
    expect(flow([1], { dim: 32, network: bend(32, 0.5, -0.5) })[0]).toEqual(rope(32));
    expect(flow([1, 2], { dim: 32, network: bend(32, 0.5, -0.5) })[0]).toEqual(rope(32));
    expect(() => flow([0.9], { dim: 32 })).toThrow(RangeError);
    expect(() => flow([2], { dim: 32, network: bend(16, 0.5, 0) })).toThrow(RangeError);
    expect(() => velocity(2)).toThrow(RangeError);
  });

  it('the drift is the derivative of the NTK-aware logarithms', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 16, noNaN: true }), (t) => {
        const h = 1e-5;
        const [after, before] = [t + h, t - h].map((at) => ntk(32, alphaOf(at)).map(Math.log)) as [Float64Array, Float64Array];
        expect(
          maxDifference(
            after.map((z, i) => (z - before[i]!) / (2 * h)),
            drift(32, t),
          ),
        ).toBeLessThan(1e-6);
      }),
    );
    expect(alphaOf(0.5)).toBe(1);
  });

  it('can be stopped and gone on with: the velocity depends on where it is alone', () => {
    const net = bend(32, 0.3, -0.2);
    const [at2, at4] = flow([2, 4], { dim: 32, network: net });
    const on = solve(velocity(32, net), at2!.map(Math.log), [2, 4], { step: 0.01 })[1]!.map(Math.exp);
    expect(relative(on, at4!)).toBeLessThan(1e-9);
  });

  it('a bend of the middle leaves the ends alone, a positive one slows, and larger ones slow more', () => {
    const plain = flow([4], { dim: 32 })[0]!;
    const shape = bendShape(32);
    expect([shape.mid[8], shape.slow[0], shape.slow[15]]).toEqual([1, 0, 1]);
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 0.5, noNaN: true }), (kappa) => {
        const bent = flow([4], { dim: 32, network: bend(32, kappa, 0), step: 0.05 })[0]!;
        expect(bent[8]!).toBeLessThan(plain[8]!);
        expect(Math.abs(bent[0]! - plain[0]!)).toBeLessThan(1e-5);
        expect(Math.abs(bent[15]! / plain[15]! - 1)).toBeLessThan(1e-4);
        expect(flow([4], { dim: 32, network: bend(32, kappa + 0.1, 0), step: 0.05 })[0]![8]!).toBeLessThan(bent[8]!);
        expect(flow([4], { dim: 32, network: bend(32, 0, -kappa), step: 0.05 })[0]![15]!).toBeGreaterThan(plain[15]!);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the solver', () => {
  it('integrates the curves of other methods: g = -1/t is linear scaling, g_i = -(2i/(d-2))/t NTK-aware with alpha = t', () => {
    const start = rope(32).map(Math.log);
    const at = (velocities: (t: number) => Float64Array) => solve((t) => velocities(t), start, [1, 4], { step: 0.01 })[1]!.map(Math.exp);
    expect(
      relative(
        at((t) => new Float64Array(16).fill(-1 / t)),
        linear(32, 4),
      ),
    ).toBeLessThan(1e-9);
    expect(
      relative(
        at((t) => Float64Array.from({ length: 16 }, (_, i) => (-2 * i) / (30 * t))),
        ntk(32, 4),
      ),
    ).toBeLessThan(1e-9);
  });

  it('has the order of its rule: half the step, half the error by Euler and a sixteenth by the 3/8 rule', () => {
    const error = (rule: Rule, step: number) =>
      Math.abs(solve((_, y) => y.map((v) => -v), Float64Array.of(1), [0, 2], { rule, step })[1]![0]! - Math.exp(-2));
    expect(error('euler', 0.05) / error('euler', 0.025)).toBeCloseTo(2, 0);
    expect(error('rk4', 0.1) / error('rk4', 0.05)).toBeGreaterThan(15);
    expect(error('rk4', 0.1) / error('rk4', 0.05)).toBeLessThan(18);
  });

  it('asks for the velocity as often as it says, and takes the steps it says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Rule>('euler', 'rk4'),
        fc.constantFrom(0.01, 0.05, 0.1, 0.25, 0.3, 0.5),
        fc.integer({ min: 1, max: 70 }),
        (rule, step, tenths) => {
          let asked = 0;
          const span = tenths / 10;
          solve((_, y) => (asked++, y.slice()), Float64Array.of(1), [1, 1 + span], { rule, step });
          expect(Math.abs(asked / evaluations[rule] - steps(span, step))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('reads between grid points off a straight line, and the grid does not depend on what is read', () => {
    const field = (_: number, y: Float64Array) => y.map((v) => -v);
    const [, quarter, end] = solve(field, Float64Array.of(1), [0, 0.25, 1], { rule: 'euler', step: 0.5 });
    expect(quarter![0]).toBeCloseTo(0.75, 15);
    expect(end).toEqual(solve(field, Float64Array.of(1), [0, 1], { rule: 'euler', step: 0.5 })[1]);
    expect(advance('euler', field, 0, Float64Array.of(1), 0.5)[0]).toBe(0.5);
  });

  it('refuses a step that leads nowhere and times that do not increase', () => {
    const field = (_: number, y: Float64Array) => y.slice();
    for (const step of [0, -1, NaN]) expect(() => solve(field, Float64Array.of(1), [0, 1], { step })).toThrow(RangeError);
    expect(() => solve(field, Float64Array.of(1), [0, 1, 1], { step: 0.1 })).toThrow(RangeError);
    expect(solve(field, Float64Array.of(1), [], { step: 0.1 })).toEqual([]);
    expect(solve(field, Float64Array.of(1), [3], { step: 0.1 })).toEqual([Float64Array.of(1)]);
  });
});

describe('the curves it is compared with', () => {
  it('have their published values', () => {
    const options = { dim: 8, trained: 256 };
    expect(relative(curveAt('rope', 4, options), [1, 0.1, 0.01, 0.001])).toBeLessThan(1e-12);
    expect(relative(curveAt('linear', 4, options), [0.25, 0.025, 0.0025, 0.00025])).toBeLessThan(1e-12);
    expect(maxDifference(curveAt('ntk', 4, options), [1, 0.06299605, 0.0039685, 0.00025])).toBeLessThan(1e-8);
    expect(ntkBase(8, 4)).toBeCloseTo(63496.042, 3);
    expect(maxDifference(curveAt('ntk2', 4, options), ntk(8, 7))).toBe(0);
    const theta = [1, 0.25693506, 0.0625, 0.01383496, 0.0025, 0.00079057, 0.00025, 0.00007906];
    expect(maxDifference(curveAt('yarn', 4, { dim: 16, trained: 256 }), theta)).toBeLessThan(1e-8);
    expect(yarnRange(16, { trained: 256 })).toEqual([0, 4]);
    expect(yarnRange(128, { trained: 2048 })).toEqual([16, 41]);
    expect(yarnRange(128, { trained: 4096 })).toEqual([20, 46]);
    expect(yarnMagnitude(4)).toBeCloseTo(1.13862944, 8);
  });

  it('all are RoPE at t = 1', () => {
    for (const name of ['rope', 'linear', 'ntk', 'ntk2', 'yarn'] as const)
      expect(relative(curveAt(name, 1, { dim: 32, trained: 256 }), rope(32))).toBeLessThan(1e-12);
  });

  it('show as much new angle as worked out by hand', () => {
    const sum = (theta: Float64Array, dim: number, trained: number, t: number) =>
      unseenArc(theta, t * trained, rope(dim), trained).reduce((a, b) => a + b, 0);
    const expected: Record<string, [wide: number, narrow: number]> = {
      rope: [51.27, 15.17],
      linear: [0.007, 0.03],
      ntk: [9.53, 5.96],
      ntk2: [0, 3.26],
      yarn: [0.007, 0.03],
    };
    for (const [name, [wide, narrow]] of Object.entries(expected)) {
      const at = (dim: number, trained: number) => sum(curveAt(name as 'rope', 4, { dim, trained }), dim, trained, 4);
      expect(Math.abs(at(128, 4096) - wide)).toBeLessThan(wide > 1 ? 0.006 : 0.0006);
      expect(Math.abs(at(32, 256) - narrow)).toBeLessThan(narrow > 1 ? 0.006 : 0.0006);
    }
    // Where nothing is blended, what is left is the step that the last position stands past the trained ones.
    expect(sum(linear(32, 4), 32, 256, 4)).toBeLessThan(sum(yarn(32, { scale: 4, trained: 256 }), 32, 256, 4) + 0.01);
  });
});

describe('positions', () => {
  it('in training start at 0, end at the last one, and increase', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 40 }), fc.integer({ min: 1, max: 16 }), fc.integer({ min: 2, max: 40 }), (n, t, trained) => {
        const last = n * t - 2;
        const order = Array.from({ length: last }, (_, i) => last - 1 - i);
        const positions = trainingPositions(n, t, trained, order);
        const divisor = Math.max(1, Math.floor(n / trained));
        expect(positions).toHaveLength(n);
        expect(positions[0]).toBe(0);
        expect(positions[n - 1]).toBe(Math.floor((n * t) / divisor) - 1);
        if (divisor === 1) for (let i = 1; i < n; i++) expect(positions[i]!).toBeGreaterThan(positions[i - 1]!);
      }),
    );
    expect(() => trainingPositions(1, 1, 4, [])).toThrow(RangeError);
  });

  it('at inference are read with t rounded up, at most the largest of training', () => {
    expect([1, 256, 257, 1024, 5000].map((length) => inferenceFactor(length, 256, 4))).toEqual([1, 1, 2, 4, 4]);
  });

  it('turning keeps the length of a vector, and a logit the difference of positions alone', () => {
    const theta = flow([3], { dim: 16, network: bend(16, 0.2, 0.1) })[0]!;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 32, maxLength: 32 }),
        fc.nat(500),
        fc.nat(500),
        (values, m, r) => {
          const [q, k] = [Float64Array.from(values.slice(0, 16)), Float64Array.from(values.slice(16))];
          const turned = rotate(q, m + r, theta);
          expect(Math.abs(dot(turned, 0, turned, 0, 16) - dot(q, 0, q, 0, 16))).toBeLessThan(1e-12);
          expect(Math.abs(dot(turned, 0, rotate(k, m, theta), 0, 16) - dot(rotate(q, r, theta), 0, k, 0, 16))).toBeLessThan(1e-10);
        },
      ),
    );
    expect(relativeError(rotate(Float64Array.of(1, 0), 1, Float64Array.of(Math.PI / 2)), Float64Array.of(0, 1))).toBeLessThan(1e-12);
  });
});

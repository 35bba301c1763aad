import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorb, begin, finish, logSum, merge } from '@/mechanisms/sequence-parallelism/online-softmax';
import {
  layouts,
  owned,
  progress,
  ringAttention,
  visible,
  workload,
  type Layout,
} from '@/mechanisms/sequence-parallelism/ringattention-lwm';
import {
  alternatives,
  causalEfficiency,
  causalTime,
  held,
  heldByAllGather,
  hiddenFrom,
  hop,
  schedule,
  traffic,
} from '@/mechanisms/sequence-parallelism/ringattention-lwm-cost';
import { lossWeights, pack, packedLoss, weightByExample } from '@/mechanisms/sequence-parallelism/ringattention-lwm-packing';
import { packingToy, toy } from '@/mechanisms/sequence-parallelism/ringattention-lwm-toy';
import { attention, causal } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { counter } from '@/tensor/counter';
import { random } from '@/tensor/random';
import { logSumExp } from '@/tensor/softmax';
import { generate, row, rows, toRows, type Matrix } from '@/tensor/tensor';
import check from '@/widgets/sequence-parallelism/ringattention-lwm/check';
import golden from '../golden/ringattention-lwm.json';

const devicesAndLength = fc
  .tuple(fc.constantFrom(1, 2, 3, 4, 6, 8), fc.integer({ min: 1, max: 3 }))
  .map(([devices, half]) => ({ devices, length: 2 * devices * half }));
const anyLayout = fc.constantFrom(...layouts);
const anySeed = fc.integer({ min: 0, max: 9999 });
const sum = (x: Iterable<number>) => [...x].reduce((a, b) => a + b, 0);

describe('online softmax', () => {
  const cutInto = (n: number, source: ReturnType<typeof random>) => {
    const blocks: number[][] = [[]];
    for (const key of source.shuffle(Array.from({ length: n }, (_, j) => j))) {
      if (source.uniform() < 0.3) blocks.push([]);
      blocks.at(-1)!.push(key);
    }
    return blocks.filter((block) => block.length);
  };

  it('equals softmax attention however the keys are cut into blocks and ordered', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.1, max: 50, noNaN: true }), (seed, n, spread) => {
        const source = random(seed);
        const { v } = toy(n, seed);
        const scores = Float64Array.from({ length: n }, () => (source.uniform() < 0.2 ? -Infinity : spread * source.normal()));
        const state = cutInto(n, source).reduce(
          (s, block) =>
            absorb(
              s,
              block.map((j) => scores[j]!),
              rows(v, block),
            ),
          begin(4),
        );
        const exact = new Float64Array(4);
        const total = logSumExp(scores);
        if (total > -Infinity) scores.forEach((s, j) => row(v, j).forEach((x, c) => (exact[c]! += Math.exp(s - total) * x)));
        expect(maxDifference(finish(state), exact)).toBeLessThan(1e-12);
        expect(maxDifference([logSum(state)], [total])).toBeLessThan(1e-12);
        expect(state.max).toBe(Math.max(-Infinity, ...scores));
      }),
    );
  });

  it('merges partial states in any order, with begin as zero', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 3, max: 30 }), (seed, n) => {
        const source = random(seed);
        const { v } = toy(n, seed);
        const scores = Float64Array.from({ length: n }, () => 20 * source.normal());
        const parts = cutInto(n, source).map((block) =>
          absorb(
            begin(4),
            block.map((j) => scores[j]!),
            rows(v, block),
          ),
        );
        const forwards = parts.reduce(merge, begin(4));
        const backwards = [begin(4), ...parts].reduceRight((a, b) => merge(a, b));
        expect(maxDifference(finish(forwards), finish(backwards))).toBeLessThan(1e-12);
        expect(maxDifference(finish(forwards), finish(absorb(begin(4), scores, v)))).toBeLessThan(1e-12);
      }),
    );
  });

  it('makes no NaN where everything is masked, and does not touch the state it was given', () => {
    const { v } = toy(3, 1);
    const none = absorb(begin(4), [-Infinity, -Infinity, -Infinity], v);
    expect(finish(none)).toEqual(new Float64Array(4));
    expect(logSum(none)).toBe(-Infinity);
    expect(finish(merge(none, begin(4)))).toEqual(new Float64Array(4));
    const some = absorb(none, [1, -Infinity, 2], v);
    const copy = structuredClone(some);
    absorb(some, [1000, 0, 0], v);
    expect(some).toEqual(copy);
    expect(absorb(some, [-Infinity, -Infinity, -Infinity], v)).toEqual(copy);
  });

  it('survives scores whose exponentials overflow', () => {
    const { v } = toy(2, 3);
    const state = absorb(absorb(begin(4), [-5000, -Infinity], v), [-Infinity, 5000], v);
    expect(maxDifference(finish(state), row(v, 1))).toBe(0);
    expect(logSum(state)).toBe(5000);
  });

  it('refuses sizes that disagree', () => {
    const { v } = toy(3, 1);
    expect(() => absorb(begin(4), [1, 2], v)).toThrow(RangeError);
    expect(() => absorb(begin(3), [1, 2, 3], v)).toThrow(RangeError);
    expect(() => merge(begin(3), begin(4))).toThrow(RangeError);
  });
});

describe('layouts', () => {
  it('partition the tokens into equal, ascending shares', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, (layout, { devices, length }) => {
        const shares = owned(layout, length, devices);
        expect(shares.map((share) => share.length)).toEqual(Array(devices).fill(length / devices));
        expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
        for (const share of shares) expect(share).toEqual(share.toSorted((a, b) => a - b));
      }),
    );
  });

  it('refuse what cannot be dealt out', () => {
    expect(() => owned('contiguous', 10, 4)).toThrow(RangeError);
    expect(() => owned('zigzag', 12, 4)).toThrow(RangeError);
    expect(owned('striped', 12, 4)).toHaveLength(4);
    expect(() => owned('striped', 12, 0)).toThrow(RangeError);
    expect(() => owned('striped', 0, 1)).toThrow(RangeError);
  });
});

describe('golden: the schedules of zhuzilin/ring-flash-attention', () => {
  it.each(check().map((row) => [row.what, row] as const))('%s', (_, { error, tolerance }) => {
    expect(error).toBeLessThan(tolerance);
  });

  it('covers every layout, with and without a mask', () => {
    expect(check()).toHaveLength(golden.cases.length);
    expect(new Set(golden.cases.map(({ params }) => params.layout))).toEqual(new Set(layouts));
    expect(new Set(golden.cases.map(({ params }) => params.causal))).toEqual(new Set([true, false]));
    expect(golden.commit).toMatch(/^899628238f/);
  });
});

describe('the ring', () => {
  it('is exact attention under every layout and mask', () => {
    fc.assert(
      fc.property(
        anyLayout,
        devicesAndLength,
        fc.boolean(),
        fc.boolean(),
        anySeed,
        (layout, { devices, length }, isCausal, packs, seed) => {
          const { q, k, v } = toy(length, seed);
          const segments = packs ? Array.from({ length }, (_, i) => Math.floor((3 * i) / length)) : undefined;
          const ring = ringAttention(q, k, v, { devices, layout, causal: isCausal, segments });
          const exact = attention(q, k, v, { mask: visible(isCausal, segments) });
          expect(maxDifference(ring.output.data, exact.output.data)).toBeLessThan(1e-12);
          expect(maxDifference(ring.snapshots.at(-1)!.logSum, exact.logSumExp)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it.each(layouts)('%s agrees with causal attention at N = 24, P = 4, to the last digits', (layout) => {
    const { q, k, v } = toy(24, 0);
    const ring = ringAttention(q, k, v, { devices: 4, layout });
    expect(maxDifference(ring.output.data, attention(q, k, v, { mask: causal }).output.data)).toBeLessThan(1e-14);
  });

  it('does not depend on the order in which the chunks pass', () => {
    fc.assert(
      fc.property(anyLayout, anySeed, (layout, seed) => {
        const { q, k, v } = toy(24, seed);
        const ring = ringAttention(q, k, v, { devices: 4, layout });
        const { scores } = attention(q, k, v, { mask: causal });
        const order = random(seed).shuffle([0, 1, 2, 3]);
        for (let query = 0; query < 24; query++) {
          const state = order.reduce(
            (s, p) =>
              absorb(
                s,
                ring.owned[p]!.map((key) => row(scores, query)[key]!),
                rows(v, ring.owned[p]!),
              ),
            begin(4),
          );
          expect(maxDifference(finish(state), row(ring.output, query))).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('hands every chunk to every device once, by the rule (p - t) mod P', () => {
    const { q, k, v } = toy(24, 0);
    const { held: holders } = ringAttention(q, k, v, { devices: 6 });
    for (let t = 0; t < 6; t++) for (let p = 0; p < 6; p++) expect(holders[t]![p]).toBe((p - t + 6) % 6);
  });

  it('computes every visible pair exactly once, at the step its key passes by', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, fc.boolean(), (layout, { devices, length }, isCausal) => {
        const { q, k, v } = toy(length, 0);
        const ring = ringAttention(q, k, v, { devices, layout, causal: isCausal });
        const pairs = isCausal ? (length * (length + 1)) / 2 : length ** 2;
        expect(sum(ring.work.data)).toBe(pairs);
        expect(ring.step.data.filter((t) => t >= 0)).toHaveLength(pairs);
        expect(ring.flops).toBe(4 * 4 * pairs);
        expect(workload(ring.owned, visible(isCausal)).data).toEqual(ring.work.data);
        ring.owned.forEach((own, p) =>
          own.forEach((query) => {
            for (let key = 0; key < length; key++) {
              const t = ring.step.data[query * length + key]!;
              expect(t >= 0).toBe(visible(isCausal)(query, key));
              if (t >= 0) expect(ring.owned[ring.held[t]![p]!]).toContain(key);
            }
          }),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('does the arithmetic of attention on one device, no more and no less, without a mask', () => {
    const { q, k, v } = toy(24, 0);
    const one = counter();
    attention(q, k, v, { counter: one });
    expect(ringAttention(q, k, v, { devices: 4, causal: false }).flops).toBe(one.flops);
  });

  it('nears the exact output only as mass arrives, and reaches it at the end', () => {
    const { q, k, v } = toy(48, 2);
    const exact = attention(q, k, v, { mask: causal }).output;
    for (const layout of layouts) {
      const { error, mass } = progress(ringAttention(q, k, v, { devices: 4, layout }), exact);
      for (let p = 0; p < 4; p++) {
        expect(row(error, p).at(-1)).toBeLessThan(1e-14);
        expect(row(mass, p).at(-1)).toBeCloseTo(1, 14);
        for (let t = 1; t < 4; t++) expect(row(mass, p)[t]).toBeGreaterThanOrEqual(row(mass, p)[t - 1]! - 1e-15);
      }
    }
    // Contiguous: device 0 has seen all it may after its own chunk, the last device has not.
    const { error } = progress(ringAttention(q, k, v, { devices: 4 }), exact);
    expect(error.data[0]).toBeLessThan(1e-14);
    expect(row(error, 3)[2]).toBeGreaterThan(1e-3);
  });

  it('refuses sizes that disagree', () => {
    const { q, k, v } = toy(24, 0);
    const short = toy(12, 0);
    expect(() => ringAttention(q, short.k, short.v, { devices: 4 })).toThrow(RangeError);
    expect(() => ringAttention(q, k, short.v, { devices: 4 })).toThrow(RangeError);
    expect(() => ringAttention(q, k, v, { devices: 5 })).toThrow(RangeError);
    expect(() => ringAttention(q, k, v, { devices: 4, segments: [0] })).toThrow(RangeError);
    expect(() =>
      ringAttention(
        generate(['query', 'channel'], [24, 3], () => 1),
        k,
        v,
        { devices: 4 },
      ),
    ).toThrow(RangeError);
  });

  it('can be cloned to a worker', () => {
    const { q, k, v } = toy(16, 0);
    const ring = ringAttention(q, k, v, { devices: 2 });
    expect(structuredClone(ring)).toEqual(ring);
  });
});

describe('work and time', () => {
  const work = (layout: Layout, length = 24, devices = 4, isCausal = true) => workload(owned(layout, length, devices), visible(isCausal));

  it('has the work matrices of N = 24, P = 4', () => {
    expect(toRows(work('contiguous'))).toEqual([
      [21, 0, 0, 0],
      [21, 36, 0, 0],
      [21, 36, 36, 0],
      [21, 36, 36, 36],
    ]);
    expect(toRows(work('striped'))).toEqual([
      [21, 15, 15, 15],
      [21, 21, 15, 15],
      [21, 21, 21, 15],
      [21, 21, 21, 21],
    ]);
    expect(toRows(work('zigzag'))).toEqual([
      [21, 18, 18, 18],
      [21, 18, 18, 18],
      [21, 18, 18, 18],
      [21, 18, 18, 18],
    ]);
    for (const layout of layouts) expect(sum(work(layout).data)).toBe(300);
  });

  it.each([
    ['contiguous', 129, 0.5814, 0.53339],
    ['striped', 84, 0.8929, 0.99829],
    ['zigzag', 75, 1, 1],
  ] as const)('%s takes %d pairs of time, efficiency %d; %d at N = 4096, P = 8', (layout, total, efficiency, large) => {
    const small = schedule(work(layout));
    expect(small.total).toBe(total);
    expect(small.efficiency).toBeCloseTo(efficiency, 4);
    expect(causalEfficiency(layout, 4096, 8)).toBeCloseTo(large, 5);
    expect(schedule(work(layout, 512, 8)).total).toBe(causalTime(layout, 512, 8));
  });

  it('has closed forms', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, (layout, { devices, length }) => {
        const counted = schedule(work(layout, length, devices));
        expect(counted.total).toBe(causalTime(layout, length, devices));
        expect(counted.efficiency).toBeCloseTo(causalEfficiency(layout, length, devices), 12);
        if (layout === 'striped') expect(counted.efficiency).toBeCloseTo((length + 1) / (length + devices), 12);
        if (layout === 'zigzag') expect(counted.efficiency).toBe(1);
      }),
    );
    expect(causalEfficiency('contiguous', 8e9, 8)).toBeCloseTo(8 / 15, 8);
    expect(causalEfficiency('contiguous', 8e12, 8000)).toBeCloseTo(1 / 2, 3);
    expect(causalEfficiency('striped', 24, 4)).toBeCloseTo(25 / 28, 14);
  });

  it('does not get faster without the barrier: the busiest device is never idle', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, (layout, { devices, length }) => {
        const { busiest, total } = schedule(work(layout, length, devices));
        expect(busiest).toBe(total);
      }),
    );
  });

  it('makes all layouts equal without a causal mask', () => {
    for (const layout of layouts) {
      const { total, efficiency } = schedule(work(layout, 24, 4, false));
      expect([total, efficiency]).toEqual([144, 1]);
    }
  });

  it('loses the balance of zigzag again when short examples are packed', () => {
    const segments = Array.from({ length: 24 }, (_, i) => (i < 4 ? 0 : i < 10 ? 1 : 2));
    const packed = schedule(workload(owned('zigzag', 24, 4), visible(true, segments)));
    expect(packed.efficiency).toBeLessThan(0.9);
    expect(packed.busiest).toBeLessThanOrEqual(packed.total);
  });

  it('accounts for every unit of every device: computing or idle', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, fc.integer({ min: 0, max: 200 }), (layout, { devices, length }, transfer) => {
        const matrix = work(layout, length, devices);
        const timed = schedule(matrix, transfer);
        for (let p = 0; p < devices; p++) expect(sum(row(matrix, p)) + sum(row(timed.idle, p))).toBe(timed.total);
        expect(Math.min(...timed.idle.data)).toBeGreaterThanOrEqual(0);
        expect(timed.total).toBe(sum(timed.steps.map(({ compute, transfer: hops }) => Math.max(compute, hops))));
        expect(timed.total).toBe(sum(timed.steps.map(({ compute }) => compute)) + timed.exposed);
        expect(timed.efficiency).toBeCloseTo(timed.ideal / timed.total, 14);
        expect(timed.steps.at(-1)!.transfer).toBe(0);
      }),
    );
  });
});

describe('transfer', () => {
  it('hides behind full blocks exactly when a chunk has at least F / B tokens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (chunk, intensity) => {
        const full = workload(owned('contiguous', 4 * chunk, 4), visible(false));
        const { exposed } = schedule(full, hop(chunk, intensity));
        expect(exposed === 0).toBe(chunk >= hiddenFrom(intensity));
      }),
    );
  });

  it('needs twice the chunk once a causal ring is balanced', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }), (half, intensity) => {
        const chunk = 2 * half;
        const { steps } = schedule(workload(owned('zigzag', 4 * chunk, 4), visible(true)), hop(chunk, intensity));
        expect(steps[1]!.exposed === 0).toBe(chunk >= hiddenFrom(intensity, 1 / 2));
      }),
    );
  });

  it('is hidden in every causal layout once a chunk has 2 F / B tokens', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, fc.double({ min: 0, max: 1, noNaN: true }), (layout, { devices, length }, share) => {
        const chunk = length / devices;
        const intensity = (share * chunk) / 2;
        expect(hiddenFrom(intensity, 1 / 2)).toBeLessThanOrEqual(chunk);
        expect(schedule(workload(owned(layout, length, devices), visible(true)), hop(chunk, intensity)).exposed).toBe(0);
      }),
    );
  });

  it('has the thresholds of the hardware: A100 with NVLink and with InfiniBand', () => {
    expect(hiddenFrom(312e12 / 300e9)).toBeCloseTo(1040, 9);
    expect(hiddenFrom(312e12 / 12.5e9)).toBeCloseTo(24960, 9);
    expect(hiddenFrom(312e12 / 300e9, 1, 1 / 4)).toBeCloseTo(260, 9);
  });

  it('derives from operations and bytes', () => {
    const [flops, bandwidth, hidden, chunk] = [312e12, 300e9, 4096, 2000];
    const pair = (4 * hidden) / flops;
    expect(hop(chunk, flops / bandwidth) * pair).toBeCloseTo((2 * 2 * chunk * hidden) / bandwidth, 12);
  });

  it('sends 2(P-1)Nh/P elements a device forward, under every layout; with one device nothing', () => {
    fc.assert(
      fc.property(anyLayout, devicesAndLength, (layout, { devices, length }) => {
        const { q, k, v } = toy(length, 0);
        const { sent } = ringAttention(q, k, v, { devices, layout });
        const closed = traffic({ length, devices, hidden: 4 });
        expect(sent).toEqual(Array(devices).fill(closed.forward));
        expect(closed.forward).toBeCloseTo((2 * (devices - 1) * length * 4) / devices, 9);
      }),
    );
    expect(traffic({ length: 24, devices: 1, hidden: 4 })).toEqual({ forward: 0, backward: 0, forwardWithLastHop: 0 });
    expect(traffic({ length: 24, devices: 4, hidden: 4 })).toEqual({
      forward: 144,
      backward: 144 + 192,
      forwardWithLastHop: 192,
    });
    expect(traffic({ length: 24, devices: 4, hidden: 4, hiddenKeys: 1 }).forward).toBe(36);
  });

  it('is P / 2 times that of Ulysses and half that of tensor parallelism', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 1, max: 99 }), (devices, chunk) => {
        const sizes = { length: devices * chunk, devices, hidden: 128 };
        expect(traffic(sizes).forward / alternatives(sizes).ulysses).toBeCloseTo(devices / 2, 9);
        expect(traffic(sizes).forward / alternatives(sizes).tensorParallel).toBeCloseTo(1 / 2, 9);
      }),
    );
  });

  it('holds six chunks, so the context grows with the devices', () => {
    expect(held({ length: 24, devices: 4, hidden: 4 })).toBe(6 * 6 * 4);
    expect(held({ length: 48, devices: 8, hidden: 4 })).toBe(held({ length: 24, devices: 4, hidden: 4 }));
  });

  it('holds less than after an all-gather, from three devices on, by a factor that tends to P / 3', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 99 }), (devices, chunk) => {
        const sizes = { length: devices * chunk, devices, hidden: 16 };
        expect(heldByAllGather(sizes)).toBe((2 + 2 * devices) * chunk * 16);
        expect(heldByAllGather(sizes) / held(sizes)).toBeCloseTo((1 + devices) / 3, 9);
        expect(heldByAllGather(sizes) > held(sizes)).toBe(devices > 2);
      }),
    );
  });
});

describe('masked packing', () => {
  it('weighs answers of 2 and 8 tokens, with losses 1 and 0, as 0.2 or 0.5', () => {
    const packed = pack([
      { prompt: 3, answer: 2 },
      { prompt: 1, answer: 8 },
    ]);
    const losses = packed.segments.map((segment) => (segment === 0 ? 1 : 0));
    expect(packedLoss(losses, lossWeights(packed, 'tokens'))).toBeCloseTo(0.2, 14);
    expect(packedLoss(losses, lossWeights(packed, 'examples'))).toBeCloseTo(0.5, 14);
    expect(packed.positions).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  const examples = fc.array(fc.record({ prompt: fc.integer({ min: 0, max: 6 }), answer: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 5,
  });

  it('reweighted, is the mean of the examples’ mean losses; naive only if all answers are as long', () => {
    fc.assert(
      fc.property(examples, anySeed, (list, seed) => {
        const packed = pack(list);
        const source = random(seed);
        const losses = packed.segments.map(() => source.uniform());
        const means = list.map((_, i) => {
          const own = losses.filter((_, t) => packed.segments[t] === i && packed.supervised[t]);
          return sum(own) / own.length;
        });
        expect(packedLoss(losses, lossWeights(packed, 'examples'))).toBeCloseTo(sum(means) / means.length, 12);
        const equal = new Set(list.map(({ answer }) => answer)).size === 1;
        const byExample = weightByExample(packed, lossWeights(packed, 'tokens'));
        expect(Math.max(...byExample) - Math.min(...byExample) < 1e-12).toBe(equal);
        if (equal) expect(packedLoss(losses, lossWeights(packed, 'tokens'))).toBeCloseTo(sum(means) / means.length, 12);
        for (const weighting of ['tokens', 'examples'] as const) expect(sum(lossWeights(packed, weighting))).toBeCloseTo(1, 12);
      }),
    );
  });

  it('gives every example what it would have computed alone, from position 0', () => {
    const list = [
      { prompt: 5, answer: 2 },
      { prompt: 2, answer: 8 },
      { prompt: 4, answer: 3 },
    ];
    const { segments, positions } = pack(list);
    const content = toy(segments.length, 4);
    // An absolute position code, so that positions which did not start again would show.
    const placed = (x: Matrix<'query' | 'key', 'channel'>, at: readonly number[]) =>
      x.data.map((value, i) => value + Math.sin((at[Math.floor(i / 4)]! + 1) * ((i % 4) + 1)));
    const q = { ...content.q, data: placed(content.q, positions) };
    const k = { ...content.k, data: placed(content.k, positions) };
    const ring = ringAttention(q, k, content.v, { devices: 4, layout: 'striped', segments });
    list.forEach((_, i) => {
      const own = segments.flatMap((segment, t) => (segment === i ? [t] : []));
      const fresh = own.map((_, t) => t);
      const alone = attention(
        { ...rows(content.q, own), data: placed(rows(content.q, own), fresh) },
        { ...rows(content.k, own), data: placed(rows(content.k, own), fresh) },
        rows(content.v, own),
        { mask: causal },
      );
      expect(maxDifference(rows(ring.output, own).data, alone.output.data)).toBeLessThan(1e-12);
    });
  });

  it('computes the loss of padded rows, which naive packing misses', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const { padded, naive, maskedOnly, reweighted } = packingToy(
          [
            { prompt: 6, answer: 2 },
            { prompt: 2, answer: 8 },
            { prompt: 3, answer: 3 },
          ],
          seed,
        );
        expect(reweighted.loss).toBeCloseTo(padded.loss, 12);
        expect(maxDifference(reweighted.losses, padded.losses)).toBeLessThan(1e-12);
        expect(maxDifference(maskedOnly.losses, padded.losses)).toBeLessThan(1e-12);
        expect(Math.abs(naive.loss - padded.loss)).toBeGreaterThan(0);
        expect(naive.losses[0]).toBeCloseTo(padded.losses[0]!, 12);
        expect(naive.losses[2]).not.toBeCloseTo(padded.losses[2]!, 6);
        expect(maxDifference(naive.weights, [2 / 13, 8 / 13, 3 / 13])).toBeLessThan(1e-12);
        expect(maxDifference(reweighted.weights, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-12);
        expect(Math.max(...reweighted.leak)).toBe(0);
        expect(naive.leak[0]).toBe(0);
        expect(naive.leak[2]).toBeGreaterThan(0.1);
      }),
      { numRuns: 20 },
    );
  });

  it('saves the padding', () => {
    expect(
      packingToy(
        [
          { prompt: 6, answer: 2 },
          { prompt: 2, answer: 8 },
          { prompt: 3, answer: 3 },
        ],
        0,
      ).padding,
    ).toBe(2 + 0 + 4);
  });

  it('refuses an example without an answer', () => {
    expect(() => pack([{ prompt: 3, answer: 0 }])).toThrow(RangeError);
  });
});

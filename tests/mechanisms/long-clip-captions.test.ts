import fc from 'fast-check';
import { SVD, Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  cosine,
  encode,
  gradients,
  sample,
  strengths,
  train,
  type Encoders,
  type Objective,
} from '@/mechanisms/positional-extrapolation/long-clip-captions';
import { agreement, backward, components, rebuilt, type Features } from '@/mechanisms/positional-extrapolation/long-clip-components';
import { contrastive, unit, unitBackward } from '@/mechanisms/positional-extrapolation/long-clip-loss';
import { retrieval } from '@/mechanisms/positional-extrapolation/long-clip-retrieval';
import { cases, difference } from '@/widgets/positional-extrapolation/long-clip/check';
import { maxDifference } from '@/tensor/compare';
import { normals, random } from '@/tensor/random';
import { fromRows, generate, row, tensor, toRows } from '@/tensor/tensor';

const axes = ['item', 'channel'] as const;
const some = (count: number, width: number, seed: number): Features => tensor(axes, [count, width], normals(seed, count * width));
const anyFeatures = fc
  .record({ count: fc.integer({ min: 2, max: 20 }), width: fc.integer({ min: 1, max: 8 }), seed: fc.nat(1000) })
  .map(({ count, width, seed }) => some(count, width, seed));
const inner = (a: Features, b: Features) => a.data.reduce((sum, x, i) => sum + x * b.data[i]!, 0);
const error = (a: Features, b: Features) => a.data.reduce((sum, x, i) => sum + (x - b.data[i]!) ** 2, 0);

/** The derivative of f along a direction, by central differences. */
function along(f: (x: Features) => number, x: Features, direction: Features, h = 1e-5): number {
  const at = (t: number) =>
    f(
      tensor(
        x.axes,
        x.shape,
        x.data.map((v, i) => v + t * direction.data[i]!),
      ),
    );
  return (at(h) - at(-h)) / (2 * h);
}

describe('the authors of Long-CLIP agree', () => {
  const bounds: Record<string, number> = { pca: 5e-6, forward: 2e-5 };
  it.each(cases.filter(({ params }) => params.method in bounds).map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(difference(one)).toBeLessThan(bounds[one.params.method]!);
  });
});

describe('main components', () => {
  const x = unit(generate(axes, [8, 6], (i, c) => Math.sin(1.1 * i! + 0.7 * c!) + 0.3 * c!)).rows;

  it('has the errors and singular values worked out for it', () => {
    const { squares } = components(x, 1);
    expect(maxDifference(Array.from(squares.slice(0, 3), Math.sqrt), [1.37798845, 0.94984608, 0.12613693])).toBeLessThan(1e-8);
    // Sums of squares of what is dropped.
    expect(error(components(x, 1).coarse, x)).toBeCloseTo(0.9181181, 8);
    expect(error(components(x, 2).coarse, x)).toBeCloseTo(0.01591053, 8);
    expect(error(components(x, 3).coarse, x)).toBeLessThan(1e-12);
  });

  it('with min(B - 1, e) components or more, is the batch itself; else off by the squares of what is dropped', () => {
    fc.assert(
      fc.property(anyFeatures, fc.nat(8), (features, any) => {
        const [count, width] = features.shape as [number, number];
        const k = Math.min(any, width);
        const { coarse, squares } = components(features, k);
        const dropped = squares.slice(k).reduce((a, b) => a + b, 0);
        expect(Math.abs(error(coarse, features) - dropped)).toBeLessThan(1e-9 * (1 + dropped));
        if (k >= Math.min(count - 1, width)) expect(maxDifference(coarse.data, features.data)).toBeLessThan(1e-7);
      }),
    );
  });

  it('has the singular values of a general library, descending, and orthonormal axes', () => {
    fc.assert(
      fc.property(anyFeatures, (features) => {
        const { squares, axes: own, centred } = components(features, 1);
        const reference = new SVD(new Dense(toRows(centred)), { autoTranspose: true }).diagonal;
        const found = Array.from(squares, Math.sqrt);
        for (let i = 0; i < found.length; i++) expect(Math.abs(found[i]! - (reference[i] ?? 0))).toBeLessThan(1e-6);
        for (let i = 1; i < found.length; i++) expect(found[i]!).toBeLessThanOrEqual(found[i - 1]!);
        const columns = new Dense(toRows(own));
        expect(Dense.sub(columns.transpose().mmul(columns), Dense.eye(found.length)).norm()).toBeLessThan(1e-9);
      }),
    );
  });

  it('keeps the mean, and does not mind the order of the batch', () => {
    fc.assert(
      fc.property(anyFeatures, (features) => {
        const [count, width] = features.shape as [number, number];
        const k = Math.ceil(width / 2);
        const { coarse, mean, squares } = components(features, k);
        const found = new Float64Array(width);
        coarse.data.forEach((v, i) => (found[i % width]! += v / count));
        expect(maxDifference(found, mean)).toBeLessThan(1e-9);
        // Where the last kept and the first dropped are alike, either may be taken.
        if (k < width && squares[k - 1]! - squares[k]! < 1e-3) return;
        const turned = fromRows(axes, toRows(features).reverse());
        expect(maxDifference(toRows(components(turned, k).coarse).reverse().flat(), coarse.data)).toBeLessThan(1e-8);
      }),
    );
  });

  it('can be rebuilt for another k, and none leaves the mean in every row', () => {
    const parts = components(x, 2);
    expect(maxDifference(rebuilt(parts, 1).data, components(x, 1).coarse.data)).toBe(0);
    for (let i = 0; i < 8; i++) expect(maxDifference(row(rebuilt(parts, 0), i), parts.mean)).toBe(0);
  });

  it('agrees with targets, for every k at once, as batches rebuilt one by one do', () => {
    for (const [count, width] of [
      [12, 5],
      [4, 7],
    ] as const) {
      const [features, targets] = [unit(some(count, width, 8)).rows, unit(some(count, width, 9)).rows];
      const parts = components(features, 1);
      const one = Array.from({ length: width }, (_, i) => cosine(rebuilt(parts, i + 1), targets));
      expect(maxDifference(agreement(parts, targets), one)).toBeLessThan(1e-9);
    }
  });

  it('its gradient is that of finite differences', () => {
    for (const [count, width, k, seed] of [
      [10, 5, 2, 1],
      [10, 5, 1, 2],
      [6, 8, 3, 3],
      [10, 4, 4, 4],
      [10, 4, 0, 5],
    ] as const) {
      const features = some(count, width, seed);
      const [probe, direction] = [some(count, width, seed + 50), some(count, width, seed + 90)];
      const found = inner(backward(components(features, k), probe), direction);
      expect(found).toBeCloseTo(
        along((at) => inner(components(at, k).coarse, probe), features, direction),
        6,
      );
    }
  });

  it('with all kept the gradient passes unchanged; equal squares leave it finite', () => {
    const [features, probe] = [some(9, 4, 6), some(9, 4, 7)];
    expect(maxDifference(backward(components(features, 4), probe).data, probe.data)).toBeLessThan(1e-12);
    const square = fromRows(axes, [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]);
    expect(backward(components(square, 1), some(4, 2, 1)).data.every(Number.isFinite)).toBe(true);
  });

  it.each([-1, 7, 1.5])('refuses to keep %s of 6', (k) => expect(() => components(x, k)).toThrow(RangeError));
});

describe('the contrastive loss', () => {
  it('is 0 for identical features as the scale goes to infinity, without smoothing', () => {
    const x = unit(some(12, 6, 1)).rows;
    expect(contrastive(x, x, { scale: 1e4, smoothing: 0 }).loss).toBeLessThan(1e-12);
    expect(contrastive(x, x, { scale: 1, smoothing: 0 }).loss).toBeGreaterThan(1);
  });

  it('is log B where all logits are equal, whatever the smoothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, smoothing) => {
        const same = generate(axes, [count, 3], (_, c) => c!);
        expect(contrastive(same, same, { scale: 5, smoothing }).loss).toBeCloseTo(Math.log(count), 10);
      }),
    );
  });

  it('does not mind which side is which, or the order of the pairs', () => {
    const [x, y] = [some(7, 4, 1), some(7, 4, 2)];
    const one = contrastive(x, y, { scale: 3 });
    const other = contrastive(y, x, { scale: 3 });
    expect(one.loss).toBeCloseTo(other.loss, 12);
    expect(maxDifference(one.x.data, other.y.data)).toBeLessThan(1e-12);
    const turned = (m: Features) => fromRows(axes, toRows(m).reverse());
    expect(contrastive(turned(x), turned(y), { scale: 3 }).loss).toBeCloseTo(one.loss, 12);
  });

  it('its gradients are those of finite differences, and so is that of a length of 1', () => {
    const [x, y, direction] = [some(6, 4, 3), some(6, 4, 4), some(6, 4, 5)];
    const options = { scale: 2, smoothing: 0.1 };
    const found = contrastive(x, y, options);
    expect(inner(found.x, direction)).toBeCloseTo(
      along((at) => contrastive(at, y, options).loss, x, direction),
      7,
    );
    expect(inner(found.y, direction)).toBeCloseTo(
      along((at) => contrastive(x, at, options).loss, y, direction),
      7,
    );
    expect(inner(unitBackward(unit(x), y), direction)).toBeCloseTo(
      along((at) => inner(unit(at).rows, y), x, direction),
      7,
    );
  });

  it.each([
    ['different batches', () => contrastive(some(3, 2, 1), some(4, 2, 1), { scale: 1 })],
    ['a row of zeros', () => unit(tensor(axes, [2, 2]))],
  ])('refuses: %s', (_, run) => expect(run).toThrow(RangeError));
});

describe('a batch of images with captions', () => {
  const world = (seed: number) => {
    const { signs, seen } = sample(128, 16, 0, random(seed));
    const gains = strengths(16, 0.8);
    return { image: encode(seen, gains).rows, long: encode(signs, gains).rows, short: encode(signs, gains, 4).rows };
  };

  it('agrees with its short captions by a ratio of norms, and with its long ones entirely', () => {
    const { image, long, short } = world(1);
    const squared = (gains: Float64Array) => gains.reduce((sum, g) => sum + g * g, 0);
    const expected = Math.sqrt(squared(strengths(4, 0.8)) / squared(strengths(16, 0.8)));
    expect(expected).toBeCloseTo(0.9126, 4);
    expect(cosine(image, short)).toBeCloseTo(expected, 12);
    expect(cosine(image, long)).toBeCloseTo(1, 12);
  });

  it('agrees best after keeping as many components as a short caption names: the mean of ten seeds', () => {
    const kept = [1, 2, 3, 4, 6, 8, 16];
    const mean = kept.map((k) =>
      Array.from({ length: 10 }, (_, s) => s).reduce((sum, seed) => {
        const { image, short } = world(seed);
        return sum + cosine(components(image, k).coarse, short) / 10;
      }, 0),
    );
    // Ten batches spread by less than a hundredth.
    expect(maxDifference(mean, [0.658, 0.843, 0.939, 0.992, 0.943, 0.924, 0.913])).toBeLessThan(0.01);
  });

  it('noise lies around what is shown', () => {
    const { signs, seen } = sample(400, 16, 0.5, random(3));
    const off = seen.data.map((x, i) => x - signs.data[i]!);
    expect(off.reduce((a, b) => a + b, 0) / off.length).toBeCloseTo(0, 1);
    expect(Math.sqrt(off.reduce((a, b) => a + b * b, 0) / off.length)).toBeCloseTo(0.5, 1);
    expect(sample(5, 4, 0, random(3)).seen).toEqual(sample(5, 4, 0, random(3)).signs);
  });
});

describe('a small training', () => {
  const options = { attributes: 16, decay: 0.8, named: 4, kept: 4, noise: 0.7, batch: 32, steps: 60, scale: 8, rate: 0.02 };

  it('its gradients are those of finite differences, for each of the three losses', () => {
    const batch = sample(12, 6, 0.5, random(1));
    const start: Encoders = { image: strengths(6, 0.8), text: strengths(6, 0.7) };
    const small = { named: 2, kept: 2, scale: 4 };
    for (const objective of ['long', 'mixed', 'pcm'] as Objective[]) {
      const found = gradients(objective, start, batch, small);
      for (const which of ['image', 'text'] as const) {
        for (const a of [0, 1, 2, 5]) {
          const at = (h: number) => {
            const changed = { image: start.image.slice(), text: start.text.slice() };
            changed[which][a]! += h;
            return gradients(objective, changed, batch, small).loss;
          };
          expect(found[which][a]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
        }
      }
    }
  });

  it('with all components kept is the training with whole features', () => {
    const ends = (objective: Objective) => {
      let end: Float64Array | undefined;
      train(objective, { ...options, kept: 16, steps: 10, seed: 2 }, (_, { image }) => (end = image.slice()));
      return end!;
    };
    expect(maxDifference(ends('pcm'), ends('mixed'))).toBeLessThan(1e-9);
    expect(maxDifference(ends('long'), ends('mixed'))).toBeGreaterThan(0.01);
  });

  it('starts from the strengths and shows every step', () => {
    const steps: number[] = [];
    train('long', { ...options, steps: 3, seed: 1 }, (step, { image, text }) => {
      steps.push(step);
      if (step === 0) expect([image, text]).toEqual([strengths(16, 0.8), strengths(16, 0.8)]);
    });
    expect(steps).toEqual([0, 1, 2, 3]);
  });

  it('long captions alone make attributes alike; main components keep what is named ahead, more than whole features do: five seeds', () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      const held = sample(256, 16, options.noise, random(seed + 10_000));
      const end = (objective: Objective) => {
        let last: Encoders | undefined;
        train(objective, { ...options, seed }, (_, encoders) => (last = encoders));
        const { image } = last!;
        const mean = (from: number, to: number) => image.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
        return { ratio: mean(0, 4) / mean(4, 16), ...retrieval(last!, held, 4) };
      };
      const [long, mixed, pcm] = [end('long'), end('mixed'), end('pcm')];
      expect(Math.abs(long.ratio - 1)).toBeLessThan(0.15);
      expect(pcm.ratio).toBeGreaterThan(mixed.ratio + 0.5);
      expect(pcm.short).toBeGreaterThan(mixed.short);
      expect(pcm.cosine).toBeGreaterThan(mixed.cosine + 0.05);
      // And what it costs.
      expect(pcm.long).toBeLessThanOrEqual(long.long + 0.01);
    }
  });

  describe('what that hangs on: three seeds', () => {
    /** After training: how much stronger what is named is than the rest, and what short captions find. */
    const end = (objective: Objective, seed: number, more: Partial<typeof options>) => {
      const all = { ...options, ...more };
      let last: Encoders | undefined;
      train(objective, { ...all, seed }, (_, encoders) => (last = encoders));
      const mean = (gains: Float64Array) => gains.reduce((sum, gain) => sum + Math.abs(gain), 0) / gains.length;
      const { image } = last!;
      const held = sample(192, 16, all.noise, random(seed + 10_000));
      return { ratio: mean(image.slice(0, all.named)) / mean(image.slice(all.named)), ...retrieval(last!, held, all.named) };
    };
    const seeds = [1, 2, 3];

    it('with clearer images whole features do nearly as well; with noisier ones named attributes stay ahead by main components alone', () => {
      for (const seed of seeds) {
        const [clear, clearPcm] = (['mixed', 'pcm'] as const).map((objective) => end(objective, seed, { noise: 0.4 }));
        expect(clear!.ratio).toBeGreaterThan(1.8);
        expect(clearPcm!.ratio).toBeGreaterThan(clear!.ratio);
        expect(clearPcm!.short - clear!.short).toBeLessThan(0.05);
        const [noisy, noisyPcm] = (['mixed', 'pcm'] as const).map((objective) => end(objective, seed, { noise: 1 }));
        expect(noisy!.ratio).toBeLessThan(1);
        expect(noisyPcm!.ratio).toBeGreaterThan(1.7);
        expect(noisyPcm!.short).toBeGreaterThan(noisy!.short);
      }
    });

    it('what is named ends weaker than the rest where it is a single attribute, or two in very noisy images', () => {
      for (const seed of seeds)
        for (const more of [{ named: 1 }, { named: 2, noise: 1 }])
          for (const objective of ['mixed', 'pcm'] as const) expect(end(objective, seed, more).ratio).toBeLessThan(1);
    });

    it('of a larger scale the gains come out ragged', () => {
      const spread = (scale: number) => {
        let image: Float64Array | undefined;
        train('pcm', { ...options, scale, seed: 1 }, (_, encoders) => (image = encoders.image.map(Math.abs)));
        return Math.max(...image!.slice(0, 4)) / Math.min(...image!.slice(0, 4));
      };
      expect(spread(8)).toBeLessThan(1.5);
      expect(spread(100)).toBeGreaterThan(2);
    });
  });

  it('retrieval is perfect where images are seen without noise, and chance where gains are those of nothing seen', () => {
    const gains = strengths(16, 0.8);
    const clear = sample(64, 16, 0, random(4));
    const found = retrieval({ image: gains, text: gains }, clear, 4);
    // Two images of 64 that show all the same would be a tie; there are none here.
    expect(found.long).toBe(1);
    expect(found.short).toBeGreaterThan(0.9);
    const blind = { signs: clear.signs, seen: sample(64, 16, 0, random(5)).signs };
    const lost = retrieval({ image: gains, text: gains }, blind, 4);
    expect(lost.long).toBeLessThan(0.1);
    expect(lost.short).toBeLessThan(0.3);
  });
});

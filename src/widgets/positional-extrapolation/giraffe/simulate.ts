import { bands, frequencies, similarityCurve, type Basis } from '@/mechanisms/positional-extrapolation/giraffe';
import { fitLogits, prepareFit, target, type Prepared, type Target } from '@/mechanisms/positional-extrapolation/giraffe-fit';
import { arc, rope, unseenArc } from '@/mechanisms/positional-extrapolation/rotary';

export const methods = {
  rope: 'RoPE, unchanged',
  linear: 'linear',
  ntk: 'NTK-aware',
  yarn: 'NTK-by-parts (YaRN)',
  power: 'power',
  truncated: 'truncated',
} as const satisfies Record<Basis, string>;
const order = Object.keys(methods) as Basis[];

/** Linear, NTK-aware and YaRN change a model that was trained with RoPE; the power and truncated bases are trained with. */
const trainedWith = (basis: Basis): Basis => (basis === 'power' || basis === 'truncated' ? basis : 'rope');

export interface Settings {
  readonly method: string;
  readonly stretch: number;
  readonly scale: number;
  readonly exponent: number;
  readonly keep: number;
  readonly divisor: number;
  readonly frozen: boolean;
  readonly trained: number;
  readonly channels: number;
  readonly wanted: string;
  readonly penalty: number;
  readonly seed: number;
}

/** simulate(settings): every basis fitted to the wanted curve and read on; the chosen one and RoPE in full. */
export function simulate(settings: Settings) {
  const { method, stretch, scale, exponent, keep, divisor, frozen, trained, channels, wanted, penalty, seed } = settings;
  const length = stretch * trained;
  const truncation = { context: trained, keep, divisor: frozen ? Infinity : divisor };
  const basisOf = (basis: Basis, factor: number) => frequencies(basis, { dim: channels, scale: factor, exponent, ...truncation });
  const y = target(wanted as Target, trained, seed);
  const epsilon = 10 ** penalty;
  // Four of the six are trained alike, and share their decomposition.
  const decomposed = new Map<Basis, Prepared>();
  const all = order.map((basis) => {
    const own = trainedWith(basis);
    const inTraining = basisOf(own, 1);
    const prepared = decomposed.get(own) ?? prepareFit({ theta: inTraining, target: y });
    decomposed.set(own, prepared);
    const theta = basis === own ? inTraining : basisOf(basis, scale);
    const fit = fitLogits({ theta: inTraining, evaluated: theta, target: y, length, epsilon, prepared });
    const unseen = unseenArc(theta, length, inTraining, trained);
    return {
      basis,
      theta,
      seen: arc(inTraining, trained),
      reached: arc(theta, length),
      // A pair has left when it shows angles beyond those of training, by more than it turned in one step there: positions
      // squeezed into the trained range end less than a step past its last whole one.
      left: Array.from(unseen, (radians, i) => radians > inTraining[i]! + 1e-9),
      outside: fit.outside,
      // Of that, the part of the pairs that did not finish a turn in training.
      slow: largest(fit.unturned.subarray(trained)),
      // Where the attention of the softmax over all distances falls.
      beyond: fit.attention.subarray(trained).reduce((sum, p) => sum + p, 0),
      error: fit.error,
      logits: fit.logits,
      attention: fit.attention,
      similarity: similarityCurve(theta, length),
    };
  });
  return {
    target: y,
    length,
    all: all.map(({ basis, theta, seen, reached, left, outside, slow, error }) => ({
      basis,
      theta,
      seen,
      reached,
      left,
      outside,
      slow,
      error,
    })),
    chosen: all.find(({ basis }) => basis === method)!,
    baseline: all[0]!,
    // The share that even attention over all distances would put beyond the trained ones.
    even: (length - trained) / length,
    bands: bands(rope(channels), truncation),
  };
}

const largest = (x: Float64Array): number => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

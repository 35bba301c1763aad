import { bands, frequencies, similarityCurve, type Basis } from '@/mechanisms/positional-extrapolation/giraffe';
import { basisHooks, lossCurve, type LossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { fitLogits, prepareFit, target, type Prepared, type Target } from '@/mechanisms/positional-extrapolation/giraffe-fit';
import { encode, unknown } from '@/model/alphabet';
import type { Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';
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
  readonly measured: string;
  readonly passage: string;
  readonly own: string;
}

/** What the resident model was trained on, and with how many channels a head. */
export const textModel = { trained: 256, channels: 32 };
/** sizes(values): those of the resident model where that reads a text. */
export const sizes = ({ measured, trained, channels }: Pick<Settings, 'measured' | 'trained' | 'channels'>) =>
  measured === 'text' ? textModel : { trained, channels };
/** Characters whose loss is averaged to one point. */
export const stretchOfText = 64;

/** The names of the models that linear scaling needs: one of them was trained on with it. */
export const modelsFor = ({ measured, method }: Pick<Settings, 'measured' | 'method'>): string[] =>
  measured !== 'text' ? [] : method === 'linear' ? ['rope', 'linear'] : ['rope'];

/** What stands in the field before a reader writes there: past the window, so that there is something to see. */
export const ownText =
  'This is where your own words go. The model was brought up on six novels from two hundred years ago, so it likes a sentence that takes its time, a comma or two, and somebody who is very much surprised. Give it the news, a recipe or a line of code, and see what each character costs it. Past the two hundred and fifty-sixth it is on ground that it was never trained on, and that is where the curves begin to part from each other.';

/** Curves that were measured already: a reader who compares methods reads the baseline once. */
const known = new Map<string, LossCurve>();

/** Loss of the resident model on a passage, unchanged and under the chosen basis. */
function onText({ measured, method, passage, own, stretch, scale, exponent, keep, divisor, frozen }: Settings) {
  if (measured !== 'text') return undefined;
  const words = passage !== 'own' ? passageText(passage as Passage) : own.trim().length > 1 ? own : ownText;
  const ids = encode(words);
  const length = Math.min(stretch * textModel.trained, ids.length + 1);
  const read = (name: string, basis: Basis) => {
    const options = {
      dim: textModel.channels,
      context: textModel.trained,
      scale: basis === 'rope' || basis === 'power' || basis === 'truncated' ? 1 : scale,
      exponent,
      keep,
      divisor: frozen ? Infinity : divisor,
    };
    const key = JSON.stringify([name, basis, words, length, options]);
    let found = known.get(key);
    if (!found)
      known.set(key, (found = lossCurve(resident(name), words, { length, window: textModel.trained, hooks: basisHooks(basis, options) })));
    return found;
  };
  return {
    length,
    unknown: ids.slice(0, length - 1).filter((id) => id === unknown).length,
    baseline: read('rope', 'rope'),
    chosen: read('rope', method as Basis),
    /** Linear scaling by 4 after a short training with it. */
    tuned: method === 'linear' ? read('linear', 'linear') : undefined,
  };
}

/** simulate(settings): every basis fitted to the wanted curve and read on; the chosen one and RoPE in full. */
export function simulate(settings: Settings) {
  const text = onText(settings);
  const { method, stretch, scale, exponent, keep, divisor, frozen, wanted, penalty, seed } = settings;
  const { trained, channels } = sizes(settings);
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
      theta: [...theta],
      seen: [...arc(inTraining, trained)],
      reached: [...arc(theta, length)],
      // A pair has left when it shows angles beyond those of training, by more than it turned in one step there: positions
      // squeezed into the trained range end less than a step past its last whole one.
      left: Array.from(unseen, (radians, i) => radians > inTraining[i]! + 1e-9),
      outside: fit.outside,
      // Of that, the part of the pairs that did not finish a turn in training.
      slow: largest(fit.unturned.subarray(trained)),
      // Where the attention of the softmax over all distances falls.
      beyond: fit.attention.subarray(trained).reduce((sum, p) => sum + p, 0),
      error: fit.error,
      // The same for the curve as it is drawn: a changed basis moves it inside too.
      strays: y.reduce((most, wanted, r) => Math.max(most, Math.abs(fit.logits[r]! - wanted)), 0),
      logits: text ? [] : [...fit.logits],
      attention: text ? [] : [...fit.attention],
      similarity: text ? [] : [...similarityCurve(theta, length)],
    };
  });
  return {
    text,
    trained,
    target: text ? [] : [...y],
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

import { bands, frequencies, randomDistances, similarityCurve, xposBases, type Basis } from '@/mechanisms/positional-extrapolation/giraffe';
import { basisHooks, lossCurve, type LossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import {
  fitLogits,
  prepareFit,
  target,
  type FitOptions,
  type Prepared,
  type Target,
} from '@/mechanisms/positional-extrapolation/giraffe-fit';
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
  xpos: 'xPos',
  random: 'random positions',
} as const satisfies Record<Basis | Unrotated, string>;
export type Method = keyof typeof methods;
const order = Object.keys(methods) as Method[];

/** These leave the frequencies alone and change something else, in training: a model that was trained without them is not read by them. */
type Unrotated = 'xpos' | 'random';
export const isUnrotated = (method: string): method is Unrotated => method === 'xpos' || method === 'random';
/** Sequences of random positions that a head is fitted to. */
const samples = 16;

export interface Settings {
  readonly method: string;
  readonly stretch: number;
  readonly scale: number;
  readonly scaleTrained: number;
  readonly scaleBase: number;
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

type Way = Pick<FitOptions, 'theta' | 'decay' | 'seen'> & { readonly evaluated: Float64Array };

/**
 * wayOf(method, settings): how a head is fitted and how it is read. NTK-aware and YaRN change one that was fitted with RoPE, linear scaling one
 * that was fitted with RoPE or with a scale of its own; the others are fitted with their change.
 */
function wayOf(method: Method, settings: Settings): Way {
  const { scale, scaleTrained, scaleBase, exponent, keep, divisor, frozen, seed, measured } = settings;
  const { trained, channels } = sizes(settings);
  const basisOf = (basis: Basis, factor = 1) =>
    frequencies(basis, { dim: channels, scale: factor, exponent, context: trained, keep, divisor: frozen ? Infinity : divisor });
  const own = basisOf(method === 'power' || method === 'truncated' ? method : 'rope');
  if (method === 'xpos') return { theta: own, evaluated: own, decay: { zeta: xposBases(channels), scaleBase } };
  if (method === 'random') return { theta: own, evaluated: own, seen: randomDistances(samples, trained, seed) };
  if (method === 'linear') return { theta: basisOf('linear', measured === 'text' ? 1 : scaleTrained), evaluated: basisOf('linear', scale) };
  return { theta: own, evaluated: method === 'ntk' || method === 'yarn' ? basisOf(method, scale) : own };
}

/** One for each way in which a head can be fitted, and no more: the largest takes two megabytes. */
const decomposed = new Map<string, Prepared>();
const ways = 6;

/** decomposition(way, target): most of the work, and the same for heads that are fitted alike, whatever curve is wanted of them. */
function decomposition({ theta, decay, seen }: Way, target: Float64Array, seed: number): Prepared {
  const key = [target.length, decay?.scaleBase, seen && seed, ...theta].join();
  const found = decomposed.get(key) ?? prepareFit({ theta, target, decay, seen });
  // The one that was not asked for the longest goes.
  decomposed.delete(key);
  decomposed.set(key, found);
  if (decomposed.size > ways) decomposed.delete(decomposed.keys().next().value!);
  return found;
}

/** simulate(settings): a head fitted to the wanted curve by every method and read on; the chosen one and RoPE in full. */
export function simulate(settings: Settings) {
  const text = onText(settings);
  const { method, stretch, keep, divisor, frozen, wanted, penalty, seed } = settings;
  const { trained, channels } = sizes(settings);
  const length = stretch * trained;
  const y = target(wanted as Target, trained, seed);
  const epsilon = 10 ** penalty;
  const all = order.map((name) => {
    const way = wayOf(name, settings);
    const fit = fitLogits({ ...way, target: y, length, epsilon, prepared: decomposition(way, y, seed) });
    const { theta: inTraining, evaluated: theta, seen } = way;
    const positions = seen ? 1 + largest(seen.data) : trained;
    const unseen = unseenArc(theta, length, inTraining, positions);
    return {
      basis: name,
      theta: [...theta],
      seen: [...arc(inTraining, positions)],
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
      similarity: text ? [] : [...similarityCurve(theta, length, way.decay)],
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
    bands: bands(rope(channels), { context: trained, keep, divisor: frozen ? Infinity : divisor }),
  };
}

const largest = (x: Float64Array): number => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

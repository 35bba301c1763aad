import {
  frequencies,
  granularity,
  granularityLimit,
  meanScore,
  reach,
  score,
  scoreBand,
  turned,
  wavelengths,
  type Change,
} from '@/mechanisms/positional-extrapolation/effective-long-context-scaling';
import {
  breakEven,
  costPerToken,
  publishedTotals,
  relativeCost,
  runCost,
  shapes,
  type Counting,
} from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-cost';
import {
  doubling,
  gainOfDoubling,
  lossAt,
  lossLaws,
  reducible,
} from '@/mechanisms/positional-extrapolation/effective-long-context-scaling-loss';
import { defaultBase, linear, rope } from '@/mechanisms/positional-extrapolation/rotary';
import { onText } from './beside';
import { textModel, tunedFactor } from './text';

export const changes = { rope: 'RoPE', pi: 'PI', abf: 'ABF' } as const satisfies Record<Change, string>;
const order = ['rope', 'pi', 'abf'] as const;

export const bases = [1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7] as const;
export const factors = [1, 2, 4, 8, 16] as const;
/** Evenly spread on a logarithmic axis, and the two lengths that the paper is about. */
export const distances = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4096, 5000, 10000, 20000, 32768, 50000, 100000, 200000] as const;
export const shapeNames = { '7B': '7B', '13B': '13B', '34B': '34B', '70B': '70B' } as const satisfies Record<keyof typeof shapes, string>;
export type Size = keyof typeof shapes;
const sizes = Object.keys(shapes) as Size[];

/** Llama 2's context, and the one that the paper goes to. */
export const [short, long] = [4096, 32_768] as const;
/** Where the axis of distances ends. */
export const lastDistance = 2 ** 18;
const [stretches, samples] = [64, 16];
/** Distances close by. */
export const close = 16;

export interface Settings {
  readonly look: string;
  readonly base: number;
  readonly factor: number;
  readonly distance: number;
  readonly channels: number;
  readonly passage: string;
  readonly windows: number;
  readonly seed: number;
  readonly size: Size;
  readonly share: number;
  readonly long: number;
  readonly counting: Counting;
  readonly context: number;
}

export const modelsFor = ({ look, factor }: Pick<Settings, 'look' | 'factor'>): string[] =>
  look !== 'text' ? [] : factor === tunedFactor ? ['rope', 'linear'] : ['rope'];

export const work = (settings: Settings): number => {
  if (settings.look === 'reach') return 3 * (settings.channels / 2) * stretches * (16 + samples);
  if (settings.look !== 'text') return 5000;
  const n = settings.windows * textModel.window;
  return (2 + modelsFor(settings).length) * (180e3 * n + 115 * n ** 2);
};

/** What granularity each reach costs: positions divided by, or the base multiplied by, 1 to 1,000. */
const multiples = Array.from({ length: 19 }, (_, i) => 10 ** (i / 6));

/** The three changes: what turns how fast, and what that does to scores. */
function pairs({ look, base, factor, distance, channels, windows }: Settings) {
  const reads = look === 'text';
  const dim = reads ? textModel.channels : channels;
  const lengths = reads ? [textModel.window, windows * textModel.window] : [short, long];
  const each = order.map((change) => {
    const options = { dim, base, factor };
    const theta = frequencies(change, options);
    const slowed = change === 'pi' ? factor : 1;
    const own = change === 'abf' ? base : defaultBase;
    return {
      change,
      theta: [...theta],
      wavelengths: [...wavelengths(theta)],
      turned: lengths.map((length) => turned(theta, length)),
      granularity: granularity(theta),
      limit: granularityLimit(change, options),
      reach: slowed * reach(own),
      score: reads ? undefined : score(theta, distance),
      // What the curves show around the distance, without their swings.
      mean: reads ? undefined : meanScore(theta, Math.ceil(0.8 * distance), Math.floor(1.25 * distance)),
      band: reads ? [] : scoreBand(theta, { last: lastDistance, stretches, samples, also: distances }),
      close: reads ? [] : Array.from({ length: close + 1 }, (_, r) => score(theta, r)),
    };
  });
  return {
    dim,
    lengths,
    rope: each[0]!,
    pi: each[1]!,
    abf: each[2]!,
    price: multiples.map((multiple) => ({
      reach: multiple * reach(defaultBase),
      pi: granularity(linear(dim, multiple)),
      abf: granularity(rope(dim, multiple * defaultBase)),
    })),
  };
}

function costs({ size, share, long, counting }: Settings) {
  const shape = shapes[size];
  const curriculum = { share, short, long, counting };
  const contexts = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => Math.max(1, i * 16_384));
  return {
    tokens: contexts.map((context) => ({ context, ...costPerToken(shape, context, counting) })),
    short: costPerToken(shape, short, counting),
    long: costPerToken(shape, long, counting),
    breakEven: breakEven(shape, counting),
    scratch: runCost(shape, { ...curriculum, share: 0 }),
    run: runCost(shape, curriculum),
    all: runCost(shape, { ...curriculum, share: 1 }),
    relative: relativeCost(shape, curriculum),
    sizes: sizes.map((name) => ({ name, relative: relativeCost(shapes[name], curriculum) })),
    published: size === '7B' && long === 32_768 && counting === 'full' ? publishedTotals : [],
  };
}

function worth({ size, context }: Settings) {
  const contexts = Array.from({ length: 17 }, (_, i) => 2 ** (8 + i / 2));
  return {
    sizes: sizes.map((name) => {
      const law = lossLaws[name];
      return {
        name,
        gamma: law.gamma,
        curve: contexts.map((c) => ({ context: c, loss: lossAt(law, c), reducible: reducible(law, c) })),
        here: lossAt(law, context),
        reducible: reducible(law, context),
        doubled: lossAt(law, 2 * context),
        gain: gainOfDoubling(law, context),
        keeps: doubling(law),
      };
    }),
    chosen: sizes.indexOf(size),
  };
}

/** simulate(settings): only what is looked at. */
export function simulate(settings: Settings) {
  const { look } = settings;
  return {
    pairs: look === 'reach' || look === 'text' ? pairs(settings) : undefined,
    text: look === 'text' ? onText(settings) : undefined,
    cost: look === 'cost' ? costs(settings) : undefined,
    law: look === 'law' ? worth(settings) : undefined,
  };
}

export type Result = ReturnType<typeof simulate>;

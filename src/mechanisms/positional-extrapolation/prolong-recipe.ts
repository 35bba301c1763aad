/** The recipe as the released scripts have it: train_64K.sh, train_512K.sh and train_sft.sh of princeton-nlp/ProLong. */

export const thousand = 1024;

/** A part of the data. */
export interface Source {
  readonly name: string;
  readonly share: number;
  /** Documents are cut to exactly so many tokens, and shorter ones left out; short documents have none. */
  readonly document?: number;
  readonly long: boolean;
}

export interface Stage {
  /** Tokens of a row. */
  readonly row: number;
  /** Device slots of a step: a row takes as many as `devicesPerRow`. */
  readonly slots: number;
  readonly devicesPerRow: number;
  readonly steps: number;
  /** Of the rotary embedding. */
  readonly base: number;
  readonly sources: readonly Source[];
}

const short: readonly Source[] = [
  ['FineWeb-Edu', 0.1],
  ['FineWeb', 0.1],
  ['StackExchange', 0.04],
  ['Wikipedia', 0.04],
  ['Tulu v2', 0.03],
  ['ArXiv', 0.03],
  ['OpenWebMath', 0.03],
  // Outside both the long and the short mix; its documents are not filtered by length.
  ['textbooks', 0.03],
].map(([name, share]) => ({ name: name as string, share: share as number, long: false }));

const long = (name: string, thousands: number, share: number): Source => ({ name, share, document: thousands * thousand, long: true });

export const stages = {
  first: {
    row: 64 * thousand,
    slots: 64,
    devicesPerRow: 1,
    steps: 5000,
    base: 8e6,
    sources: [long('code', 64, 0.3), long('book', 64, 0.3), ...short],
  },
  second: {
    row: 512 * thousand,
    slots: 128,
    devicesPerRow: 8,
    steps: 2500,
    base: 1.28e8,
    sources: [long('code', 512, 0.15), long('code', 64, 0.15), long('book', 512, 0.05), long('book', 64, 0.25), ...short],
  },
  tuning: {
    row: 64 * thousand,
    slots: 64,
    devicesPerRow: 1,
    steps: 250,
    base: 1.28e8,
    sources: [{ name: 'UltraChat', share: 1, long: false }],
  },
} as const satisfies Record<string, Stage>;

/** The model before: Llama 3 8B. */
export const before = { row: 8 * thousand, base: 5e5, channels: 128 };

/** tokensPerStep(stage): where several devices share a row, slots are more than rows. */
export const tokensPerStep = ({ row, slots, devicesPerRow }: Stage): number => (slots / devicesPerRow) * row;

/** tokensOf(stage): what it trains on. */
export const tokensOf = (stage: Stage): number => tokensPerStep(stage) * stage.steps;

/** shareOf(stage, test): the share of the tokens that comes from such sources. */
export const shareOf = ({ sources }: Stage, test: (source: Source) => boolean): number =>
  sources.filter(test).reduce((sum, { share }) => sum + share, 0);

/** turned(theta, length): how many pairs make a whole turn within so many positions. */
export const turned = (theta: ArrayLike<number>, length: number): number =>
  Array.from(theta).filter((angle) => angle * length >= 2 * Math.PI).length;

/**
 * Operations of a forward pass of Llama 3 8B (32 layers of width 4096, 8 of 32 heads for keys and values, 14,336 in the perceptron, 128,256 tokens), two
 * for each multiplication with its addition: for each token all matrices, for each score its dot product and the value that it weighs.
 */
export const operations = (() => {
  const [layers, width, shared, hidden, vocabulary] = [32, 4096, 1024, 14336, 128256];
  const matrices = layers * (2 * width * width + 2 * width * shared + 3 * width * hidden) + width * vocabulary;
  return { token: 2 * matrices, pair: layers * 4 * width };
})();

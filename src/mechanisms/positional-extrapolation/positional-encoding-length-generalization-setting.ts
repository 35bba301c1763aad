/** What is compared, and at which lengths: apart from the networks, because who draws their results needs no more. */

/** In the order of the paper's figures: positions as vectors, as biases, as rotations, and none. */
export const encodings = ['ape', 't5', 'alibi', 'rope', 'nope'] as const;
export type Encoding = (typeof encodings)[number];

/** Symbols of the longest problem in training. */
export const trainedLength = 8;
/** And in the tests: nearly all symbols there are. */
export const testedLength = 20;

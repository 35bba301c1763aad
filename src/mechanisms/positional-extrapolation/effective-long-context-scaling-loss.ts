/** Validation loss against context length (Xiong et al. 2023, figure 1): a power law and a constant, fitted for each model size. */

/** L(c) = (alpha / c)^beta + gamma, nats per token. */
export interface LossLaw {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

/** The fits of the paper's figure 1, as one set of public reading notes quotes them; a second agrees on the 70B model's beta. */
export const lossLaws = {
  '7B': { alpha: 25.4, beta: 0.45, gamma: 1.56 },
  '13B': { alpha: 19.5, beta: 0.48, gamma: 1.45 },
  '34B': { alpha: 17.7, beta: 0.5, gamma: 1.41 },
  '70B': { alpha: 17.9, beta: 0.51, gamma: 1.35 },
} as const satisfies Record<string, LossLaw>;

/** Up to here the paper says that its models follow the law. */
export const fittedUpTo = 32_768;

/** reducible(law, context): the part of the loss that more context makes smaller. Throws RangeError unless the context is positive. */
export function reducible({ alpha, beta }: LossLaw, context: number): number {
  if (!(context > 0)) throw new RangeError(`a context of ${context} tokens`);
  return (alpha / context) ** beta;
}

/** lossAt(law, context): nats per token. */
export const lossAt = (law: LossLaw, context: number): number => reducible(law, context) + law.gamma;

/** doubling(law) is what twice the context multiplies the reducible part by: 2^-beta. */
export const doubling = ({ beta }: LossLaw): number => 2 ** -beta;

/** gainOfDoubling(law, context): nats per token that twice the context saves. */
export const gainOfDoubling = (law: LossLaw, context: number): number => reducible(law, context) * (1 - doubling(law));

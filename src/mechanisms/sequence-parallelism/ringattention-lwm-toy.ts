/** The toys of RingAttention: random queries, keys and values, and three packed examples with real losses. */
import { attention } from '@/tensor/attention';
import { matmul } from '@/tensor/matmul';
import { random } from '@/tensor/random';
import { logSumExp } from '@/tensor/softmax';
import { row, rows, tensor, type Matrix } from '@/tensor/tensor';
import { visible } from './ringattention-lwm';
import {
  answerLengths,
  leak,
  lossWeights,
  pack,
  packedLoss,
  weightByExample,
  type Example,
  type Packed,
} from './ringattention-lwm-packing';

const channels = 4;
/** Scores have this standard deviation: neither a flat softmax nor a single spike. */
const spread = 1.5;
/** Words that the readout of the packing toy chooses between. */
const words = 8;

export interface Toy {
  readonly q: Matrix<'query', 'channel'>;
  readonly k: Matrix<'key', 'channel'>;
  readonly v: Matrix<'key', 'channel'>;
}

/** toy(length, seed): q, k, v [length, 4], independent normal numbers, q scaled so that scores have standard deviation 1.5. */
export function toy(length: number, seed: number): Toy {
  const source = random(seed);
  const draw = (scale: number) => Float64Array.from({ length: length * channels }, () => scale * source.normal());
  return {
    q: tensor(['query', 'channel'] as const, [length, channels], draw(spread)),
    k: tensor(['key', 'channel'] as const, [length, channels], draw(1)),
    v: tensor(['key', 'channel'] as const, [length, channels], draw(1)),
  };
}

/** One way to train on the same examples. */
export interface Training {
  /** Weight of each example in the loss; they sum to 1. */
  readonly weights: readonly number[];
  /** Mean loss of each example's answer, in nats. */
  readonly losses: readonly number[];
  /** What is minimised. */
  readonly loss: number;
  /** Mean share of an answer's attention that falls on other examples. */
  readonly leak: readonly number[];
}

export interface PackingToy {
  readonly packed: Packed;
  readonly answers: readonly number[];
  /** Attention probabilities of the packed row without and with the segment mask [query, key]. */
  readonly unmasked: Matrix<'query', 'key'>;
  readonly masked: Matrix<'query', 'key'>;
  /** Each example in a row of its own: the baseline, which wastes the padding. */
  readonly padded: Training;
  /** Packed; examples see each other; every answer token weighs the same. */
  readonly naive: Training;
  /** Packed with the segment mask, but every answer token weighs the same. */
  readonly maskedOnly: Training;
  /** Packed with the segment mask and every example weighing the same: masked sequence packing. */
  readonly reweighted: Training;
  /** Tokens of padding that one row per example would need. */
  readonly padding: number;
}

/**
 * packingToy(examples, seed) computes one layer of causal attention over the examples, reads each output out to 8 words, and takes
 * the cross-entropy in nats of random target words at the answers, under the four ways to train. The padded one runs every
 * example alone, so that its agreement with the reweighted one is a result and not an assumption.
 */
export function packingToy(examples: readonly Example[], seed: number): PackingToy {
  const packed = pack(examples);
  const length = packed.segments.length;
  const { q, k, v } = toy(length, seed);
  const source = random(seed + 1);
  const readout = tensor(
    ['channel', 'word'] as const,
    [channels, words],
    Float64Array.from({ length: channels * words }, () => source.normal()),
  );
  const targets = Array.from({ length }, () => source.integer(words));
  const answers = answerLengths(packed);

  const crossEntropy = (output: Matrix<'query', 'channel'>, first: number): Float64Array => {
    const logits = matmul(output, readout);
    return Float64Array.from({ length: logits.shape[0]! }, (_, t) => {
      const scores = row(logits, t);
      return logSumExp(scores) - scores[targets[first + t]!]!;
    });
  };
  const perExample = (values: ArrayLike<number>): number[] => {
    const sums = new Array<number>(examples.length).fill(0);
    packed.segments.forEach((segment, t) => (sums[segment]! += packed.supervised[t] ? values[t]! / answers[segment]! : 0));
    return sums;
  };
  const train = (weights: Float64Array, losses: Float64Array, probabilities: Matrix<'query', 'key'>): Training => ({
    weights: weightByExample(packed, weights),
    losses: perExample(losses),
    loss: packedLoss(losses, weights),
    leak: perExample(leak(probabilities, packed.segments)),
  });

  const open = attention(q, k, v, { mask: visible(true) });
  const closed = attention(q, k, v, { mask: visible(true, packed.segments) });
  const closedLosses = crossEntropy(closed.output, 0);
  const alone = examples.map((_, i) => {
    const own = packed.segments.flatMap((segment, t) => (segment === i ? [t] : []));
    const losses = crossEntropy(attention(rows(q, own), rows(k, own), rows(v, own), { mask: visible(true) }).output, own[0]!);
    return own.reduce((sum, t, j) => sum + (packed.supervised[t] ? losses[j]! / answers[i]! : 0), 0);
  });
  const longest = Math.max(...examples.map(({ prompt, answer }) => prompt + answer));
  return {
    packed,
    answers,
    unmasked: open.probabilities,
    masked: closed.probabilities,
    padded: {
      weights: alone.map(() => 1 / alone.length),
      losses: alone,
      loss: alone.reduce((sum, loss) => sum + loss, 0) / alone.length,
      leak: alone.map(() => 0),
    },
    naive: train(lossWeights(packed, 'tokens'), crossEntropy(open.output, 0), open.probabilities),
    maskedOnly: train(lossWeights(packed, 'tokens'), closedLosses, closed.probabilities),
    reweighted: train(lossWeights(packed, 'examples'), closedLosses, closed.probabilities),
    padding: longest * examples.length - length,
  };
}

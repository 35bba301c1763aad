/**
 * CLEX (Chen et al. 2024): the logarithms of the rotary frequencies flow with the length ratio t = length / trained length, and a small
 * network is what is added to the velocity of NTK-aware scaling. Follows ODELinear and CLEXScalingRotaryEmbedding of the authors' code
 * (DAMO-NLP-SG/CLEX, CLEX/clex_layer.py). Vectors over pairs have dim/2 numbers, fastest pair first.
 */
import { solve, type Field, type Rule } from './clex-solver';
import { defaultBase, linear, ntk, rope, yarn } from './rotary';

/** The network that is trained: velocity += act((z + ln theta_NTK(t)) up) down. Row-major. */
export interface Network {
  /** Hidden units: the code has a multiple of dim. */
  readonly hidden: number;
  /** [dim/2, hidden] */
  readonly up: Float64Array;
  /** [hidden, dim/2] */
  readonly down: Float64Array;
  readonly act?: 'tanh' | 'silu';
}

/** alpha(t) = 2t - 1, the NTK-aware scaling that CLEX starts from; 1 below t = 1. */
export const alphaOf = (t: number): number => (t < 1 ? 1 : 2 * t - 1);

const activations = { tanh: Math.tanh, silu: (x: number) => x / (1 + Math.exp(-x)) };

/** drift(dim, t) is xi_i(t) = -(4i / (dim - 2)) / (2t - 1): the time derivative of ln theta under NTK-aware scaling with alpha = 2t - 1. */
export function drift(dim: number, t: number): Float64Array {
  const result = new Float64Array(dim / 2);
  const each = -4 / ((dim - 2) * alphaOf(t));
  for (let i = 0; i < result.length; i++) result[i] = each * i;
  return result;
}

/**
 * velocity(dim, network, base) is the field dz/dt at z = ln theta. Without a network it is the drift alone. The network sees z plus the
 * logarithms of the NTK-aware frequencies at t; the sum is its input only. Throws RangeError where the network does not fit dim.
 */
export function velocity(dim: number, network?: Network, base = defaultBase): Field {
  const plain = rope(dim, base).map(Math.log);
  const pairs = plain.length;
  if (dim < 4) throw new RangeError(`the drift needs at least two pairs, got ${pairs}`);
  if (!network) return (t) => drift(dim, t);
  const { hidden, up, down, act = 'tanh' } = network;
  if (up.length !== pairs * hidden || down.length !== hidden * pairs)
    throw new RangeError(
      `a network for ${pairs} pairs with ${hidden} units has twice ${pairs * hidden} weights, not ${up.length} and ${down.length}`,
    );
  const activate = activations[act];
  return (t, z) => {
    const result = drift(dim, t);
    const slower = Math.log(alphaOf(t));
    // NTK-aware: ln theta_i - (2i / (dim - 2)) ln alpha.
    const input = z.map((value, i) => value + plain[i]! - ((2 * i) / (dim - 2)) * slower);
    for (let h = 0; h < hidden; h++) {
      let sum = 0;
      for (let i = 0; i < pairs; i++) sum += input[i]! * up[i * hidden + h]!;
      const unit = activate(sum);
      for (let i = 0; i < pairs; i++) result[i]! += unit * down[h * pairs + i]!;
    }
    return result;
  };
}

export interface FlowOptions {
  /** Channels of a head. */
  readonly dim: number;
  readonly network?: Network;
  readonly base?: number;
  readonly rule?: Rule;
  /** Length of a step in t; 0.01 in the authors' training. */
  readonly step?: number;
}

/** flow(times, options): theta [dim/2] at each of the increasing times, all at least 1. At t = 1 it is RoPE exactly. */
export function flow(times: readonly number[], { dim, network, base = defaultBase, rule, step = 0.01 }: FlowOptions): Float64Array[] {
  if (times.some((t) => !(t >= 1))) throw new RangeError(`the flow starts at t = 1, got ${times.join(', ')}`);
  const plain = rope(dim, base);
  const all = times[0] === 1 ? times : [1, ...times];
  const found = solve(velocity(dim, network, base), plain.map(Math.log), all, { rule, step });
  // Not by way of the logarithm where nothing moved.
  const theta = found.map((z, i) => (i === 0 ? plain : z.map(Math.exp)));
  return times[0] === 1 ? theta : theta.slice(1);
}

/**
 * inferenceFactor(length, trained, most): the t that CLEX reads a length with: rounded up, and never above the largest it was trained for.
 * `trained` is the length of the base model, also where CLEX was trained on longer texts. The code has angles for most * trained positions and no more.
 */
export const inferenceFactor = (length: number, trained: number, most: number): number =>
  Math.min(most, Math.max(1, Math.ceil(length / trained)));

/**
 * bend(dim, mid, slow): a network of one unit with two handles, in place of a trained one. The unit reads an eighth of the mean of its input, which
 * keeps tanh off its flat end; it is negative, so a positive handle slows pairs further. `mid` acts on a bump of pairs around dim/4, `slow` on
 * all in proportion to their index.
 */
export function bend(dim: number, mid: number, slow: number): Network {
  const pairs = dim / 2;
  const shape = bendShape(dim);
  return {
    hidden: 1,
    up: new Float64Array(pairs).fill(1 / (8 * pairs)),
    down: Float64Array.from({ length: pairs }, (_, i) => mid * shape.mid[i]! + slow * shape.slow[i]!),
  };
}

/** bendShape(dim): what the two handles of `bend` act on, from 0 to 1 for each pair. */
export function bendShape(dim: number): { readonly mid: Float64Array; readonly slow: Float64Array } {
  const pairs = dim / 2;
  return {
    mid: Float64Array.from({ length: pairs }, (_, i) => Math.exp(-(((i - dim / 4) / (dim / 16)) ** 2))),
    slow: Float64Array.from({ length: pairs }, (_, i) => i / (pairs - 1)),
  };
}

/** Methods as curves over t. */
export type CurveName = 'rope' | 'linear' | 'ntk' | 'ntk2' | 'yarn' | 'clex';

/**
 * curveAt(name, t, { dim, trained, base }): theta [dim/2] of a method whose target length is t times the trained one; CLEX is
 * found by `flow`. ntk has alpha = t, ntk2 has alpha = 2t - 1.
 */
export function curveAt(
  name: Exclude<CurveName, 'clex'>,
  t: number,
  { dim, trained, base = defaultBase }: { readonly dim: number; readonly trained: number; readonly base?: number },
): Float64Array {
  switch (name) {
    case 'rope':
      return rope(dim, base);
    case 'linear':
      return linear(dim, t, base);
    case 'ntk':
      return ntk(dim, t, base);
    case 'ntk2':
      return ntk(dim, alphaOf(t), base);
    case 'yarn':
      return yarn(dim, { scale: t, trained, base });
  }
}

/**
 * trainingPositions(n, t, trained, order): the positions that n tokens of one training example get: 0, then n - 2 different ones drawn from
 * all up to n t - 2, then the last; divided by floor(n / trained) where n is longer than the trained length. `order` is a permutation of
 * 0 to n t - 3, of which the first n - 2 are taken.
 */
export function trainingPositions(n: number, t: number, trained: number, order: ArrayLike<number>): Float64Array {
  if (!(n >= 2 && t >= 1)) throw new RangeError(`n must be at least 2 and t at least 1, got ${n} and ${t}`);
  const divisor = Math.max(1, Math.floor(n / trained));
  const drawn = Float64Array.from({ length: n - 2 }, (_, i) => order[i]!).sort();
  // The end is divided in whole numbers, as in the code.
  return Float64Array.of(0, ...drawn.map((p) => (p + 1) / divisor), Math.floor((n * t) / divisor) - 1);
}

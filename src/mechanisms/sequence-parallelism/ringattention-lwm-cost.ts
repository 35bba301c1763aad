/**
 * What a ring costs: the time of its steps, the elements it sends, the memory it holds. One pair is one (query, key) of all
 * heads, 4h operations forward; times are in pairs, that is in units of 4h / F for a device of F operations a second.
 * Source: arXiv 2310.01889, section 3 (overlap and memory).
 */
import { tensor, type Matrix } from '@/tensor/tensor';
import type { Layout } from './ringattention-lwm';

export interface Step {
  /** Pairs of the busiest device. */
  readonly compute: number;
  /** Time to hand the chunk on, while the step computes; 0 at the last step, after which nobody needs a chunk. */
  readonly transfer: number;
  /** The larger of the two: all devices wait for the slowest, and for the chunk. */
  readonly duration: number;
  /** transfer - compute where it is positive: the part of the transfer that nothing hides. */
  readonly exposed: number;
}

export interface Schedule {
  readonly steps: readonly Step[];
  /** Sum of the durations. */
  readonly total: number;
  /** Time that a device spends computing nothing [device, step]. */
  readonly idle: Matrix<'device', 'step'>;
  /** All pairs over the devices: the time of a perfect split with free transfer. */
  readonly ideal: number;
  /** ideal / total: the share of the machine's time that computes. */
  readonly efficiency: number;
  /** Pairs of the device with the most work over all steps: no schedule of the same ownership is faster, synchronous or not. */
  readonly busiest: number;
  /** Sum of what nothing hides. */
  readonly exposed: number;
}

/** schedule(work, transfer) times a synchronous ring: work [device, step] in pairs, and the time of one hop in the same unit. */
export function schedule(work: Matrix<'device', 'step'>, transfer = 0): Schedule {
  const [devices, count] = work.shape as [number, number];
  const steps = Array.from({ length: count }, (_, t): Step => {
    let compute = 0;
    for (let p = 0; p < devices; p++) compute = Math.max(compute, work.data[p * count + t]!);
    const hop = t < count - 1 ? transfer : 0;
    return { compute, transfer: hop, duration: Math.max(compute, hop), exposed: Math.max(0, hop - compute) };
  });
  const idle = tensor(['device', 'step'] as const, [devices, count]);
  let pairs = 0;
  let busiest = 0;
  for (let p = 0; p < devices; p++) {
    let own = 0;
    for (let t = 0; t < count; t++) {
      own += work.data[p * count + t]!;
      idle.data[p * count + t] = steps[t]!.duration - work.data[p * count + t]!;
    }
    pairs += own;
    busiest = Math.max(busiest, own);
  }
  const total = steps.reduce((sum, { duration }) => sum + duration, 0);
  const ideal = pairs / devices;
  return {
    steps,
    total,
    idle,
    ideal,
    efficiency: ideal / total,
    busiest,
    exposed: steps.reduce((sum, { exposed }) => sum + exposed, 0),
  };
}

/**
 * hop(chunk, intensity, sharing = 1) is the time to send the keys and values of a chunk of tokens, in pairs. `intensity` is F / B,
 * the operations a device does while its link moves one byte; elements have 2 bytes. `sharing` is h_kv / h, below 1 with
 * grouped-query attention. 2 tensors x 2 bytes x chunk h_kv / B over 4h / F is chunk sharing F / B: h itself drops out.
 */
export const hop = (chunk: number, intensity: number, sharing = 1): number => chunk * sharing * intensity;

/**
 * hiddenFrom(intensity, visibleShare = 1, sharing = 1): the smallest chunk, in tokens, whose transfer hides behind a step in which the
 * busiest device computes the share `visibleShare` of its chunk x chunk pairs. 1 for full blocks: no mask, or a contiguous causal
 * ring after its first step. 1/2 for blocks on the diagonal and for the balanced causal layouts, which do half the work per hop
 * and so need chunks twice as long.
 */
export const hiddenFrom = (intensity: number, visibleShare = 1, sharing = 1): number => (intensity * sharing) / visibleShare;

/**
 * causalTime(layout, length, devices): the total of `schedule` for a causal mask and free transfer, in closed form, for lengths
 * too large to count. With chunks of c tokens: contiguous c(c+1)/2 + (P-1)c^2, striped P c(c+1)/2, zigzag c(c+1)/2 + (P-1)c^2/2.
 */
export function causalTime(layout: Layout, length: number, devices: number): number {
  const c = length / devices;
  const diagonal = (c * (c + 1)) / 2;
  if (layout === 'striped') return devices * diagonal;
  return diagonal + (devices - 1) * (layout === 'zigzag' ? (c * c) / 2 : c * c);
}

/** causalEfficiency(layout, length, devices): the share of the machine's time that computes; contiguous tends to P / (2P - 1). */
export const causalEfficiency = (layout: Layout, length: number, devices: number): number =>
  (length * (length + 1)) / 2 / (devices * causalTime(layout, length, devices));

export interface Sizes {
  /** N, tokens. */
  readonly length: number;
  /** P. */
  readonly devices: number;
  /** h: channels of all query heads. */
  readonly hidden: number;
  /** h_kv: channels of all key heads; h by default. */
  readonly hiddenKeys?: number;
}

export interface Traffic {
  /** Keys and values, P - 1 hops. */
  readonly forward: number;
  /** Keys and values again for P - 1 hops, and their gradients for P, until they are home. */
  readonly backward: number;
  /** Forward as the JAX code has it, which permutes after the last step too. */
  readonly forwardWithLastHop: number;
}

/** traffic(sizes): elements that one device sends in one layer. The layout does not enter. With one device, nothing is sent. */
export function traffic({ length, devices, hidden, hiddenKeys = hidden }: Sizes): Traffic {
  const chunk = (2 * length * hiddenKeys) / devices;
  const hops = devices - 1;
  return {
    forward: hops * chunk,
    backward: devices === 1 ? 0 : hops * chunk + devices * chunk,
    forwardWithLastHop: devices === 1 ? 0 : devices * chunk,
  };
}

/** Elements that one device sends forward in one layer, by the ring's alternatives (multi-head attention). */
export interface Alternatives {
  /** DeepSpeed-Ulysses: q, k, v and the output change hands in all-to-alls, each device keeping its own share. */
  readonly ulysses: number;
  /** Tensor parallelism with sequence-sharded activations: two all-gathers and two reduce-scatters of N h. */
  readonly tensorParallel: number;
}

export const alternatives = ({ length, devices, hidden }: Sizes): Alternatives => ({
  ulysses: (4 * length * hidden * (devices - 1)) / devices ** 2,
  tensorParallel: (4 * length * hidden * (devices - 1)) / devices,
});

/**
 * held(sizes): elements of one layer's attention that a device holds: its queries and output, the keys and values it computes on
 * and those coming in. Six chunks; nothing grows with the square of the length.
 */
export const held = ({ length, devices, hidden, hiddenKeys = hidden }: Sizes): number => (length / devices) * (2 * hidden + 4 * hiddenKeys);

/**
 * heldByAllGather(sizes): the same where every device first gathers the keys and values of all others, which sends just as much but
 * keeps them: two chunks and twice the sequence.
 */
export const heldByAllGather = ({ length, devices, hidden, hiddenKeys = hidden }: Sizes): number =>
  (length / devices) * 2 * hidden + 2 * length * hiddenKeys;

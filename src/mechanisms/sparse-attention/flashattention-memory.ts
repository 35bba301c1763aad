/**
 * The two-level memory that FlashAttention's analysis assumes: a large slow one (HBM), where tensors live, and a small fast one
 * (SRAM), where all arithmetic happens. Loops say what they move; this counts it, in elements.
 * Source: arXiv 2205.14135, section 3 (IO complexity).
 */
import { tensor, type Matrix } from '@/tensor/tensor';

/** What attention moves. `statistics` are m and l, or their one-number summary L = m + log l; `gradients` are those of o, q, k, v. */
export const operands = ['q', 'k', 'v', 'o', 'statistics', 'scores', 'probabilities', 'gradients'] as const;
export type Operand = (typeof operands)[number];

/** Elements moved across the HBM boundary, by what they belong to. */
export interface Traffic {
  readonly reads: Readonly<Record<Operand, number>>;
  readonly writes: Readonly<Record<Operand, number>>;
}

/** Traffic after each step, of that step and all before it. */
export interface TrafficHistory {
  readonly reads: Matrix<'step', 'operand'>;
  readonly writes: Matrix<'step', 'operand'>;
}

const sum = (x: Readonly<Record<Operand, number>>): number => operands.reduce((total, name) => total + x[name], 0);

export const readsOf = (traffic: Traffic): number => sum(traffic.reads);
export const writesOf = (traffic: Traffic): number => sum(traffic.writes);
/** elements(traffic): reads and writes together, the "HBM accesses" of the paper's theorems. */
export const elements = (traffic: Traffic): number => readsOf(traffic) + writesOf(traffic);

/** traffic(reads, writes): what is not named is 0. */
export function traffic(reads: Partial<Record<Operand, number>>, writes: Partial<Record<Operand, number>>): Traffic {
  const fill = (x: Partial<Record<Operand, number>>) =>
    Object.fromEntries(operands.map((name) => [name, x[name] ?? 0])) as Record<Operand, number>;
  return { reads: fill(reads), writes: fill(writes) };
}

/** memory(steps): counts loads and stores, and the elements that SRAM holds at a time. `steps` is how often `mark` will be called. */
export function memory(steps: number) {
  const reads = new Float64Array(operands.length);
  const writes = new Float64Array(operands.length);
  const shape = [steps, operands.length];
  const history: TrafficHistory = {
    reads: tensor(['step', 'operand'] as const, shape),
    writes: tensor(['step', 'operand'] as const, shape),
  };
  const by = (counts: Float64Array) => Object.fromEntries(operands.map((name, i) => [name, counts[i]!]));
  let held = 0;
  let peak = 0;
  let marked = 0;
  const note = (step: number) => {
    history.reads.data.set(reads, step * operands.length);
    history.writes.data.set(writes, step * operands.length);
  };
  return {
    load: (name: Operand, count: number) => void (reads[operands.indexOf(name)]! += count),
    store: (name: Operand, count: number) => void (writes[operands.indexOf(name)]! += count),
    hold: (count: number) => void (peak = Math.max(peak, (held += count))),
    release: (count: number) => void (held -= count),
    /** Ends a step. */
    mark: () => note(marked++),
    /** Counts what moved since the last step as part of it: a result written once its loop is over. */
    amend: () => void (marked > 0 && note(marked - 1)),
    history,
    total: (): Traffic => traffic(by(reads), by(writes)),
    /** The most elements SRAM held at once. */
    peak: () => peak,
  };
}

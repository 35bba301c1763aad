/**
 * What a computation costs, counted as it runs: multiply-adds and transcendental calls as operations,
 * traffic in elements (a reader of float16 doubles them to get bytes).
 */
export interface Counter {
  /** Floating-point operations; a multiply-add counts as 2. */
  flops: number;
  /** Elements read from slow memory. */
  reads: number;
  /** Elements written to slow memory. */
  writes: number;
  /** Elements sent to another device. */
  sent: number;
}

/** counter() starts at zero. */
export const counter = (): Counter => ({ flops: 0, reads: 0, writes: 0, sent: 0 });

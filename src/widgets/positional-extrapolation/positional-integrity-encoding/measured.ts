import { methods, type CostShape, type Edit, type Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import type { Fact, Prose } from './text';

export interface Settings {
  readonly source: string;
  readonly passage: string;
  readonly word: number;
  readonly cut: number;
  readonly words: string;
  readonly change: string;
  readonly at: number;
  readonly removed: number;
  readonly inserted: number;
  readonly second: boolean;
  readonly length: number;
  readonly layers: number;
  readonly coupling: number;
  readonly base: number;
  readonly seed: number;
}

/** A key that is kept, in the first layer and in the last, as it was cached, as PIE turns it, and as full recomputation has it [dim]. */
export interface KeptKey {
  readonly old: number;
  readonly shift: number;
  readonly layers: readonly {
    readonly layer: number;
    readonly cached: readonly number[];
    readonly pie: readonly number[];
    readonly full: readonly number[];
  }[];
}

/** What a toy or a model gives: the edit, and what came of it. */
export interface Measured {
  readonly edits: readonly Edit[];
  readonly length: number;
  readonly shape: CostShape;
  /** Cosines of every layer and token. */
  readonly cosines: Readonly<Record<'pie' | 'conflict', readonly (readonly number[])[]>>;
  /** Of a random toy: of each layer, the relative error of the next token's state against full recomputation. */
  readonly errors?: Readonly<Record<Method, readonly number[]>>;
  /** Of a random toy: the first kept keys behind the edit. */
  readonly keys?: readonly KeptKey[];
  readonly prose?: Prose;
  readonly fact?: Fact;
}

export const byMethod = <T>(of: (method: Method) => T): Record<Method, T> =>
  Object.fromEntries(methods.map((method) => [method, of(method)])) as Record<Method, T>;

export const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
/** To so many decimals; never -0, which JSON does not hold. */
export const rounded = (x: number, digits: number): number => Math.round(x * 10 ** digits) / 10 ** digits + 0;

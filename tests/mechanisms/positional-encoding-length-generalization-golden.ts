import { softmax } from '@/tensor/softmax';
import file from '../golden/positional-encoding-length-generalization.json';

export interface Case {
  name: string;
  params: Record<string, number> & { kind: string; encoding: string };
  expected: {
    slopes?: number[];
    bias?: number[][];
    buckets?: number[];
    positions?: number[];
    rows?: number[][];
    released?: number[];
    symmetric?: number[];
    jsd?: number[];
    loss?: number;
    gradient?: number[];
    norm?: number;
  };
}

/** golden(kind): the reference cases of one kind. */
export const golden = (kind: string): Case[] => (file as unknown as { cases: Case[] }).cases.filter(({ params }) => params.kind === kind);

/** The closed form of the reference cases: rows of a causal map. */
export const rowsOf = (phase: number, n: number): Float64Array[] =>
  Array.from({ length: n }, (_, t) => softmax(Float64Array.from({ length: t + 1 }, (_, i) => 2 * Math.sin(1.7 * t + 0.9 * i + phase))));

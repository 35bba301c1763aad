import type { Loss, Variant } from '@/mechanisms/positional-extrapolation/softplus-attention-resident';
import { background, grow, haystacks, type Outcome } from '@/mechanisms/positional-extrapolation/softplus-attention-toy';
import { fromModel } from './beside';
import { baseOf, channels, chosenOf, drawn, fixed, list, sameAs, type Compared, type Drawn, type Inputs, type Line } from './row';

/** The shortest row of the curves. */
export const shortest = 16;

/** A reading as JSON holds it: past the window of a text that ends there, 0 is paid. */
export type Cost = Loss & { readonly outside: number };

export interface Text {
  readonly line: string;
  readonly layer: number;
  readonly head: number;
  readonly unchanged: Cost;
  readonly put: Cost;
  /** Mean share of keys above the offset, over all rows and heads that were looked at. */
  readonly kept: number;
}

function fromToy(inputs: Inputs) {
  const { n, needle, seed, trained } = inputs;
  const mine = chosenOf(inputs);
  const lengths = Array.from({ length: Math.log2(n / shortest) + 1 }, (_, i) => shortest * 2 ** i);
  const rows = haystacks(background(seed, n), lengths, needle, channels);
  const line = (all: readonly Outcome[]): Line => ({
    mass: list(all.map(({ mass }) => mass)),
    entropy: list(all.map((x) => x.entropy)),
    sum: list(all.map(({ sum }) => sum)),
  });
  const { softmax, entropy, lssa, cube, sharp } = fixed(baseOf('toy', trained));
  // Three of them have the same stage one.
  const [a, b, c] = grow(rows, lssa.one, [undefined, cube.two, sharp.two]).map(line);
  const of = ({ one, two }: Variant) => line(grow(rows, one, [two])[0]!);
  const lines: Record<Compared, Line> = { softmax: of(softmax), entropy: of(entropy), lssa: a!, cube: b!, sharp: c! };
  const same = sameAs(inputs);
  const row = rows.at(-1)!;
  return {
    lengths,
    lines,
    mine: same ? lines[same] : of(mine),
    row: drawn(row, mine, [row.needle, row.needle + 1]),
    text: null,
  };
}

/** simulate(inputs): plain data, as the page brings along that of a state that runs the model. */
export function simulate(inputs: Inputs): Result {
  return { ...(inputs.source === 'toy' ? fromToy(inputs) : fromModel(inputs)), same: sameAs(inputs) };
}

export interface Result {
  /** Keys that the rows of the lines see. */
  readonly lengths: readonly number[];
  readonly lines: Readonly<Record<Compared, Line>>;
  /** The line of what the reader has set, and which of the compared ones that is. */
  readonly mine: Line;
  readonly same: Compared | null;
  readonly row: Drawn;
  /** What a trained model made of it; null where the row is made up. */
  readonly text: Text | null;
}

/** work(inputs): rows twice as many keys as the longest, six ways; or two readings of the model, with a power for each score of one. */
export function work({ source, n, length }: Inputs): number {
  if (source === 'toy') return 1e4 + 230 * n;
  return 2 * (215e3 * length + 115 * length ** 2) + 250 * length ** 2;
}

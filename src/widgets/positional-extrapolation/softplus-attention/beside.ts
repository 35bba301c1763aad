/** What only the worker runs: the resident model with other weights in the place of its softmax, and its own rows under them. */
import { ntk } from '@/mechanisms/positional-extrapolation/rotary';
import {
  become,
  planted,
  readUnchanged,
  readWith,
  type Become,
  type Loss,
} from '@/mechanisms/positional-extrapolation/softplus-attention-resident';
import type { Passage } from '@/model/passages';
import { passage as textOf, resident } from '@/model/resident';
import { baseOf, chosenOf, digits, drawn, fixed, list, order, sameAs, textModel, type Compared, type Inputs, type Line } from './row';
import type { Cost, Text } from './simulate';

/** Every so manieth row of the model is looked at. */
const every = 32;

/** Readings of the model, which are always the same: a reader who turns a control reads the unchanged model once. */
const known = new Map<string, unknown>();
function once<T>(key: string, compute: () => T): T {
  if (!known.has(key)) {
    // Rows of sixteen heads are held by each.
    if (known.size > 24) known.clear();
    known.set(key, compute());
  }
  return known.get(key) as T;
}

const rounded = ({ curve, inside, outside, right, probability }: Loss): Cost => ({
  curve: list(curve),
  inside: digits(inside, 5),
  outside: digits(outside ?? 0, 5),
  right,
  probability: digits(probability),
});

/** fromModel(inputs): what the model makes of the chosen weights, and what its rows would become under them. */
export function fromModel(inputs: Inputs) {
  const { passage, length, positions: where, seed, head } = inputs;
  const variant = chosenOf(inputs);
  const model = resident('rope');
  const positions = where === 'stretched' ? { frequencies: () => ntk(textModel.dim, textModel.stretch) } : undefined;
  const text = planted(textOf(passage as Passage), length, seed);
  const here = JSON.stringify([passage, length, where, seed]);
  const all = fixed(baseOf('model', 0));
  const unchanged = once(here, () => {
    const { loss, rows } = readUnchanged(model, text, every, positions);
    return { loss, rows, lines: order.map((name) => become(rows, all[name])) };
  });
  const { loss, rows } = unchanged;
  const isSoftmax = sameAs(inputs) === 'softmax';
  const put = isSoftmax ? loss : once(here + JSON.stringify(variant), () => readWith(model, text, variant, positions));
  const mine = become(rows, variant);
  const asking = rows.asking[head - 1]!;
  const line = (of: readonly Become[]): Line => ({
    mass: [],
    sum: list(of.map(({ sum }) => sum)),
    entropy: list(of.map(({ entropy }) => entropy)),
  });
  return {
    lengths: rows.keys,
    lines: Object.fromEntries(order.map((name, i) => [name, line(unchanged.lines[i]!)])) as Record<Compared, Line>,
    mine: line(mine),
    row: drawn(asking.row, variant, text.digits),
    text: {
      line: text.line,
      layer: asking.layer + 1,
      head: asking.head + 1,
      unchanged: rounded(loss),
      put: rounded(put),
      kept: digits(mine.reduce((sum, { kept }) => sum + kept, 0) / mine.length),
    } satisfies Text,
  };
}

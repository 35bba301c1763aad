import {
  hooksOf,
  methods,
  planted,
  readWith,
  trainedOn,
  unseen,
  type Method,
  type MethodName,
  type Setting,
} from '@/mechanisms/positional-extrapolation/bench';
import type { Passage } from '@/model/passages';
import { passage as textOf, resident } from '@/model/resident';

export const trained = 256;
export const channels = 32;
/** Characters whose loss is averaged to a point of the curve. */
export const width = 32;
/** Where the three lines stand, as shares of the text. */
export const depths = [0.1, 0.5, 0.9] as const;

export interface Inputs {
  readonly method: MethodName;
  readonly other: MethodName;
  readonly scale: number;
  readonly band: number;
  readonly length: number;
  readonly passage: Passage;
  readonly seed: number;
}

const round = (x: number, digits: number): number => Number(x.toFixed(digits));
const mean = (x: Float64Array): number => x.reduce((a, b) => a + b, 0) / x.length;

/** What was read already: a reader who changes one of two methods does not wait for the other. */
const known = new Map<string, ReturnType<typeof measure>>();

function measured(name: MethodName, inputs: Inputs) {
  const { scale, band, length, passage, seed } = inputs;
  const key = [name, scale, band, length, passage, seed].join(' ');
  if (!known.has(key)) {
    if (known.size > 100) known.clear();
    known.set(key, measure(name, inputs));
  }
  return known.get(key)!;
}

function measure(name: MethodName, { scale, band, length, passage, seed }: Inputs) {
  const setting: Setting = { scale, trained, band, length };
  const method: Method = methods[name];
  const text = planted(textOf(passage), length, depths, seed);
  const reading = readWith(resident(method.model), text, hooksOf(name, channels, setting), trained);
  const angles = unseen(name, channels, setting);
  return {
    name: method.name,
    training: method.training,
    /** Characters that its model was trained on at a time. */
    trained: trainedOn(name, setting),
    /** Nats per character, a mean over each stretch of the text; entry i of the losses is of token i + 1. */
    curve: Array.from({ length: length / width }, (_, i) =>
      round(mean(reading.losses.subarray(Math.max(0, i * width - 1), (i + 1) * width - 1)), 3),
    ),
    /** In as many characters as the main model was trained on at a time. */
    inside: round(mean(reading.losses.subarray(0, trained - 1)), 3),
    /** In what comes after them, where there is something. */
    outside: length > trained ? round(mean(reading.losses.subarray(trained - 1)), 3) : null,
    /** Of each pair, radians that training never showed; none where nothing is turned. */
    unseen: angles ? Array.from(angles, (x) => round(x, 3)) : null,
    attention: reading.attention.map((x) => round(x, 4)),
    weight: reading.weight.map((x) => x && Number(x.toPrecision(3))),
    entropy: round(reading.entropy, 3),
    right: reading.right,
    products: Math.round(reading.products / length),
    layers: resident(method.model).shape.layers,
  };
}

export type Measured = ReturnType<typeof measure>;

/** simulate(inputs): plain data, as the page brings along that of the state it was built with. */
export function simulate(inputs: Inputs) {
  const facts = planted(textOf(inputs.passage), inputs.length, depths, inputs.seed).facts;
  return {
    length: inputs.length,
    method: measured(inputs.method, inputs),
    other: measured(inputs.other, inputs),
    /** The planted lines, and how many characters before the question each stands. */
    facts: facts.map(({ key, value, at }) => ({ line: `[${key}=${value}]`, at, back: inputs.length - at })),
  };
}

export type Result = ReturnType<typeof simulate>;

/** modelsFor(inputs): those that the two methods read with. */
export const modelsFor = ({ method, other }: Pick<Inputs, 'method' | 'other'>): string[] => [
  ...new Set([methods[method].model, methods[other].model]),
];

/** work(inputs): a token through a model is some 1.8e5 operations, and each key that it meets 230 more, where distances are taken pair by pair 370. */
export function work({ method, other, length }: Inputs): number {
  const one = (name: MethodName) => (length + 33) * (1.8e5 + ((name === 'lambda' || name === 'ceiling' ? 370 : 230) * length) / 2);
  return one(method) + (other === method ? 0 : one(other));
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readModel } from '@/model/file';
import type { Cache, Hooks } from '@/model/hooks';
import { ownFrequencies } from '@/model/positions';
import { Reader } from '@/model/reader';
import { softmaxInto } from '@/tensor/softmax';
import golden from '../golden/resident-model.json';

const load = (name: string) => readModel(readFileSync(`seeds/model/weights/${name}.bin`));
const { vocabulary } = load('rope').shape;

/** What stands in seeds/model/train/vectors.py, said with hooks. */
const cases: Record<string, { hooks?: Hooks; cache?: Cache; oneByOne?: boolean }> = {
  plain: {},
  ntk: {
    hooks: { positions: { frequencies: (shape) => ownFrequencies({ ...shape, base: shape.base * 4 ** (32 / 30) }) } },
  },
  linear: { hooks: { positions: { position: (index) => index / 4 } } },
  band: { hooks: { score: (scores, { query, keys }) => void scores.forEach((_, j) => query - keys[j]! >= 32 && (scores[j] = -Infinity)) } },
  capped: { hooks: { positions: { distance: (query, key) => Math.min(query - key, 40) } } },
  streaming: {
    cache: { slots: true, keep: (held) => (held.length > 26 ? [...held.slice(0, 2), ...held.slice(-24)] : held) },
    oneByOne: true,
  },
  best: {
    hooks: {
      score(scores) {
        const least = Float64Array.from(scores).sort().at(-Math.min(8, scores.length))!;
        scores.forEach((s, j) => s < least && (scores[j] = -Infinity));
      },
    },
  },
  'off-by-one': {
    hooks: {
      weigh(scores) {
        const whole = softmaxInto(scores, Float64Array.of(...scores));
        scores.forEach((w, j) => (scores[j] = w / (1 + Math.exp(-whole))));
      },
    },
  },
  layers: { hooks: { layers: 2 } },
};

describe.each(Object.entries(golden.models))('%s', (name, expected) => {
  const model = load(name);
  test.each(Object.entries(expected as Record<string, number[][]>))('%s: logits as PyTorch has them, to 1e-3', (which, logits) => {
    const { hooks, cache, oneByOne } = cases[which]!;
    const reader = new Reader(model, hooks, cache);
    const rows = oneByOne
      ? golden.ids.map((id) => reader.read([id]))
      : [reader.read(golden.ids)].flatMap((all) => golden.ids.map((_, i) => all.subarray(i * vocabulary, (i + 1) * vocabulary)));
    golden.rows.forEach((row, i) => {
      const worst = Math.max(...logits[i]!.map((x, j) => Math.abs(x - rows[row]![j]!)));
      expect(worst).toBeLessThan(1e-3);
    });
  });
});

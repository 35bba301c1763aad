import { basisHooks } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { reachHooks } from '@/mechanisms/positional-extrapolation/lm-infinite';
import { ntk } from '@/mechanisms/positional-extrapolation/rotary';
import { readResident } from '@/mechanisms/sparse-attention/streaming-llm-resident';
import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { answer, needle } from '@/model/needle';
import { readOff } from '@/model/reader';
import { resident } from '@/model/resident';
import { loss, losses, lossesOf, rowsOf, tokens } from '@/model/text';
import { random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { passages } from './text';

/** Where loss is averaged: positions from, to. */
export const bins = [
  [1, 64],
  [64, 128],
  [128, 256],
  [256, 384],
  [384, 512],
  [512, 768],
  [768, 1024],
  [1024, 1536],
] as const;

const d = 32;
const trained = 256;
const mean = (x: Iterable<number>): number => {
  let sum = 0;
  let n = 0;
  for (const one of x) {
    sum += one;
    n++;
  }
  return sum / n;
};
const rounded = (x: number, digits = 4): number => Number(x.toPrecision(digits));

/** All keys are seen, at distances that are cut off at the largest of training: what is left is that there are more of them. */
export const ceiling = reachHooks({ window: Infinity, starting: 0, ceiling: trained - 1 });

/** A way to read past the window: the model, and what is put in place of its positions or attention. */
interface Way {
  readonly id: string;
  readonly model: string;
  readonly name: string;
  readonly hooks?: Hooks;
}

const byParts = basisHooks('yarn', { dim: d, scale: 4, context: trained });

/** The ways that are compared. */
export const ways: readonly Way[] = [
  { id: 'rope', model: 'rope', name: 'RoPE as trained' },
  { id: 'ntk-4', model: 'rope', name: 'NTK-aware, × 4', hooks: { positions: { frequencies: () => ntk(d, 4) } } },
  { id: 'ntk-8', model: 'rope', name: 'NTK-aware, × 8', hooks: { positions: { frequencies: () => ntk(d, 8) } } },
  { id: 'yarn-4', model: 'rope', name: 'YaRN, × 4', hooks: byParts },
  { id: 'linear-4', model: 'rope', name: 'linear, ÷ 4, without further training', hooks: { positions: { position: (i) => i / 4 } } },
  { id: 'linear-4-tuned', model: 'linear', name: 'linear, ÷ 4, after a short training', hooks: { positions: { position: (i) => i / 4 } } },
  {
    id: 'band',
    model: 'rope',
    name: 'RoPE, the last 192 alone',
    hooks: { score: (s, { query, keys }) => void s.forEach((_, j) => query - keys[j]! >= 192 && (s[j] = -Infinity)) },
  },
  { id: 'ceiling', model: 'rope', name: 'RoPE, distances cut off at 255', hooks: ceiling },
  { id: 'alibi', model: 'alibi', name: 'ALiBi' },
  { id: 'nope', model: 'nope', name: 'no positions' },
];

/** By parts, and scores past the window larger by the logarithm of the number of keys besides. */
export const sharpened: Way = {
  id: 'yarn-4-log',
  model: 'rope',
  name: 'YaRN, × 4, scores × ln n',
  hooks: {
    ...byParts,
    score(scores, place) {
      byParts.score?.(scores, place);
      const factor = Math.max(1, Math.log(place.query + 1) / Math.log(trained));
      for (let j = 0; j < scores.length; j++) scores[j]! *= factor;
    },
  },
};

/** lossByPosition(count, of): nats per character in each bin, for each of these ways. */
export function lossByPosition(count: number, of = ways): Record<string, number[]> {
  const texts = passages(1536, count).map(tokens);
  return Object.fromEntries(
    of.map(({ id, model, hooks }) => {
      const all = texts.map((ids) => lossesOf(resident(model), ids, hooks));
      // Entry i of the losses is of token i + 1, which stands at position i + 1.
      return [id, bins.map(([from, to]) => rounded(mean(all.flatMap((one) => [...one.slice(from - 1, to - 1)]))))];
    }),
  );
}

/** Of the needle map. */
export const lengths = [96, 128, 192, 256, 384, 512, 768];
export const depths = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];

/** Beyond the window a text takes longer, and what is seen there is coarse. */
export const needlesAt = (length: number): number => (length <= trained ? 24 : 12);

/** needleMap(model, hooks, at): the share of needles whose four digits were given exactly [length][depth]; there are `needlesAt` of each. */
export function needleMap(model: Model, hooks?: Hooks, at: readonly number[] = lengths): number[][] {
  return at.map((length) => {
    const count = needlesAt(length);
    const texts = passages(length, count);
    return depths.map((depth) => {
      const source = random(1000 * length + Math.round(100 * depth));
      const exact = texts.filter((text) => {
        const one = needle(source, text, { length, depth });
        return answer(model, one, hooks).every((digit, i) => digit === one.answer[i]);
      });
      return rounded(exact.length / count);
    });
  });
}

/** sinks(model, count): of each layer and head, the attention on the start token, and what it costs to hide tokens from those after 64. */
export function sinks(model: Model, count: number) {
  const { layers, heads } = model.shape;
  const texts = passages(255, count).map(tokens);
  const share = Array.from({ length: layers }, () => new Array<number>(heads).fill(0));
  for (const ids of texts)
    lossesOf(model, ids, {
      watch(weights, { layer, head, query }) {
        if (query >= 64) share[layer]![head]! += weights[0]! / (count * (ids.length - 64));
      },
    });
  const without = (hidden: readonly number[]) =>
    mean(
      texts.flatMap((ids) => [
        ...lossesOf(model, ids, {
          score: (s, { query }) => void (query >= 64 && hidden.forEach((token) => (s[token] = -Infinity))),
        }).slice(64),
      ]),
    );
  return {
    share: share.map((row) => row.map((x) => rounded(x, 3))),
    whole: rounded(without([])),
    withoutStart: rounded(without([0])),
    withoutAnother: rounded(without([1])),
    withoutFirstFour: rounded(without([1, 2, 3, 4])),
  };
}

/**
 * counting(model, count): of the first layer's heads, the attention on the start token times the number of tokens seen, in the mean over nine queries
 * around each of `at` [at][head]. Where it stays the same, the share says how many tokens there are.
 */
export function counting(model: Model, count: number) {
  const at = [16, 32, 64, 128, 250, 400, 500];
  const near = 4;
  const shares = at.map(() => new Array<number>(model.shape.heads).fill(0));
  for (const ids of passages(511, count).map(tokens))
    lossesOf(model, ids, {
      watch(weights, { layer, head, query }) {
        const i = layer === 0 ? at.findIndex((one) => Math.abs(one - query) <= near) : -1;
        if (i >= 0) shares[i]![head]! += (weights[0]! * weights.length) / (count * (2 * near + 1));
      },
    });
  return { at, share: shares.map((row) => row.map((x) => rounded(x, 3))) };
}

/** streams(count): nats per character of the two models read as streams of 640 with a cache of 128, without and with kept first tokens. */
export function streams(count: number) {
  const texts = passages(640, count).map(tokens);
  const cache = 128;
  return Object.fromEntries(
    ['rope', 'sink'].map((name) => [
      name,
      [0, 1, 2, 4].map((kept) => {
        const sizes = { sinks: kept, recent: cache - kept };
        const after = (ids: Int32Array) => mean(readResident(resident(name), ids, 'streaming', sizes).losses.subarray(cache + 1));
        return { kept, loss: rounded(mean(texts.map(after))) };
      }),
    ]),
  );
}

/** exits(model, count): loss and share of right characters when read off after each layer. */
export function exits(model: Model, count: number) {
  const texts = passages(255, count).map(tokens);
  return Array.from({ length: model.shape.layers }, (_, i) => {
    const layers = i + 1;
    const found = texts.map((ids) => {
      let at = new Float32Array();
      model.reader({ state: (layer, x) => void (layer === i && (at = Float32Array.from(x))) }).read(ids);
      const logits = readOff(model, at, layers);
      const right = rowsOf(logits).filter((row, t) => t + 1 < ids.length && row.indexOf(Math.max(...row)) === ids[t + 1]).length;
      return { loss: mean(losses(logits, ids)), right: right / (ids.length - 1) };
    });
    return { layers, loss: rounded(mean(found.map((f) => f.loss))), right: rounded(mean(found.map((f) => f.right))) };
  });
}

/** drafted(count): how often a token that the small model draws is kept by the large one, in the mean: the sum of the smaller of both probabilities. */
export function drafted(count: number) {
  const texts = passages(255, count).map(tokens);
  const [large, small] = [resident('rope'), resident('draft')];
  const rows = texts.flatMap((ids) => {
    const [p, q] = [large, small].map((model) => rowsOf(model.reader().read(ids)));
    return p!.map((row, t) => ({ p: softmax(row), q: softmax(q![t]!), next: ids[t + 1] }));
  });
  const known = rows.filter(({ next }) => next !== undefined);
  return {
    kept: rounded(mean(rows.map(({ p, q }) => p.reduce((sum, x, i) => sum + Math.min(x, q[i]!), 0)))),
    loss: rounded(mean(known.map(({ q, next }) => loss(q.map(Math.log), next!)))),
  };
}

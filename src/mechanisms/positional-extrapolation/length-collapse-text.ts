/**
 * The same quantities in a model that was really trained, a causal decoder of characters: what its heads average, how much of the residual stream is
 * high frequency, and how alike the vectors become that texts are pooled to. A causal model reads a text once, and has then read each beginning of it.
 */
import type { Hooks } from '@/model/hooks';
import type { Model } from '@/model/model';
import { losses } from '@/model/text';
import { tensor, type Matrix } from '@/tensor/tensor';
import { filterRate, participation } from './length-collapse';

/** temperatureHooks(tau) divides all scores by it, in every layer and head, as TempScale does. Throws RangeError unless tau > 0. */
export function temperatureHooks(tau: number): Hooks {
  if (!(tau > 0)) throw new RangeError(`a temperature must be positive, got ${tau}`);
  if (tau === 1) return {};
  return {
    score(scores) {
      for (let j = 0; j < scores.length; j++) scores[j]! /= tau;
    },
  };
}

/** What is watched while texts are read. `sizes` are beginnings, in characters without the start token, ascending. */
export interface Reading {
  readonly sizes: readonly number[];
  /** For each size, a vector a text: the mean over its characters of what leaves the last layer. */
  readonly mean: readonly (readonly Float64Array[])[];
  /** The same of its last character alone, which is what attention gathered there. */
  readonly last: readonly (readonly Float64Array[])[];
  /** For each head, layer after layer, the participation number of rows near each size (the last eighth before it), mean over texts. */
  readonly effective: readonly (readonly number[])[];
  /** For each layer, the norm of HC over that of all, of the residual stream that leaves it, at each size; mean over texts. */
  readonly share: readonly (readonly number[])[];
  /** For each head, sigma_a of its attention among the start token and the first characters of the first text, for sizes up to `rated`. */
  readonly rates: readonly (readonly number[])[];
  /** For each text, nats of each character. */
  readonly losses: readonly Float64Array[];
}

export interface ReadOptions {
  readonly tau: number;
  readonly sizes: readonly number[];
  /** Up to which size filter rates are computed. */
  readonly rated?: number;
}

/**
 * readTexts(model, texts, options) reads each text, whose ids begin with the start token and go on for as many characters as the largest size. Throws
 * RangeError at a text that is shorter.
 */
export function readTexts(model: Model, texts: readonly ArrayLike<number>[], { tau, sizes, rated = 0 }: ReadOptions): Reading {
  const { width, layers, heads } = model.shape;
  const most = sizes.at(-1)!;
  const side = Math.max(0, ...sizes.filter((n) => n <= rated)) + 1;
  const mean: Float64Array[][] = sizes.map(() => []);
  const last: Float64Array[][] = sizes.map(() => []);
  const effective = Array.from({ length: layers * heads }, () => new Float64Array(sizes.length));
  const share = Array.from({ length: layers }, () => new Float64Array(sizes.length));
  const maps: Matrix[] = [];
  const all = texts.map((text, which) => {
    if (text.length < most + 1) throw new RangeError(`a text of ${text.length - 1} characters has no beginning of ${most}`);
    const ids = Array.from(text).slice(0, most + 1);
    const reader = model.reader({
      ...temperatureHooks(tau),
      watch(weights, { layer, head, query }) {
        const own = layer * heads + head;
        sizes.forEach((n, k) => {
          const rows = Math.ceil(n / 8);
          if (query <= n && query > n - rows) effective[own]![k]! += participation(weights) / rows / texts.length;
        });
        if (which === 0 && query < side) {
          maps[own] ??= tensor(['query', 'key'], [side, side]);
          maps[own].data.set(weights, query * side);
        }
      },
      state(layer, x) {
        const sum = new Float64Array(width);
        let squares = 0;
        // Row 0 is the start token, which all texts share.
        for (let i = 1, k = 0; k < sizes.length; i++) {
          for (let c = 0; c < width; c++) {
            const value = x[i * width + c]!;
            sum[c]! += value;
            squares += value * value;
          }
          if (i < sizes[k]!) continue;
          const low = sum.reduce((total, value) => total + value * value, 0) / i;
          share[layer]![k]! += Math.sqrt(Math.max(0, 1 - low / squares)) / texts.length;
          if (layer === layers - 1) {
            mean[k]!.push(sum.map((value) => value / i));
            last[k]!.push(Float64Array.from(x.subarray(i * width, (i + 1) * width)));
          }
          k++;
        }
      },
    });
    return losses(reader.read(ids), ids);
  });
  const rates = maps.map((map) =>
    sizes
      .filter((n) => n <= rated)
      .map((n) => {
        const part = tensor(['query', 'key'], [n + 1, n + 1]);
        for (let i = 0; i <= n; i++) part.data.set(map.data.subarray(i * side, i * side + n + 1), i * (n + 1));
        return filterRate(part, { tolerance: 1e-4, rounds: 40 });
      }),
  );
  return { sizes, mean, last, effective: effective.map((x) => [...x]), share: share.map((x) => [...x]), rates, losses: all };
}

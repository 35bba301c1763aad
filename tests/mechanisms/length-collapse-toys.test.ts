import { describe, expect, it } from 'vitest';
import { laws, norm } from '@/mechanisms/positional-extrapolation/length-collapse';
import { temperatureHooks, readTexts } from '@/mechanisms/positional-extrapolation/length-collapse-text';
import {
  channels,
  drawTexts,
  fromTokens,
  independent,
  leading,
  pass,
  pool,
  sizesUpTo,
  spectrum,
  tokens,
  weightsOf,
} from '@/mechanisms/positional-extrapolation/length-collapse-toys';
import { passageTexts } from '@/model/passage-texts';
import { resident } from '@/model/resident';
import { lossesOf, tokens as ids } from '@/model/text';
import { maxDifference } from '@/tensor/compare';
import { chosen } from '@/widgets/positional-extrapolation/length-collapse/beside';
import page from '../../content/papers/length-collapse.mdx?raw';

const mean = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
const runs = (n: number, tau: number, layers = 4) =>
  seeds.map((seed) => pass(tokens(n, 0, seed), { layers, deviation: 1, tau, logits: independent(n, layers, seed) }));

describe('tokens in layers of attention', () => {
  it('lose the high part as measured before: four layers, two temperatures', () => {
    const kept = (tau: number) => [1, 2, 3, 4].map((layer) => mean(runs(64, tau).map((run) => run.kept[layer]!)));
    [0.15, 0.0226, 0.0034, 0.0005].forEach((expected, i) => expect(Math.abs(kept(1)[i]! / expected - 1)).toBeLessThan(0.35));
    [0.374, 0.141, 0.051, 0.018].forEach((expected, i) => expect(Math.abs(kept(0.5)[i]! / expected - 1)).toBeLessThan(0.35));
    expect(Math.abs(kept(1)[0]! / 0.15 - 1)).toBeLessThan(0.06);
  });

  it('one layer follows the law of the square root', () => {
    for (const n of [64, 256]) expect(mean(runs(n, 1, 1).map((run) => run.kept[1]!)) / laws.kept(n, 1)).toBeCloseTo(1, 0.9);
    const [at16, at64, at256] = [16, 64, 256].map((n) => mean(runs(n, 1, 1).map((run) => run.kept[1]!)));
    expect(at16).toBeCloseTo(0.28, 1);
    expect(Math.abs(at64! - 0.15)).toBeLessThan(0.01);
    expect(at256).toBeCloseTo(0.08, 2);
  });

  it('never keep more than the filter rate says, and the residual stream is what was there and what was gathered', () => {
    for (const seed of seeds) {
      const logits = independent(32, 1, seed);
      const x = tokens(32, 1, seed);
      const plain = pass(x, { layers: 1, deviation: 2, tau: 1, logits });
      expect(plain.kept[1]!).toBeLessThanOrEqual(plain.rate * 1.001);
      const residual = pass(x, { layers: 1, deviation: 2, tau: 1, logits, residual: true });
      expect(
        maxDifference(
          residual.states[1]!.data,
          plain.states[1]!.data.map((v, at) => v + x.data[at]!),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it('with a residual connection length hardly matters: the mean doubles', () => {
    const left = (n: number) =>
      mean(
        seeds.map(
          (seed) =>
            pass(tokens(n, 1, seed), { layers: 3, deviation: 1, tau: 1, residual: true, logits: independent(n, 3, seed) }).contrast[3]!,
        ),
      );
    for (const n of [16, 64, 128]) expect(Math.abs(left(n) - 1 / 8)).toBeLessThan(0.03);
  });

  it('with logits of the tokens one layer leaves more than independent ones do, and falls less with length', () => {
    const left = (n: number) =>
      mean(seeds.map((seed) => pass(tokens(n, 1, seed), { layers: 1, deviation: 1, tau: 1, logits: fromTokens(1, seed) }).contrast[1]!));
    expect(left(128)).toBeGreaterThan(1.5 * laws.kept(128, 1));
    expect(left(16) / left(128)).toBeLessThan(0.7 * (laws.kept(16, 1) / laws.kept(128, 1)));
  });

  it('a temperature is a factor of the logits', () => {
    const [x, logits] = [tokens(16, 1, 3), independent(16, 2, 3)];
    const one = pass(x, { layers: 2, deviation: 0.5, tau: 0.25, logits });
    const two = pass(x, { layers: 2, deviation: 2, tau: 1, logits });
    expect(maxDifference(one.states[2]!.data, two.states[2]!.data)).toBeLessThan(1e-12);
  });

  it('spectra hold all there is, and the mean at 0', () => {
    const x = tokens(32, 1, 9);
    const found = spectrum(x);
    // All frequencies but the first and the last stand for two.
    const power = found.reduce((sum, v, f) => sum + v ** 2 * (f === 0 || f === 16 ? 1 : 2), 0);
    expect(power).toBeCloseTo(norm(x.data) ** 2 / channels, 8);
    const total = Array.from({ length: channels }, (_, c) =>
      Array.from({ length: 32 }, (_, i) => x.data[i * channels + c]!).reduce((a, b) => a + b, 0),
    );
    expect(found[0]).toBeCloseTo(norm(total) / Math.sqrt(32 * channels), 10);
  });
});

describe('texts, pooled', () => {
  const over = Array.from({ length: 24 }, (_, i) => i + 1).map((seed) => drawTexts(12, 2048, 1, seed));
  const at = (n: number, deviation: number) => {
    const all = over.map((texts) => pool(texts, n, deviation));
    return { cosine: mean(all.map((one) => one.cosine)), effective: mean(all.map((one) => one.effective)) };
  };

  it('crowd with length, as measured before and as the law expects of the tokens averaged', () => {
    const expected = { 8: 0.229, 32: 0.49, 128: 0.775, 512: 0.923, 2048: 0.979 };
    for (const [n, value] of Object.entries(expected)) {
      const { cosine, effective } = at(Number(n), 1);
      expect(Math.abs(cosine - value), `n = ${n}`).toBeLessThan(0.035);
      expect(Math.abs(cosine - laws.cosine(1, channels, effective)), `law at ${n}`).toBeLessThan(0.035);
    }
  });

  it('crowd less at half the temperature', () => {
    const expected = { 8: 0.144, 32: 0.256, 128: 0.43, 512: 0.592, 2048: 0.81 };
    for (const [n, value] of Object.entries(expected)) expect(Math.abs(at(Number(n), 2).cosine - value), `n = ${n}`).toBeLessThan(0.09);
  });

  it('average about n exp(−σ²) tokens where n is large enough', () => {
    expect(at(2048, 1).effective / laws.participation(2048, 1)).toBeCloseTo(1, 1);
    expect(at(128, 0.5).effective / laws.participation(128, 0.5)).toBeCloseTo(1, 1);
  });

  it('with a deviation of 0 are means; a shorter text is a beginning', () => {
    const [text] = drawTexts(1, 32, 1, 5);
    const [shorter] = drawTexts(1, 16, 1, 5);
    expect(maxDifference(shorter!.tokens.data, text!.tokens.data.slice(0, 16 * channels))).toBe(0);
    expect(maxDifference(pool([text!], 16, 2).vectors[0]!, pool([shorter!], 16, 2).vectors[0]!)).toBe(0);
    expect(pool([text!], 32, 0).effective).toBeCloseTo(32, 9);
    expect(weightsOf(text!.logits, 8, 3).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(sizesUpTo(64)).toEqual([8, 16, 32, 64]);
    expect(sizesUpTo(384)).toEqual([8, 16, 32, 64, 128, 256, 384]);
    expect(sizesUpTo(8)).toEqual([8]);
    expect(leading(text!.tokens, 2, 3).data).toEqual(Float64Array.from([0, 1, 2, 16, 17, 18], (at) => text!.tokens.data[at]!));
  });
});

describe('a trained model under a temperature', () => {
  const model = resident('rope');
  const texts = [passageTexts.emma, passageTexts.mansfield].map((text) => ids(text.slice(0, 64)));
  const reading = readTexts(model, texts, { tau: 1, sizes: [8, 32, 64], rated: 32 });

  it('reads as it always does at 1, and otherwise at 0.5', () => {
    expect(maxDifference(reading.losses[0]!, lossesOf(model, texts[0]!))).toBeLessThan(1e-5);
    const sharper = readTexts(model, texts, { tau: 0.5, sizes: [8, 32, 64] });
    expect(mean([...sharper.losses[0]!])).toBeGreaterThan(mean([...reading.losses[0]!]) + 0.02);
    // Of the first layer, whose logits are only divided, every head averages fewer tokens.
    for (let head = 0; head < model.shape.heads; head++) expect(sharper.effective[head]![2]!).toBeLessThan(reading.effective[head]![2]!);
    expect(() => temperatureHooks(0)).toThrow(RangeError);
  });

  it('has heads whose logits are most far wider than a deviation of 2, from the least to the most as the page says', () => {
    const { layers, heads } = model.shape;
    const rows = 16;
    const wide = Array.from({ length: layers * heads }, () => 0);
    const all = chosen(128);
    for (const { name, at } of all)
      model
        .reader({
          score(scores, { layer, head, query }) {
            if (query <= 128 - rows) return;
            const middle = mean([...scores]);
            wide[layer * heads + head]! += Math.sqrt(mean([...scores].map((s) => (s - middle) ** 2))) / rows / all.length;
          },
        })
        .read(ids(passageTexts[name].slice(at, at + 128)));
    const sorted = wide.toSorted((a, b) => a - b);
    expect(sorted[0]).toBeLessThan(2);
    expect(wide.filter((deviation) => deviation > 4).length).toBeGreaterThan(wide.length / 2);
    expect(page).toContain(`(${sorted[0]!.toFixed(1)} to ${sorted.at(-1)!.toFixed(0)})`);
  });

  it('gives a beginning what it gives the whole', () => {
    const shorter = readTexts(
      model,
      texts.map((text) => text.slice(0, 33)),
      { tau: 1, sizes: [8, 32], rated: 32 },
    );
    for (let text = 0; text < 2; text++) {
      expect(maxDifference(shorter.mean[1]![text]!, reading.mean[1]![text]!)).toBeLessThan(1e-4);
      expect(maxDifference(shorter.last[0]![text]!, reading.last[0]![text]!)).toBeLessThan(1e-4);
    }
    expect(maxDifference(shorter.rates.flat(), reading.rates.flat())).toBeLessThan(1e-4);
    expect(
      maxDifference(
        shorter.share.flat(),
        reading.share.flatMap((one) => one.slice(0, 2)),
      ),
    ).toBeLessThan(1e-4);
  });

  it('a share is of the norm, and rows average no more than they see', () => {
    for (const one of reading.share.flat()) expect(one > 0 && one < 1).toBe(true);
    for (const one of reading.effective) one.forEach((v, k) => expect(v >= 1 && v <= [8, 32, 64][k]! + 1).toBe(true));
    expect(() => readTexts(model, texts, { tau: 1, sizes: [128] })).toThrow(RangeError);
  });
});

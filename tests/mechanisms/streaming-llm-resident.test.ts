import { describe, expect, it } from 'vitest';
import { streamingCache, type Policy, type Sizes } from '@/mechanisms/sparse-attention/streaming-llm';
import { plantFact, readResident } from '@/mechanisms/sparse-attention/streaming-llm-resident';
import { passageTexts } from '@/model/passage-texts';
import { Reader } from '@/model/reader';
import { resident } from '@/model/resident';
import { loss, lossesOf, tokens } from '@/model/text';
import { maxDifference } from '@/tensor/compare';

const model = resident('rope');
const passage = passageTexts.northanger;
const ids = tokens(passage).slice(0, 301);
const { vocabulary } = model.shape;

/** Token by token, under the cache hook. */
function oneByOne(sizes: Sizes, from = ids): Float64Array {
  const reader = new Reader(model, {}, streamingCache(sizes));
  return Float64Array.from({ length: from.length - 1 }, (_, i) => loss(reader.read([from[i]!]), from[i + 1]!));
}

describe('a resident model under a policy', () => {
  it.each([
    { sinks: 4, recent: 28 },
    { sinks: 1, recent: 70 },
    { sinks: 0, recent: 48 },
  ])('reads many tokens at once as it would one by one: %o', (sizes) => {
    expect(maxDifference(readResident(model, ids, 'streaming', sizes).losses, oneByOne(sizes))).toBeLessThan(1e-4);
  });

  it('dense, is itself', () => {
    expect(maxDifference(readResident(model, ids, 'dense', { sinks: 0, recent: 32 }).losses, lossesOf(model, ids))).toBeLessThan(1e-4);
  });

  it('is dense while everything fits', () => {
    const sizes = { sinks: 4, recent: 60 };
    const dense = readResident(model, ids, 'dense', sizes).losses;
    for (const policy of ['window', 'streaming'] as const)
      expect(maxDifference(readResident(model, ids, policy, sizes).losses.slice(0, 65), dense.slice(0, 65))).toBeLessThan(1e-4);
  });

  it('recomputing, is dense in its first window, and later in each that it rebuilds', () => {
    const most = 48;
    const { losses } = readResident(model, ids, 'recompute', { sinks: 0, recent: most });
    expect(maxDifference(losses.slice(0, most), lossesOf(model, ids.slice(0, most + 1)))).toBeLessThan(1e-4);
    // The second window ends a third of its length later, and what it is read for begins where the first ended.
    const second = lossesOf(model, ids.slice(16, 65));
    expect(maxDifference(losses.slice(48, 64), second.slice(32))).toBeLessThan(1e-4);
  });

  it('weighs what it sees: the capacity and the query itself, all together 1', () => {
    for (const [policy, sinks] of [
      ['window', 0],
      ['streaming', 4],
    ] as const) {
      const { weights, shares } = readResident(model, ids, policy, { sinks, recent: 64 - sinks }, { looks: [1, 64, 65, 250], until: 64 });
      expect([...weights].map(([query, w]) => [query, w.length])).toEqual([
        [1, 2],
        [64, 65],
        [65, 65],
        [250, 65],
      ]);
      for (const w of weights.values()) expect(w.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      for (const share of shares) expect(share >= 0 && share <= 1).toBe(true);
    }
  });

  it.each([1, 4])('sums what goes to the first %i tokens, from the first query behind them', (first) => {
    const until = 40;
    const some = ids.slice(0, 64);
    const { shares } = readResident(model, some, 'dense', { sinks: 0, recent: 32 }, { until, first });
    const sums = new Float64Array(shares.length);
    const { heads } = model.shape;
    new Reader(model, {
      watch: (w, { query, layer, head }) => {
        if (query >= first && query < until) for (let j = 0; j < first; j++) sums[layer * heads + head]! += w[j]! / (until - first);
      },
    }).read(some);
    expect(maxDifference(shares, sums)).toBeLessThan(1e-6);
  });

  it('notes the weights that it has where it reads one by one', () => {
    const sizes = { sinks: 2, recent: 30 };
    const { weights } = readResident(model, ids, 'streaming', sizes, { looks: [200] });
    const mean = new Float64Array(33);
    const reader = new Reader(
      model,
      { watch: (w, { query }) => void (query === 200 && w.forEach((x, i) => (mean[i]! += x / 16))) },
      streamingCache(sizes),
    );
    for (const id of ids.slice(0, 201)) reader.read([id]);
    expect(maxDifference(weights.get(200)!, mean)).toBeLessThan(1e-5);
  });
});

describe('a fact in the stream', () => {
  const fact = plantFact(passage, 10, 1);
  const stream = fact.ids.slice(0, 301);
  const after = [40, 64, 90, 120, 200, 290];
  const cache = 64;
  const read = (policy: Policy, sinks = 0) =>
    readResident(
      model,
      stream,
      policy,
      { sinks, recent: cache - sinks },
      { ask: { fact, after: policy === 'recompute' ? [40, 120] : after } },
    );

  it('stands where it was put', () => {
    expect(fact.at).toEqual([10, 20]);
    expect(fact.line).toMatch(/^\[[a-z]{3}=\d{4}\]$/);
    expect(Array.from(fact.ids.slice(10, 20))).toEqual(Array.from(tokens(fact.line).slice(1)));
    expect(fact.ids.length).toBe(tokens(passage).length + 10);
  });

  it.each([
    ['dense', 0],
    ['window', 0],
    ['streaming', 4],
  ] as const)('%s: asking aside changes nothing of what is read', (policy, sinks) => {
    const asked = read(policy, sinks);
    expect(asked.answers.map((one) => one.after)).toEqual(after);
    const quiet = readResident(model, stream, policy, { sinks, recent: cache - sinks });
    expect(maxDifference(asked.losses, quiet.losses)).toBeLessThan(1e-4);
  });

  it('asking is as if the question came next, on its own', () => {
    const asked = Int32Array.of(...fact.question, ...fact.answer.slice(0, -1));
    const reader = new Reader(model, {}, streamingCache({ sinks: 4, recent: 60 }));
    for (const id of stream.slice(0, 120)) reader.read([id]);
    const rows = Array.from(asked, (id) => reader.read([id]));
    const nats = rows.slice(4).reduce((sum, row, i) => sum + loss(row.subarray(0, vocabulary), fact.answer[i]!), 0);
    expect(read('streaming', 4).answers.find((one) => one.after === 120)!.probability).toBeCloseTo(Math.exp(-nats / 4), 4);
  });

  it('is known while it is held, and by no bounded cache after that', () => {
    for (const [policy, sinks] of [
      ['window', 0],
      ['streaming', 4],
      ['recompute', 0],
    ] as const) {
      const { answers } = read(policy, sinks);
      expect(answers[0]!.right).toBe(4);
      for (const one of answers.filter((each) => each.after > 10 + cache)) {
        expect(one.right).toBeLessThanOrEqual(1);
        expect(one.probability).toBeLessThan(0.1);
      }
    }
    for (const one of read('dense').answers.filter((each) => each.after < 256)) expect(one.right).toBe(4);
  });
});

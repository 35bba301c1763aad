import { describe, expect, it } from 'vitest';
import type { Hooks } from '@/model/hooks';
import { linear } from '@/model/linear';
import { answer, needle } from '@/model/needle';
import { passageTexts } from '@/model/passage-texts';
import { Reader, readOff } from '@/model/reader';
import { resident } from '@/model/resident';
import { losses, lossesOf, rowsOf, tokens } from '@/model/text';
import { draw, write } from '@/model/write';
import { maxDifference } from '@/tensor/compare';
import { random } from '@/tensor/random';

const model = resident('rope');
const ids = tokens(passageTexts.persuasion).slice(0, 160);

/** A reader that forgot the first of its tokens, and one whose keys have a share of those before them. */
function forgetful(): Reader {
  const reader = new Reader(model, {}, { keep: (held) => held.slice(-2) });
  reader.read(ids.slice(0, 3));
  return reader;
}
function mixing(): Reader {
  const blocks = model.blocks.map((block) => ({ ...block, shift: new Float32Array(model.shape.heads) }));
  const reader = new Reader({ ...model, blocks });
  reader.read(ids.slice(0, 3));
  return reader;
}

describe('reading', () => {
  it('is the same at once, by parts and token by token', () => {
    const whole = new Reader(model).read(ids);
    const parts = new Reader(model);
    const joined = [...parts.read(ids.slice(0, 50)), ...parts.read(ids.slice(50, 51)), ...parts.read(ids.slice(51))];
    const single = new Reader(model);
    const singly = [...ids].flatMap((id) => [...single.read([id])]);
    expect(maxDifference(joined, whole)).toBeLessThan(1e-4);
    expect(maxDifference(singly, whole)).toBeLessThan(1e-4);
  });
  it('looks at no character before its turn', () => {
    const other = Int32Array.from(ids, (id, i) => (i < 100 ? id : 2 + (i % 40)));
    const [a, b] = [ids, other].map((text) => new Reader(model).read(text));
    const known = 100 * model.shape.vocabulary;
    expect(maxDifference(a!.slice(0, known), b!.slice(0, known))).toBe(0);
    expect(maxDifference(a!.slice(known), b!.slice(known))).toBeGreaterThan(0.1);
  });
  it('with RoPE knows distances alone: moving every position by the same changes nothing', () => {
    const moved = lossesOf(model, ids, { positions: { position: (i) => i + 1000 } });
    expect(maxDifference(moved, lossesOf(model, ids))).toBeLessThan(1e-3);
  });
  it('takes positions and distances for the same where they say the same', () => {
    const halved = lossesOf(model, ids, { positions: { position: (i) => i / 2 } });
    expect(maxDifference(lossesOf(model, ids, { positions: { distance: (q, k) => (q - k) / 2 } }), halved)).toBeLessThan(1e-3);
    expect(maxDifference(lossesOf(model, ids), halved)).toBeGreaterThan(0.1);
  });
  it('pays less for prose than for the same characters shuffled', () => {
    const mean = (text: ArrayLike<number>) => lossesOf(model, text).reduce((sum, x) => sum + x, 0) / (text.length - 1);
    expect(mean(ids)).toBeLessThan(1.6);
    expect(mean([0, ...random(1).shuffle(ids.slice(1))])).toBeGreaterThan(2.5);
  });
  it('shows weights that sum to 1', () => {
    let seen = 0;
    lossesOf(model, ids, {
      watch(weights, { query, keys }) {
        expect(weights.length).toBe(query + 1);
        expect(keys.length).toBe(ids.length);
        expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 9);
        seen++;
      },
    });
    expect(seen).toBe(ids.length * model.shape.layers * model.shape.heads);
  });
  it('shows states that lead to its logits, and to those of the exits', () => {
    const states: Float32Array[] = [];
    const whole = new Reader(model, { state: (_, x) => void states.push(x.slice()) }).read(ids);
    expect(maxDifference(readOff(model, states.at(-1)!), whole)).toBe(0);
    for (let layers = 1; layers < model.shape.layers; layers++) {
      const early = new Reader(model, { layers }).read(ids);
      expect(maxDifference(readOff(model, states[layers - 1]!, layers), early)).toBe(0);
    }
  });
  it('forgets what its policy does not keep, and only that', () => {
    const hidden: Hooks = { score: (s, { query, keys }) => s.forEach((_, j) => query - keys[j]! > 40 && (s[j] = -Infinity)) };
    const whole = new Reader(model, hidden).read(ids);
    const forgetful = new Reader(model, {}, { keep: (held) => held.slice(-40) });
    const singly = [...ids].flatMap((id) => [...forgetful.read([id])]);
    expect(maxDifference(singly, whole)).toBeLessThan(1e-4);
    expect(forgetful.held).toEqual(Array.from({ length: 40 }, (_, i) => 120 + i));
  });
  it('goes on from the first tokens of another as if it had read them itself, and the other goes on as before', () => {
    const other = new Reader(model);
    other.read(ids.slice(0, 80));
    const [from, to] = [60, 100];
    const reader = other.upTo(from);
    const alone = new Reader(model);
    alone.read(ids.slice(0, from));
    const next = [...ids.slice(100, 140)];
    expect([...reader.read(next)]).toEqual([...alone.read(next)]);
    expect(reader.held).toEqual(alone.held);
    for (let layer = 0; layer < model.shape.layers; layer++) expect([...reader.keys(layer)]).toEqual([...alone.keys(layer)]);
    const whole = new Reader(model).read(ids.slice(0, to));
    expect(maxDifference(other.read(ids.slice(80, to)), whole.slice(80 * model.shape.vocabulary))).toBeLessThan(1e-4);
  });
  it('counts what it multiplies and what it holds', () => {
    const { layers, width, hidden, vocabulary } = model.shape;
    const reader = model.reader({}, { keep: (held) => held.slice(-10) });
    reader.read(ids.slice(0, 30));
    const matrices = 30 * (layers * (4 * width ** 2 + 2 * width * hidden) + width * vocabulary);
    expect(reader.products).toBe(matrices + layers * 2 * width * ((30 * 31) / 2));
    expect(reader.cacheBytes).toBe(10 * layers * 2 * width * 4);
    const before = reader.products;
    reader.read([5]);
    expect(reader.products - before).toBe(matrices / 30 + layers * 2 * width * 11);
  });
  it.each([
    ['an id that is no token', () => new Reader(model).read([999])],
    ['a fraction', () => new Reader(model).read([1.5])],
    ['more layers than there are', () => new Reader(model, { layers: 9 })],
    ['no layers', () => new Reader(model, { layers: 0 })],
    ['an exit where none was trained', () => new Reader(resident('rope'), { layers: 1.5 })],
    ['a policy that keeps what is not held', () => new Reader(model, {}, { keep: () => [7] }).read([0, 5])],
    ['a policy that changes the order', () => new Reader(model, {}, { keep: () => [1, 0] }).read([0, 5])],
    ['to go on from what it has not read', () => new Reader(model).upTo(1)],
    ['to go on from what it has forgotten', () => forgetful().upTo(2)],
    ['to go on where keys were mixed', () => mixing().upTo(1)],
  ])('refuses %s', (_, run) => expect(run).toThrow(RangeError));
});

describe('losses', () => {
  it('are logs of probabilities: at most those of certainty, and of a guess ln(vocabulary)', () => {
    const { vocabulary } = model.shape;
    expect([...losses(new Float32Array(3 * vocabulary), [0, 5, 6])]).toEqual(
      [Math.log(vocabulary), Math.log(vocabulary)].map((x) => expect.closeTo(x, 9)),
    );
    expect(lossesOf(model, ids).every((x) => x > 0)).toBe(true);
  });
});

describe('needles', () => {
  it('are where they should be, as long as they should be', () => {
    for (const depth of [0, 0.5, 1]) {
      const { ids: all, answer: digits } = needle(random(3), passageTexts.emma, { length: 200, depth });
      expect(all.length).toBe(200);
      expect(digits.length).toBe(4);
    }
    expect(() => needle(random(1), 'short', { length: 200, depth: 0 })).toThrow(RangeError);
    expect(() => needle(random(1), passageTexts.emma, { length: 20, depth: 0 })).toThrow(RangeError);
  });
  it('are found within the window, at every depth', () => {
    let exact = 0;
    const source = random(11);
    for (let i = 0; i < 40; i++) {
      const one = needle(source, passageTexts.mansfield, { length: 120 + 3 * i, depth: i / 39 });
      if (answer(model, one).every((digit, j) => digit === one.answer[j])) exact++;
    }
    expect(exact).toBeGreaterThanOrEqual(37);
  });
  it('are not found when attention cannot reach them', () => {
    let exact = 0;
    const source = random(12);
    for (let i = 0; i < 8; i++) {
      const one = needle(source, passageTexts.mansfield, { length: 240, depth: 0.2 });
      const near: Hooks = { score: (s, { query, keys }) => s.forEach((_, j) => query - keys[j]! > 60 && (s[j] = -Infinity)) };
      if (answer(model, one, near).every((digit, j) => digit === one.answer[j])) exact++;
    }
    expect(exact).toBeLessThanOrEqual(1);
  });
});

describe('writing', () => {
  it('is the same for the same seed, likeliest at temperature 0, and never a token that is no character', () => {
    const go = (temperature: number, seed: number) => [...write(new Reader(model), ids.slice(0, 60), 40, temperature, random(seed))];
    expect(go(0.8, 5)).toEqual(go(0.8, 5));
    expect(go(0.8, 5)).not.toEqual(go(0.8, 6));
    expect(go(0, 1)).toEqual(go(0, 2));
    expect(go(2, 3).every((id) => id > 1)).toBe(true);
  });
  it('draws as often as the probabilities say', () => {
    const logits = Float32Array.of(0, 0, Math.log(1), Math.log(2), Math.log(5));
    const source = random(9);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 8000; i++) counts[draw(logits, 1, source)]!++;
    expect(counts.slice(0, 2)).toEqual([0, 0]);
    expect(counts[2]! / 8000).toBeCloseTo(1 / 8, 1);
    expect(counts[4]! / 8000).toBeCloseTo(5 / 8, 1);
    expect(() => draw(logits, -1, source)).toThrow(RangeError);
  });
});

describe('linear', () => {
  it.each([
    [1, 3, 5],
    [2, 4, 4],
    [5, 7, 3],
    [4, 1, 1],
  ])('%i rows, %i in, %i out: as the definition', (rows, inputs, outputs) => {
    const source = random(rows + 10 * inputs);
    const x = Float32Array.from({ length: rows * inputs }, () => source.normal());
    const w = Float32Array.from({ length: outputs * inputs }, () => source.normal());
    const expected = Array.from({ length: rows * outputs }, (_, at) => {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += x[Math.floor(at / outputs) * inputs + i]! * w[(at % outputs) * inputs + i]!;
      return sum;
    });
    expect(maxDifference(linear(x, w, rows, inputs, outputs), expected)).toBeLessThan(1e-5);
  });
});

it('a row of logits is a view, not a copy', () => {
  const logits = new Float32Array(2 * model.shape.vocabulary);
  rowsOf(logits)[1]![0] = 3;
  expect(logits[model.shape.vocabulary]).toBe(3);
});

import { describe, expect, it } from 'vitest';
import {
  bins,
  hooksOf,
  methodNames,
  methods,
  planted,
  readWith,
  trainedOn,
  unseen,
  type MethodName,
} from '@/mechanisms/positional-extrapolation/bench';
import { answer } from '@/model/needle';
import { passage, resident } from '@/model/resident';
import { lossesOf } from '@/model/text';
import { decode, encode as encodeLine } from '@/model/alphabet';

const setting = { scale: 4, trained: 256, band: 192, length: 352 };
const long = { ...setting, length: 1024 };
const sum = (x: Iterable<number>) => [...x].reduce((a, b) => a + b, 0);
const text = planted(passage('emma'), 352, [0.1, 0.5, 0.9], 3);
const known = new Map<MethodName, ReturnType<typeof readWith>>();
function read(name: MethodName) {
  if (!known.has(name)) known.set(name, readWith(resident(methods[name].model), text, hooksOf(name, 32, setting), 256));
  return known.get(name)!;
}

describe('planted', () => {
  it('has its lines where it says, and as many tokens as asked for', () => {
    expect(text.ids.length).toBe(352);
    for (const { key, value, at } of text.facts) expect(decode(text.ids.subarray(at, at + 10))).toBe(`[${key}=${value}]`);
  });
  it('refuses a passage that does not fill it', () => expect(() => planted('short', 512, [0.5], 1)).toThrow(RangeError));
});

describe('readWith', () => {
  it('pays what the model pays when it only reads', () => {
    for (const name of ['rope', 'ntk', 'alibi', 'lambda'] as const) {
      const expected = lossesOf(resident(methods[name].model), text.ids, hooksOf(name, 32, setting));
      expect(Math.max(...expected.map((x, i) => Math.abs(x - read(name).losses[i]!)))).toBeLessThan(1e-4);
    }
  });
  it('asks aside as if the question came at the end of the text', () => {
    const reading = read('ntk');
    text.facts.forEach(({ key, value }, i) => {
      const model = resident('rope');
      const asked = { ids: Int32Array.of(...text.ids, ...encodeLine(`[${key}=`)), answer: encodeLine(value) };
      const given = decode(answer(model, asked, hooksOf('ntk', 32, setting)));
      // Where all digits are right they are the same whether given freely or after the right ones.
      expect(given === value).toBe(reading.right[i] === 4);
    });
  });
  it('gives shares of attention that sum to one, and sees no farther than a band', () => {
    for (const name of methodNames) expect(sum(read(name).attention), name).toBeCloseTo(1, 5);
    expect(read('band').attention[bins.indexOf(256)]).toBe(0);
    expect(read('lambda').attention[bins.indexOf(256)]).toBeGreaterThan(0);
  });
  it('weighs keys by their distance: a query has one at each', () => {
    const { attention, weight } = read('ceiling');
    for (const [bin, from] of bins.slice(0, -3).entries())
      expect(weight[bin]! * (bins[bin + 1]! - from), `${from}`).toBeCloseTo(attention[bin]!, 9);
    expect(weight[bins.indexOf(512)]).toBeNull();
  });
  it('reads on with all keys where only distances are cut off, and finds the farthest line', () => {
    const longer = planted(passage('emma'), 512, [0.1], 3);
    const [rope, ceiling] = (['rope', 'ceiling'] as const).map((name) =>
      readWith(resident('rope'), longer, hooksOf(name, 32, { ...setting, length: 512 }), 256),
    );
    const mean = (x: Float64Array) => sum(x) / x.length;
    expect(mean(ceiling!.losses.subarray(255))).toBeLessThan(mean(rope!.losses.subarray(255)) - 0.3);
    expect(ceiling!.right).toEqual([4]);
    expect(rope!.right[0]).toBeLessThan(4);
    expect(Math.max(...ceiling!.losses.subarray(0, 255).map((x, i) => Math.abs(x - rope!.losses[i]!)))).toBeLessThan(1e-4);
  });
  it('counts no products for keys that are hidden', () => {
    const { layers, width } = resident('rope').shape;
    const pairs = (seen: (query: number) => number) => sum(Array.from({ length: 352 }, (_, query) => seen(query)));
    const all = pairs((query) => query + 1);
    for (const [name, seen] of [
      ['band', pairs((query) => Math.min(query + 1, 192))],
      ['lambda', pairs((query) => Math.min(query + 1, 196))],
      ['ceiling', all],
    ] as const)
      expect(read('rope').products - read(name).products, name).toBe(2 * width * layers * (all - seen));
  });
  it('spreads attention less where scores are multiplied', () => expect(read('sharper').entropy).toBeLessThan(read('rope').entropy));
});

describe('unseen', () => {
  it('is nothing where distances are bounded, where they were trained, and where there are no rotations', () => {
    expect(sum(unseen('ceiling', 32, long)!)).toBe(0);
    expect(sum(unseen('tuned', 32, long)!)).toBe(0);
    expect(sum(unseen('tuned', 32, { ...setting, length: 2048 })!)).toBeGreaterThan(1);
    expect(sum(unseen('band', 32, long)!)).toBe(0);
    expect(sum(unseen('lambda', 32, long)!)).toBe(0);
    expect(unseen('nope', 32, long)).toBeUndefined();
    expect(unseen('alibi', 32, long)).toBeUndefined();
  });
  it('is less than a step of each pair where positions are divided', () => {
    expect(sum(unseen('linear', 32, long)!)).toBeGreaterThan(0);
    expect(sum(unseen('linear', 32, long)!)).toBeLessThan(0.05);
  });
  it('is under dynamic NTK what it is under NTK-aware scaling for the length at hand', () => {
    expect([...unseen('dynamic', 32, long)!]).toEqual([...unseen('ntk', 32, long)!]);
    expect(sum(unseen('dynamic', 32, { ...setting, length: 256 })!)).toBe(0);
  });
  it('is less under CLEX’s start than under NTK-aware scaling, and less there than under RoPE', () => {
    const [rope, ntk, clex] = (['rope', 'ntk', 'clex'] as const).map((name) => sum(unseen(name, 32, long)!));
    expect(ntk).toBeLessThan(rope!);
    expect(clex).toBeLessThan(ntk!);
  });
});

describe('trainedOn', () => {
  it('is what each model says of itself', () => {
    for (const name of methodNames) expect(trainedOn(name, setting), name).toBe(resident(methods[name].model).shape.window);
  });
});

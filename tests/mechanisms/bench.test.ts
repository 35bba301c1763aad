import { describe, expect, it } from 'vitest';
import {
  bins,
  hooksOf,
  methodNames,
  methods,
  planted,
  readWith,
  unseen,
  type MethodName,
} from '@/mechanisms/positional-extrapolation/bench';
import { answer } from '@/model/needle';
import { passage, resident } from '@/model/resident';
import { lossesOf } from '@/model/text';
import { decode, encode as encodeLine } from '@/model/alphabet';

const setting = { scale: 4, trained: 256, band: 192 };
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
  it('spreads attention less where scores are multiplied', () => expect(read('sharper').entropy).toBeLessThan(read('rope').entropy));
});

describe('unseen', () => {
  it('is nothing where distances are bounded, where positions are divided, and where there are no rotations', () => {
    expect(sum(unseen('band', 32, setting, 1024)!)).toBe(0);
    expect(sum(unseen('lambda', 32, setting, 1024)!)).toBe(0);
    expect(sum(unseen('linear', 32, setting, 1024)!)).toBeLessThan(0.05);
    expect(unseen('nope', 32, setting, 1024)).toBeUndefined();
    expect(unseen('alibi', 32, setting, 1024)).toBeUndefined();
  });
  it('is less under CLEX’s start than under NTK-aware scaling, and less there than under RoPE', () => {
    const [rope, ntk, clex] = (['rope', 'ntk', 'clex'] as const).map((name) => sum(unseen(name, 32, setting, 1024)!));
    expect(ntk).toBeLessThan(rope!);
    expect(clex).toBeLessThan(ntk!);
  });
});

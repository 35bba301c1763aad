import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DamagedModel, readModel } from '@/model/file';
import { parameters } from '@/model/model';
import { give } from '@/model/give';
import { resident } from '@/model/resident';
import { servedModels } from '@/site/models';

const file = () => new Uint8Array(readFileSync('seeds/model/weights/rope.bin'));

describe('a file of weights', () => {
  it('is refused where a byte is changed, wherever that is', () => {
    const { length } = file();
    for (const at of [0, 5, 9, 40, Math.floor(length / 2), length - 1]) {
      const bytes = file();
      bytes[at]! ^= 4;
      expect(() => readModel(bytes), `byte ${at}`).toThrow(DamagedModel);
    }
  });
  it('is refused where it was cut, or is something else', () => {
    expect(() => readModel(file().slice(0, 300_000))).toThrow('damaged or cut short');
    expect(() => readModel(new TextEncoder().encode('<!doctype html><title>404</title>'))).toThrow('no file of weights');
    expect(() => readModel(new Uint8Array())).toThrow(DamagedModel);
  });
  it('is refused under another name', () => {
    expect(() => give('alibi', file())).toThrow('this is the model rope, not alibi');
  });
});

describe.each(servedModels())('$name', ({ name, bytes }) => {
  it('has the sizes that it says it has, and a number behind every weight', () => {
    const { shape, embed, unembed, norm, blocks } = resident(name);
    const all = [embed, unembed, norm, ...blocks.flatMap(({ shift: _, ...block }) => Object.values(block) as Float32Array[])];
    expect(all.reduce((sum, x) => sum + x.length, 0)).toBe(parameters(shape));
    expect(all.every((x) => x.every(Number.isFinite) && x.some((v) => v !== 0))).toBe(true);
  });
  it('is at most a megabyte', () => expect(bytes).toBeLessThan(1e6));
});

it('the models are at most four megabytes together', () => {
  expect(servedModels().reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(4e6);
});

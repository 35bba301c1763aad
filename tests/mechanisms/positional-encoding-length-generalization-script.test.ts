/** The script of the long trainings runs, and writes files of the shape of those that the figure reads. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testedLength } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';

const script = fileURLToPath(new URL('../../seeds/positional-encoding/train.mjs', import.meta.url));
const run = (...options: string[]) => promisify(execFile)(process.execPath, [script, ...options]);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'trainings-'))));
afterAll(() => rm(folder, { recursive: true }));

/** shapeOf(value): names and kinds; of a list the shape of its first, as all must have it. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = value.map(shapeOf);
    for (const shape of shapes) expect(shape).toEqual(shapes[0]);
    return [shapes[0]];
  }
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]));
}

it('writes what is asked for, in the shape of what is there', { timeout: 60_000 }, async () => {
  await run('--seeds', '2', '--batches', '3', '--tests', '2', '--to', folder);
  const [runs, alike] = await Promise.all(
    ['runs.json', 'alike.json'].map(async (name) => {
      const [own, kept] = await Promise.all(
        [join(folder, name), join(script, '..', name)].map(async (path) => JSON.parse(await readFile(path, 'utf8'))),
      );
      expect(shapeOf(own)).toEqual(shapeOf(kept));
      return own;
    }),
  );
  expect(runs).toMatchObject({ tests: 2, batches: { sort: 3, copy: 3 } });
  for (const [where, byEncoding] of Object.entries<Record<string, { right: number[]; loss: number[] }[]>>(runs.runs))
    for (const [encoding, seeds] of Object.entries(byEncoding)) {
      expect(seeds).toHaveLength(2);
      for (const { right, loss } of seeds) {
        expect(right).toHaveLength(testedLength);
        expect(loss).toHaveLength(runs.at[where.slice(0, -1)].length);
      }
      expect(alike.alike[where][encoding].map((layers: number[]) => layers.length)).toEqual([Number(where.at(-1)), Number(where.at(-1))]);
    }
});

it('refuses what is no number, and options that it does not have', { timeout: 60_000 }, async () => {
  await expect(run('--seeds', 'many', '--to', folder)).rejects.toThrow('--seeds takes a whole number');
  await expect(run('--seed', '3', '--to', folder)).rejects.toThrow('Unknown option');
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { breaks } from './breaks.mjs';

const all = breaks as readonly { check: string; file: string; from: string | null; to: string }[];

it('every check is broken under a name of its own', () => {
  expect(new Set(all.map(({ check }) => check)).size).toBe(all.length);
});

// What is in the built site is there only once it is built; what is installed need not be there.
it.each(all.filter(({ file, from }) => from !== null && !file.startsWith('dist/')).map((one) => [one.check, one] as const))(
  '%s: what is broken on purpose is still there to be broken',
  (_, { file, from, to }) => {
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, 'utf8').includes(from!), from!).toBe(true);
    expect(to).not.toBe(from);
  },
);

import { expect, it } from 'vitest';
import { passageTexts } from '@/model/passage-texts';
import { resident } from '@/model/resident';
import { tokens } from '@/model/text';
import { pace } from '../checks/pace';

const model = resident('rope');
const ids = tokens(passageTexts.persuasion).slice(0, 1024);

/** The shortest of some tries: what else the machine does only makes it longer. */
const shortest = (tries: number, run: () => void): number =>
  Math.min(
    ...Array.from({ length: tries }, () => {
      const begin = performance.now();
      run();
      return performance.now() - begin;
    }),
  );

it('reads 1,024 characters within a second', () => {
  expect(shortest(6, () => model.reader().read(ids)) / pace()).toBeLessThan(1000);
});

it('reads on at 200 characters a second or more, one by one', () => {
  const each = shortest(4, () => {
    const reader = model.reader();
    reader.read(ids.slice(0, 128));
    for (let i = 128; i < 256; i++) reader.read([ids[i]!]);
  });
  expect(each / 128 / pace()).toBeLessThan(5);
});

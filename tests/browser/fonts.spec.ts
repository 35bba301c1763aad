import { characters } from '../../src/site/fonts/cut';
import { elements, text } from '../checks/elements';
import { expect, pages, test } from './site';

test('no page shows a character that was cut from the fonts', () => {
  const kept = new Set(characters());
  const lost = new Map<string, string>();
  for (const path of pages)
    for (const one of text(elements(path)[0]!)) if (one > ' ' && !kept.has(one) && !/\p{Cf}|\p{Zs}/u.test(one)) lost.set(one, path);
  expect([...lost].map(([one, path]) => `${one} (U+${one.codePointAt(0)!.toString(16)}) on ${path}`)).toEqual([]);
});

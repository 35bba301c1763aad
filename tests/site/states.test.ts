import { expect, it } from 'vitest';
import { cut, firstSentence, keySentence } from '@/site/sentences';
import { states } from '@/site/states';
import { example } from '@tests/shell/example';

it('scenes that are described alike are told apart by what to notice', () => {
  const [start, long, short] = states({ ...example, describe: () => 'The sum is 4 again.' }, 'Example');
  expect(start!.description).toBe('The sum is 4 again.');
  expect(long!.description).toBe('The sum is 32. The sum is 4 again.');
  expect(short!.description).not.toBe(long!.description);
});

it('a text is cut after a sentence, else after a word that can stand last', () => {
  expect(cut('One is here. Two is there.', 100)).toBe('One is here. Two is there.');
  expect(cut('One is here. Two is there.', 20)).toBe('One is here.');
  expect(cut('One, and then a rather long sentence follows it.', 30)).toBe('One, and then a rather long…');
  expect(cut('They differ, by as much as 7.8 × 10⁻¹⁶ of exact attention', 36)).toBe('They differ, by as much…');
  expect(cut('They differ, by as much as 7.8 × 10⁻¹⁶ of exact attention', 33)).toBe('They differ, by as much…');
  expect(cut('They agree: 100\u00a0% of all', 16)).toBe('They agree…');
  expect(cut('It is off by 0.5, and then a long sentence goes on', 30), 'no digits are missing').toBe('It is off by 0.5\u00a0…');
});

it('a first sentence does not end at a decimal point', () => {
  expect(firstSentence('With k = 0.5 less. And more.')).toBe('With k = 0.5 less.');
  expect(firstSentence('It is off. 32 poles are left.')).toBe('It is off.');
  expect(firstSentence('No end')).toBe('No end');
});

it('a key sentence has a number, where one comes soon enough', () => {
  expect(keySentence('It wraps. By 0.7 at the start. And more.', 100)).toBe('It wraps. By 0.7 at the start.');
  expect(keySentence('It wraps. By 0.7 at the start. And more.', 20)).toBe('It wraps.');
  expect(keySentence('It wraps by 0.7. And more.', 100)).toBe('It wraps by 0.7.');
});

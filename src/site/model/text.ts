import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The novels in the order of the file, as people call them. */
export const novels = ['Sense and Sensibility', 'Pride and Prejudice', 'Mansfield Park', 'Emma', 'Northanger Abbey', 'Persuasion'];

/** heldOut() is the last twentieth of each novel: what no model was trained on. The same cut as in seeds/model/train/text.py. */
export function heldOut(): string[] {
  const text = gunzipSync(readFileSync('seeds/model/austen.txt.gz')).toString('utf8').toLowerCase();
  return text.split('\f').map((novel) => novel.slice(novel.length - Math.floor(novel.length / 20)));
}

/** passages(length, count) is that many stretches of held-out text, evenly spread over the novels. */
export function passages(length: number, count: number): string[] {
  const all = heldOut();
  return Array.from({ length: count }, (_, i) => {
    const novel = all[i % all.length]!;
    const round = Math.floor(i / all.length);
    const rounds = Math.ceil(count / all.length);
    const from = Math.floor(((novel.length - length) * (round + 0.5)) / rounds);
    return novel.slice(from, from + length);
  });
}

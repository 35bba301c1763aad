import { readFile } from 'node:fs/promises';
import { keySentence } from '../sentences';
import { lit } from './colours';
import { document, row, type Row } from './figure';
import { above, beside, type Layout } from './layout';
import type { Drawn } from './panels';
import { raster } from './raster';
import { size } from './size';

export interface Card {
  /** What people call the paper; the card of the site itself has none. */
  readonly name?: string;
  /** What the state shows. */
  readonly title: string;
  /** Its key sentence stands first. */
  readonly text: string;
  readonly figure: Drawn;
}

/** No sentence of a card is longer. */
const longest = 165;

/** card(content) is the picture of a link, as PNG. Throws where something does not fit. */
export async function card({ name, title, text, figure }: Card): Promise<Uint8Array<ArrayBuffer>> {
  const words = { name, title, sentence: keySentence(text, longest) };
  const picture = await row(figure);
  const over = await above(words, picture);
  const columns = await Promise.all([360, 400].map((column) => beside(words, picture, column)));
  // Words above a figure are read more easily than in a narrow column, which must be worth it.
  const best = columns.reduce((a, b) => (b && (!a || b.scale > (a === over ? 1.06 : 1) * a.scale) ? b : a), over);
  if (!best) throw new Error(`a card has no room for “${name}: ${title}”: a shorter name (\`short\` in the seed) or title is needed`);
  const { png } = await raster();
  return png(await drawing(best, picture), lit('var(--ground)'), { x: 0, y: 0, ...size });
}

async function drawing({ words, frame, mark, at, scale }: Layout, picture: Row): Promise<string> {
  const content = [
    `<rect x="${frame.x}" y="${frame.y}" width="${frame.width}" height="${frame.height}" rx="10" fill="var(--raised)" stroke="var(--line)" stroke-width="2"/>`,
    words,
    `<svg x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}" viewBox="0 0 32 32">${await logo()}</svg>`,
  ];
  return document(size.width, size.height, lit(content.join('')) + picture.place(at.x, at.y, scale));
}

/** The shapes of the site's mark. */
const logo = async (): Promise<string> =>
  (await readFile('public/favicon.svg', 'utf8')).replace(/^.*?<svg[^>]*>/s, '').replace(/<\/svg>\s*$/, '');

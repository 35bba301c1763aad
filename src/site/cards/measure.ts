import { attribute } from '@/shell/share/code';
import { family, type Weight } from './fonts';
import { raster } from './raster';

/** Characters that no face at hand has, and what is drawn for them. */
const standIns: Record<string, string> = {
  '⁻': '<tspan baseline-shift="0.38em" font-size="65%">−</tspan>',
  '▸': '▶',
  '●': '•',
};

/** letters(escaped) replaces, in text that is already escaped, the characters that the faces lack. */
export const letters = (escaped: string): string => escaped.replace(/[⁻▸●]/g, (c) => standIns[c]!);

/** glyphs(text) is a text as it stands in a card's SVG. */
export const glyphs = (text: string): string => letters(attribute(text));

const em = 1000;
const advances = new Map<string, number>();

/** How far a character moves the pen, of an em: two bars with and without it between them. Throws where no face has it. */
async function advance(character: string, weight: Weight): Promise<number> {
  const key = weight + character;
  const known = advances.get(key);
  if (known !== undefined) return known;
  const { bounds } = await raster();
  const svg = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text y="${em}" font-family="${family}" font-size="${em}" font-weight="${weight}">${glyphs(text)}</text></svg>`;
  if (character.trim() && !bounds(svg(character))) throw new Error(`no face has “${character}”`);
  const width = (bounds(svg(`|${character}|`))!.width - bounds(svg('||'))!.width) / em;
  advances.set(key, width);
  return width;
}

/** measure(text, size, weight) is how wide it runs. Pairs that are set closer are not counted, so it is never too small by them. */
export async function measure(text: string, size: number, weight: Weight): Promise<number> {
  let sum = 0;
  for (const character of text) sum += await advance(character, weight);
  return sum * size;
}

/** wrap(text, width, size, weight) is the text in lines no wider than that; undefined where a word is. */
export async function wrap(text: string, width: number, size: number, weight: Weight): Promise<string[] | undefined> {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if ((await measure(longer, size, weight)) <= width) line = longer;
    else {
      if (line) lines.push(line);
      if ((await measure(word, size, weight)) > width) return undefined;
      line = word;
    }
  }
  return [...lines, line];
}

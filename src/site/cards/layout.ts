import { family, type Weight } from './fonts';
import type { Row } from './figure';
import { glyphs, measure, wrap } from './measure';
import type { Box } from './raster';
import { size } from './size';

/** Where everything stands in a card. */
export interface Layout {
  /** The words as SVG. */
  readonly words: string;
  readonly frame: Box;
  readonly mark: Box;
  readonly at: { readonly x: number; readonly y: number };
  /** How large the figure's own units are drawn. */
  readonly scale: number;
}

export interface Words {
  readonly name?: string;
  readonly title: string;
  readonly sentence: string;
}

interface Style {
  readonly weight: Weight;
  readonly fill: string;
  readonly leading: number;
}

const edge = 36;
const padding = 14;
const [right, bottom] = [size.width - edge, size.height - edge];
const brand = { name: 'Lengthwise', size: 32, mark: 38, gap: 10 };
const styles = {
  name: { weight: 600, fill: 'var(--accent)', leading: 1.1 },
  title: { weight: 700, fill: 'var(--ink)', leading: 1.04 },
  sentence: { weight: 400, fill: 'var(--ink)', leading: 1.18 },
} as const;

/** Lines of one style, and how high they stand. */
interface Block {
  readonly height: number;
  svg(x: number, y: number): string;
}

const type = (text: string, x: number, y: number, size: number, { weight, fill }: Pick<Style, 'weight' | 'fill'>): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="${family}" font-size="${size}" font-weight="${weight}" fill="${fill}">${glyphs(text)}</text>`;

/** block(text, width, lines, sizes, style) is the text in the first size in which it takes no more lines; undefined in none. */
async function block(text: string, width: number, lines: number, sizes: readonly number[], style: Style): Promise<Block | undefined> {
  for (const size of sizes) {
    const wrapped = await wrap(text, width, size, style.weight);
    if (!wrapped || wrapped.length > lines) continue;
    const step = size * style.leading;
    return {
      height: wrapped.length * step,
      svg: (x, y) => wrapped.map((line, i) => type(line, x, y + (i + 0.5) * step + 0.34 * size, size, style)).join(''),
    };
  }
  return undefined;
}

/** The picture in the middle of its frame, as large as it fits. */
function fitted(frame: Box, { width, height }: Row): Pick<Layout, 'frame' | 'at' | 'scale'> {
  const [w, h] = [frame.width - 2 * padding, frame.height - 2 * padding];
  const scale = Math.min(w / width, h / height);
  return { frame, scale, at: { x: frame.x + padding + (w - scale * width) / 2, y: frame.y + padding + (h - scale * height) / 2 } };
}

const branded = async (): Promise<number> => (await measure(brand.name, brand.size, 600)) + brand.mark + brand.gap;

/** The site's name beside its mark, whose upper left corner stands at (x, y). */
const signed = (x: number, y: number): Pick<Layout, 'mark' | 'words'> => ({
  mark: { x, y, width: brand.mark, height: brand.mark },
  words: type(brand.name, x + brand.mark + brand.gap, y + brand.mark / 2 + 0.34 * brand.size, brand.size, {
    weight: 600,
    fill: 'var(--ink-soft)',
  }),
});

/** Name and title in one line where they fit beside the site's name, else the title below. */
async function heading({ name, title }: Words, width: number): Promise<Block | undefined> {
  const free = width - (await branded()) - 40;
  if (!name) return block(title, free, 2, [56, 52, 48, 44], styles.title);
  for (const size of [56, 52, 48]) {
    const [first, gap] = [await measure(name, size, 600), 0.4 * size];
    if (first + gap + (await measure(title, size, 700)) > free) continue;
    const base = 0.84 * size;
    return {
      height: 1.1 * size,
      svg: (x, y) => type(name, x, y + base, size, styles.name) + type(title, x + first + gap, y + base, size, styles.title),
    };
  }
  const over = await block(name, free, 1, [44, 40], styles.name);
  const under =
    (await block(title, width, 1, [60, 56, 52, 48, 46], styles.title)) ?? (await block(title, width, 2, [52, 48], styles.title));
  return over && under && { height: over.height + under.height, svg: (x, y) => over.svg(x, y) + under.svg(x, y + over.height) };
}

/** above(words, picture): name and title over the figure, the sentence under it. */
export async function above(words: Words, picture: Row): Promise<Layout | undefined> {
  const width = right - edge;
  const over = await heading(words, width);
  const under =
    (await block(words.sentence, width, 1, [34, 32, 30], styles.sentence)) ??
    (await block(words.sentence, width, 2, [32, 30, 28], styles.sentence));
  if (!over || !under) return undefined;
  const top = edge - 8 + over.height + 12;
  const foot = bottom + 8 - under.height;
  const sign = signed(right - (await branded()), edge);
  return {
    ...fitted({ x: edge, y: top, width, height: foot - 10 - top }, picture),
    words: over.svg(edge, edge - 8) + under.svg(edge, foot) + sign.words,
    mark: sign.mark,
  };
}

/** beside(words, picture, column): the words in a column on the left, the figure on the right. */
export async function beside(words: Words, picture: Row, column: number): Promise<Layout | undefined> {
  const left = edge + column + 28;
  const sign = signed(edge, bottom - brand.mark);
  const name = words.name && (await block(words.name, column, 2, [44, 40], styles.name));
  const title = await block(words.title, column, 4, [60, 56, 52, 48], styles.title);
  if (!name || !title) return undefined;
  const titled = edge - 8 + name.height;
  const top = titled + title.height + 18;
  for (const size of [34, 32, 30, 28]) {
    const sentence = await block(words.sentence, column, 8, [size], styles.sentence);
    if (!sentence || top + sentence.height > sign.mark.y - 16) continue;
    return {
      ...fitted({ x: left, y: edge, width: right - left, height: bottom - edge }, picture),
      words: name.svg(edge, edge - 8) + title.svg(edge, titled) + sentence.svg(edge, top) + sign.words,
      mark: sign.mark,
    };
  }
  return undefined;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import subsetFont from 'subset-font';
import ranges from '@fontsource-variable/source-sans-3/unicode.json';

const folder = 'node_modules/@fontsource-variable/source-sans-3/files';

/** What one file of the face has, as code points. */
const points = (range: string): (readonly [number, number])[] =>
  range.split(',').map((part) => {
    const [from, to = from] = part
      .replace('U+', '')
      .split('-')
      .map((hex) => parseInt(hex, 16));
    return [from!, to!];
  });

const scripts = ['latin', 'latin-ext', 'greek'] as const;

/** fontRules(text): the sans face cut down to the characters of a text, as rules with the bytes inside. */
export async function fontRules(text: string): Promise<string> {
  const wanted = [...new Set(text)].filter((c) => c >= ' ').sort();
  const rules = await Promise.all(
    scripts.map(async (script) => {
      const has = points(ranges[script]);
      const own = wanted.filter((c) => has.some(([from, to]) => c.codePointAt(0)! >= from && c.codePointAt(0)! <= to));
      return own.length ? rule(script, own.join('')) : '';
    }),
  );
  return rules.filter(Boolean).join('\n');
}

const made = new Map<string, Promise<string>>();

/** Pages of one figure ask for the same characters again and again. */
function rule(script: (typeof scripts)[number], characters: string): Promise<string> {
  const key = script + characters;
  if (!made.has(key)) made.set(key, cut(script, characters));
  return made.get(key)!;
}

async function cut(script: (typeof scripts)[number], characters: string): Promise<string> {
  const whole = await readFile(join(folder, `source-sans-3-${script}-wght-normal.woff2`));
  const bytes = await subsetFont(whole, characters, { targetFormat: 'woff2' });
  const range = script === 'latin' ? '' : `unicode-range:${ranges[script]};`;
  return `@font-face{font-family:"Source Sans 3 Variable";font-style:normal;font-weight:200 900;${range}src:url(data:font/woff2;base64,${bytes.toString('base64')}) format("woff2")}`;
}

import { readFile } from 'node:fs/promises';
import subsetFont from 'subset-font';
import ranges from '@fontsource-variable/source-sans-3/unicode.json';

/** What a static instance of the variable face calls itself, whatever its weight. */
export const family = 'Source Sans 3 ExtraLight';

export type Weight = 400 | 600 | 700;
const weights: readonly Weight[] = [400, 600, 700];
const scripts = ['latin', 'greek', 'latin-ext'] as const;

/** All characters of ranges such as "U+0-7F,U+2212". */
function characters(range: string): string {
  let all = '';
  for (const part of range.split(',')) {
    const [from, to = from] = part
      .replace('U+', '')
      .split('-')
      .map((hex) => parseInt(hex, 16));
    for (let point = from!; point <= to!; point++) all += String.fromCodePoint(point);
  }
  return all;
}

/** The web's cut of the face has neither arrows nor raised digits; its elder sister, which travels with reveal.js, has. */
const arrows = '←↑→↓↔⇒−∞≈≠≤≥√∑∏∂∫■▲▶▼◀◆⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉';

const packages = 'node_modules';
const variable = (script: string) => `${packages}/@fontsource-variable/source-sans-3/files/source-sans-3-${script}-wght-normal.woff2`;
const fixed = (name: string) => `${packages}/reveal.js/css/theme/fonts/source-sans-pro/source-sans-pro-${name}.woff`;

/**
 * Without ligatures: where one face lacks a character, resvg takes the letters of another one by one, and drops what it cannot
 * find because a ligature made the line shorter.
 */
const options = { targetFormat: 'sfnt', noLayoutClosure: true } as const;

async function make(): Promise<Uint8Array[]> {
  const own = scripts.flatMap((script) =>
    weights.map(async (wght) =>
      subsetFont(await readFile(variable(script)), characters(ranges[script]), { ...options, variationAxes: { wght } }),
    ),
  );
  const others = ['regular', 'semibold'].map(async (name) => subsetFont(await readFile(fixed(name)), arrows, options));
  return Promise.all([...own, ...others]);
}

let made: Promise<Uint8Array[]> | undefined;

/** fonts(): the sans face at three weights, as the files that resvg reads. Made once. */
export const fonts = (): Promise<Uint8Array[]> => (made ??= make());

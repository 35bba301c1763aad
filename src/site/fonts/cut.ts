import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import subsetFont from 'subset-font';
import { credits } from '../credits/packages.ts';

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

/** What TeX sets that nobody writes: commands stand in the sources instead. */
const formulas =
  'αβγδεϵζηθϑικλμνξπϖρϱσςτυφϕχψωΓΔΘΛΞΠΣΥΦΨΩ∑∏∐∫∮⋃⋂⨁⨂√∞≤≥⩽⩾≈≠∼≃≅≡∝∈∉∋⊂⊆⊃∪∩∖∅→←↔⇒⇐⇔↦⟶⟵↑↓·×÷±∓∘∗⋆∙⋯…⋮⋱⟨⟩⌊⌋⌈⌉∣∥∂∇ℓℏℜℑℝℂℕℤ⊤⊥⊙⊗⊕⊖≪≫⋅⟺⟹⏟⏞∧∨¬∀∃′˘¯ˉˆ˜˙¨ˇ´`−⎡⎢⎣⎤⎥⎦⎧⎨⎩⎫⎬⎭⎪⎛⎜⎝⎞⎟⎠̸';

/** characters(): all that any page can show, which is what stands in the sources and in the licences of others, and what TeX makes of it. */
export function characters(): string {
  const sources = globSync(['content/**/*.mdx', 'seeds/**/*.yaml', 'src/**/*.{ts,svelte,astro}']);
  const all = new Set(ascii + formulas);
  const texts = [...sources.map((file) => readFileSync(file, 'utf8')), ...credits().map(({ text = '' }) => text)];
  for (const text of texts) for (const one of text) if (one > ' ') all.add(one);
  return [...all].sort().join('');
}

/** The packages, and where their fonts stand in them. */
const families = {
  '@fontsource-variable/source-serif-4': 'files',
  '@fontsource-variable/source-sans-3': 'files',
  katex: 'dist',
} as const;
/** No text is lighter or bolder. */
const axes = { 'source-serif-4': { wght: { min: 400, max: 700 } } };
const wanted = /(source-(serif-4|sans-3)-(latin|latin-ext|greek)-wght-(normal|italic)|KaTeX_\w+-\w+)\.woff2$/;

/**
 * cutFonts() cuts the fonts down to the characters that the site can show, a third fewer bytes before the first line is read, and returns
 * what to import instead of what. They are kept with what is installed until a character is added.
 */
export async function cutFonts(): Promise<{ find: string; replacement: string }[]> {
  const text = characters();
  const digest = createHash('sha256')
    .update(text)
    .update(JSON.stringify([axes, 'woff2, faces apart']))
    .digest('hex')
    .slice(0, 12);
  // Below the packages' own names, because credits go by those.
  const place = join(process.cwd(), 'node_modules', '.fonts', digest, 'node_modules');
  if (!existsSync(place)) {
    rmSync(join(place, '..', '..'), { recursive: true, force: true });
    const part = `${place}.part`;
    for (const [name, folder] of Object.entries(families)) await cut(join('node_modules', name, folder), join(part, name, folder), text);
    renameSync(part, place);
  }
  return Object.entries(families).map(([name, folder]) => ({ find: `${name}/${folder}`, replacement: join(place, name, folder) }));
}

/** Everything that styles ask for of one package, its fonts cut. */
async function cut(from: string, to: string, text: string): Promise<void> {
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!wanted.test(path) && !/katex\.min\.css$/.test(path)) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    if (!wanted.test(path)) {
      // Every browser that reads these pages reads this format.
      const others = /,url\([^)]*\.(woff|ttf)\) format\("[^"]*"\)/g;
      const styles = readFileSync(join(from, path), 'utf8').replace(others, '');
      writeFileSync(join(to, path), styles);
      // The same in two, for pages that ask for the faces later; see FormulaFaces.astro.
      const face = /@font-face\{[^}]*\}/g;
      writeFileSync(join(to, path.replace('.min', '-rules')), styles.replace(face, ''));
      writeFileSync(join(to, path.replace('.min', '-faces')), (styles.match(face) ?? []).join('\n'));
    } else {
      const variationAxes = Object.entries(axes).find(([name]) => path.includes(name))?.[1];
      writeFileSync(join(to, path), await subsetFont(readFileSync(join(from, path)), text, { targetFormat: 'woff2', variationAxes }));
    }
  }
}

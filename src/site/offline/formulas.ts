/** The faces that KaTeX sets a formula in, and the classes in the page that ask for each; the same as in its styles. */
const faces: readonly (readonly [face: string, asked: RegExp])[] = [
  ['Main-Regular', /katex/],
  ['Main-Bold', /mathbf|textbf/],
  ['Main-Italic', /mathit|textit/],
  ['Math-Italic', /mathnormal/],
  ['Math-BoldItalic', /boldsymbol/],
  ['AMS-Regular', /amsrm|mathbb|textbb/],
  ['Caligraphic-Regular', /mathcal/],
  ['Fraktur-Regular', /mathfrak|textfrak/],
  ['Script-Regular', /mathscr|textscr/],
  ['SansSerif-Regular', /mathsf|textsf/],
  ['Typewriter-Regular', /mathtt|texttt/],
  ['Size1-Regular', /delimsizing size1|delim-size1|small-op/],
  ['Size2-Regular', /delimsizing size2|large-op/],
  ['Size3-Regular', /delimsizing size3/],
  ['Size4-Regular', /delimsizing size4|delim-size4/],
];

/** formulaFonts(html, files): those of the files that the formulas of a page are set in. A browser asks for each when it is first near. */
export function formulaFonts(html: string, files: Iterable<string>): string[] {
  const classes = [...html.matchAll(/class="([^"]*)"/g)].map(([, names]) => names).join('\n');
  const wanted = faces.filter(([, asked]) => asked.test(classes)).map(([face]) => `/KaTeX_${face}.`);
  return [...files].filter((file) => file.endsWith('.woff2') && wanted.some((name) => file.includes(name)));
}

import { benches, everyWidget } from './built';
import { attribute, has, inside, text, type Element } from './elements';

/** missing(path, all): what a page lacks without scripts, of its heading, text, formulas, figures, links and citations; a line for each. */
export function missing(path: string, all: readonly Element[]): string[] {
  const wrong: string[] = [];
  const want = (ok: boolean, line: string) => {
    if (!ok) wrong.push(`${path}: ${line}`);
  };
  const [, kind, slug] = path.split('/');
  const embed = kind === 'embed' || kind === 'offline';
  if (!embed) want(all.filter(({ tagName }) => tagName === 'h1').length === 1, 'one heading of the first rank');
  want(text(all[0]!).trim().length > 100, 'text');
  for (const figure of all.filter((one) => has(one, 'lengthwise'))) {
    const [picture] = inside(figure, (one) => has(one, 'picture'));
    want(
      picture !== undefined && inside(picture, ({ tagName }) => /^(path|rect|line|circle)$/.test(tagName)).length > 10,
      'a drawn picture',
    );
    const [said] = inside(figure, (one) => has(one, 'text'));
    want(said !== undefined && text(said).length > 60, 'the text of the picture');
    want(
      inside(figure, ({ tagName }) => tagName === 'svg').every(
        (svg) => attribute(svg, 'aria-hidden') || attribute(svg, 'aria-label') || attribute(svg, 'aria-labelledby'),
      ),
      'named pictures',
    );
  }
  // What is written in TeX is set; the source stands only in the copy for screen readers.
  for (const formula of all.filter((one) => has(one, 'katex')))
    want(
      inside(formula, (one) => has(one, 'katex-html')).length === 1 && inside(formula, ({ tagName }) => tagName === 'math').length === 1,
      'a set formula',
    );
  if (kind === 'papers' && slug && everyWidget.includes(slug))
    want(
      all.some((one) => has(one, 'lengthwise')),
      'its figure',
    );
  // The bench of a theme is about no paper.
  if (kind === 'papers' && slug && everyWidget.includes(slug) && !benches.has(slug)) {
    want(
      all.some((one) => has(one, 'katex')),
      'formulas',
    );
    want(
      all.some(
        ({ tagName, attrs }) =>
          tagName === 'a' && attrs.some(({ value }) => /^https:\/\/(arxiv|doi|proceedings|aclanthology|openreview)/.test(value)),
      ),
      'a link to the paper',
    );
    want(/@\w+\{/.test(text(all[0]!)), 'a citation to copy');
  }
  for (const image of all.filter(({ tagName }) => tagName === 'img'))
    want(attribute(image, 'alt') !== undefined, 'a picture that says what it shows');
  return wrong;
}

import { distinct, html } from '../../checks/built';
import type { Use } from './hand';
import type { Form } from './peers';

/** The first slider of a page's first figure, and the picture above it. */
export const use: Use = { control: '[data-parameter] input[type=range]', gesture: 'slide', answer: '[data-figure] .picture > *' };

export interface Ours {
  readonly path: string;
  readonly form: Form;
  readonly why: string;
}

/** ours(): those of our pages that have it hardest: of most figures, of most to say, and a figure alone. */
export function ours(): Ours[] {
  const sized = distinct.map((path) => {
    const text = html(path);
    return { path, size: text.length, figures: text.split(' data-figure=').length - 1 };
  });
  const first = (of: typeof sized) => of.filter(({ figures }) => figures > 0).sort((a, b) => b.figures - a.figures || b.size - a.size)[0]!;
  const most = first(sized.filter(({ path }) => !/^\/(papers|embed)\/./.test(path)));
  const paper = first(sized.filter(({ path }) => /^\/papers\/[^/]+\/$/.test(path)));
  return [
    { path: most.path, form: 'article', why: `the page of most figures besides the papers’: ${most.figures}` },
    { path: paper.path, form: 'article', why: 'the longest page of a paper' },
    { path: paper.path.replace('/papers/', '/embed/'), form: 'figure', why: 'the figure of that page alone' },
  ];
}

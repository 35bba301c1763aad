/** What is pasted elsewhere: the code of a frame or an element, and entries for a bibliography. */

export interface Work {
  readonly slug: string;
  readonly title: string;
  readonly authors?: readonly string[];
  readonly year: number;
  readonly venue?: string;
  readonly arxiv?: string;
  readonly doi?: string;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** attribute(text) is the text as it may stand between double quotes in HTML, or between tags. */
export const attribute = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!);

/** iframe(src, title, height): loads when it is near, asks for nothing but to be shown. */
export const iframe = (src: string, title: string, height: number): string =>
  `<iframe src="${attribute(src)}" title="${attribute(title)}" width="100%" height="${Math.ceil(height)}" loading="lazy" style="border:0" allow="fullscreen; clipboard-write"></iframe>`;

/** script(base): a plain one, because a module from another origin would need that host's leave (CORS), which static hosts often do not give. */
export const script = (base: string): string => `<script src="${attribute(base)}/embed.js" async></script>`;

/** tag(slug, query, more, inside): the custom element, whose attributes are the figure's parameters, or its scene, and `more`. */
export function tag(slug: string, query: string, more = '', inside = ''): string {
  const pairs = [`paper=${slug}`, ...query.split('&')].filter(Boolean);
  const attributes = pairs.map((pair) => pair.replace(/=(.*)/, (_, value: string) => `="${attribute(value)}"`));
  return `<lengthwise-widget ${[...attributes, more].filter(Boolean).join(' ')}>${inside}</lengthwise-widget>`;
}

/**
 * element(base, slug, query, page, title): script and element for a page of text. It keeps a window's height until the script is there, so that
 * nothing in view jumps; without script its link to the figure's own page stands.
 */
export const element = (base: string, slug: string, query: string, page: string, title: string): string =>
  `${script(base)}\n${tag(slug, query, 'style="display:block;min-height:100vh"', `<a href="${attribute(page)}">${attribute(title)}</a>`)}`;

/** Braces keep capitals; the few characters that TeX reads are escaped. */
const tex = (text: string): string =>
  text.replace(/[\\{}$&#%_^~]/g, (c) => (c === '\\' ? '\\textbackslash{}' : c === '~' || c === '^' ? `\\${c}{}` : `\\${c}`));

const field = (name: string, value: string | number | undefined) => (value === undefined ? [] : [`  ${name} = {${value}}`]);
const entry = (key: string, fields: readonly string[]): string => `@misc{${key},\n${fields.join(',\n')}\n}\n`;

/** paperEntry(work): the paper's entry for BibTeX. */
export function paperEntry({ slug, title, authors, year, venue, arxiv, doi }: Work): string {
  return entry(`${slug}${year}`, [
    ...field('title', `{${tex(title)}}`),
    ...field('author', authors?.map(tex).join(' and ')),
    ...field('year', year),
    ...field('note', venue && venue !== 'arXiv' ? tex(venue) : undefined),
    ...field('eprint', arxiv),
    ...field('archivePrefix', arxiv && 'arXiv'),
    ...field('doi', doi),
  ]);
}

/** bibtex(work, page, date): an entry for the paper, and one for the page, as read on that day. */
export function bibtex(work: Work, page: string, date: Date): string {
  const { slug, title } = work;
  const site = [
    ...field('title', `{${tex(title)}: an interactive figure}`),
    ...field('author', '{Lengthwise}'),
    ...field('year', date.getUTCFullYear()),
    ...field('url', page),
    ...field('urldate', date.toISOString().slice(0, 10)),
  ];
  return `${paperEntry(work)}\n${entry(`lengthwise-${slug}`, site)}`;
}

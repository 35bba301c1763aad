/** What is pasted elsewhere: the code of a frame or an element, and entries for a bibliography. */

export interface Work {
  readonly slug: string;
  /** As it was published, and what it was called before where that differs. */
  readonly title: string;
  readonly firstTitle?: string;
  /** With a comma after a family name that is more than the last word. */
  readonly authors?: readonly string[];
  readonly year: number;
  /** Without, it stands at arXiv alone. */
  readonly published?: Published;
  readonly arxiv?: string;
  readonly doi?: string;
}

/** The kind of a published paper's entry, and the journal or the proceedings that it stands in. */
export interface Published {
  readonly type: 'article' | 'inproceedings';
  readonly where: string;
  readonly year: number;
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
const entry = (key: string, fields: readonly string[], type = 'misc'): string => `@${type}{${key},\n${fields.join(',\n')}\n}\n`;

/** paperEntry(work): the paper's entry for BibTeX. */
export function paperEntry({ slug, title, firstTitle, authors, year, published, arxiv, doi }: Work): string {
  const { type, where, year: when = year } = published ?? {};
  const fields = [
    ...field('title', `{${tex(title)}}`),
    ...field('author', authors?.map(tex).join(' and ')),
    ...field(type === 'article' ? 'journal' : 'booktitle', where && tex(where)),
    ...field('year', when),
    ...field('note', firstTitle && `First titled: ${tex(firstTitle)}`),
    ...field('eprint', arxiv),
    ...field('archivePrefix', arxiv && 'arXiv'),
    ...field('doi', doi),
  ];
  return entry(`${slug}${when}`, fields, type);
}

/** bibtex(work, page, date): an entry for the paper, and one for the page, as read on that day. */
export function bibtex(work: Work, page: string, date: Date): string {
  const { slug, title, firstTitle = title } = work;
  const site = [
    ...field('title', `{${tex(firstTitle)}: an interactive figure}`),
    ...field('author', '{Lengthwise}'),
    ...field('year', date.getUTCFullYear()),
    ...field('url', page),
    ...field('urldate', date.toISOString().slice(0, 10)),
  ];
  return `${paperEntry(work)}\n${entry(`lengthwise-${slug}`, site)}`;
}

import type { Found } from './found';

interface Paper {
  readonly title: string;
  readonly short?: string;
  readonly laterTitle?: string;
  readonly aliases?: readonly string[];
  readonly authors?: readonly string[];
  readonly year: number;
  readonly venue?: string;
  readonly arxiv?: string;
  readonly idea: string;
  readonly headline: readonly { readonly value: string; readonly claim: string }[];
}

const given = (all: readonly (string | undefined)[]): string[] => all.filter((one): one is string => Boolean(one));

/** A paper, with all that it is called and the numbers that it reports. */
export function paperFound(id: string, paper: Paper): Found {
  const { title, short = title.split(':')[0], laterTitle, aliases = [], authors, year, venue, arxiv, idea, headline } = paper;
  return {
    id: `/papers/${id}/`,
    kind: 'paper',
    title,
    text: [idea, ...given([venue, String(year)]), ...headline.map(({ value, claim }) => `${value}: ${claim}`)].join(' '),
    names: given([short, laterTitle, ...aliases, arxiv]),
    authors: authors?.join(', '),
  };
}

interface Term {
  readonly id: string;
  readonly term: string;
  readonly aliases?: readonly string[];
  readonly symbol?: string;
  readonly definition: string;
}

/** A term, with its abbreviation and its symbol. */
export const termFound = ({ id, term, aliases = [], symbol, definition }: Term): Found => ({
  id: `/glossary/#${id}`,
  kind: 'term',
  title: term,
  text: definition,
  // "rotary embedding (RoPE)" is called both.
  names: [...term.split(/[()]/), ...aliases, ...letters(symbol)].map((name) => name.trim()).filter(Boolean),
});

const greek: Record<string, string> = { lambda: 'λ', sigma: 'σ', tau: 'τ', theta: 'θ' };

/** letters(symbol): how the letter that a formula in TeX begins with is typed: θ and theta for \theta_i. None where it begins otherwise. */
export function letters(symbol = ''): string[] {
  const [, name, letter] = /^(?:\\([a-z]+)|([A-Za-z])\b)/.exec(symbol) ?? [];
  if (letter) return [letter];
  return name && greek[name] ? [name, greek[name]] : [];
}

/** sections(source): headings of a text in MDX and what stands below each in plain words; numbers that are computed are left out. */
export function sections(source: string): { heading: string; text: string }[] {
  return source
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading, ...rest] = part.split('\n');
      return { heading: plain(heading!), text: plain(rest.join('\n')) };
    });
}

const plain = (source: string): string =>
  source
    .replace(/\$\$[^]*?\$\$/g, ' … ')
    .replace(/\$[^$\n]+\$/g, '…')
    .replace(/<(?:Value|Headline)\b[^]*?\/>/g, '…')
    .replace(/<\/?[A-Za-z](?:[^>{]|\{[^}]*\})*>/g, '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:#+|[-|]|\d+\.)\s+/gm, '')
    .replace(/[*`|]+|-{3,}/g, '')
    .replace(/\s+/g, ' ')
    .replace(/(?:… ?){2,}/g, '… ')
    .trim();

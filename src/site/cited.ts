import type { Work } from '@/shell/share/code';
import { familyFirst } from './names';
import { published } from './venues';

/** What a citation takes from a paper's seed. */
export interface PaperData {
  readonly title: string;
  readonly laterTitle?: string;
  readonly laterAuthors?: readonly string[];
  readonly authors?: readonly string[];
  readonly families?: readonly string[];
  readonly year: number;
  readonly venue?: string;
  readonly arxiv?: string;
  readonly doi?: string;
}

/** workOf(slug, paper): as it is cited, by the title and the year that it was published with. */
export function workOf(slug: string, paper: PaperData): Work {
  const { title, laterTitle, authors, laterAuthors = authors, families, year, venue, arxiv, doi } = paper;
  const where = published(venue);
  const renamed = where && laterTitle;
  return {
    slug,
    title: renamed ?? title,
    firstTitle: renamed && title,
    authors: (where ? laterAuthors : authors)?.map((name) => familyFirst(name, families)),
    year,
    published: where,
    arxiv,
    doi,
  };
}

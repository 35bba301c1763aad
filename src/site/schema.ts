import { z } from 'astro/zod';

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens');

const oneSentence = z.string().refine((text) => {
  const words = text.trim().split(/\s+/).length;
  return words >= 12 && words <= 45;
}, 'one sentence of 12 to 45 words');

/** A number that the paper claims, and where it claims it. */
const headline = z.strictObject({
  id: slug,
  value: z.string().min(1).max(24),
  claim: z.string().min(8),
  source: z.string().min(3),
});

/** The facts of a paper. What nothing confirmed is left out; `verified` says which facts were confirmed. */
export const paperSchema = z.strictObject({
  slug,
  title: z.string().min(5),
  /** What people call it: S4, FlashAttention. The title up to its colon, unless said. */
  short: z.string().min(2).max(40).optional(),
  /** What else it is looked for as: an abbreviation, or what it brought. */
  aliases: z.array(z.string().min(1)).min(1).optional(),
  authors: z.array(z.string().min(3)).min(1).optional(),
  /** Family names among the authors that are more than the last word. */
  families: z.array(z.string().includes(' ')).min(1).optional(),
  year: z.number().int().min(1990).max(2030),
  venue: z.string().optional(),
  laterTitle: z.string().optional(),
  /** Who it was published by, where that is not who it was first written by. */
  laterAuthors: z.array(z.string().min(3)).min(1).optional(),
  arxiv: z
    .string()
    .regex(/^\d{4}\.\d{4,5}$/, 'an arXiv number such as 2406.09827')
    .optional(),
  doi: z.string().startsWith('10.').optional(),
  code: z.url().startsWith('https://').optional(),
  theme: slug,
  idea: oneSentence,
  headline: z.array(headline).refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'ids of headline numbers must differ'),
  related: z.array(slug),
  verified: z
    .array(z.enum(['title', 'authors', 'year', 'venue', 'arxiv', 'code']))
    .refine((all) => all.includes('title'), 'at least the title is confirmed'),
});

/** A term or a symbol, and what it means here. */
export const termSchema = z.strictObject({
  id: slug,
  term: z.string().min(1),
  /** What else it is looked for as. */
  aliases: z.array(z.string().min(1)).min(1).optional(),
  /** As it is written in formulas, in TeX. */
  symbol: z.string().optional(),
  definition: z.string().min(30).max(420),
  /** Where it is explained or used most. */
  papers: z.array(slug),
});

export const themeSchema = z.strictObject({
  id: slug,
  title: z.string(),
  question: z.string().endsWith('?'),
  summary: oneSentence,
  order: z.number().int().min(1).max(9),
  /** Its papers in the order of ideas, for who reads one after the other; those that are not in it are not placed yet. */
  path: z.array(slug).optional(),
  /** How the ideas continue one another. */
  lines: z
    .array(
      z.strictObject({
        from: slug,
        to: slug,
        /** What the later one takes up, or does otherwise: a few words. */
        how: z.string().min(8).max(120),
      }),
    )
    .optional(),
  /** The strands that the map stands in, side by side. */
  strands: z.array(z.strictObject({ title: z.string(), papers: z.array(slug) })).optional(),
});

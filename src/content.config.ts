import { file, glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { defineCollection, reference } from 'astro:content';
import { paperSchema, termSchema, themeSchema } from './site/schema';

/** The 79 papers as data. A bad file fails the build with its name and the reason. */
const papers = defineCollection({
  loader: glob({ base: 'seeds/papers', pattern: '*.yaml' }),
  schema: paperSchema.extend({ theme: reference('themes'), related: z.array(reference('papers')) }),
});

const themes = defineCollection({ loader: file('seeds/themes.yaml'), schema: themeSchema });

/** Terms and symbols that prose explains where they stand. */
const terms = defineCollection({
  loader: file('seeds/glossary.yaml'),
  schema: termSchema.extend({ papers: z.array(reference('papers')) }),
});

/** Prose: a page for each paper whose widget stands, an introduction for each theme, guides. */
const articles = defineCollection({
  loader: glob({ base: 'content/papers', pattern: '*.mdx' }),
  schema: z.strictObject({ description: z.string().min(50).max(200) }),
});
const introductions = defineCollection({ loader: glob({ base: 'content/themes', pattern: '*.mdx' }), schema: z.strictObject({}) });
const guides = defineCollection({
  loader: glob({ base: 'content/guides', pattern: '*.mdx' }),
  schema: z.strictObject({ title: z.string(), description: z.string().min(50).max(200) }),
});

export const collections = { papers, themes, terms, articles, introductions, guides };

import { expect, it } from 'vitest';
import { unhurried } from '@/site/unhurried';

const chunk = (file: string, ...imports: string[]) => ({ file, sources: [], imports, later: [] });
const scripts = [
  chunk('/_astro/Page.astro.a.js'),
  chunk('/_astro/Excerpt.astro.b.js', '/_astro/early.js'),
  chunk('/_astro/Figure.astro.c.js', '/_astro/early.js'),
  chunk('/_astro/early.js'),
];
const tag = (file: string, more = '') => `<script type="module"${more} src="/_astro/${file}.js"></script>`;
const low = ' fetchpriority="low"';

it('lets the scripts that can wait go last, with what only they import', () => {
  const early = `<link rel="modulepreload" fetchpriority="low" href="/_astro/early.js">`;
  expect(unhurried(tag('Page.astro.a'), scripts)).toBe(tag('Page.astro.a', low));
  expect(unhurried(tag('Page.astro.a') + tag('Excerpt.astro.b'), scripts)).toBe(
    tag('Page.astro.a', low) + early + tag('Excerpt.astro.b', low),
  );
});

it('leaves those of a figure alone, and what they import as well', () => {
  const page = tag('Figure.astro.c') + tag('Excerpt.astro.b');
  expect(unhurried(page, scripts)).toBe(tag('Figure.astro.c') + tag('Excerpt.astro.b', low));
  expect(unhurried('<p>no script</p>', scripts)).toBe('<p>no script</p>');
});

import { expect, it } from 'vitest';
import { unhurried } from '@/site/unhurried';

const chunk = (file: string, ...imports: string[]) => ({ file: `/_astro/${file}.js`, sources: [], imports, later: [] });
const early = '/_astro/early.js';
const scripts = [chunk('Page.astro.a'), chunk('Excerpt.astro.b', early), chunk('Figure.astro.c', early), chunk('early')];
const tag = (file: string, more = '') => `<script type="module"${more} src="/_astro/${file}.js"></script>`;
const low = ' fetchpriority="low"';
const link = `<link rel="modulepreload" fetchpriority="low" href="${early}">`;

it('lets the scripts that can wait go last', () => {
  expect(unhurried(tag('Page.astro.a') + tag('Excerpt.astro.b'), scripts)).toBe(
    tag('Page.astro.a', low) + link + tag('Excerpt.astro.b', low),
  );
  expect(unhurried(tag('Term.astro.d'), scripts)).toBe(tag('Term.astro.d', low));
  expect(unhurried(tag('Page.astro.a') + tag('Figure.astro.c'), scripts)).toBe(tag('Page.astro.a', low) + link + tag('Figure.astro.c'));
});

it('names what two scripts import once, and leaves alone what it does not know', () => {
  expect(unhurried(tag('Figure.astro.c') + tag('Excerpt.astro.b'), scripts)).toBe(
    link + tag('Figure.astro.c') + tag('Excerpt.astro.b', low),
  );
  expect(unhurried(tag('other'), scripts)).toBe(tag('other'));
});

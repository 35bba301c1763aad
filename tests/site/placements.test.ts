import { expect, it } from 'vitest';
import { papersShown } from '@/site/offline/list';
import { withoutPlacements } from '@/site/placements';

const placement = JSON.stringify({ slug: 'paper-a', work: { title: 'Queries & "keys"' } });
const attribute = placement.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const page = `<div data-figure="${attribute}"></div><div data-folder="theme/paper-b" data-excerpt="${attribute}"></div>`;

it('an excerpt names the file of its placement, and what is written there is the placement', () => {
  const written: string[] = [];
  const now = withoutPlacements(page, (one) => `/_astro/${written.push(one)}.json`);
  expect(now).toBe(`<div data-figure="${attribute}"></div><div data-folder="theme/paper-b" data-excerpt="/_astro/1.json"></div>`);
  expect(written).toEqual([placement]);
});

it('the papers of a page are those of its excerpts too', () => expect(papersShown(page)).toEqual(['paper-a', 'paper-b']));

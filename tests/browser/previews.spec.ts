import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { dist, everyWidget, expect, pages, test, widgets } from './site';
import { cardOf, metaOf, scenesOf, type Meta } from './previews';

/** oembed.com 1.0, type rich, and what this site promises of it. */
const rich = v.strictObject({
  version: v.literal('1.0'),
  type: v.literal('rich'),
  title: v.pipe(v.string(), v.minLength(5)),
  provider_name: v.literal('Lengthwise'),
  provider_url: v.pipe(v.string(), v.url()),
  html: v.string(),
  width: v.literal(800),
  height: v.pipe(v.number(), v.integer(), v.minValue(400)),
  thumbnail_url: v.pipe(v.string(), v.url()),
  thumbnail_width: v.literal(1200),
  thumbnail_height: v.literal(630),
  cache_age: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** All that WordPress leaves of a frame. */
const kept = ['src', 'width', 'height', 'frameborder', 'marginwidth', 'marginheight', 'scrolling', 'title'];

const path = (address: string | undefined) => new URL(address!).pathname;
const numbers = (text: string): string[] => text.match(/\d[\d.,]*\d|\d/g) ?? [];

for (const slug of widgets) {
  test(`${slug} and each of its scenes: a page that says its state, a card, an answer for oEmbed`, async ({ page, request }) => {
    await page.goto('/404.html');
    const scenes = await scenesOf(page, slug);
    expect(scenes.length).toBeGreaterThanOrEqual(4);
    for (const scene of [undefined, ...scenes]) {
      const at = scene ? `${slug}/${scene}` : slug;
      const meta = await metaOf(page, `/papers/${at}/`);
      expect(path(meta.url)).toBe(`/papers/${at}/`);
      expect(path(meta.canonical), 'a scene’s page is the paper’s over again').toBe(`/papers/${slug}/`);
      expect(meta.card).toBe('summary_large_image');
      if (scene) expect(meta.title).toBe(`${meta.headline} | Lengthwise`);
      expect([meta.shown.description, meta.shown.twitter]).toEqual([meta.description, meta.description]);
      if (scene) {
        expect(numbers(meta.description).length, meta.description).toBeGreaterThan(0);
        for (const number of numbers(meta.description)) expect(numbers(meta.said), `${number} in “${meta.description}”`).toContain(number);
      }

      expect([path(meta.image), meta.size]).toEqual([`/cards/${at}.png`, '1200 630']);
      expect(meta.alt!.length).toBeGreaterThan(60);
      const card = await cardOf(page, `/cards/${at}.png`);
      expect([card.signature, card.width, card.height]).toEqual(['89504e470d0a1a0a', 1200, 630]);
      expect(card.bytes).toBeLessThan(150_000);
      // Words alone have some hundred shades.
      expect(card.colours, at).toBeGreaterThan(150);
      expect(card.drawn, `${at}: the share of the card’s middle that is not ground`).toBeGreaterThan(0.04);

      // WordPress reads so far and no further.
      expect(meta.discovery.at).toBeLessThan(2000);
      expect(path(meta.discovery.href)).toBe(`/oembed/${at}.json`);
      const answer = v.parse(rich, await (await request.get(`/oembed/${at}.json`)).json());
      expect([answer.title, answer.thumbnail_url]).toEqual([meta.headline, meta.image]);
      const frame = await page.evaluate((html) => {
        const { body } = new DOMParser().parseFromString(html, 'text/html');
        const one = body.firstChild as Element;
        return { count: body.childNodes.length, name: one.nodeName, given: [...one.attributes].map(({ name, value }) => [name, value]) };
      }, answer.html);
      expect([frame.count, frame.name]).toEqual([1, 'IFRAME']);
      const given = Object.fromEntries(frame.given) as Record<string, string>;
      expect(Object.keys(given).filter((name) => !kept.includes(name))).toEqual([]);
      expect(given).toMatchObject({ width: '800', height: String(answer.height), title: answer.title });
      expect(given.src).toBe(new URL(`/embed/${at}/`, answer.provider_url).href);
      if (pages.includes(`/embed/${slug}/${scene ?? ''}`)) expect((await request.get(path(given.src))).status()).toBe(200);
    }
  });
}

test('no two pages have a title or a description in common; each shows a card and its own address', async ({ page }) => {
  await page.goto('/404.html');
  const all: [string, Meta][] = [];
  for (const at of pages.filter((one) => !/^\/(embed|offline)\//.test(one) && one !== '/404.html')) all.push([at, await metaOf(page, at)]);
  for (const say of ['title', 'description'] as const) {
    const seen = new Map<string, string>();
    for (const [at, meta] of all) {
      expect(seen.get(meta[say]), `${at} has the ${say} of another: “${meta[say]}”`).toBeUndefined();
      seen.set(meta[say], at);
    }
  }
  for (const [at, meta] of all) expect(path(meta.url), at).toBe(at);
  const cards = new Set(all.map(([, meta]) => path(meta.image)));
  expect(cards.size).toBeGreaterThan(5 * everyWidget.length);
  // The width stands in the head of a PNG; those of the figures that are played with were decoded above.
  for (const one of cards) expect(readFileSync(join(dist, one)).readUInt32BE(16), one).toBe(1200);
});

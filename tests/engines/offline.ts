import { expect, it } from 'vitest';
import { answers, slow } from './embed';
import { heard, live, slugs, textOf, until, type Here } from './here';

/** What was read before is there without a host; the file of a figure needs none. */
export function offline(here: Here): void {
  it.each(['/', ...slugs.map((slug) => `/papers/${slug}/`)])('%s is there again when its host is gone', async (path) => {
    const { page, site } = here;
    const { origin } = site;
    await page.open(origin + path);
    const heading = await textOf(page, 'h1');
    await until(page, stored, site.needs(path));
    await site.close();
    try {
      await expect(fetch(origin), 'the host is gone').rejects.toThrow();
      await page.open('about:blank');
      await live(page, origin + path);
      expect(await textOf(page, 'h1')).toBe(heading);
      expect(await page.evaluate(() => getComputedStyle(document.body).margin), 'it has its style').toBe('0px');
      const before = await textOf(page, '.text');
      await page.click('[data-scene]:nth-of-type(3)');
      await until(page, (said) => document.querySelector('.text')!.textContent!.trim() !== said, before);
      expect((await heard(page)).errors).toEqual([]);
    } finally {
      await site.open();
    }
  });

  const file = async (slug: string, query: string) => here.page.open(here.site.file(slug) + query);
  it.each(slugs)('%s as a file on a disk comes alive, takes its query, and answers', async (slug) => {
    await here.site.close();
    try {
      await file(slug, '?seed=4&scheme=dark');
      await answers(here);
    } finally {
      await here.site.open();
    }
  });
  it('a slow state of a file is computed beside the page, in a worker made of its own script', () => slow(here, file));
}

/** Whether the store of the service worker holds all of this. */
async function stored(paths: string[]): Promise<boolean> {
  const names = await caches.keys();
  const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  const inside = new Set(keys.flat().map(({ url }) => new URL(url).pathname));
  return paths.every((path) => inside.has(path));
}

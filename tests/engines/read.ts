import { expect, it } from 'vitest';
import { distinct, everything } from '../checks/built';
import { awake, heard, slugs, there, until, type Here } from './here';

const fonts = ['Source Sans 3 Variable', 'Source Serif 4 Variable'];
const toRead = distinct.filter((path) => !path.startsWith('/embed/'));
/** Of each folder its index and the next page; and the pages of a few papers with their figures. */
const kinds = toRead.filter((path, i) => toRead.findIndex((other) => other.split('/')[1] === path.split('/')[1]) >= i - 1);
const paths = everything ? toRead : [...new Set([...kinds, ...slugs.map((slug) => `/papers/${slug}/`)])];

/** A page as a reader has it: its heading, fonts and formulas are there, nothing fails, and it fits a phone. */
export function read(here: Here): void {
  it.each(paths)('%s', async (path) => {
    const { page, site } = here;
    await page.open(site.origin + path);
    await until(page, () => document.readyState === 'complete');
    expect(await page.evaluate(() => document.querySelector('h1')!.getBoundingClientRect().height)).toBeGreaterThan(20);
    // The fonts of formulas come when one is near.
    await page.evaluate(() => document.querySelector('.katex')?.scrollIntoView());
    await until(
      page,
      (wanted) => {
        const loaded = [...document.fonts].flatMap(({ status, family }) => (status === 'loaded' ? [family.replaceAll('"', '')] : []));
        const set = !document.querySelector('.katex') || loaded.some((family) => family.startsWith('KaTeX'));
        return set && wanted.every((family) => loaded.includes(family));
      },
      fonts,
    );
    expect(await page.evaluate(formulas), 'exponents are small, and the copy for screen readers is out of sight').toEqual([]);
    if (await page.evaluate(() => document.querySelector('[data-figure]') !== null)) await awake(page);
    expect((await heard(page)).errors).toEqual([]);

    // No window is as narrow as a phone in every engine; a frame is.
    site.add('/phone', `<iframe title="phone" width="360" height="780" style="border:0" src="${path}"></iframe>`);
    await page.open(`${site.origin}/phone`);
    await page.enter('iframe');
    await there(page, 'h1');
    await until(page, () => document.readyState === 'complete' && document.fonts.status === 'loaded');
    if (await page.evaluate(() => document.querySelector('[data-figure]') !== null)) await awake(page);
    expect(await page.evaluate(wide), 'nothing is wider than 360 px').toEqual([]);
    expect((await heard(page)).errors).toEqual([]);
  });
}

/** Formulas that are not set as they should be. */
function formulas(): string[] {
  const size = (element: Element) => parseFloat(getComputedStyle(element).fontSize);
  return [...document.querySelectorAll('.katex')].flatMap((formula) => {
    const base = formula.querySelector('.katex-html')!;
    const copy = formula.querySelector('.katex-mathml')!.getBoundingClientRect();
    const tight = [...formula.querySelectorAll('.mtight')].every((part) => size(part) < 0.8 * size(base));
    return tight && copy.width <= 2 ? [] : [formula.textContent!];
  });
}

/** Where the page can be scrolled sideways: how wide it is, and what sticks out. */
function wide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const out = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth);
  return [`${scrollWidth} > ${clientWidth}`, ...out.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}

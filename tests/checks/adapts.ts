import type { Page } from '@playwright/test';

/** Where the page can be scrolled sideways, or text is cut off: what sticks out, a line for each of the first few. */
export function spilled(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const name = (one: Element) => `${one.tagName.toLowerCase()}.${one.className} “${one.textContent?.trim().slice(0, 40)}”`;
  const wide = scrollWidth > clientWidth ? [`${scrollWidth} px in a window of ${clientWidth}`] : [];
  if (wide.length) {
    const scrolls = (one: Element | null): boolean =>
      one !== null && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const out = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > clientWidth + 1 && !scrolls(one.parentElement) && !one.closest('.katex-mathml'),
    );
    wide.push(...out.slice(-3).map((one) => `sticks out: ${name(one)}`));
  }
  const cut = [...document.querySelectorAll('body *:not(svg *)')].filter((one) => {
    if (!one.textContent?.trim() || !one.checkVisibility() || one.closest('.katex, .spoken, .skip')) return false;
    if (one.matches('.katex-display')) {
      // What counts is what is seen of a formula; the copy for screen readers stands where it likes.
      const box = one.getBoundingClientRect();
      return [...one.querySelectorAll('.base')].some(
        (part) => part.getBoundingClientRect().bottom > box.bottom + 1 || part.getBoundingClientRect().top < box.top - 1,
      );
    }
    const { overflowX, overflowY, position } = getComputedStyle(one);
    // What is there for screen readers alone is cut on purpose.
    if (position === 'absolute' && one.clientWidth <= 1) return false;
    const hides = (how: string) => how === 'hidden' || how === 'clip';
    return (hides(overflowX) && one.scrollWidth > one.clientWidth + 1) || (hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
  });
  return [...wide, ...cut.slice(0, 3).map((one) => `cut off: ${name(one)}`)];
}

/** The spacing of text that a reader may ask for, as WCAG 1.4.12 has it. */
const spaced = `
  body *:not(svg *, .katex *) { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }`;

/** A window, and what a reader has made of the text in it. 1280 px at 400 % are 320; at 200 %, 640. */
export const settings: Record<string, { width: number; style?: string }> = {
  'zoomed to 200 %': { width: 640 },
  'zoomed to 400 %': { width: 320 },
  'text at twice its size': { width: 1280, style: ':root { font-size: 200% !important; }' },
  'text at twice its size on a phone': { width: 360, style: ':root { font-size: 200% !important; }' },
  'text spaced as WCAG 1.4.12 has it': { width: 360, style: spaced },
};

/** adapted(page): what spills in each of the settings, by its name. The page is left as it was. */
export async function adapted(page: Page): Promise<string[]> {
  const before = page.viewportSize()!;
  const wrong: string[] = [];
  // What is far below is laid out when it comes near: here all of it is, in its own letters. And what is painted apart would be cut off silently.
  const whole = await page.addStyleTag({ content: '.page > * { content-visibility: visible !important; contain: none !important; }' });
  await page.evaluate(() => document.fonts.ready);
  for (const [name, { width, style }] of Object.entries(settings)) {
    await page.setViewportSize({ width, height: 720 });
    const sheet = style && (await page.addStyleTag({ content: style }));
    wrong.push(...(await page.evaluate(spilled)).map((line) => `${name}: ${line}`));
    if (sheet) await sheet.evaluate((element) => (element as Element).remove());
  }
  await whole.evaluate((element) => (element as Element).remove());
  await page.setViewportSize(before);
  return wrong;
}

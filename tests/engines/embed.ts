import { describe, expect, it } from 'vitest';
import { heard, slugs, steps, textOf, there, until, type Here } from './here';

type Open = (slug: string, query: string) => Promise<void>;

/** A page of somebody else's with a frame, which writes down what the frame says. */
const host = (address: string, attributes: string) => `
  <script>window.said = []; addEventListener('message', ({ data }) => said.push(data))</script>
  <iframe title="figure" ${attributes} width="800" height="1600" src="${address}"></iframe>`;

/** Waits until the host has heard a message of this type whose query, where it has one, holds what is wanted. */
const told = ({ page }: Here, type: string, query = '') =>
  until(
    page,
    (wanted, part) =>
      (window as unknown as { said: { type?: string; query?: string }[] }).said.some(
        (one) => one.type === wanted && (one.query ?? '').includes(part),
      ),
    type,
    query,
  );

/** A figure in a frame of somebody else's page, whatever that frame is allowed. */
export function embed(here: Here): void {
  const framed = async (address: string, attributes = '') => {
    const { page, site } = here;
    site.add('/host', host(address, attributes));
    await page.open(`${site.origin}/host`);
    await page.enter('iframe');
  };
  const frames: [string, Open][] = [
    ['a plain frame', (slug, query) => framed(`/embed/${slug}/${query}`)],
    ['a frame from another origin', (slug, query) => framed(`${here.site.elsewhere}/embed/${slug}/${query}`)],
    ['a frame without an origin', (slug, query) => framed(`/embed/${slug}/${query}`, 'sandbox="allow-scripts"')],
  ];
  describe.each(frames)('in %s', (_, open) => {
    it.each(slugs)('%s comes alive, takes its query, and answers', async (slug) => {
      await open(slug, '?seed=4&scheme=dark');
      await answers(here);
      if (steps(slug)) await keys(here);
      await here.page.leave();
      for (const type of ['ready', 'height', 'scene']) await told(here, type);
      const message = { lengthwise: 1, type: 'set', query: 'seed=5' };
      await here.page.evaluate((data) => document.querySelector('iframe')!.contentWindow!.postMessage(data, '*'), message);
      await told(here, 'state', 'seed=5');
      expect((await heard(here.page)).errors).toEqual([]);
    });
    it('a slow state is computed beside the page, in a worker made of the page’s own script', () => slow(here, open));
  });
}

/** The embed that is open is alive, took its query, changes with its scenes, and stores nothing. */
export async function answers({ page }: Here): Promise<void> {
  await there(page, '[data-live]');
  const before = await textOf(page, '.text');
  expect(await page.evaluate(() => document.querySelector('.notices'))).toBe(null);
  expect(await page.evaluate(() => document.documentElement.dataset.scheme)).toBe('dark');
  await page.click('[data-scene]:nth-of-type(2)');
  await there(page, '[data-scene]:nth-of-type(2)[aria-current="true"]');
  await until(page, (said) => document.querySelector('.text')!.textContent!.trim() !== said, before);
  expect((await textOf(page, '.notice')).length).toBeGreaterThan(40);
  expect(await heard(page)).toMatchObject({ errors: [], stored: false });
  expect(await page.evaluate(() => [...document.fonts].some(({ status }) => status === 'loaded')), 'its font is inside').toBe(true);
}

/** A click into the frame gives it the keys: they step. */
async function keys({ page }: Here): Promise<void> {
  await page.click('.title');
  const said = await textOf(page, '.stepper output');
  await page.press('ArrowLeft');
  await page.press('ArrowLeft');
  await page.press('ArrowRight');
  await until(page, (before) => document.querySelector('.stepper output')!.textContent !== before, said);
}

/** A state that takes long, where the embed is opened like this. */
export async function slow({ page }: Here, open: Open): Promise<void> {
  await open('flashattention', '?length=128');
  await there(page, '[data-live]');
  await until(page, () => /128/.test(document.querySelector('.text')!.textContent!));
  const { answers: all, errors } = await heard(page);
  expect(all).toBeGreaterThan(0);
  expect(errors).toEqual([]);
}

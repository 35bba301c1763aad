import { expect, it } from 'vitest';
import { words } from '../../src/shell/words';
import { patient } from '../checks/pace';
import type { Page } from './driver';
import { awake, drawn, figures, heard, live, slugs, steps, there, textOf, until, type Here } from './here';

const stepping = slugs.filter(steps);
const slider = '.stepper input';
const paper = ({ site }: Here, slug: string) => `${site.origin}/papers/${slug}/`;

/** What the figure shows: its text, and its picture as drawn. */
const shown = (page: Page) =>
  page.evaluate(() => ({ text: document.querySelector('.text')!.textContent!, picture: document.querySelector('.picture')!.innerHTML }));

/** Clicks on a scene, and waits until it is drawn. */
async function choose(page: Page, number: number): Promise<void> {
  const scene = `[data-scene]:nth-of-type(${number})`;
  await page.click(scene);
  await there(page, `${scene}[aria-current="true"]`);
  await drawn(page);
}

/** Where the stepper stands: first, last and current step, and what it says of that. */
const stepper = (page: Page) =>
  page.evaluate((selector) => {
    const { min, max, value } = document.querySelector<HTMLInputElement>(selector)!;
    return { first: Number(min), last: Number(max), at: Number(value), says: document.querySelector('.stepper output')!.textContent! };
  }, slider);

/** Waits until the stepper stands at a step. */
const stands = (page: Page, step: number) =>
  until(page, (selector, wanted) => document.querySelector<HTMLInputElement>(selector)!.valueAsNumber === wanted, slider, step);

/** Presses a button of the stepper, once nothing moves it: at an end one of them is disabled, a frame longer than the slider stands there. */
async function turn(page: Page, name: string): Promise<void> {
  const button = `.stepper [aria-label="${name}"]`;
  await drawn(page);
  await there(page, `${button}:enabled`);
  await page.click(button);
}

const focus = (page: Page) => page.evaluate((selector) => document.querySelector<HTMLInputElement>(selector)!.focus(), slider);

/** A widget comes alive when it is near and not before; its scenes differ; it plays, and stops when asked. */
export function play(here: Here): void {
  it.each(figures)(
    '%s wakes when it is near, and its scenes differ',
    async (slug) => {
      const { page } = here;
      // Narrow, so that what stands above the figure is long on every page.
      await page.viewport(480, 120);
      await page.open(paper(here, slug));
      const away = await page.evaluate(() => document.querySelector('[data-figure]')!.getBoundingClientRect().top - innerHeight);
      expect(away, 'far enough to sleep').toBeGreaterThan(300);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
      expect(await page.evaluate(() => document.querySelector('[data-live]'))).toBe(null);
      await awake(page);
      await page.viewport(1280, 900);

      const count = await page.evaluate(() => document.querySelectorAll('[data-scene]').length);
      expect(count).toBeGreaterThan(3);
      const pictures = new Set<string>();
      const texts = new Set<string>();
      for (let number = 1; number <= count; number++) {
        await choose(page, number);
        const { text, picture } = await shown(page);
        texts.add(text);
        pictures.add(picture);
      }
      expect(pictures.size, 'each scene has its picture').toBe(count);
      expect(texts.size, 'the text follows').toBeGreaterThan(1);
      expect((await heard(page)).errors).toEqual([]);
      // Some scenes train a network.
    },
    patient(240_000),
  );

  it.each(stepping)('%s plays and stops', async (slug) => {
    const { page } = here;
    await live(page, paper(here, slug));
    await focus(page);
    await page.press('Home');
    const { first } = await stepper(page);
    await stands(page, first);
    await page.click('.stepper .play');
    await until(page, (selector, from) => document.querySelector<HTMLInputElement>(selector)!.valueAsNumber > from, slider, first);
    expect(await page.evaluate(() => document.querySelector('.stepper .play')!.ariaLabel)).toBe(words.pause);
    await page.click('.stepper .play');
    const stopped = await stepper(page);
    // Longer than the slowest figure waits between two steps.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    expect(await stepper(page)).toEqual(stopped);
    expect((await heard(page)).errors).toEqual([]);
  });
}

/** The keys of a slider and the buttons beside it. */
export function step(here: Here): void {
  it.each(stepping)('%s goes by keys and by buttons', async (slug) => {
    const { page } = here;
    await live(page, paper(here, slug));
    await focus(page);
    const { first, last } = await stepper(page);
    await page.press('Home');
    await stands(page, first);
    const before = await shown(page);
    const { says } = await stepper(page);
    await page.press('ArrowRight');
    await stands(page, first + 1);
    await there(page, '.lengthwise[aria-busy="false"]');
    expect((await shown(page)).picture).not.toBe(before.picture);
    expect((await stepper(page)).says).not.toBe(says);
    await page.press('ArrowLeft');
    await stands(page, first);
    await page.press('End');
    await stands(page, last);
    await turn(page, words.previous);
    await stands(page, last - 1);
    await turn(page, words.next);
    await stands(page, last);
    expect((await heard(page)).errors).toEqual([]);
  });
}

/** The address follows the state, and the state the address; what an address should not ask for is explained and does no harm. */
export function link(here: Here): void {
  const at = (page: Page) => page.evaluate(() => location.pathname + location.search);

  it.each(figures)('%s: a state has its address, and back goes back', async (slug) => {
    const { page, site } = here;
    await live(page, paper(here, slug));
    const before = await shown(page);
    const from = await at(page);
    await choose(page, await page.evaluate(() => document.querySelectorAll('[data-scene]').length));
    await until(page, (address) => location.pathname + location.search !== address, from);
    const after = await shown(page);
    const to = await at(page);
    await page.evaluate(() => history.back());
    await until(page, (said) => document.querySelector('.text')!.textContent === said, before.text);
    expect(await at(page)).toBe(from);
    await page.evaluate(() => history.forward());
    await until(page, (said) => document.querySelector('.text')!.textContent === said, after.text);

    await page.open('about:blank');
    await live(page, site.origin + to);
    expect((await shown(page)).text).toBe(after.text);
    expect(await textOf(page, '[data-scene][aria-current="true"]')).not.toBe('');
    expect((await heard(page)).errors).toEqual([]);
  });

  it.each(figures)('%s: a hostile link is explained and does no harm', async (slug) => {
    const { page } = here;
    await live(page, paper(here, slug));
    const name = await page.evaluate(() => document.querySelector<HTMLElement>('[data-parameter]')!.dataset.parameter!);
    const attack = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>';
    const query = new URLSearchParams([
      [name, attack],
      [attack, '1'],
      ['__proto__', attack],
      ['seed', '1e999'],
    ]);
    await live(page, `${paper(here, slug)}?${query}`);
    await there(page, '.notices li');
    expect(await page.evaluate(() => [document.querySelector('.notices :is(img, script)'), 'harmed' in window])).toEqual([null, false]);
    await choose(page, 2);
    expect((await heard(page)).errors).toEqual([]);
  });
}

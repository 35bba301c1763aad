import { afterEach, describe, expect } from 'vitest';
import { record } from '../audit/record';
import type { Page } from './driver';
import type { Heard } from './ears';
import { isOf } from '../../src/commands/growth.mjs';
import { patient } from '../checks/pace';
import { everything, everyWidget, html, widgets } from '../checks/built';
import type { Site } from './site';

/** steps(slug) is true of a widget that can be stepped and played. An embed is no place to look: it carries the whole script. */
export const steps = (slug: string): boolean => /class="stepper/.test(html(`/papers/${slug}/`));

/** What these parts turn: steps and a seed, on a figure that needs no model to answer. */
const able = everyWidget.filter(
  (slug) =>
    steps(slug) &&
    /type:\s*[`'"]seed[`'"]/.test(html(`/embed/${slug}/`)) &&
    !/data-figure="[^"]*&quot;result&quot;/.test(html(`/papers/${slug}/`)),
);

/** The widgets of most parts of the suite: two, and in the audit all of those that it takes, or two where none of them can. */
const taken = everything ? able.filter((slug) => widgets.includes(slug)) : [];
export const slugs = taken.length ? taken : able.filter((_, i) => i % Math.ceil(able.length / 2) === 0);

/** Those that wake, go through their scenes and are linked to: in the audit every one that it takes, whatever it runs. */
export const figures = everything ? widgets : slugs;

/** What every part of the suite is given; it is there when its tests run. */
export interface Here {
  page: Page;
  site: Site;
  /** By figure or part: its tests by their numbers, and whether each held at its first and second try. */
  held: Map<string, Map<string, boolean[]>>;
}

const waits = <A extends unknown[]>(page: Page, timeout: number, ask: (...given: A) => unknown, ...given: A): Promise<void> =>
  expect
    .poll(async () => Boolean(await page.evaluate(ask, ...given)), { timeout: patient(timeout), message: `waited for ${ask} (${given})` })
    .toBe(true);

/** until(page, ask, ...given) waits for the page to answer with something that is true. */
export const until = <A extends unknown[]>(page: Page, ask: (...given: A) => unknown, ...given: A): Promise<void> =>
  waits(page, 15_000, ask, ...given);

/** drawn(page) waits until a figure's picture has caught up, which may ask for a network to be trained: that is promised within a minute. */
export const drawn = (page: Page): Promise<void> =>
  waits(page, 60_000, () => document.querySelector('.lengthwise[aria-busy="false"]') !== null);

/** there(page, selector) waits for an element. */
export const there = (page: Page, selector: string): Promise<void> =>
  until(page, (wanted) => document.querySelector(wanted) !== null, selector);

/** textOf(page, selector) is what the first such element says. */
export const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate((wanted) => document.querySelector(wanted)!.textContent!.trim(), selector);

/** heard(page) is what the ears of the page or frame have heard. */
export const heard = (page: Page): Promise<Heard> => page.evaluate(() => (window as unknown as { heard: Heard }).heard);

/** live(page, address) opens a page, scrolls to its figure and waits until that is awake. */
export async function live(page: Page, address: string): Promise<void> {
  await page.open(address);
  await awake(page);
}

/** awake(page) scrolls to the figure and waits until it is awake. */
export async function awake(page: Page): Promise<void> {
  await there(page, '[data-figure]');
  await page.evaluate(() => document.querySelector('[data-figure]')!.scrollIntoView());
  await there(page, '[data-live]');
}

/** part(name, here, tests) is one part of the suite; what became of its tests goes to `here.held`. */
export function part(name: string, here: Here, tests: (here: Here) => void): void {
  describe(name, () => {
    // A test that failed comes here again at its second try.
    afterEach(({ task }) => {
      const of = figures.find((slug) => isOf(task.name, [slug])) ?? name;
      const own = here.held.get(of) ?? new Map<string, boolean[]>();
      here.held.set(of, own);
      own.set(task.id, [...(own.get(task.id) ?? []), task.result?.state === 'pass']);
    });
    tests(here);
  });
}

/** report(here) writes down for the audit how much held, by figure, and by part where a test is of no figure that is taken. */
export function report({ page, held }: Here): void {
  for (const [measure, own] of held) {
    const tries = [...own.values()];
    const passed = tries.filter((results) => results.at(-1)).length;
    const again = tries.filter((results) => results.length > 1).length;
    record({
      subject: page.version,
      measure,
      value: `${passed} of ${own.size}`,
      ok: passed === own.size,
      ...(again ? { note: `${again} tried twice` } : {}),
    });
  }
}

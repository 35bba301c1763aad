import type { Page } from '@playwright/test';
import { patient } from '../checks/pace';
import { expect } from './site';

/** The frame that is seen; another may be waiting behind it. */
export const shown = '.room iframe:not(.waiting)';

/** built(page, query): the builder of a page, awake, and its preview. */
export async function built(page: Page, query = '') {
  await page.goto(`/teach/${query}`);
  const builder = page.locator('.builder');
  await expect(builder).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  // Its frame comes when the preview is near.
  await page.locator('.stage').scrollIntoViewIfNeeded();
  await page.locator(shown).scrollIntoViewIfNeeded();
  const inside = page.frameLocator(shown);
  await expect(inside.locator('[data-figure]')).toHaveAttribute('data-live', '', { timeout: patient(15_000) });
  const codes = () => builder.locator('.take pre').allTextContents();
  const open = async (name: string) => builder.locator('summary', { hasText: name }).click();
  return { builder, inside, codes, open };
}
/** The sentence with the numbers in the preview. */
export const said = (page: Page) => page.frameLocator(shown).locator('.text');

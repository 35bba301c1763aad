import { expect, test } from '@playwright/test';
import { fuzz } from '../checks/fuzz';
import { patient } from '../checks/pace';
import { widgets } from './site';

/** Half a minute in all; the audit goes on for twenty. */
const seconds = 30;

test('random hands for half a minute: no error, nothing that is not a number, nothing lost', async ({ page }) => {
  test.setTimeout(patient(180_000));
  for (const [i, slug] of widgets.entries()) {
    const { find, moves } = await fuzz(page, `/papers/${slug}/`, { seed: 100 + i, until: Date.now() + (1000 * seconds) / widgets.length });
    expect(find, `${slug}, seed ${100 + i}`).toBeUndefined();
    expect(moves).toBeGreaterThan(10);
  }
});

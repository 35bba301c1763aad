import { kindOf, largest, mostOf, ofKind, weigh } from '../checks/bytes';
import { browser, distinct, expect, test } from './site';

test.use(browser);

for (const path of distinct)
  test(`${path}: bytes within the budget of its kind`, async ({ page }) => {
    const { files, moved } = await weigh(page, path);
    const kind = kindOf(path);
    for (const [type, most] of Object.entries(mostOf(path)))
      expect.soft(ofKind(files, type), `${kind}: ${type}; the five largest: ${largest(files)}`).toBeLessThanOrEqual(most);
    // A font that comes late may still break a line elsewhere.
    expect(moved, 'layout shift').toBeLessThan(0.05);
  });

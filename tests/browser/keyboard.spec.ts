import { operate, walk } from '../checks/keyboard';
import { patient } from '../checks/pace';
import { expect, live, test, widgets } from './site';

for (const slug of widgets) {
  test(`${slug}: the keyboard reaches everything, sees where it is, uses it, and leaves`, async ({ page }) => {
    test.setTimeout(patient(120_000));
    const figure = await live(page, `/papers/${slug}/`);
    const { wrong, stops } = await walk(page, figure);
    expect(wrong).toEqual([]);
    expect(stops).toBeGreaterThan(10);
    expect(await operate(page, figure)).toEqual([]);
  });
}

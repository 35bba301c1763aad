import { patient } from '../checks/pace';
import { expect, live, test, widgets } from './site';

for (const slug of widgets) {
  test(`${slug}: a change is said as a change, once, when the reader pauses`, async ({ page }) => {
    const figure = await live(page, `/papers/${slug}/`);
    await figure.locator('.spoken').evaluate((region) => {
      const said: string[] = [];
      Object.assign(window, { said });
      new MutationObserver(() => said.push(region.textContent!)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
    // Nothing else in the figure speaks of itself: one voice.
    expect(await figure.locator('[aria-live]:not(.spoken):not([aria-live=off]), output:not([aria-live=off]), [role=log]').count()).toBe(0);

    const slider = figure.locator('.controls input[type=range]:visible').first();
    const label = (await figure.locator('.control:has(input[type=range]:visible) label').first().textContent())!.split(',')[0]!.trim();
    const start = Number(await slider.inputValue());
    await slider.focus();
    const key = start < Number(await slider.getAttribute('max')) ? 'ArrowRight' : 'ArrowLeft';
    for (let i = 0; i < 6; i++) await page.keyboard.press(key);
    // A slider can lead into a scene, which then speaks for itself: on to where none is.
    const other = key === 'ArrowRight' ? 'ArrowLeft' : 'ArrowRight';
    while ((await figure.locator('[data-scene][aria-current=true]').count()) || Number(await slider.inputValue()) === start)
      await page.keyboard.press(other);
    expect(await said(), 'not while keys are pressed').toEqual([]);
    await expect.poll(async () => (await said()).length, { timeout: patient(10_000) }).toBe(1);
    await page.waitForTimeout(1000);
    const [line, ...more] = await said();
    expect(more).toEqual([]);
    expect(line).toContain(label);
    expect(line).toMatch(/ (up|down|still) /);
    expect(line).not.toMatch(/NaN|undefined/);

    // A scene says what to notice.
    await figure.locator('[data-scene]').nth(1).click();
    await expect.poll(async () => (await said()).length, { timeout: patient(10_000) }).toBe(2);
    const notice = (await figure.locator('.notice').textContent())!.trim();
    expect((await said())[1]).toContain(notice.slice(0, 40));
  });
}

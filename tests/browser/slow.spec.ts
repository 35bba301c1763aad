import { expect, live, test } from './site';

test.describe('a state that takes long', () => {
  test('says what is computed, and can be stopped: the figure goes back to what it shows', async ({ page }) => {
    // Questions do not reach the worker before the test lets them.
    await page.addInitScript(() => {
      const { postMessage } = Worker.prototype;
      Object.assign(window, { held: false });
      Worker.prototype.postMessage = function (...given: unknown[]) {
        if (!(window as unknown as { held: boolean }).held) postMessage.apply(this, given as Parameters<typeof postMessage>);
      };
    });
    const hold = (held: boolean) => page.evaluate((value) => Object.assign(window, { held: value }), held);
    const figure = await live(page, '/papers/flashattention/');
    const length = figure.locator('[data-parameter=length]');
    const [before, text] = [await length.locator('input[type=number]').inputValue(), await figure.locator('.text').textContent()];
    const picture = figure.locator('.picture');
    const { height } = (await picture.boundingBox())!;
    await hold(true);
    await length.locator('input[type=range]').focus();
    await page.keyboard.press('End');
    await expect(picture).toHaveAttribute('aria-busy', 'true');
    await expect(figure.locator('.computing')).toHaveText(/Computing some [\d.].* operations/);
    await expect(length.locator('input[type=number]')).toHaveValue('128');
    expect((await picture.boundingBox())!.height, 'the line takes no room').toBe(height);
    await expect(figure.locator('.computing')).toBeInViewport();
    await figure.getByRole('button', { name: 'Stop' }).press('Enter');
    await expect(picture).toHaveAttribute('aria-busy', 'false');
    await expect(picture, 'the button is gone, and the focus is where it was').toBeFocused();
    await expect(figure.locator('.computing')).toHaveCount(0);
    await expect(length.locator('input[type=number]')).toHaveValue(before);
    await expect(figure.locator('.text')).toHaveText(text!);
    await hold(false);
    // What was stopped is gone, and the next question is answered.
    await length.locator('input[type=range]').focus();
    await page.keyboard.press('End');
    await expect(figure.locator('.text')).toContainText('128');
    await expect(picture).toHaveAttribute('aria-busy', 'false');
  });

  test('a picture that comes at once says nothing of computing', async ({ page }) => {
    const figure = await live(page, '/papers/flashattention/');
    // How long each answer took, and whether the line came meanwhile; a busy machine may be late.
    await page.evaluate(() => {
      const turns: { ms: number; said: boolean }[] = [];
      Object.assign(window, { turns });
      let began = 0;
      let said = false;
      const picture = document.querySelector('.picture')!;
      new MutationObserver(() => {
        said ||= picture.querySelector('.computing') !== null;
        const busy = picture.getAttribute('aria-busy') === 'true';
        if (busy) began ||= performance.now();
        else if (began) {
          turns.push({ ms: performance.now() - began, said });
          began = 0;
          said = false;
        }
      }).observe(picture, { childList: true, attributes: true, attributeFilter: ['aria-busy'] });
    });
    const slider = figure.locator('[data-parameter=length] input[type=range]');
    await slider.focus();
    const quick = async () =>
      (await page.evaluate(() => (window as unknown as { turns: { ms: number; said: boolean }[] }).turns)).filter(({ ms }) => ms < 350);
    for (let i = 0; i < 30 && (await quick()).length < 3; i++) {
      await page.keyboard.press(i % 2 ? 'ArrowRight' : 'ArrowLeft');
      await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false');
    }
    expect((await quick()).length, 'answers within 350 ms').toBeGreaterThan(1);
    expect((await quick()).filter(({ said }) => said)).toEqual([]);
  });
});

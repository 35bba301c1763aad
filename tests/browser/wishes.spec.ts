import { fromHex } from '../../src/site/cards/mix';
import { contrast, type Rgb } from '../checks/contrast';
import { walk } from '../checks/keyboard';
import { patient } from '../checks/pace';
import { distinct, everyWidget, expect, live, spread, test, wakeAll } from './site';

test.describe('a reader whose system sets the colours', () => {
  for (const [i, slug] of spread(2).entries()) {
    const colorScheme = (['dark', 'light'] as const)[i % 2]!;
    test(`${slug}, ${colorScheme}: sees the focus, what is chosen, and text on the system's ground`, async ({ page }) => {
      await page.emulateMedia({ forcedColors: 'active', colorScheme });
      // The link asks for the other scheme; the system's ground is what it is.
      const figure = await live(page, `/embed/${slug}/?scheme=${colorScheme === 'dark' ? 'light' : 'dark'}`);
      const scenes = figure.locator('[data-scene]');
      await scenes.nth(1).click();
      await expect(scenes.nth(1)).toHaveAttribute('aria-current', 'true');
      // While it computes there is a button more.
      await expect(figure.locator('.lengthwise')).toHaveAttribute('aria-busy', 'false', { timeout: patient(20_000) });
      const ground = (n: number) => scenes.nth(n).evaluate((one) => getComputedStyle(one).backgroundColor);
      expect(await ground(1), 'the chosen scene stands out').not.toBe(await ground(2));
      const texts = await page.evaluate(written);
      expect(texts.length).toBeGreaterThan(10);
      expect(
        texts.filter(({ fill, ground }) => contrast(linear(fill), linear(ground)) < 4.5),
        'text that is too faint',
      ).toEqual([]);
      expect((await walk(page, figure)).wrong).toEqual([]);
    });
  }
});

/**
 * The text of the pictures, its colour, and that of what it is written on: a mark, or the system's ground, as rgb(). What has its colour for
 * the sake of the cell it stands on is tested with the colours.
 */
function written() {
  const probe = document.body.appendChild(document.createElement('p'));
  probe.style.background = 'Canvas';
  const canvas = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return [...document.querySelectorAll<SVGTextElement>('.picture svg text:not([style*=fill])')]
    .filter((one) => one.checkVisibility())
    .map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      const under = [...one.ownerSVGElement!.querySelectorAll<SVGElement>('rect, circle, image')].filter((mark) => {
        const box = mark.getBoundingClientRect();
        const holds = box.left <= x + width / 2 && box.right >= x + width / 2 && box.top <= y + height / 2 && box.bottom >= y + height / 2;
        return holds && mark.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && /^rgb\(/.test(getComputedStyle(mark).fill);
      });
      return {
        text: one.textContent,
        fill: getComputedStyle(one).fill,
        ground: under.length ? getComputedStyle(under.at(-1)!).fill : canvas,
      };
    });
}

const linear = (rgb: string): Rgb =>
  fromHex(
    `#${rgb
      .match(/\d+/g)!
      .slice(0, 3)
      .map((v) => Number(v).toString(16).padStart(2, '0'))
      .join('')}`,
  );

test.describe('a reader who asked for less motion', () => {
  test('nothing moves by itself, and nothing glides', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const path of distinct.filter((path) => path.split('/').length <= 3 || path.includes(everyWidget[0]!))) {
      await page.goto(path);
      await wakeAll(page);
      const found = await page.evaluate(() =>
        [...document.querySelectorAll('*')].flatMap((one) => {
          const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
          const moves =
            animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0) || scrollBehavior === 'smooth';
          return moves ? [`${one.tagName} ${one.className}`] : [];
        }),
      );
      expect(found, path).toEqual([]);
      expect(await page.evaluate(() => document.getAnimations().length), path).toBe(0);
    }
  });

  test('a figure that a link lets play waits until it is asked', async ({ page }) => {
    const stepping = everyWidget.find((slug) => slug === 'hip-attention')!;
    for (const [reducedMotion, plays] of [
      ['no-preference', true],
      ['reduce', false],
    ] as const) {
      await page.emulateMedia({ reducedMotion });
      const figure = await live(page, `/embed/${stepping}/?play=yes&round=0`);
      await page.waitForTimeout(1200);
      if (plays) await expect(figure.locator('.stepper output')).not.toHaveText('0 of 4');
      else await expect(figure.locator('.stepper output')).toHaveText('0 of 4');
      await expect(figure.locator('.stepper .play')).toBeVisible();
    }
  });
});

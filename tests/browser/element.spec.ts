import type { Page } from '@playwright/test';
import { element } from '@/shell/share/code';
import { patient } from '../checks/pace';
import { elsewhere } from './deck';
import { expect, test } from './site';

test.use({ allow: [/left the origin/] });

interface Element extends HTMLElement {
  ready: boolean;
  state?: { query: string; scene: string };
}

/** A page of somebody else's, on another origin, with elements in it. */
async function page_(page: Page, site: string, body: string, query = '') {
  const { url, close } = await elsewhere(`<!doctype html><html lang="en"><title>A page</title><meta charset="utf-8">
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
    <script>window.events = []; for (const type of ['ready', 'state', 'scene', 'leave'])
      addEventListener('lengthwise-' + type, (event) => events.push([type, event.target.id, event.detail]));
      window.shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; }).observe({ type: 'layout-shift', buffered: true });
      window.longest = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.name === 'self') window.longest = Math.max(window.longest, one.duration); }).observe({ type: 'longtask', buffered: true });</script>
    <script src="${site}/embed.js" async></script><body style="margin:0">${body}`);
  await page.goto(url + query);
  return close;
}
const ready = (page: Page, id: string) =>
  page.waitForFunction(`document.getElementById('${id}')?.ready === true`, undefined, { timeout: patient(15_000) });
const frame = (page: Page, id: string) => page.frameLocator(`#${id} iframe`);
const events = (page: Page) => page.evaluate(() => (window as unknown as { events: [string, string, Record<string, unknown>][] }).events);

test('attributes go in, states come out as events, two figures of one paper stay apart', async ({ page, baseURL }) => {
  const close = await page_(
    page,
    baseURL!,
    '<lengthwise-widget id="a" paper="hip-attention" locality="1" seed="4"></lengthwise-widget><lengthwise-widget id="b" paper="hip-attention" scene="lost-needle"></lengthwise-widget>',
  );
  await ready(page, 'a');
  await page.locator('#b').scrollIntoViewIfNeeded();
  await ready(page, 'b');
  await expect(frame(page, 'a').locator('[data-parameter=locality] .number')).toHaveValue('1');
  await expect(frame(page, 'b').locator('[data-scene=lost-needle]')).toHaveAttribute('aria-current', 'true');
  const text = await frame(page, 'b').locator('.text').textContent();

  await page.evaluate(() => document.getElementById('a')!.setAttribute('locality', '8'));
  await expect(frame(page, 'a').locator('[data-parameter=locality] .number')).toHaveValue('8');
  await expect
    .poll(async () => (await events(page)).filter(([type]) => type === 'state').at(-1))
    .toMatchObject(['state', 'a', { query: 'locality=8&seed=4', scene: '' }]);
  expect(await page.evaluate(() => (document.getElementById('a') as Element).state!.query)).toBe('locality=8&seed=4');
  await frame(page, 'a').locator('[data-scene=rough]').click();
  await expect
    .poll(async () => (await events(page)).some(([type, id, detail]) => type === 'scene' && id === 'a' && detail.scene === 'rough'))
    .toBe(true);
  await expect(frame(page, 'b').locator('.text')).toHaveText(text!);
  await expect(frame(page, 'b').locator('.notices')).toHaveCount(0);

  // What belongs to the look begins anew; a paper that there is not is said.
  await page.evaluate(() => document.getElementById('a')!.setAttribute('scheme', 'dark'));
  await expect.poll(() => frame(page, 'a').locator('html').getAttribute('data-scheme')).toBe('dark');
  await page.evaluate(() => document.getElementById('b')!.setAttribute('paper', '<img src=x onerror=alert(1)>'));
  await expect(page.locator('#b')).toContainText('there is no paper');
  await expect(page.locator('#b iframe')).toHaveCount(0);
  await expect.poll(async () => (await events(page)).filter(([type, id]) => type === 'ready' && id === 'a').length).toBe(2);
  // On a page that is no deck the arrow keys are the page's.
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    window.focus();
  });
  await page.waitForTimeout(500);
  const before = await events(page);
  await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(500);
  expect(await events(page)).toEqual(before);
  close();
});

test('the state stands in the host page’s address where it is asked to, and a link restores it', async ({ page, baseURL }) => {
  const body = '<lengthwise-widget id="a" paper="s4" sync="fig"></lengthwise-widget>';
  const close = await page_(page, baseURL!, body, '?lang=de#/3');
  await ready(page, 'a');
  await frame(page, 'a').locator('[data-parameter=n] .number').fill('4');
  await frame(page, 'a').locator('[data-parameter=n] .number').press('Enter');
  await expect.poll(() => new URL(page.url()).search).toBe('?lang=de&fig.n=4');
  expect(new URL(page.url()).hash).toBe('#/3');
  await page.reload();
  await ready(page, 'a');
  await expect(frame(page, 'a').locator('[data-parameter=n] .number')).toHaveValue('4');
  // Taken away and made anew, as decks do: it stands where it stood.
  await page.evaluate((html) => {
    document.getElementById('a')!.remove();
    history.replaceState(null, '', '/');
    document.body.insertAdjacentHTML('beforeend', html);
  }, body);
  await frame(page, 'a').locator('[data-parameter=n] .number').waitFor();
  await ready(page, 'a');
  close();
});

test('an element that comes back with its id stands where it stood', async ({ page, baseURL }) => {
  const close = await page_(page, baseURL!, '<lengthwise-widget id="a" paper="hip-attention"></lengthwise-widget>');
  await ready(page, 'a');
  await frame(page, 'a').locator('[data-scene=rough]').click();
  await expect.poll(async () => (await events(page)).filter(([type]) => type === 'state').length).toBeGreaterThan(0);
  await page.evaluate(() => {
    document.getElementById('a')!.remove();
    document.body.innerHTML = '<lengthwise-widget id="a" paper="hip-attention"></lengthwise-widget>';
  });
  await ready(page, 'a');
  await expect(frame(page, 'a').locator('[data-scene=rough]')).toHaveAttribute('aria-current', 'true');
  close();
});

test('a poster stands until it is clicked, and says what it is', async ({ page, baseURL }) => {
  const close = await page_(
    page,
    baseURL!,
    '<lengthwise-widget id="a" paper="s4" scene="few" poster title="S4 with two numbers"></lengthwise-widget>',
  );
  const start = page.getByRole('button', { name: 'Start the figure: S4 with two numbers' });
  await expect(start).toBeVisible();
  await expect(page.locator('#a iframe')).toHaveCount(0);
  await start.focus();
  await page.keyboard.press('Enter');
  await ready(page, 'a');
  await expect(frame(page, 'a').locator('[data-scene=few]')).toHaveAttribute('aria-current', 'true');
  close();
});

test('ten thousand messages that are none of ours, from the host and from another frame, change nothing', async ({ page, baseURL }) => {
  const close = await page_(
    page,
    baseURL!,
    '<lengthwise-widget id="a" paper="hip-attention"></lengthwise-widget><iframe id="other" title="other" srcdoc="<p>other</p>"></iframe>',
  );
  await ready(page, 'a');
  const text = await frame(page, 'a').locator('.text').textContent();
  const height = await page.locator('#a iframe').evaluate((one) => (one as HTMLElement).offsetHeight);
  const before = (await events(page)).length;
  await page.evaluate(async () => {
    const target = document.querySelector<HTMLIFrameElement>('#a iframe')!.contentWindow!;
    const other = document.querySelector<HTMLIFrameElement>('#other')!;
    const script = other.contentDocument!.createElement('script');
    script.textContent = `for (let i = 0; i < 2000; i++) { parent.frames[0].postMessage({ lengthwise: 1, type: 'set', query: 'seed=' + i }, '*');
      parent.postMessage({ lengthwise: 1, type: 'height', height: 50000 + i }, '*'); }`;
    other.contentDocument!.body.append(script);
    const kinds = [null, 7, 'set', [], {}, { lengthwise: 1 }, { lengthwise: 1, type: 'set' }, { lengthwise: 1, type: 'set', query: 5 }];
    for (let i = 0; i < 6000; i++) {
      target.postMessage(kinds[i % kinds.length], '*');
      if (i % 8 === 0) target.postMessage(JSON.parse(`{"lengthwise":1,"type":"set","query":"seed=${i}","__proto__":{"x":1}}`), '*');
      window.postMessage({ lengthwise: 1, type: 'height', height: 70_000 }, '*');
    }
    target.postMessage({ lengthwise: 1, type: 'set', query: 'x'.repeat(5_000_000) }, '*');
    await new Promise((done) => setTimeout(done, 1000));
  });
  await expect(frame(page, 'a').locator('.text')).toHaveText(text!);
  expect(await page.locator('#a iframe').evaluate((one) => (one as HTMLElement).offsetHeight)).toBe(height);
  expect((await events(page)).length).toBe(before);
  await page.evaluate(() => document.getElementById('a')!.setAttribute('seed', '9'));
  await expect(frame(page, 'a').locator('[data-parameter=seed] .number')).toHaveValue('9');
  close();
});

test('the frame has the height of its figure, and nothing around it jumps', async ({ page, baseURL }) => {
  for (const width of [1000, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const code = element(baseURL!, 'giraffe', '', baseURL!, 'Giraffe')
      .replace(/<script.*\n/, '')
      .replace('paper', 'id="a" paper');
    const close = await page_(page, baseURL!, `${code}<p id="after">After</p>`);
    await ready(page, 'a');
    await page.waitForTimeout(500);
    const over = await frame(page, 'a')
      .locator('html')
      .evaluate((html) => [html.scrollHeight - innerHeight, html.scrollWidth - innerWidth]);
    expect(Math.max(...over), 'no scroll bars inside').toBeLessThanOrEqual(0);
    const spare = await frame(page, 'a')
      .locator('main')
      .evaluate((main) => innerHeight - main.getBoundingClientRect().height);
    expect(spare / (await page.locator('#a iframe').boundingBox())!.height, 'little room is left over').toBeLessThan(0.15);
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.001);
    for (const scene of await frame(page, 'a').locator('[data-scene]').all()) await scene.click();
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.001);
    close();
  }
});

test('a page with twenty figures stays responsive', async ({ page, baseURL }) => {
  test.setTimeout(patient(120_000));
  const papers = ['hip-attention', 's4', 'giraffe', 'ringattention-lwm', 'statistical-tests-llm-text'];
  const body = Array.from(
    { length: 20 },
    (_, i) => `<lengthwise-widget id="w${i}" paper="${papers[i % 5]}" seed="${i}"></lengthwise-widget>`,
  );
  const close = await page_(page, baseURL!, body.join(''));
  for (let i = 0; i < 20; i++) {
    await page.locator(`#w${i}`).scrollIntoViewIfNeeded();
    await ready(page, `w${i}`);
  }
  // The host page itself is never held up; every figure answers.
  expect(await page.evaluate(() => (window as unknown as { longest: number }).longest)).toBeLessThan(patient(500));
  for (const i of [0, 10, 15]) {
    await page.evaluate((n) => document.getElementById(`w${n}`)!.setAttribute('seed', '77'), i);
    const began = Date.now();
    await expect(frame(page, `w${i}`).locator('[data-parameter=seed] .number')).toHaveValue('77');
    expect(Date.now() - began).toBeLessThan(patient(2000));
  }
  close();
});

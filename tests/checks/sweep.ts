import type { Locator, Page } from '@playwright/test';
import { paceOf } from './pace';

/** A wait from an event to the picture that it asked for, in ms. */
export interface PictureWait {
  readonly ms: number;
  /** How much of it a worker had the question: how slow a processor is made does not reach it. */
  readonly away: number;
  /** The wait for the line that says that it is computed, where there was one. */
  readonly line: number | undefined;
}

/** What one control made the page do: waits from an event to the next paint, and for pictures; longest tasks; in ms. */
export interface Waits {
  readonly control: string;
  readonly waits: readonly number[];
  readonly pictures: readonly PictureWait[];
  readonly longest: number;
  /** How many times slower than the machine of the limits this one was just before. */
  readonly pace: number;
}

/** Listens, in the page, before anything else: how long each event waits for a paint and for its picture, and every task over 50 ms. */
export function watch(): void {
  const { scheduler } = window as unknown as { scheduler: { postTask(act: () => void, how: { priority: 'user-blocking' }): void } };
  const seen: Seen = { waits: [], pictures: [], tasks: [] };
  Object.assign(window, { seen });
  // From each question to its answer; one that was dropped ends with the next.
  const away: { from: number; to: number }[] = [];
  const back = () => {
    const last = away.at(-1);
    if (last) last.to = Math.min(last.to, performance.now());
  };
  const heard = new WeakSet<Worker>();
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...given: unknown[]) {
    if (!heard.has(this)) this.addEventListener('message', back);
    heard.add(this);
    back();
    away.push({ from: performance.now(), to: Infinity });
    return postMessage.apply(this, given as Parameters<typeof postMessage>);
  };
  const awayIn = (since: number, now: number) =>
    away.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, now) - Math.max(from, since)), 0);

  // A frame is painted right after its callbacks, and a task of this rank comes before all others after that: also before the picture.
  const waiting: number[] = [];
  const pictures: { since: number; line: number | undefined }[] = [];
  const busy = () => document.querySelector('.picture[aria-busy=true]') !== null;
  /** What takes long says so: it is on its way, and can be stopped. */
  const said = () => document.querySelector('.picture .computing') !== null;
  const frame = () => {
    const [drawn, told] = [!busy(), said()];
    scheduler.postTask(() => seeAt(performance.now(), drawn, told), { priority: 'user-blocking' });
    if (!drawn) comes(told);
  };
  // A frame asked for costs one, and here there is nothing to be painted before the picture comes, or the line.
  let awaits = false;
  const comes = (told: boolean) => {
    if (awaits) return;
    awaits = true;
    const look = () => {
      if (busy() && (told || !said())) return void setTimeout(look, 4);
      awaits = false;
      requestAnimationFrame(frame);
    };
    look();
  };
  const seeAt = (now: number, drawn: boolean, told: boolean) => {
    for (const since of waiting.splice(0)) {
      seen.waits.push(now - since);
      pictures.push({ since, line: undefined });
    }
    if (told) for (const one of pictures) one.line ??= now - one.since;
    if (drawn) for (const { since, line } of pictures.splice(0)) seen.pictures.push({ ms: now - since, away: awayIn(since, now), line });
  };
  for (const type of ['keydown', 'pointerdown', 'pointermove', 'click', 'change'])
    window.addEventListener(
      type,
      (event) => {
        if (type === 'pointermove' && !(event as PointerEvent).buttons) return;
        requestAnimationFrame(() => {
          waiting.push(event.timeStamp);
          frame();
        });
      },
      { capture: true, passive: true },
    );
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(duration);
  }).observe({ type: 'longtask' });
}

interface Seen {
  waits: number[];
  pictures: PictureWait[];
  tasks: number[];
}
const take = (page: Page) =>
  page.evaluate(() => {
    const { seen } = window as unknown as { seen: Seen };
    return { waits: seen.waits.splice(0), pictures: seen.pictures.splice(0), tasks: seen.tasks.splice(0) };
  });

/** Slows the processor, and says how slow the machine is by itself. */
export type Slow = () => Promise<number>;

/** sweep(page, figure, { times, slow }): moves every control, grip, picker and step of a live figure by real input, that often to each side. */
export async function sweep(page: Page, figure: Locator, { times, slow }: { times: number; slow: Slow }): Promise<Waits[]> {
  const all: Waits[] = [];
  const settled = () => rest(figure);
  async function measured(control: string, act: () => Promise<void>) {
    await settled();
    const pace = await slow();
    await take(page);
    await act();
    await settled();
    await page.waitForTimeout(60);
    const { tasks, ...waited } = await take(page);
    if (waited.waits.length) all.push({ control, ...waited, longest: Math.max(0, ...tasks), pace });
  }
  /** Keys come as fast as a held key repeats, not faster: each one is painted. */
  const keys = async (...names: string[]) => {
    for (const name of names) {
      await page.keyboard.press(name);
      await page.waitForTimeout(40);
    }
  };
  const back = Array<string>(times).fill('ArrowLeft');
  const forth = Array<string>(times).fill('ArrowRight');

  // By name: a choice may bring other controls, and a state that was stopped takes its own away again.
  const names = await figure.locator('[data-parameter]').evaluateAll((each) => each.map((one) => (one as HTMLElement).dataset.parameter!));
  for (const name of names) {
    const control = figure.locator(`[data-parameter="${name}"]`);
    if (!(await control.isVisible())) continue;
    const slider = control.locator('input[type=range]');
    if (await slider.count()) {
      await slider.focus();
      await measured(`${name}, keys`, () => keys(...back, ...forth));
      await measured(`${name}, dragged`, () => drag(page, slider, times));
    }
    const select = control.locator('select');
    if (await select.count()) {
      await select.focus();
      await measured(name, () => keys('ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp'));
    }
    for (const press of await control.locator('input[role=switch], button').all()) {
      if (!(await press.isEnabled())) continue;
      await measured(name, async () => {
        await tap(page, press);
        await settled();
        if (await press.isEnabled()) await tap(page, press);
      });
    }
  }
  const stepper = figure.locator('.stepper input[type=range]');
  if (await stepper.count()) {
    await stepper.focus();
    await measured('step, keys', () => keys('Home', ...forth, 'End', ...back));
    await measured('step, dragged', () => drag(page, stepper, times));
  }
  const grips = figure.locator('[role=slider]');
  for (let i = 0; i < (await grips.count()); i++) {
    const grip = grips.nth(i);
    await grip.focus();
    await measured(`${await grip.getAttribute('aria-label')}, keys`, () => keys(...back, ...forth));
    await measured(`${await grip.getAttribute('aria-label')}, dragged`, () => drag(page, grip, times));
  }
  const pickers = figure.locator('.picture [role=button]');
  for (let i = 0; i < (await pickers.count()); i++) {
    await pickers.nth(i).focus();
    await measured(`picker ${i + 1}`, () => keys('ArrowRight', 'Enter', 'ArrowDown', 'Enter'));
  }
  return all;
}

/** rest(figure): until nothing is computed any more. What takes seconds is stopped, as a reader does who goes on. */
async function rest(figure: Locator): Promise<void> {
  const still = figure.locator('.lengthwise[aria-busy=false]');
  for (let turn = 0; turn < 20; turn++) {
    const rested = await still.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (rested) return;
    const stop = figure.locator('.computing button');
    // It may go by itself meanwhile.
    if (await stop.count()) await tap(figure.page(), stop).catch(() => {});
  }
  throw new Error('it never comes to rest');
}

/** scenes(page, figure, slow): goes to each scene. */
export async function scenes(page: Page, figure: Locator, slow: Slow): Promise<Waits[]> {
  const all: Waits[] = [];
  for (const scene of await figure.locator('[data-scene]').all()) {
    const pace = await slow();
    await take(page);
    await tap(page, scene);
    await rest(figure);
    await page.waitForTimeout(120);
    const { tasks, ...waited } = await take(page);
    all.push({ control: `scene ${await scene.getAttribute('data-scene')}`, ...waited, longest: Math.max(0, ...tasks), pace });
  }
  return all;
}

/**
 * tap(page, target) presses it with the mouse alone. A locator's own click first looks into the page with scripts, which a slowed processor
 * spends its time on when the event comes.
 */
async function tap(page: Page, target: Locator): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const at = await target.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const middle = [x + width / 2, y + height / 2] as const;
    return element.contains(document.elementFromPoint(...middle)) ? middle : undefined;
  });
  if (!at) throw new Error('something lies over what is pressed');
  await page.mouse.move(...at);
  await page.waitForTimeout(60);
  await page.mouse.down();
  await page.mouse.up();
}

async function drag(page: Page, handle: Locator, times: number): Promise<void> {
  await handle.scrollIntoViewIfNeeded();
  const box = (await handle.boundingBox())!;
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.mouse.move(...middle);
  await page.mouse.down();
  for (let i = 1; i <= times; i++) {
    await page.mouse.move(middle[0] + 6 * i, middle[1]);
    await page.waitForTimeout(40);
  }
  await page.mouse.up();
}

/** slowed(page, rate): the processor, that many times slower than on the machine of the limits: one that is slower itself is slowed less. */
export async function slowed(page: Page, rate: number): Promise<Slow> {
  const session = await page.context().newCDPSession(page);
  const to = (times: number) => session.send('Emulation.setCPUThrottlingRate', { rate: times });
  return async () => {
    await to(1);
    const pace = await paceOf(page);
    await to(Math.max(1, rate / pace));
    return pace;
  };
}

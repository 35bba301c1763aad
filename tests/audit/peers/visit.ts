import { chromium, type Browser, type BrowserContextOptions, type CDPSession, type LaunchOptions, type Page } from '@playwright/test';
import { brokenRules } from '../../checks/axe';
import { answered, still, watch, type Use } from './hand';
import { squeeze, type Host, type Kind, type Sent } from './server';

/** A window, and how many times slower than this machine its processor is. */
export interface Device {
  readonly width: number;
  readonly height: number;
  readonly slower: number;
  /** How it is connected; without, to this machine itself. */
  readonly line?: Line;
}

/** A connection: milliseconds there and back, and bits a second. */
export interface Line {
  readonly latency: number;
  readonly down: number;
  readonly up: number;
}

/** One page to be measured, at its own origin. */
export interface Place {
  readonly host: Host;
  readonly path: string;
  readonly use: Use;
  /** What stands in for files on other hosts, which cannot be reached: by their address. Whatever else is asked of others fails. */
  readonly others: ReadonlyMap<string, Sent>;
}

export interface Read {
  readonly bytes: Record<Kind, number>;
  readonly requests: number;
  /** The other hosts that were asked, once for each request. */
  readonly asked: readonly string[];
  /** Seconds of script, and of all that the page's main thread did. */
  readonly script: number;
  readonly work: number;
  /** The sum of all tasks over 50 ms, in seconds. */
  readonly long: number;
  readonly shift: number;
  readonly width: number;
}

/** read(...): the page loaded, scrolled through to its end, and left to come to rest. */
export async function read(browser: Browser, place: Place, device: Device): Promise<Read> {
  return within(browser, place, device, {}, async (page, log) => {
    await page.addInitScript(observe);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await page.goto(place.host.origin + place.path, { waitUntil: 'load' });
    await rest(page);
    await page.evaluate(async () => {
      for (let i = 0; i < 80 && scrollY + innerHeight < document.documentElement.scrollHeight - 1; i++) {
        scrollBy({ top: innerHeight * 0.8, behavior: 'instant' });
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    });
    await rest(page);
    const { metrics } = await session.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? NaN;
    const seen = await page.evaluate(() => ({
      shift: window.observed.shift,
      long: window.observed.long / 1000,
      width: document.documentElement.scrollWidth,
    }));
    return { ...seen, ...log(), script: metric('ScriptDuration'), work: metric('TaskDuration') };
  });
}

/** answer(...): how many milliseconds after the start of the navigation the first control answered; undefined where it never did. */
export async function answer(browser: Browser, place: Place, device: Device, { mustRest = false } = {}): Promise<number | undefined> {
  return within(browser, place, device, {}, async (page) => {
    await page.addInitScript(watch, place.use.answer);
    await page.goto(place.host.origin + place.path, { waitUntil: 'commit' });
    const time = await answered(page, place.use);
    if (time !== undefined && mustRest && !(await still(page)))
      throw new Error(`${place.path}: “${place.use.answer}” changes by itself, so that a change of it is no answer`);
    return time;
  });
}

/** The rules of axe that the page breaks, as it stands when it has loaded. */
export async function broken(browser: Browser, place: Place, device: Device): Promise<string[]> {
  return within(browser, place, { ...device, slower: 1 }, {}, async (page) => {
    await page.goto(place.host.origin + place.path, { waitUntil: 'load' });
    await rest(page);
    return [...new Set((await brokenRules(page)).map(({ id }) => id))];
  });
}

/**
 * What is left without JavaScript: characters of text, and pictures drawn in the page that are larger than an icon. `inline` is the
 * script that is written into the page, in bytes of brotli.
 */
export async function bare(browser: Browser, place: Place, device: Device): Promise<{ text: number; pictures: number; inline: number }> {
  return within(browser, place, { ...device, slower: 1 }, { javaScriptEnabled: false }, async (page) => {
    await page.goto(place.host.origin + place.path, { waitUntil: 'load' });
    const left = await page.evaluate(() => {
      const drawn = [...document.querySelectorAll('svg')].filter((svg) => {
        const { width, height } = svg.getBoundingClientRect();
        return width >= 120 && height >= 60 && svg.querySelector('path, rect, circle, line, polyline, polygon, ellipse, text, image');
      });
      const inline = [...document.scripts].filter(({ src, type }) => !src && /^(|module|text\/javascript)$/.test(type));
      return {
        text: document.body.innerText.trim().length,
        pictures: drawn.length,
        script: inline.map(({ text }) => text).join('\n'),
      };
    });
    return { text: left.text, pictures: left.pictures, inline: left.script ? squeeze(Buffer.from(left.script)).length : 0 };
  });
}

interface Observed {
  /** Cumulative layout shift: the worst run of shifts, at most 5 s long and without a gap of 1 s. */
  shift: number;
  long: number;
}
declare global {
  interface Window {
    observed: Observed;
  }
}

/** Runs in the page before its own scripts. */
function observe() {
  const observed: Observed = (window.observed = { shift: 0, long: 0 });
  let sum = 0;
  let began = 0;
  let last = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (entry.hadRecentInput) continue;
      if (entry.startTime - last > 1000 || entry.startTime - began > 5000) {
        sum = 0;
        began = entry.startTime;
      }
      last = entry.startTime;
      sum += entry.value;
      observed.shift = Math.max(observed.shift, sum);
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) observed.long += duration;
  }).observe({ type: 'longtask', buffered: true });
}

/** Nothing more is asked for, or as good as nothing: some pages never come to rest. */
async function rest(page: Page) {
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => {});
  await page.waitForTimeout(300);
}

type Log = Pick<Read, 'bytes' | 'requests' | 'asked'>;

/**
 * open(options): a browser that reaches this machine and no other. Names of other hosts do not resolve, so that no request needs to pass
 * through the test, which would cost the pages with many small files more than those with one large one.
 */
export function open(options: LaunchOptions): Promise<Browser> {
  const alone = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';
  return chromium.launch({ ...options, args: [...(options.args ?? []), alone] });
}

async function within<T>(
  browser: Browser,
  { host, others }: Place,
  { width, height, slower, line }: Device,
  options: BrowserContextOptions,
  act: (page: Page, log: () => Log) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: { width, height }, serviceWorkers: 'block', ...options });
  const log = { bytes: { document: 0, script: 0, style: 0, font: 0, image: 0, data: 0 }, requests: 0, asked: [] as string[] };
  host.sent.length = 0;
  try {
    const page = await context.newPage();
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!/^https?:$/.test(url.protocol)) return;
      log.requests++;
      if (url.origin !== host.origin) log.asked.push(url.host);
    });
    const session = await context.newCDPSession(page);
    await standIn(session, others, (sent) => (log.bytes[sent.kind] += sent.body.length));
    if (slower !== 1) await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    if (line) {
      const { latency, down, up } = line;
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency,
        downloadThroughput: down / 8,
        uploadThroughput: up / 8,
      });
    }
    return await act(page, () => {
      for (const { kind, bytes } of host.sent.splice(0)) log.bytes[kind] += bytes;
      return log;
    });
  } finally {
    await context.close();
  }
}

/** Answers for other hosts what can be answered for them. */
async function standIn(session: CDPSession, others: Place['others'], count: (sent: Sent) => void) {
  if (!others.size) return;
  await session.send('Fetch.enable', { patterns: [...others.keys()].map((urlPattern) => ({ urlPattern })) });
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const sent = others.get(request.url)!;
    count(sent);
    const headers = { 'content-type': sent.type, 'access-control-allow-origin': '*' };
    const responseHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
    const body = sent.file.toString('base64');
    // A page that is closed meanwhile needs no answer.
    session.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body }).catch(() => {});
  });
}

import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import sirv from 'sirv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const slugs = readdirSync(join(dist, 'embed'));
const engines = [
  ['chrome', process.env.CHROMIUM],
  ['firefox', process.env.FIREFOX],
] as const;

/** What the frame's page did, written down before its script runs. */
interface Seen {
  answers: number;
  errors: string[];
  stored: boolean;
}

/** Runs in every frame before anything else: hears errors, counts what workers answer, and notices any use of storage. */
function listen() {
  const seen: Seen = { answers: 0, errors: [], stored: false };
  Object.assign(window, { seen });
  window.addEventListener('error', (event) => seen.errors.push(event.message));
  window.addEventListener('unhandledrejection', (event) => seen.errors.push(String(event.reason)));
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', () => seen.answers++);
    }
  };
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (...pair) {
    seen.stored = true;
    setItem.apply(this, pair);
  };
}

let here: Server;
let elsewhere: Server;
/** Pages that hold a frame, by their path. */
const hosts = new Map<string, string>();

function serve(): Promise<Server> {
  const files = sirv(dist, {});
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      const host = hosts.get(request.url ?? '');
      if (host) void response.setHeader('content-type', 'text/html').end(host);
      else files(request, response, () => void response.writeHead(404).end());
    });
    server.listen(0, () => resolve(server));
  });
}
const port = (server: Server) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  [here, elsewhere] = await Promise.all([serve(), serve()]);
});
afterAll(() => {
  here.close();
  elsewhere.close();
});

describe.skipIf(!slugs.length).each(engines.filter(([, path]) => path))('%s', (name, path) => {
  let browser: Browser;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'lengthwise-'));

  beforeAll(async () => {
    browser = await puppeteer.launch({
      browser: name,
      executablePath: path!,
      headless: true,
      args: name === 'chrome' && process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    page = await browser.newPage();
    await page.evaluateOnNewDocument(listen);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens an embed in a frame of another page. */
  async function framed(address: string, attributes = ''): Promise<Frame> {
    hosts.set('/host', `<!doctype html><title>A host</title><iframe ${attributes} width="800" height="1600" src="${address}"></iframe>`);
    await page.goto(`http://localhost:${port(here)}/host`);
    return page.waitForFrame((frame) => frame.url() === new URL(address, page.url()).href);
  }

  const kinds: [string, (slug: string, query: string) => Promise<Frame>][] = [
    ['a plain frame', (slug, query) => framed(`/embed/${slug}/${query}`)],
    ['a frame from another origin', (slug, query) => framed(`http://127.0.0.1:${port(elsewhere)}/embed/${slug}/${query}`)],
    ['a frame without an origin', (slug, query) => framed(`/embed/${slug}/${query}`, 'sandbox="allow-scripts"')],
    [
      'a file on a disk',
      async (slug, query) => {
        const file = join(folder, `${slug}.html`);
        copyFileSync(join(dist, 'offline', `${slug}.html`), file);
        await page.goto(pathToFileURL(file).href + query);
        return page.mainFrame();
      },
    ],
  ];

  describe.each(kinds)('in %s', (_kind, open) => {
    it.each(slugs)('%s comes alive, takes its query, and answers', async (slug) => {
      const frame = await open(slug, '?seed=4&scheme=dark');
      await frame.waitForSelector('[data-live]');
      const before = await frame.$eval('.text', (text) => text.textContent);
      expect(await frame.$$('.notices')).toHaveLength(0);
      expect(await frame.evaluate(() => document.documentElement.dataset.scheme)).toBe('dark');
      await frame.evaluate(() => document.querySelectorAll<HTMLElement>('[data-scene]')[1]!.click());
      await frame.waitForFunction((said) => document.querySelector('.text')!.textContent !== said, {}, before);
      await frame.waitForSelector('[data-scene][aria-pressed="true"]');
      expect(await frame.$eval('.notice', (notice) => notice.textContent!.length)).toBeGreaterThan(40);
      const seen = await frame.evaluate(() => (window as unknown as { seen: Seen }).seen);
      expect(seen.errors).toEqual([]);
      expect(seen.stored, 'nothing is stored').toBe(false);
      expect(await frame.evaluate(() => [...document.fonts].some(({ status }) => status === 'loaded')), 'its font is inside').toBe(true);
    });

    it('a slow state is computed beside the page, in a worker made of the page’s own script', async () => {
      const frame = await open('flashattention', '?length=128&tiling=own&rows=4&columns=4');
      await frame.waitForSelector('[data-live]');
      await frame.waitForFunction(() => /128/.test(document.querySelector('.text')!.textContent!));
      const seen = await frame.evaluate(() => (window as unknown as { seen: Seen }).seen);
      expect(seen.answers).toBeGreaterThan(0);
      expect(seen.errors).toEqual([]);
    });
  });
});

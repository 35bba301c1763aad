import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sirv from 'sirv';
import { withEars } from './ears';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const list = (path: string) => readdirSync(join(dist, path), { withFileTypes: true });
const read = (path: string) => readFileSync(join(dist, path), 'utf8');

/** The slugs of the papers whose widget stands. */
export const widgets: readonly string[] = list('embed')
  .map(({ name }) => name)
  .sort();

/** The classes of the components that a widget is drawn with, as the build wrote it. */
const drawn = new Map(
  widgets.map((slug) => {
    const html = read(`embed/${slug}/index.html`).replace(/<(script|style)\b.*?<\/\1>/gs, '');
    return [slug, new Set(html.match(/\b(svelte-[a-z0-9]+|stepper)\b/g))];
  }),
);
/** steps(slug) is true of a widget that can be stepped and played. */
export const steps = (slug: string): boolean => drawn.get(slug)!.has('stepper');

/** Every page that is not a figure's scene or embed, by its folder. */
const folders: readonly (readonly string[])[] = list('')
  .filter((entry) => entry.isDirectory() && !/^(_astro|cards|embed|oembed|offline)$/.test(entry.name))
  .map(({ name }) => {
    const inside = list(name).flatMap((entry) => (entry.isDirectory() ? [`/${name}/${entry.name}/`] : []));
    return list(name).some((entry) => entry.name === 'index.html') ? [`/${name}/`, ...inside.sort()] : inside.sort();
  });
const bare = (path: string) => !widgets.includes(path.split('/')[2]!);
const top = list('').flatMap(({ name }) => (name.endsWith('.html') ? [`/${name.replace(/^index\.html$/, '')}`] : []));
export const pages: readonly string[] = [...top, ...folders.flat()];
/** One page of each kind: those at the top, and of each folder its index and the first page within (of a paper without a widget). */
export const kinds: readonly string[] = [...top, ...folders.flatMap((all) => all.filter(bare).slice(0, 2))];

/**
 * Few widgets that differ: for every component that some share and others do not (a mark, a handle, the stepper) there is one with it
 * and one without. The same build has always the same ones.
 */
export const different: readonly string[] = (() => {
  const count = (part: string) => [...drawn.values()].filter((own) => own.has(part)).length;
  const parts = new Set([...drawn.values()].flatMap((own) => [...own]).filter((part) => count(part) > 1));
  const traits = (slug: string) => [...parts].map((part) => `${drawn.get(slug)!.has(part)} ${part}`);
  const open = new Set(widgets.flatMap(traits));
  const gain = (slug: string) => traits(slug).filter((trait) => open.has(trait)).length;
  const chosen: string[] = [];
  while (open.size) {
    const next = widgets.reduce((best, slug) => (gain(slug) > gain(best) ? slug : best));
    chosen.push(next);
    for (const trait of traits(next)) open.delete(trait);
  }
  return chosen;
})();

/** The built site on a host that can be stopped and started at one address; its pages, and those that a test adds, have ears. */
export class Site {
  #server: Server | undefined;
  #port = 0;
  #added = new Map<string, string>();
  #folder = mkdtempSync(join(tmpdir(), 'lengthwise-'));

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }
  /** The same site, of another origin. */
  get elsewhere(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** add(path, body) serves a page that is none of the site's. */
  add(path: string, body: string): void {
    this.#added.set(path, `<!doctype html><html lang="en"><head><title>A host</title></head><body>${body}</body></html>`);
  }

  /** file(slug) is the address of a copy of the widget's offline file on a disk. */
  file(slug: string): string {
    const file = join(this.#folder, `${slug}.html`);
    writeFileSync(file, withEars(read(`offline/${slug}.html`)));
    return pathToFileURL(file).href;
  }

  /** What the build says a page may ask for, and the page itself. */
  needs(path: string): string[] {
    const name = list('_astro').find((entry) => /^offline\..*\.json$/.test(entry.name))!.name;
    const { files, pages } = JSON.parse(read(`_astro/${name}`)) as { files: string[]; pages: Record<string, number[]> };
    return [path, ...pages[path]!.map((i) => files[i]!)];
  }

  async start(): Promise<this> {
    const files = sirv(dist, {});
    const server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url!, this.origin);
      const page = pathname.replace(/\/$/, '/index.html');
      const html =
        this.#added.get(pathname) ?? (page.endsWith('.html') ? await readFile(join(dist, page), 'utf8').catch(() => {}) : undefined);
      if (html) response.setHeader('content-type', 'text/html; charset=utf-8').end(withEars(html));
      else files(request, response, () => void response.writeHead(404).end());
    });
    await new Promise<void>((resolve) => server.listen(this.#port, resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

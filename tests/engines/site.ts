import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sirv from 'sirv';
import { dist, files, html } from '../checks/built';
import { Stoppable } from '../checks/stoppable';
import { withEars } from './ears';

const fromDist = sirv(dist, {});

/** The built site on a host of its own; its pages, and those that a test adds, have ears. */
export class Site extends Stoppable {
  #added = new Map<string, string>();
  #folder = mkdtempSync(join(tmpdir(), 'lengthwise-'));

  constructor() {
    super((request, response) => void this.#answer(request, response));
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }
  /** The same site, of another origin. */
  get elsewhere(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** add(path, body) serves a page that is none of the site's. */
  add(path: string, body: string): void {
    this.#added.set(path, `<!doctype html><html lang="en"><head><title>A host</title></head><body>${body}</body></html>`);
  }

  /** file(slug) is the address of a copy of the widget's offline file on a disk. */
  file(slug: string): string {
    const file = join(this.#folder, `${slug}.html`);
    writeFileSync(file, withEars(html(`/offline/${slug}.html`)));
    return pathToFileURL(file).href;
  }

  /** What the build says a page may ask for, and the page itself. */
  needs(path: string): string[] {
    const list = [...files].find((file) => /^\/_astro\/offline\..*\.json$/.test(file))!;
    const { files: all, pages } = JSON.parse(html(list)) as { files: string[]; pages: Record<string, number[]> };
    return [path, ...pages[path]!.map((i) => all[i]!)];
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, this.origin);
    const page = pathname.replace(/\/$/, '/index.html');
    const text =
      this.#added.get(pathname) ?? (page.endsWith('.html') ? await readFile(join(dist, page), 'utf8').catch(() => undefined) : undefined);
    if (text) response.setHeader('content-type', 'text/html; charset=utf-8').end(withEars(text));
    else fromDist(request, response, () => void response.writeHead(404).end());
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

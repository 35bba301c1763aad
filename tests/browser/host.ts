import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A host of a copy of the built site that a test may change, slow down, take away and bring back, always at one address. */
export class Host {
  readonly root = mkdtempSync(join(tmpdir(), 'lengthwise-host-'));
  /** The paths that were asked for, in order. */
  asked: string[] = [];
  /** How long the answer to a path waits, in milliseconds. */
  delay: (path: string) => number = () => 0;
  #server: Server | undefined;
  #port = 0;

  constructor() {
    cpSync(dist, this.root, { recursive: true });
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  async open(): Promise<this> {
    this.#server = createServer(async (request, response) => {
      const path = new URL(request.url!, this.origin).pathname;
      this.asked.push(path);
      await new Promise((resolve) => setTimeout(resolve, this.delay(path)));
      const file = path.endsWith('/') ? `${path}index.html` : path;
      const found = await readFile(join(this.root, file)).catch(() => undefined);
      response.writeHead(found ? 200 : 404, { 'content-type': (found && types[extname(file)]) ?? types['.html'] });
      response.end(found ?? 'There is nothing here.');
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

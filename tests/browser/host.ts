import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { dist } from '../checks/built';
import { Stoppable } from '../checks/stoppable';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.bin': 'application/octet-stream',
};

/** A host of a copy of the built site that a test may change, slow down, take away and bring back. */
export class Host extends Stoppable {
  readonly root = mkdtempSync(join(tmpdir(), 'lengthwise-host-'));
  /** The paths that were asked for, in order. */
  asked: string[] = [];
  /** How long the answer to a path waits, in milliseconds. */
  delay: (path: string) => number = () => 0;

  constructor() {
    super((request, response) => void this.#answer(request, response));
    cpSync(dist, this.root, { recursive: true });
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url!, this.origin).pathname;
    this.asked.push(path);
    await new Promise((resolve) => setTimeout(resolve, this.delay(path)));
    const file = path.endsWith('/') ? `${path}index.html` : path;
    const found = await readFile(join(this.root, file)).catch(() => undefined);
    response.writeHead(found ? 200 : 404, { 'content-type': (found && types[extname(file)]) ?? types['.html'] });
    response.end(found ?? 'There is nothing here.');
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

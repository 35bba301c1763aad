import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Source } from './source';

export type Kind = 'document' | 'script' | 'style' | 'font' | 'image' | 'data';

/** A body as a good host sends it: text as brotli at its highest level, what is compressed already as it is. */
export interface Sent {
  readonly file: Buffer;
  readonly body: Buffer;
  readonly kind: Kind;
  readonly type: string;
  readonly brotli: boolean;
}

const types: Record<string, [type: string, kind: Kind]> = {
  '.html': ['text/html; charset=utf-8', 'document'],
  '.js': ['text/javascript; charset=utf-8', 'script'],
  '.mjs': ['text/javascript; charset=utf-8', 'script'],
  '.css': ['text/css; charset=utf-8', 'style'],
  '.json': ['application/json', 'data'],
  '.wasm': ['application/wasm', 'script'],
  '.csv': ['text/csv; charset=utf-8', 'data'],
  '.svg': ['image/svg+xml', 'image'],
  '.ico': ['image/x-icon', 'image'],
  '.png': ['image/png', 'image'],
  '.jpg': ['image/jpeg', 'image'],
  '.jpeg': ['image/jpeg', 'image'],
  '.gif': ['image/gif', 'image'],
  '.webp': ['image/webp', 'image'],
  '.woff2': ['font/woff2', 'font'],
  '.woff': ['font/woff', 'font'],
  '.ttf': ['font/ttf', 'font'],
  '.otf': ['font/otf', 'font'],
};
const compressed = /\.(png|jpe?g|gif|webp|woff2?)$/;

/** pack(path, file): how it is sent. Slow for large files, so it is kept. */
export function pack(path: string, file: Buffer): Sent {
  const [type, kind] = types[extname(path)] ?? ['application/octet-stream', 'data'];
  if (compressed.test(path)) return { file, body: file, kind, type, brotli: false };
  return { file, body: squeeze(file), kind, type, brotli: true };
}

/** squeeze(file): as brotli at its highest level. */
export function squeeze(file: Buffer): Buffer {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: file.length };
  return brotliCompressSync(file, { params });
}

/** Serves one source at an origin of its own, everything below `mount`. `sent` says what went out since it was last emptied. */
export interface Host {
  readonly origin: string;
  readonly sent: { path: string; kind: Kind; bytes: number }[];
  /** What the page asked its own host for in vain. */
  readonly missing: Set<string>;
  close(): void;
}

export async function host(source: Source, mount = '/'): Promise<Host> {
  const packed = new Map<string, Sent | null>();
  const sent: Host['sent'] = [];
  const missing = new Set<string>();
  const answer = (path: string): Sent | null => {
    if (!packed.has(path)) {
      const inside = path.startsWith(mount) ? path.slice(mount.length) : undefined;
      const name = inside === '' || inside?.endsWith('/') ? `${inside}index.html` : inside;
      const file = name === undefined ? null : source.read(name);
      packed.set(path, file && pack(name!, file));
    }
    return packed.get(path)!;
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://localhost').pathname);
    const found = answer(path);
    if (!found) {
      missing.add(path);
      response.writeHead(404).end();
      return;
    }
    sent.push({ path, kind: found.kind, bytes: found.body.length });
    response.writeHead(200, {
      'content-type': found.type,
      'content-length': found.body.length,
      // A page may ask twice for a file, as for what it and its worker share; each visit begins with nothing kept.
      'cache-control': 'max-age=600',
      ...(found.brotli && { 'content-encoding': 'br' }),
    });
    response.end(found.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, sent, missing, close: () => server.close() };
}

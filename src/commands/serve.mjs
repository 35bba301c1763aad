import { createServer } from 'node:http';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import sirv from 'sirv';
import { headersOf } from './headers.mjs';
import { root } from './project.mjs';

/**
 * serve(port) serves dist/ as a static host would, compressed and with the headers that its _headers asks for, and resolves to the server's
 * address.
 * `anyPort` takes the next free port where that one is taken.
 */
export function serve(port, { anyPort = false } = {}) {
  const dist = join(root, 'dist');
  const files = sirv(dist, { etag: true, dotfiles: false });
  const compressed = compression();
  const missing = join(dist, '404.html');
  const rules = join(dist, '_headers');
  const headers = existsSync(rules) ? headersOf(readFileSync(rules, 'utf8')) : () => ({});
  const server = createServer((request, response) => {
    const [path] = request.url.split('?');
    for (const [name, value] of Object.entries(headers(path))) response.setHeader(name, value);
    compressed(request, response, () =>
      files(request, response, () => {
        response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' });
        if (existsSync(missing)) createReadStream(missing).pipe(response);
        else response.end('Not found');
      }),
    );
  });
  return new Promise((resolve, reject) => {
    server.on('error', (error) => {
      if (anyPort && error.code === 'EADDRINUSE' && port < 65535) server.listen(++port);
      else reject(error);
    });
    server.on('listening', () => resolve({ address: `http://localhost:${port}/`, close: () => server.close() }));
    server.listen(port);
  });
}

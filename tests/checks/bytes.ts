import { brotliCompressSync } from 'node:zlib';
import type { Page } from '@playwright/test';

/** A file that a page fetched. */
export interface Fetched {
  readonly path: string;
  /** As the browser calls it: document, script, stylesheet, font. */
  readonly kind: string;
  /** As a host would send it, in brotli. */
  readonly bytes: number;
}

/**
 * fetched(page) counts what a page fetches from now on, each address once: a worker and a page share what both ask for, and what a single
 * file starts as its worker (blob:) is a part of it. Call the answer for the files so far.
 */
export function fetched(page: Page): () => Promise<Fetched[]> {
  const all = new Map<string, Promise<Fetched | undefined>>();
  page.on('response', (response) => {
    const url = response.url();
    if (!/^https?:/.test(url) || all.has(url)) return;
    const asked = response.request().resourceType();
    const kind = /javascript/.test(response.headers()['content-type'] ?? '') ? 'script' : asked;
    all.set(
      url,
      response.body().then(
        (body) => ({ path: new URL(url).pathname, kind, bytes: brotliCompressSync(body).length }),
        // Without a body: a redirect, or a page that was left.
        () => undefined,
      ),
    );
  });
  return async () => (await Promise.all(all.values())).filter((one) => one !== undefined);
}

/** ofKind(files, kind) is how many bytes are of a kind. */
export const ofKind = (files: readonly Fetched[], kind: string): number =>
  files.filter((one) => one.kind === kind).reduce((sum, { bytes }) => sum + bytes, 0);

/** largest(files): the five largest, for a message. */
export const largest = (files: readonly Fetched[]): string =>
  [...files]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 5)
    .map(({ path, bytes }) => `${path} ${bytes}`)
    .join(', ');

import { isPage } from './requests';

/** How much is kept: pages, and bytes of pages and their files together. */
export interface Limits {
  pages: number;
  bytes: number;
}

/**
 * sweep(store, roots, limits) drops what is too much or of no use. The pages stored last stay, up to the limits; of the other
 * files those that a page which stays names, or a file that it names. So a page of an older release keeps its own files.
 */
export async function sweep(store: Cache, roots: readonly string[], limits: Limits): Promise<void> {
  const pages: string[] = [];
  const files = new Map<string, string>();
  for (const { url } of await store.keys()) {
    const path = new URL(url).pathname;
    if (isPage(path)) pages.unshift(path);
    else files.set(path.split('/').pop()!, path);
  }
  const kept = new Set<string>();
  let bytes = 0;
  const keep = async (path: string): Promise<void> => {
    if (kept.has(path)) return;
    kept.add(path);
    const response = await store.match(path);
    if (!response) return;
    const body = await response.blob();
    bytes += body.size;
    if (!/text|script/.test(response.headers.get('content-type') ?? '')) return;
    for (const [name] of (await body.text()).matchAll(/[\w.-]+\.\w+/g)) {
      const file = files.get(name);
      if (file) await keep(file);
    }
  };
  for (const path of roots) await keep(path);
  let count = 0;
  for (const path of pages) {
    if (kept.has(path)) continue;
    if (count++ < limits.pages && bytes < limits.bytes) await keep(path);
    if (bytes > limits.bytes) kept.delete(path);
  }
  for (const path of [...pages, ...files.values()]) if (!kept.has(path)) await store.delete(path);
}

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** rewrite(dir, change) changes every page of the built site in that folder. */
export async function rewrite(dir: URL, change: (html: string) => string): Promise<void> {
  const dist = fileURLToPath(dir);
  for (const page of (await readdir(dist, { recursive: true })).filter((name) => name.endsWith('.html'))) {
    const path = join(dist, page);
    const html = await readFile(path, 'utf8');
    const now = change(html);
    if (now !== html) await writeFile(path, now);
  }
}

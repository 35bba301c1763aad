import { readdir, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';
import { headersFile } from './policy.ts';

/** Writes /_headers for hosts that read it, and for our own server, which sends what stands there. */
export const headers = (): AstroIntegration => ({
  name: 'headers',
  hooks: {
    'astro:build:done': async ({ dir }) => {
      const entries = await readdir(dir, { withFileTypes: true });
      const names = entries.map((entry) => `/${entry.name}${entry.isDirectory() ? '/' : ''}`).sort();
      await writeFile(new URL('_headers', dir), headersFile(['/', ...names]));
    },
  },
});

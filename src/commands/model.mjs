import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { root, say } from './project.mjs';

/**
 * Measures the resident models as they are served and writes what /model/ shows: npm run model
 * (On the same weights it writes the same file.)
 */
const { module } = await runnerImport(join(root, 'src/site/model/all.ts'), {
  configFile: false,
  root,
  resolve: { alias: { '@': fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '') } },
});
await writeFile(join(root, 'seeds/model/measured.json'), `${JSON.stringify(module.measureAll(say))}\n`);

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** npm run bench: one file, one worker, nothing beside it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias: { '@': fileURLToPath(new URL('../../src', import.meta.url)) } },
  test: { include: ['bench.test.ts'], disableConsoleIntercept: true, fileParallelism: false, reporters: ['dot'] },
});

import { firefox } from './firefox.mjs';
import { webkit } from './webkit.mjs';

/** How the suite that runs in every engine is started, and where the engines besides Chromium are; '' where one is not to be had. */
export const engines = {
  arguments: ['run', '--config', 'tests/engines/vitest.config.ts'],
  others: async () => ({ FIREFOX: (await firefox()) ?? '', WEBKIT: (await webkit()) ?? '' }),
};

import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

// Before any file of tests is read: they list the widgets.
process.env.LENGTHWISE_WIDGETS ??= 'all';

/** The long checks. One at a time, unless the command says otherwise. */
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: '*.audit.ts',
  outputDir: '../../test-results/audit',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 20 * 60_000,
  webServer: { ...base.webServer!, cwd: '../..' },
});

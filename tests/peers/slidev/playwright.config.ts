import { defineConfig } from '@playwright/test';
import config from '../../../playwright.config';

/** The deck on one port, the site with its figures on another. */
export default defineConfig({
  ...config,
  testDir: '.',
  outputDir: '../../../test-results',
  use: { ...config.use, baseURL: 'http://localhost:4398' },
  webServer: [4397, 4398].map((port) => ({
    command: `node ${port === 4397 ? 'tests/browser/server.mjs' : 'tests/peers/slidev/server.mjs'} ${port}`,
    cwd: '../../..',
    url: `http://localhost:${port}/`,
    reuseExistingServer: false,
  })),
});

import { defineConfig } from '@playwright/test';
import { pace, patient } from './tests/checks/pace.ts';

// The processes that run the tests inherit it, and so take the same figures.
process.env.LENGTHWISE_SLOW ??= pace() > 1.5 ? 'yes' : '';
if (process.env.LENGTHWISE_SLOW && process.env.TEST_WORKER_INDEX === undefined && !process.env.LENGTHWISE_WIDGETS)
  console.log('A slow machine: half as many figures are played with, and half as many faults made.');

/** Browser tests run against the built site in dist/, on the Chromium named by CHROMIUM. */
const port = Number(process.env.LENGTHWISE_TEST_PORT ?? 4399);

export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '*.spec.ts',
  fullyParallel: true,
  // They wait more than they compute, on two cores too.
  workers: 3,
  forbidOnly: true,
  // A slow machine may be late once; what fails twice is broken.
  retries: process.env.CI === '' ? 0 : 1,
  timeout: patient(60_000),
  expect: { timeout: patient(5_000) },
  reporter: 'line',
  outputDir: 'test-results',
  snapshotPathTemplate: 'tests/pixels/{arg}{ext}',
  use: {
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1280, height: 900 },
    // What a test makes of the network must reach the page; the tests of the service worker allow it.
    serviceWorkers: 'block',
    launchOptions: {
      executablePath: process.env.CHROMIUM || undefined,
      // Chromium's sandbox does not start for root, as in containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: {
    command: `node tests/browser/server.mjs ${port}`,
    url: `http://localhost:${port}/`,
    reuseExistingServer: false,
  },
});

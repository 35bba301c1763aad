import { defineConfig } from 'vitest/config';
import { patient } from '../checks/pace.ts';

/** What must hold in more than one browser engine, against the built site. CHROMIUM and FIREFOX name the browsers. */
export default defineConfig({
  test: {
    include: ['tests/engines/*.test.ts'],
    environment: 'node',
    testTimeout: patient(60_000),
    hookTimeout: patient(60_000),
    retry: process.env.CI === '' ? 0 : 1,
    // One engine a file, all at a time: they wait more than they compute.
    maxWorkers: 3,
  },
});

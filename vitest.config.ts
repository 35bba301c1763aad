import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { modelAddresses } from './src/site/models.ts';
import { patient } from './tests/checks/pace.ts';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ emitCss: false }), modelAddresses()],
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('./src', import.meta.url)),
      '@tests': fileURLToPath(new URL('./tests', import.meta.url)),
    },
  },
  test: {
    include: ['tests/{tensor,model,mechanisms,marks,shell,widgets,site,broken}/**/*.test.ts'],
    environment: 'node',
    // On two cores it would run one file after another.
    maxWorkers: '100%',
    // Left out otherwise; the colours of cards are read from it.
    css: { include: /colours\.css/ },
    // The random tests take seconds, and several times as many on a busy or slow machine.
    testTimeout: patient(60_000),
  },
});

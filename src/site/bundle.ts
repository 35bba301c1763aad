import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { complete } from './credits/complete';
import { lean } from './lean';
import { modelAddresses } from './models';
import { servedStyles } from './served-styles';

const src = () => fileURLToPath(new URL('src', `file://${process.cwd()}/`));
const made = new Map<string, Promise<string>>();

/**
 * bundle(name, code) is that module and everything it imports as one classic script, for pages that must stand alone.
 * `code` imports by `@/`, as the sources do. Made once for each name while the site is built.
 */
export function bundle(name: string, code: string): Promise<string> {
  const key = `${name}\n${code}`;
  if (!made.has(key)) made.set(key, make(name, code));
  return made.get(key)!;
}

async function make(name: string, code: string): Promise<string> {
  const entry = `virtual:${name}.ts`;
  const result = await build({
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) => (id === `\0${entry}` ? code : undefined),
      },
      lean(),
      modelAddresses(),
      servedStyles(),
      complete(),
      svelte({ emitCss: false, configFile: false }),
    ],
    resolve: { alias: { '@': src() } },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: 'iife', codeSplitting: false } },
    },
  });
  const made = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  const [chunk] = made;
  if (made.length !== 1 || chunk?.type !== 'chunk')
    throw new Error(`${name} is not one script: ${made.map(({ fileName }) => fileName).join(', ')}`);
  return chunk.code.trim();
}

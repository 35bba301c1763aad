import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const prefix = '\0beside:';

/**
 * beside() fetches a figure's file `beside.ts` apart. Its functions are called as if they stood in the page's script; the worker waits for the
 * file before it computes a state that needs them. Where the site is built and tested it is imported like any other.
 */
export function beside(): Plugin {
  return {
    name: 'lengthwise:beside',
    enforce: 'pre',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    async resolveId(id, importer) {
      if (id !== './beside' || importer?.startsWith(prefix)) return undefined;
      const file = await this.resolve(id, importer, { skipSelf: true });
      return file && prefix + file.id;
    },
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const file = id.slice(prefix.length);
      const names = [...readFileSync(file, 'utf8').matchAll(/^export function (\w+)/gm)].map(([, name]) => name!);
      if (!names.length) this.error(`${file} exports no function that could be called`);
      return [
        `import { register } from '@/shell/apart';`,
        `let file;`,
        `register(async () => { file = await import(${JSON.stringify(file)}); });`,
        ...names.map((name) => `export const ${name} = (...given) => file.${name}(...given);`),
      ].join('\n');
    },
  };
}

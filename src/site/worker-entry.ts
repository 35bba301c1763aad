import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const address = 'virtual:worker-address';
const file = fileURLToPath(new URL('../shell/worker.ts', import.meta.url));

/** isWorker(module): whether that is the file which runs beside the page. */
export const isWorker = (module: string | null | undefined): boolean =>
  module?.replaceAll('\\', '/').endsWith('/src/shell/worker.ts') ?? false;

/**
 * workerEntry() gives the address of the page's worker. The bundler would build a worker apart, with copies of all that it shares with the
 * page; as one more entry of the same build it runs what the page has fetched already.
 */
export function workerEntry(): Plugin {
  let building = false;
  return {
    name: 'lengthwise:worker-entry',
    configResolved: ({ command }) => void (building = command === 'build'),
    resolveId: (id) => (id === address ? `\0${address}` : undefined),
    load(id) {
      if (id !== `\0${address}`) return undefined;
      if (!building) return `export { default } from ${JSON.stringify(`${file}?worker&url`)};`;
      if (this.environment.name !== 'client') return 'export default undefined;';
      const reference = this.emitFile({ type: 'chunk', id: file, name: 'worker' });
      return `export default import.meta.ROLLUP_FILE_URL_${reference};`;
    },
  };
}

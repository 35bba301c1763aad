import type { Plugin } from 'vite';

/** Asks for the files that a dynamic import needs beside the import itself. The worker, which has no document, goes without. */
const helper = `
const asked = new Set();
export const __vitePreload = (load, files = []) => {
  if (typeof document !== 'undefined')
    for (const file of files) {
      if (asked.has(file)) continue;
      asked.add(file);
      const link = document.createElement('link');
      link.rel = 'modulepreload';
      link.href = '/' + file;
      document.head.append(link);
    }
  return load();
};`;

/** shortPreload() puts a short helper in the place of the bundler's, which also loads styles: here they travel with their component. */
export function shortPreload(): Plugin {
  return {
    name: 'lengthwise:preload',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === 'client',
    transform: (_, id) => (id.includes('vite/preload-helper') ? { code: helper, map: null } : undefined),
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle))
          if (file.type === 'chunk' && /__vite__mapDeps=.*?\.css"/.test(file.code))
            this.error(`${file.fileName} imports something with a style of its own, which the page would not load`);
      },
    },
  };
}

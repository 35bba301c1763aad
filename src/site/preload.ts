import type { Plugin } from 'vite';

const helper = 'export const __vitePreload = (load) => load();';

/**
 * shortPreload() takes out the lists of files that the bundler writes beside every dynamic import, to be asked for before it: what a figure imports has
 * been asked for by then, with what all figures share, and naming it all again weighs more than it saves. Styles, which the bundler would load
 * there too, travel with their component.
 */
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
          else if (file.type === 'chunk')
            file.code = file.code.replace(/^const __vite__mapDeps=.*?\n/m, '').replace(/,\s*__vite__mapDeps\(\[[\d,]*\]\)/g, '');
      },
    },
  };
}

import type { Plugin } from 'vite';

/** The shell's components that are never drawn anywhere but in place of what the server drew: their styles are in the page by then. */
const served = /[\\/]src[\\/]shell[\\/](Figure|Scenes|Tools)\.svelte$/;

/** servedStyles() leaves out of the browser's scripts the styles that came with the page. */
export function servedStyles(): Plugin {
  return {
    name: 'lengthwise:served-styles',
    apply: 'build',
    enforce: 'post',
    applyToEnvironment: ({ name }) => name === 'client',
    transform(code, id) {
      if (!served.test(id)) return undefined;
      const bare = code.replace(/(const \$\$css = \{\s*hash: [^,]+,\s*code: )(['"`])(?:\\.|(?!\2)[^\\])*\2/, "$1''");
      if (bare === code) this.error('the styles are no longer written as they were');
      return { code: bare, map: null };
    },
  };
}

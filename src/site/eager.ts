import type { Plugin } from 'vite';

/** A file of fewer characters compiles in no time. */
const worth = 4000;

/**
 * eager() has a browser that knows the comment (Chromium) compile a whole file while it loads, beside the page, and not each function when
 * a control first calls it: the first touch would wait for that.
 */
export function eager(): Plugin {
  return {
    name: 'lengthwise:eager',
    applyToEnvironment: ({ name }) => name === 'client',
    generateBundle: {
      // It must be the first line, above what the bundler itself puts there.
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle))
          if (file.type === 'chunk' && file.code.length > worth) file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
      },
    },
  };
}

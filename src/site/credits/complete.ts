import type { Plugin } from 'vite';
import { packageOf, shipped } from './packages.ts';

/** complete() stops the build where a script for the browser holds a package that /credits/ does not name. */
export function complete(): Plugin {
  return {
    name: 'lengthwise:credits',
    generateBundle(_, bundle) {
      if (this.environment.name !== 'client') return;
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [module, { renderedLength }] of Object.entries(chunk.modules)) {
          const name = packageOf(module);
          if (name && renderedLength > 0 && !(name in shipped) && !tools.includes(name))
            this.error(`${name} is part of ${chunk.fileName}, and /credits/ does not name it: see src/site/credits/packages.ts`);
        }
      }
    },
  };
}

/** Lines that the bundler itself writes into what it makes. */
const tools = ['vite', 'rolldown', 'esm-env'];

import type { Plugin } from 'vite';
import { packageOf, shipped } from './packages.ts';

/** complete() stops the build where what it makes for the browser holds a part of a package that /credits/ does not name. */
export function complete(): Plugin {
  return {
    name: 'lengthwise:credits',
    generateBundle(_, bundle) {
      if (this.environment.name !== 'client') return;
      for (const chunk of Object.values(bundle)) {
        const held =
          chunk.type === 'asset'
            ? chunk.originalFileNames
            : Object.entries(chunk.modules).flatMap(([module, { renderedLength }]) => (renderedLength > 0 ? [module] : []));
        for (const name of held.map(packageOf))
          if (name && !(name in shipped))
            this.error(`${name} is part of ${chunk.fileName}, and /credits/ does not name it: see src/site/credits/packages.ts`);
      }
    },
  };
}

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';
import { unescaped } from './offline/list.ts';
import { rewrite } from './rewrite.ts';

/** withoutPlacements(html, write) is a page whose excerpts name a file that says how their figure is placed; `write` is given each and names it. */
export const withoutPlacements = (html: string, write: (placement: string) => string): string =>
  html.replace(/ data-excerpt="([^"]*)"/g, (_, placement: string) => ` data-excerpt="${write(unescaped(placement))}"`);

/**
 * Takes out of each page what the figures of its excerpts are placed with, which is asked for when one unfolds: of an article of a dozen it is a
 * tenth of what a reader would wait for.
 */
export const placements = (): AstroIntegration => ({
  name: 'placements',
  hooks: {
    'astro:build:done': async ({ dir }) => {
      const files = new Map<string, string>();
      await rewrite(dir, (html) =>
        withoutPlacements(html, (placement) => {
          const file = `_astro/placement.${createHash('sha256').update(placement).digest('hex').slice(0, 10)}.json`;
          files.set(file, placement);
          return `/${file}`;
        }),
      );
      for (const [file, placement] of files) await writeFile(new URL(file, dir), placement);
    },
  },
});

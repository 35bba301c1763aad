import { number } from '@/marks/format';
import type { Check } from '@/shell/contract';
import { find, slugs } from '@/shell/definitions';

const files = import.meta.glob<{ default: () => Check[] }>('../widgets/*/*/check.ts');

const ran = new Map<string, Promise<Check[]>>();

/** checksOf(slug): those of one paper, run now: what was compared with what, and the largest difference. Run once, however often asked. */
export function checksOf(slug: string): Promise<Check[]> {
  const run = async () => (await find(files, slug)?.())?.default() ?? [];
  if (!ran.has(slug)) ran.set(slug, run());
  return ran.get(slug)!;
}

/** Every check there is, by paper. */
export const checks = (): Promise<{ slug: string; checks: Check[] }[]> =>
  Promise.all(
    slugs(files)
      .sort()
      .map(async (slug) => ({ slug, checks: await checksOf(slug) })),
  );

/** repositoryName('https://github.com/owner/name') is owner/name. */
export const repositoryName = (url: string): string => url.replace(/^https?:\/\/[^/]+\//, '').replace(/\.git$/, '');

/** One line for the foot of a figure. */
export async function verifiedLine(slug: string): Promise<string | undefined> {
  const all = await checksOf(slug);
  const code = all.filter(({ reference }) => reference);
  const shown = code.length ? code : all;
  if (!shown.length) return undefined;
  const worst = Math.max(...shown.map(({ error }) => error));
  const against = code.length
    ? [...new Set(code.map(({ reference }) => repositoryName(reference!.repository)))].join(' and ')
    : [...new Set(all.map(({ against = 'closed forms' }) => against))].join(' and ');
  return `Checked against ${against}: largest difference ${number(worst)} over ${shown.length} ${shown.length === 1 ? 'comparison' : 'comparisons'}.`;
}

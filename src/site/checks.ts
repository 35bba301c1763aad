import { number } from '@/marks/format';
import type { Check } from '@/shell/contract';

const files = import.meta.glob<{ default: () => Check[] }>('../widgets/*/*/check.ts');

/** Every check there is, run now: what was compared with what, and the largest difference. */
export async function checks(): Promise<{ slug: string; checks: Check[] }[]> {
  const all = await Promise.all(
    Object.entries(files).map(async ([path, load]) => ({ slug: path.split('/').at(-2)!, checks: (await load()).default() })),
  );
  return all.sort((a, b) => a.slug.localeCompare(b.slug));
}

/** checksOf(slug) runs those of one paper. */
export async function checksOf(slug: string): Promise<Check[]> {
  const path = Object.keys(files).find((p) => p.split('/').at(-2) === slug);
  return path ? (await files[path]!()).default() : [];
}

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

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The folder of the built site. */
export const dist = join(root, 'dist');

/** The paths of all files of the built site. */
export const files: ReadonlySet<string> = new Set(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(dist, join(entry.parentPath, entry.name)).replaceAll('\\', '/')}`),
);

/** The paths of all pages of the built site. */
export const pages: string[] = [...files]
  .filter((file) => file.endsWith('.html'))
  .map((file) => file.replace(/index\.html$/, ''))
  .sort();

/** html(path) is a page or another text of the built site, as it was written. */
export const html = (path: string): string => readFileSync(join(dist, path.replace(/\/$/, '/index.html')), 'utf8');

/** The slugs of the papers whose widget stands. */
export const everyWidget: string[] = readdirSync(join(dist, 'embed')).sort();

/** The figures that are about a theme and no paper. */
export const benches: ReadonlySet<string> = new Set(
  everyWidget.filter((slug) => files.has(`/themes/${slug.replace(/-bench$/, '')}/index.html`)),
);

/** Which figures the audit takes: 'all', or their slugs joined by commas, when it goes round. Not given in the quick tests. */
const asked = process.env.LENGTHWISE_WIDGETS;

/** True in the audit, which is thorough with what it takes. */
export const everything = asked !== undefined;

/** few(list, count): all in the audit; otherwise no more than a few, the same ones in every run, spread evenly over the list. */
const few = (list: string[], count: number): string[] =>
  everything ? list : list.filter((_, i) => i % Math.ceil(list.length / count) === 0);

/** spread(count): the widgets that the audit takes, otherwise a few. */
export const spread = (count: number): string[] =>
  everything && asked !== 'all' ? everyWidget.filter((slug) => asked!.split(',').includes(slug)) : few(everyWidget, count);

/** latest(count): the widgets whose files changed last, as the history has it; none where there is no history. */
function latest(count: number): string[] {
  const { stdout } = spawnSync('git', ['log', '-200', '--name-only', '--format=', '--', 'src/widgets', 'src/mechanisms'], {
    cwd: root,
    encoding: 'utf8',
  });
  const changed = (stdout ?? '').split('\n').map((file) => /^src\/(?:widgets|mechanisms)\/[^/]+\/([a-z0-9-]+)/.exec(file)?.[1] ?? '');
  // A mechanism may be several files, each named after its figure and a part.
  const of = (name: string) => everyWidget.filter((slug) => `${name}-`.startsWith(`${slug}-`)).sort((a, b) => b.length - a.length)[0];
  return [...new Set(changed.map(of))].filter((slug) => slug !== undefined).slice(0, count);
}

/** True on a slow machine, which tries half as much to end in time: playwright.config.ts finds that out, once for all processes of a run. */
export const slow = Boolean(process.env.LENGTHWISE_SLOW);
const each = slow ? 1 : 2;

/** The widgets that are played with: a few of all, and those that changed last. What holds without a browser is tested of every one. */
export const widgets: string[] = everything ? spread(0) : [...new Set([...spread(each), ...latest(each)])].sort();

/** The papers whose pages are opened: those with these widgets, and two of those that have none so far, which are all of one kind. */
const opened = new Set([
  ...widgets,
  ...few(
    pages.flatMap((path) => /^\/papers\/([^/]+)\/$/.exec(path)?.[1] ?? []).filter((slug) => !everyWidget.includes(slug)),
    2,
  ),
]);

/** And the themes: those with an article, and two of those without. */
const [articles, bare] = [true, false].map((written) =>
  pages.filter((path) => /^\/themes\/./.test(path) && html(path).includes('data-excerpt=') === written),
) as [string[], string[]];
const themes = new Set([...articles, ...few(bare, 2)]);

/**
 * The pages that differ in what they hold. A scene's page is its paper's page at another state: one of them stands for all of its
 * paper in the audit, and otherwise for all of all papers; and so with embeds. The offline file is the embed.
 */
export const distinct: string[] = pages.filter((path, i) => {
  const [, kind, slug, scene] = path.split('/');
  if (kind === 'offline') return false;
  if (kind === 'themes' && slug) return themes.has(path);
  if ((kind !== 'papers' && kind !== 'embed') || !slug) return true;
  if (!opened.has(slug)) return false;
  const rest = `/${kind}/${slug}/`;
  return !scene || (pages[i - 1] === rest && (everything || slug === everyWidget[0]));
});

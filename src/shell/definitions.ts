import type { AnyWidget } from './contract';

/** Every widget there is, for where the site is built: the browser asks for a theme first (themes.ts). */
const definitions = import.meta.glob<{ default: AnyWidget }>('../widgets/*/*/widget.ts');

/** slugOf(path): the paper in whose folder a file is. */
const slugOf = (path: string): string => path.split('/').at(-2)!;

/** find(files, slug): the file in that paper's folder. */
export const find = <T>(files: Record<string, T>, slug: string): T | undefined =>
  files[Object.keys(files).find((path) => slugOf(path) === slug) ?? ''];

/** slugs(files): the papers that have such a file; of a widget, unless said. */
export const slugs = (files: Record<string, unknown> = definitions): string[] => Object.keys(files).map(slugOf);

/** folderOf(slug): where the figure stands among the widgets, 'theme/slug'. Throws when there is no such widget. */
export function folderOf(slug: string): string {
  const path = Object.keys(definitions).find((one) => slugOf(one) === slug);
  if (!path) throw new RangeError(`no widget ${slug}`);
  return path.split('/').slice(-3, -1).join('/');
}

/** loadDefinition(slug): the definition alone, without its picture. Rejects when there is no such widget. */
export async function loadDefinition(slug: string): Promise<AnyWidget> {
  const load = find(definitions, slug);
  if (!load) throw new RangeError(`no widget ${slug}`);
  return (await load()).default;
}

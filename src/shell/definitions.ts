import type { AnyWidget } from './contract';

/** Every widget there is, found by its folder: nobody lists them. Each loads when it is asked for. */
const definitions = import.meta.glob<{ default: AnyWidget }>('../widgets/*/*/widget.ts');

/** slugOf(path): the paper in whose folder a file is. */
const slugOf = (path: string): string => path.split('/').at(-2)!;

/** find(files, slug): the file in that paper's folder. */
export const find = <T>(files: Record<string, T>, slug: string): T | undefined =>
  files[Object.keys(files).find((path) => slugOf(path) === slug) ?? ''];

/** slugs(files): the papers that have such a file; of a widget, unless said. */
export const slugs = (files: Record<string, unknown> = definitions): string[] => Object.keys(files).map(slugOf);

/** loadDefinition(slug): the definition alone, without its picture. Rejects when there is no such widget. */
export async function loadDefinition(slug: string): Promise<AnyWidget> {
  const load = find(definitions, slug);
  if (!load) throw new RangeError(`no widget ${slug}`);
  return (await load()).default;
}

import type { AnyWidget } from './contract';

/** Every widget there is, found by its folder: nobody lists them. Each loads when it is asked for. */
const definitions = import.meta.glob<{ default: AnyWidget }>('../widgets/*/*/widget.ts');

/** find(files, slug): the file in that paper's folder. */
export const find = <T>(files: Record<string, T>, slug: string): T | undefined =>
  files[Object.keys(files).find((path) => path.split('/').at(-2) === slug) ?? ''];

/** slugs(): the papers that have a widget. */
export const slugs = (): string[] => Object.keys(definitions).map((path) => path.split('/').at(-2)!);

/** loadDefinition(slug): the definition alone, without its picture. Rejects when there is no such widget. */
export async function loadDefinition(slug: string): Promise<AnyWidget> {
  const load = find(definitions, slug);
  if (!load) throw new RangeError(`no widget ${slug}`);
  return (await load()).default;
}

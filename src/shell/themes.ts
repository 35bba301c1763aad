import type { AnyView, AnyWidget } from './contract';

type Files<T> = Readonly<Record<string, () => Promise<{ default: T }>>>;

/** By theme, so that a page with one figure does not name the files of all. */
const themes = import.meta.glob<{ definitions: Files<AnyWidget>; views: Files<AnyView> }>('../widgets/*/index.ts');

/** themeOf(folder): what stands in the theme of a figure's folder, such as 'sparse-attention/hip-attention', and the figure's name there. */
async function themeOf(folder: string) {
  const [theme, slug] = folder.split('/') as [string, string];
  const load = themes[`../widgets/${theme}/index.ts`];
  if (!load) throw new RangeError(`no theme ${theme}`);
  return { slug, ...(await load()) };
}

async function loaded<T>(files: Files<T>, path: string): Promise<T> {
  const load = files[path];
  if (!load) throw new RangeError(`no figure has ${path}`);
  return (await load()).default;
}

/** loadDefinition(folder): the definition of the figure in that folder, without its picture. Rejects when there is none. */
export async function loadDefinition(folder: string): Promise<AnyWidget> {
  const { slug, definitions } = await themeOf(folder);
  return loaded(definitions, `./${slug}/widget.ts`);
}

/** loadBoth(folder): the definition and the picture. */
export async function loadBoth(folder: string): Promise<{ widget: AnyWidget; View: AnyView }> {
  const { slug, definitions, views } = await themeOf(folder);
  const [widget, View] = await Promise.all([loaded(definitions, `./${slug}/widget.ts`), loaded(views, `./${slug}/View.svelte`)]);
  return { widget, View };
}

import type { Parts } from './mount';
import { loadBoth, loadDefinition } from './themes';

export { loadDefinition };

/** loadWidget(folder): definition, picture, and where it computes what is slow. Rejects when there is no such figure. */
export const loadWidget = async (folder: string): Promise<Parts> => ({
  ...(await loadBoth(folder)),
  // The worker's side is fetched with the first slow state, not before; it too finds a figure by its folder.
  remote: async (_, ...question) => (await import('./page-worker')).default(folder, ...question),
});

import type { Parts } from './mount';
import type { Remote } from './state.svelte';
import { loadBoth, loadDefinition } from './themes';

export { loadDefinition };

/** The worker's side, which is fetched with the first slow state and not before. Once here it is asked at once: another import may wait for a frame. */
let side: Remote | undefined;
const loadSide = async (): Promise<Remote> => (side = (await import('./page-worker')).default);

/** loadWidget(folder): definition, picture, and where it computes what is slow. Rejects when there is no such figure. */
export const loadWidget = async (folder: string): Promise<Parts> => ({
  ...(await loadBoth(folder)),
  // It too finds a figure by its folder.
  remote: async (_, ...question) => (side ?? (await loadSide()))(folder, ...question),
});

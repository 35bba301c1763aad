import { loadDefinition, slugs } from '@/shell/definitions';
import { papers, shortTitle } from './papers';
import { states, type State } from './states';

/** A state with its addresses, from the site's root. */
export interface Preview extends State {
  /** What people call the paper. */
  readonly name: string;
  readonly page: string;
  readonly embed: string;
  readonly card: string;
  readonly oembed: string;
}

/** Pages without a figure of their own show this one's. */
export const generalCard = '/cards/lengthwise.png';

/** previews() lists every state that a link can lead to. */
export async function previews(): Promise<readonly Preview[]> {
  const standing = new Set(slugs());
  const all = (await papers()).filter(({ id }) => standing.has(id));
  const listed = await Promise.all(
    all.map(async (paper) => states(await loadDefinition(paper.id), shortTitle(paper)).map((state) => addressed(state, shortTitle(paper)))),
  );
  return listed.flat();
}

/** preview(slug, scene) is one of them, undefined where the paper has no widget. */
export const preview = async (slug: string, scene?: string): Promise<Preview | undefined> =>
  (await previews()).find((one) => one.slug === slug && one.scene === scene);

function addressed(state: State, name: string): Preview {
  const path = state.scene ? `${state.slug}/${state.scene}` : state.slug;
  return { ...state, name, page: `/papers/${path}/`, embed: `/embed/${path}/`, card: `/cards/${path}.png`, oembed: `/oembed/${path}.json` };
}

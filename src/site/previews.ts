import { loadDefinition } from '@/shell/definitions';
import { states, type State } from './states';
import { subjects } from './subjects';

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
  const listed = await Promise.all(
    (await subjects()).map(async ({ slug, name }) => states(await loadDefinition(slug), name).map((state) => addressed(state, name))),
  );
  return listed.flat();
}

/** preview(slug, scene) is one of them, undefined where there is no such figure. */
export const preview = async (slug: string, scene?: string): Promise<Preview | undefined> =>
  (await previews()).find((one) => one.slug === slug && one.scene === scene);

function addressed(state: State, name: string): Preview {
  const path = state.scene ? `${state.slug}/${state.scene}` : state.slug;
  return { ...state, name, page: `/papers/${path}/`, embed: `/embed/${path}/`, card: `/cards/${path}.png`, oembed: `/oembed/${path}.json` };
}

import type { AnyWidget } from './contract';
import { complete, print, reserved, sceneOf } from './link';
import type { Parsed } from './parse';
import type { Value } from './parameters';

type State = Readonly<Record<string, Value>>;

/** Where the states of a figure are at home: `/papers/s4/`, with a path below it for every scene. */
export interface Home {
  readonly widget: AnyWidget;
  readonly path: string;
}

/** addressOf(home, values): the path and query of a state. A scene has a path of its own, because some hosts lose what follows a "?". */
export function addressOf({ widget, path }: Home, values: State): string {
  const query = print(widget, values);
  if (!query) return path;
  const scene = sceneOf(widget, values);
  return scene ? `${path}${scene.id}/` : `${path}?${query}`;
}

/**
 * stateAt(home, location, drawn) is what an address asks for: the scene of its path, else the state that the page was drawn in, changed by its query.
 * What reads queries is fetched where there is one.
 */
export async function stateAt(
  { widget, path }: Home,
  { pathname, search }: Pick<Location, 'pathname' | 'search'>,
  drawn: State,
): Promise<Parsed> {
  const below = pathname.startsWith(path) ? pathname.slice(path.length).replace(/\/$/, '') : undefined;
  const scene = widget.scenes.find(({ id }) => id === below);
  const start = scene ? (scene.set as State) : below === '' ? {} : drawn;
  return search.length > 1 ? (await import('./parse')).parse(widget, search, start) : { values: complete(widget, start), notices: [] };
}

/**
 * writeAddress(home, values) keeps the page's address at the state of its figure. Browsers refuse too many writes in a short time,
 * and some frames and files refuse all: then the figure goes on without, and the link can still be copied.
 */
export function writeAddress(home: Home, values: State): void {
  write('replaceState', home, values);
}

/** pushAddress(home, from, to) leaves the state `from` as one to come back to, and moves on to `to`. */
export function pushAddress(home: Home, from: State, to: State): void {
  write('replaceState', home, from);
  write('pushState', home, to);
}

function write(how: 'replaceState' | 'pushState', home: Home, values: State): void {
  const { pathname, search, hash } = location;
  const [path = '', query = ''] = addressOf(home, values).split('?');
  // A page that stands elsewhere (a saved file, another host's path) keeps its path, and its states are queries.
  const away = !pathname.startsWith(home.path);
  const state = away ? print(home.widget, values) : query;
  const all = [...lookOf(search), state].filter(Boolean).join('&');
  const to = (away ? pathname : path) + (all ? `?${all}` : '') + hash;
  if (to === pathname + search + hash) return;
  try {
    history[how](how === 'replaceState' ? history.state : null, '', to);
  } catch {
    // Nothing is lost.
  }
}

/** What a link says about the look (the scheme of an embed) is not the figure's, and stays. */
const lookOf = (search: string): string[] =>
  search
    .slice(1)
    .split('&')
    .filter((pair) => pair.length < 60 && pair.split('=')[0] !== 'scene' && reserved.includes(pair.split('=')[0]!));

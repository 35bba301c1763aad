import { optionNames } from './options';

/** Attributes that every HTML element may have, and the element's own: none of them is a parameter of the figure. */
const own =
  /^(?:paper|scene|poster|sync|keys|fit|loading|id|class|style|title|hidden|slot|lang|dir|tabindex|role|part|exportparts|nonce|is|(?:aria|data)-.*|on.*)$/;

export interface Asked {
  readonly paper: string;
  readonly scene?: string;
  /** The look and the keys, as a query string: they belong to the frame's address. */
  readonly look: string;
  /** The figure's parameters, as a query string. */
  readonly query: string;
}

type Pair = readonly [name: string, value: string];

/** query(pairs) is "a=1&b=2". */
export const query = (pairs: readonly Pair[]): string =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

/** pairs('a=1&b=2') undoes query. */
export const pairs = (text: string): Pair[] => [...new URLSearchParams(text)];

/** asked(attributes) is what an element's attributes ask for; undefined where they name no paper. */
export function asked(attributes: readonly Pair[]): Asked | undefined {
  const given = new Map(attributes);
  const paper = given.get('paper') ?? '';
  const scene = given.get('scene') ?? '';
  const slug = /^[a-z0-9-]{1,80}$/;
  if (!slug.test(paper)) return undefined;
  const isLook = ([name]: Pair) => (optionNames as readonly string[]).includes(name);
  return {
    paper,
    scene: slug.test(scene) ? scene : undefined,
    look: query(attributes.filter(isLook)),
    query: query(attributes.filter((pair) => !isLook(pair) && !own.test(pair[0]))),
  };
}

/** address(base, asked, state) is where the frame leads: to what is asked for, or to a state that it had before. */
export function address(base: string, { paper, scene, look, query: parameters }: Asked, state?: string): string {
  const path = `${base}/embed/${paper}/${scene && state === undefined ? `${scene}/` : ''}`;
  const all = [look, state ?? parameters].filter(Boolean).join('&');
  return all ? `${path}?${all}` : path;
}

/** own part of a host's query: the pairs whose names begin with "prefix.", without it. */
export const synced = (search: string, prefix: string): string =>
  query(pairs(search).flatMap(([name, value]) => (name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), value] as const] : [])));

/** sync(search, prefix, state) is the host's query with a state in it; what is not ours stays. */
export function sync(search: string, prefix: string, state: string): string {
  const others = pairs(search).filter(([name]) => !name.startsWith(`${prefix}.`));
  const all = query([...others, ...pairs(state).map(([name, value]) => [`${prefix}.${name}`, value] as const)]);
  return all && `?${all}`;
}

/**
 * reserve(widths, heights, width, look): the room kept for a frame before it has spoken: what the tallest figure needs at the next
 * narrower width, half of it where controls are left out. What stands below is then out of view when the true height comes.
 */
export const reserve = (widths: readonly number[], heights: readonly number[], width: number, look: string): number =>
  heights[Math.max(0, widths.filter((one) => one <= width).length - 1)]! * (/controls=[cn]/.test(look) ? 0.5 : 1);

import { addressOf } from '@/shell/address';
import type { AnyWidget } from '@/shell/contract';
import { asked, optionNames, options, parts, type Asked } from '@/shell/embed/options';
import { walk } from '@/shell/embed/walk';
import { complete, print } from '@/shell/link';
import { parse, show } from '@/shell/parse';
import type { Value } from '@/shell/parameters';
import { everyStep, stepBounds } from '@/shell/steps';
import { tools, type ToolId } from './tools';

export type State = Readonly<Record<string, Value>>;

/** The rooms that a preview can be seen in, in CSS pixels; a page gives a figure all the height it wants. */
export const rooms = {
  page: { width: 800 },
  slide: { width: 960, height: 540 },
  phone: { width: 360, height: 640 },
} as const;
export type Room = keyof typeof rooms;

/** What was chosen for a figure: its state, its look, where it is previewed, and what it is for. */
export interface Choice {
  readonly values: State;
  readonly look: Asked;
  readonly preview: Room;
  readonly tool: ToolId;
}

/** What the builder reads from its address beside what an embed reads; no figure may have a parameter of these names. */
export const ownNames = ['paper', 'preview', 'tool'] as const;

/** start(widget) is what holds where nothing was chosen. */
export const start = (widget: AnyWidget): Choice => ({ values: complete(widget, {}), look: asked(''), preview: 'page', tool: tools[0].id });

/** changed(widget, values, patch): a step that stood at the end stays at the end, however many there are now. */
export function changed(widget: AnyWidget, values: State, patch: State): State {
  const said = new Set(new URLSearchParams(print(widget, values)).keys());
  return complete(widget, { ...Object.fromEntries(Object.entries(values).filter(([name]) => said.has(name))), ...patch });
}

/** sceneOf(widget, values) is the scene that a state is, if it is one. */
export function sceneOf(widget: AnyWidget, values: State): AnyWidget['scenes'][number] | undefined {
  const query = print(widget, values);
  return widget.scenes.find(({ set }) => print(widget, complete(widget, set as State)) === query);
}

/** printLook(look) is the query of all that is not the usual, without the state. */
export const printLook = (look: Asked): string =>
  optionNames
    .flatMap((name) => {
      const word = name === 'hide' ? look.hide.join('.') : look[name];
      return word && word !== (name in options ? options[name as keyof typeof options][0] : '') ? [`${name}=${word}`] : [];
    })
    .join('&');

/** embedAddress(widget, choice) is the path and query of the embed that was chosen. */
export function embedAddress(widget: AnyWidget, { values, look }: Pick<Choice, 'values' | 'look'>): string {
  const state = addressOf({ widget, path: `/embed/${widget.slug}/` }, values);
  const words = printLook(look);
  return words ? `${state}${state.includes('?') ? '&' : '?'}${words}` : state;
}

/** printChoice(widget, choice) is the query of the builder's own address. */
export function printChoice(widget: AnyWidget, { values, look, preview, tool }: Choice): string {
  const usual = start(widget);
  const query = print(widget, values);
  const scene = sceneOf(widget, values);
  return [
    `paper=${widget.slug}`,
    scene && query ? `scene=${scene.id}` : query,
    printLook(look),
    preview === usual.preview ? '' : `preview=${preview}`,
    tool === usual.tool ? '' : `tool=${tool}`,
  ]
    .filter(Boolean)
    .join('&');
}

/** readPaper(search, known): the paper that the builder's address names, else the first of those known. */
export function readPaper(search: string, known: readonly string[]): { paper: string; notices: readonly string[] } {
  const notices: string[] = [];
  return { paper: word('paper', search, known, notices), notices };
}

/** readChoice(widget, search) reads the builder's address, whatever it holds, and says what could not be had. It never throws. */
export function readChoice(widget: AnyWidget, search: string): { choice: Choice; notices: readonly string[] } {
  const usual = start(widget);
  const state = search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => !(ownNames as readonly string[]).includes(pair.split('=')[0]!))
    .join('&');
  const parsed = parse(widget, state);
  const notices = [...parsed.notices];
  for (const [name, known] of Object.entries(options)) word(name, search, known, notices);
  for (const part of new URLSearchParams(search.slice(0, longest)).get('hide')?.split(/[.,]/) ?? [])
    if (part && !(parts as readonly string[]).includes(part)) notices.push(`hide = ${show(part)} is not one of ${parts.join(', ')}.`);
  const look = asked(search);
  return {
    choice: {
      values: parsed.values,
      look: { ...look, ...ends(widget, parsed.values, look, notices) },
      preview: word('preview', search, Object.keys(rooms) as Room[], notices),
      tool: word('tool', search, [usual.tool, ...tools.map(({ id }) => id).filter((id) => id !== usual.tool)], notices),
    },
    notices,
  };
}

/** ends(widget, values, look): both ends of the range that steps or scenes are locked to, as a link says them; open ends are left out. */
export function ends(widget: AnyWidget, values: State, look: Asked, notices: string[] = []): Pick<Asked, 'from' | 'to'> {
  const { through, from, to } = walk(widget, look.walk, look.from, look.to);
  const scenes = through === 'scenes';
  for (const end of ['from', 'to'] as const) {
    const given = look[end];
    if (given && !/^\d{1,5}$/.test(given) && !(scenes && widget.scenes.some(({ id }) => id === given)))
      notices.push(`${end} = ${show(given)} is not a ${scenes ? 'scene' : 'step'} of this figure; that end stays open.`);
  }
  const last = scenes ? widget.scenes.length - 1 : stepBounds(widget, values, everyStep)![1];
  const name = (at: number) => (scenes ? widget.scenes[at]!.id : String(at));
  const first = Math.min(from, last);
  return { from: first > 0 ? name(first) : undefined, to: to < last ? name(to) : undefined };
}

/** More of an address than this is not read. */
const longest = 2000;

/** One of a few words in an address; what is none of them is said, and the first counts. */
function word<const W extends string>(name: string, search: string, known: readonly W[], notices: string[]): W {
  const given = new URLSearchParams(search.slice(0, longest)).get(name);
  const found = known.find((one) => one === given);
  if (given && !found)
    notices.push(`${name} = ${show(given)} is not one of ${known.length > 9 ? 'those there are' : known.join(', ')}; ${known[0]} is used.`);
  return found ?? known[0]!;
}

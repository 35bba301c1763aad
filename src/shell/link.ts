import { number } from '@/marks/format';
import { mostFor, type AnyWidget } from './contract';
import { optionNames } from './embed/options';
import { defaults, inputs, plain, printText, settle, snap, type Parameter, type Value } from './parameters';
import { words } from './words';

/** Names that the page itself reads; a widget cannot have a parameter of these names. */
export const reserved: readonly string[] = ['scene', 'v', ...optionNames];

/** print(widget, values) is the query string of a state: names in the schema's order, only what differs from the default. */
export function print(widget: AnyWidget, values: Readonly<Record<string, Value>>): string {
  const start = settleAround(widget, values);
  return Object.keys(widget.params)
    .filter((name) => values[name] !== start[name])
    .map(
      (name) =>
        `${name}=${(widget.params[name] as Parameter).type === 'text' ? printText(values[name] as string) : printValue(values[name]!)}`,
    )
    .join('&');
}

/** The defaults, with steps brought into the bounds that the other values of this state give them. */
function settleAround(widget: AnyWidget, values: Readonly<Record<string, Value>>): Record<string, Value> {
  const start: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries<Parameter>(widget.params)) {
    start[name] = parameter.type === 'step' ? snap(parameter, parameter.default, values) : parameter.default;
  }
  return start;
}

/** How a value stands in a link. */
export const printValue = (value: Value): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : typeof value === 'number' ? plain(value) : value;

/** complete(widget, patch) is the defaults with the patch on top, constrained and settled. */
export function complete(widget: AnyWidget, patch: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return settle(widget.params, fit(widget, { ...defaults(widget.params), ...patch }, []));
}

/** tooMuch(widget, values) is the line that says so where computing a state would hold the reader up; undefined where it may be computed. */
export function tooMuch(widget: AnyWidget, values: Readonly<Record<string, Value>>): string | undefined {
  const given = inputs(widget.params, values);
  const work = widget.work(given);
  const most = mostFor(widget, given);
  return work <= most ? undefined : words.tooMuch(number(work), number(most));
}

/** sceneOf(widget, values) is the scene that a state is, if it is one. */
export function sceneOf(widget: AnyWidget, values: Readonly<Record<string, Value>>): AnyWidget['scenes'][number] | undefined {
  let known = scenesOf.get(widget);
  if (!known) {
    // The first of two that are alike.
    const entries = widget.scenes.map((scene) => [print(widget, complete(widget, scene.set as Record<string, Value>)), scene] as const);
    scenesOf.set(widget, (known = new Map(entries.reverse())));
  }
  return known.get(print(widget, values));
}

/** The scenes of a widget by their query: asked for at every step of a drag. */
const scenesOf = new WeakMap<AnyWidget, ReadonlyMap<string, AnyWidget['scenes'][number]>>();

/** fit(widget, values, notices) is the values as the widget's constraints allow them; notices get a line for each that they change. */
export function fit(widget: AnyWidget, values: Record<string, Value>, notices: string[]): Record<string, Value> {
  if (!widget.constrain) return values;
  const fitted: Record<string, Value> = { ...widget.constrain({ ...values }) };
  for (const name of Object.keys(values)) {
    if ((widget.params[name] as Parameter).type !== 'step' && fitted[name] !== values[name]) {
      const used = printValue(fitted[name]!);
      // One line for one wish: where the link's own value was out of bounds already, that line says what came of it.
      const said = notices.findIndex((line) => line.startsWith(`${name} = `));
      if (said >= 0) notices[said] = notices[said]!.replace(/; [^;]* used\.$/, `; with the other settings, ${used} is used.`);
      else notices.push(`${name} = ${printValue(values[name]!)} does not fit the other settings; ${used} is used.`);
    }
  }
  return fitted;
}

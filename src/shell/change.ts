import { number } from '@/marks/format';
import type { AnyWidget, Outcome } from './contract';
import { plain, range, type Parameter, type Value } from './parameters';
import { words } from './words';

type State = Readonly<Record<string, Value>>;

/** A state with what was computed from it. */
export interface Drawn {
  readonly values: State;
  readonly result: unknown;
}

/**
 * change(widget, before, after) is what a listener should hear: what was turned, and what came of it as a change, "recall up from 0.5 to
 * 0.69". Empty where nothing differs.
 */
export function change(widget: AnyWidget, before: Drawn, after: Drawn): string {
  const changed = Object.entries<Parameter>(widget.params).filter(
    ([name, parameter]) => before.values[name] !== after.values[name] && (parameter.when?.(after.values) ?? true),
  );
  // How many steps there are follows the other settings; who stood at the end still does.
  const settings = changed.filter(([, { type }]) => type !== 'step');
  const turned = settings.length ? settings : changed;
  if (!turned.length) return '';
  const causes = turned.slice(0, 2).map(([name, parameter]) => cause(parameter, before.values[name]!, after.values[name]!, after.values));
  if (turned.length > 2) causes.push(words.otherSettings(turned.length - 2));
  const was = new Map<string, Outcome>(widget.outcomes(before.result, before.values).map((one) => [one.name, one]));
  const effects = widget.outcomes(after.result, after.values).map((one) => effect(was.get(one.name), one));
  const moved = effects.filter(({ moved }) => moved);
  const said = moved.length ? moved : effects.slice(0, 1);
  const rest = moved.length && moved.length < effects.length ? ` ${words.restUnchanged}` : '';
  return `${causes.join(', ')}: ${said.map(({ text }) => text).join('; ')}.${rest}`;
}

function cause(parameter: Parameter, before: Value, after: Value, values: State): string {
  const { label } = parameter;
  switch (parameter.type) {
    case 'flag':
      return `${label} ${after ? words.on : words.off}`;
    case 'choice':
      return `${label} ${parameter.options[after as string]}`;
    case 'bits':
    case 'text':
      return `${label} ${words.redrawn}`;
    case 'step':
      return `${label} ${parameter.reading?.(after as number) ?? words.stepOf(after as number, range(parameter, values)![1])}`;
    case 'seed':
      return `${label} ${plain(after as number)}`;
    default:
      return `${label} ${after > before ? words.up : words.down} ${words.to} ${plain(after as number)}`;
  }
}

/** What became of one outcome, by what is read: a difference that no reader sees is none. */
function effect(before: Outcome | undefined, { name, value, say = number }: Outcome): { moved: boolean; text: string } {
  const now = say(value);
  if (!before) return { moved: true, text: `${name} ${now}` };
  const then = (before.say ?? number)(before.value);
  if (then === now) return { moved: false, text: `${name} ${words.still} ${now}` };
  return { moved: true, text: `${name} ${value > before.value ? words.up : words.down} ${words.from} ${then} ${words.to} ${now}` };
}

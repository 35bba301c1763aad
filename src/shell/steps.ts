import type { AnyWidget } from './contract';
import { range, type Parameter, type StepParameter, type Value } from './parameters';

/** What stepping moves, and how far it may. */
export interface Walk {
  readonly through: 'steps' | 'scenes';
  /** The first and last step, or the first and last scene by number from 0. */
  readonly from: number;
  readonly to: number;
}

/** All steps there are: what holds where nobody asked for less. */
export const everyStep: Walk = { through: 'steps', from: 0, to: Infinity };

/** stepName(widget): the name of its step parameter, if it has one. */
export const stepName = (widget: AnyWidget): string | undefined =>
  Object.keys(widget.params).find((name) => (widget.params[name] as Parameter).type === 'step');

/** stepBounds(widget, values, walk): the first and last step that can be shown; undefined without steps. */
export function stepBounds(
  widget: AnyWidget,
  values: Readonly<Record<string, Value>>,
  { through, from, to }: Walk,
): readonly [number, number] | undefined {
  const name = stepName(widget);
  if (!name) return undefined;
  const [, last] = range(widget.params[name] as StepParameter, values)!;
  return through === 'steps' ? [Math.min(from, last), Math.min(to, last)] : [0, last];
}

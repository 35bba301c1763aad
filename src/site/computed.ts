import type { AnyWidget } from '@/shell/contract';
import type { Value } from '@/shell/parameters';

const made = new WeakMap<AnyWidget, Map<string, unknown>>();

/**
 * computed(widget, given) is what the figure makes of its inputs, made once for the whole site: a state stands on its paper's page, in its embed, on its
 * card and in what is said of it, and may be a training.
 */
export function computed(widget: AnyWidget, given: Readonly<Record<string, Value>>): unknown {
  if (!made.has(widget)) made.set(widget, new Map());
  const own = made.get(widget)!;
  const key = JSON.stringify(given);
  if (!own.has(key)) own.set(key, widget.simulate(given as never));
  return own.get(key);
}

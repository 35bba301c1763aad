import type { AnyWidget } from '@/shell/contract';
import { complete } from '@/shell/link';
import { inputs, type Value } from '@/shell/parameters';
import { computed } from './computed';
import { cut } from './sentences';

/** A state of a widget that has an address of its own: the default, or a scene. */
export interface State {
  readonly slug: string;
  /** The scene's id; the default has none. */
  readonly scene?: string;
  /** "HiP Attention: The lost needle". */
  readonly title: string;
  /** The scene's title, or the widget's. */
  readonly label: string;
  /** What the state shows, with its numbers, short enough for a preview. */
  readonly description: string;
  /** What to notice; for the default the whole of what is said about it. */
  readonly notice: string;
  readonly values: Readonly<Record<string, Value>>;
  readonly result: unknown;
}

/** Previews show about two hundred characters, and none more than three hundred. */
export const longestDescription = 280;

const made = new Map<AnyWidget, readonly State[]>();

/** states(widget, name) is every linkable state, the default first. `name` is what people call the paper. Computed once. */
export function states(widget: AnyWidget, name: string): readonly State[] {
  if (!made.has(widget)) made.set(widget, compute(widget, name));
  return made.get(widget)!;
}

function compute(widget: AnyWidget, name: string): readonly State[] {
  const all = [undefined, ...widget.scenes].map((scene) => {
    const values = complete(widget, (scene?.set ?? {}) as Record<string, Value>);
    const result = computed(widget, inputs(widget.params, values));
    const text = widget.describe(result, values);
    return { scene, values, result, text, notice: scene?.notice(result, values) ?? text };
  });
  const short = all.map(({ text }) => cut(text, longestDescription));
  return all.map(({ scene, values, result, text, notice }, i) => {
    // Scenes that look at the same numbers are described alike; what to notice tells them apart.
    const alike = scene && short.indexOf(short[i]!) !== short.lastIndexOf(short[i]!);
    const label = scene?.title ?? widget.title;
    return {
      slug: widget.slug,
      scene: scene?.id,
      title: `${name}: ${label}`,
      label,
      description: alike ? cut(`${notice} ${text}`, longestDescription) : short[i]!,
      notice,
      values,
      result,
    };
  });
}

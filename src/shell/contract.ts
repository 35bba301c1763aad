import type { Component } from 'svelte';
import type { Inputs, Parameters, Values } from './parameters';

/** The plotted numbers, for "view as table", CSV and JSON. */
export interface Table {
  readonly name: string;
  /** Column heads, with the unit in brackets where there is one. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A number that answers "and what came of it?", for those who hear the figure: what to listen for as settings change. */
export interface Outcome {
  /** A few words, lower case: "recall". The same name means the same quantity in every state. */
  readonly name: string;
  readonly value: number;
  /** How it is read aloud; as a plain number unless given. */
  say?(value: number): string;
}

/** A named setting; the scenes of a widget form a guided sequence. */
export interface Scene<P extends Parameters, R> {
  /** Stands in links: lower-case words joined by hyphens. */
  readonly id: string;
  readonly title: string;
  /** Parameters that differ from the default. */
  readonly set: Partial<Values<P>>;
  /** What to notice: one or two sentences, with the numbers of the result in them. */
  notice(result: R, values: Values<P>): string;
  /** What the notice claims, as a test. It must be able to fail: somewhere else in the parameters it is false. */
  claim(result: R, values: Values<P>): boolean;
}

/** A widget: what the reader can turn, what is computed from it, and what is said about it. */
export interface Widget<P extends Parameters = Parameters, R = unknown> {
  /** The paper's slug: also the folder's name. */
  readonly slug: string;
  /** What the figure shows, as its title: a few words. */
  readonly title: string;
  readonly params: P;
  /** Brings values that do not fit each other to ones that do (k at most T). Doing it twice changes nothing more. */
  constrain?(values: Values<P>): Values<P>;
  /** Pure and deterministic. Every number that a picture shows is in the result, the baseline's beside the method's. */
  simulate(inputs: Inputs<P>): R;
  /**
   * About how many elementary operations `simulate` does, from the sizes it loops over; a million take some 2 ms on a laptop. Beyond
   * `frameWork` it runs in a worker; a link that asks for more than `mostWork` is not followed, however harmless each of its values is.
   */
  work(inputs: Inputs<P>): number;
  /**
   * The resident models that `simulate` runs for these inputs, by name; it gets them by `resident(name)`. They are fetched before it is called, and
   * it is called in the worker alone. The result must be plain data, because the page brings along that of the state it was built with.
   */
  models?(inputs: Inputs<P>): readonly string[];
  /**
   * True where who asks for that state expects it to take some seconds: a network is trained. Such a state too is computed in the worker alone, may
   * take up to `mostModelWork`, has plain data for its result, and comes with the page that was built with it.
   */
  trains?(inputs: Inputs<P>): boolean;
  /** At least four. */
  readonly scenes: readonly Scene<P, R>[];
  /** One to three sentences with the numbers in them. */
  describe(result: R, values: Values<P>): string;
  /** One to four numbers, the most telling first. */
  outcomes(result: R, values: Values<P>): readonly Outcome[];
  tables(result: R, values: Values<P>): readonly Table[];
  /** What the toy cannot show. */
  readonly caveat: string;
}

/** What a phone computes within a frame or two. */
export const frameWork = 1e6;

/** What runs for the first time takes some five times as long as what was compiled by then, and a page that wakes has more to do. */
export const wakeWork = frameWork / 10;

/** More than this takes a phone several seconds: no state may ask for it. */
export const mostWork = 2e8;

/** What runs a resident model, or trains a network, is asked for on purpose and can be stopped: it may take longer. */
export const mostModelWork = 1e9;

/** widget(definition) is the definition, with its types inferred. */
export function widget<const P extends Parameters, R>(definition: Widget<P, R>): Widget<P, R> {
  return definition;
}

/** What View.svelte is given. `set` changes parameters, as the controls do. */
export interface ViewProps<W extends AnyWidget> {
  result: W extends Widget<infer _P, infer R> ? R : never;
  values: W extends Widget<infer P, infer _R> ? Values<P> : never;
  set: (patch: W extends Widget<infer P, infer _R> ? Partial<Values<P>> : never) => void;
}

/** A widget whose types are not known: what the shell, the pages and the tests handle. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyWidget = Widget<any, any>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Given = Inputs<any>;

/** lasting(widget, given): whether that state runs a resident model or trains a network. */
export const lasting = (widget: AnyWidget, given: Given): boolean =>
  (widget.models?.(given).length ?? 0) > 0 || widget.trains?.(given) === true;

/** mostFor(widget, given): how much work such a state may be. */
export const mostFor = (widget: AnyWidget, given: Given): number => (lasting(widget, given) ? mostModelWork : mostWork);

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyView = Component<any>;

/** One way in which a mechanism was verified. Computed from the golden files or a closed form, never typed. */
export interface Check {
  /** What was compared, in a few words. */
  readonly what: string;
  /** The largest absolute difference. */
  readonly error: number;
  /** What the difference must stay below. */
  readonly tolerance: number;
  /** Where the reference numbers come from: the authors' code. */
  readonly reference?: { readonly repository: string; readonly commit: string; readonly function: string };
  /** What it was compared with where there is no authors' code: 'closed form' unless said. */
  readonly against?: string;
}

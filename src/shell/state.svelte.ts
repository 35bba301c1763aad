import type { Drawn } from './change';
import { frameWork, type AnyWidget } from './contract';
import { everyStep, stepBounds, stepName, type Walk } from './steps';
import { complete, print, sceneOf, tooMuch } from './link';
import { inputs, range, type Parameter, type Value } from './parameters';

type State = Readonly<Record<string, Value>>;

/** Computes a result elsewhere; rejects when it cannot, or when the signal says that nobody waits for it any more. */
export type Remote = (slug: string, given: State, signal?: AbortSignal) => Promise<unknown>;

/** The state of one figure: values in, result out. Nothing else in the shell holds a copy of either. */
export class FigureState {
  values = $state.raw<State>({});
  /** The result, and the values it was computed from: a picture never mixes two settings. */
  drawn = $state.raw<Drawn | undefined>(undefined);
  notices = $state.raw<readonly string[]>([]);
  failure = $state.raw<string | undefined>(undefined);
  pending = $state(false);
  /** True while the steps run by themselves. */
  playing = $state(false);

  readonly widget: AnyWidget;
  /** What stepping moves, and between which ends; an embed may be locked to a part. */
  readonly walk: Walk;
  readonly #remote: Remote | undefined;
  #computed: string | undefined;
  #asked = 0;
  /** What is being computed elsewhere. */
  #asking: string | undefined;
  /** The number of the question whose answer is drawn. */
  #answered = 0;
  #stop: AbortController | undefined;

  constructor(
    widget: AnyWidget,
    values: State,
    result: unknown,
    notices: readonly string[] = [],
    remote?: Remote,
    within: Walk = everyStep,
  ) {
    this.widget = widget;
    this.walk = within;
    this.values = this.#locked(values);
    this.drawn = { result, values: this.values };
    this.notices = notices;
    this.#remote = remote;
    this.#computed = this.#key(values);
  }

  /** The first and last step that can be shown. */
  get steps(): readonly [number, number] | undefined {
    return stepBounds(this.widget, this.values, this.walk);
  }

  /** The scenes that can be chosen. */
  get scenes() {
    const { through, from, to } = this.walk;
    return through === 'scenes' ? this.widget.scenes.slice(from, to + 1) : this.widget.scenes;
  }

  #locked(values: State): State {
    const name = stepName(this.widget);
    const bounds = stepBounds(this.widget, values, this.walk);
    if (!name || !bounds) return values;
    const [first, last] = bounds;
    return { ...values, [name]: Math.min(last, Math.max(first, values[name] as number)) };
  }

  /** What the result depends on, as one string. */
  #key(values: State): string {
    return JSON.stringify(inputs(this.widget.params, values));
  }

  /** The query string of this state. */
  get query(): string {
    return print(this.widget, this.values);
  }

  /** The scene that this state is, if it is one. */
  get scene() {
    return sceneOf(this.widget, this.values);
  }

  /** set(patch) changes parameters; out-of-bounds values are brought in. */
  set = (patch: State): void => {
    const kept: Record<string, Value> = { ...this.values };
    // Who stands at the end of a run stays there when the run gets longer or shorter.
    for (const [name, parameter] of Object.entries<Parameter>(this.widget.params)) {
      if (parameter.type === 'step' && kept[name] === range(parameter, kept)![1] && parameter.default === Infinity) kept[name] = Infinity;
    }
    this.go(complete(this.widget, { ...kept, ...patch }));
  };

  /** choose(id) goes to a scene; an id that there is not is ignored. */
  choose(id: string): void {
    const scene = this.widget.scenes.find((one) => one.id === id);
    if (scene) this.go(complete(this.widget, scene.set as State));
  }

  reset = (): void => this.go(complete(this.widget, {}));

  /** go(values, notices?) moves to a complete state and computes its result if that differs from the one at hand. */
  go(values: State, notices: readonly string[] = []): void {
    const refused = tooMuch(this.widget, values);
    if (refused) {
      this.notices = [...notices, refused];
      return;
    }
    values = this.#locked(values);
    this.values = values;
    this.notices = notices;
    const key = this.#key(values);
    if (key === this.#computed && this.drawn) {
      // An answer that is still on its way belongs to a state that was left.
      this.#answered = ++this.#asked;
      this.pending = false;
      this.failure = undefined;
      this.drawn = { result: this.drawn.result, values };
      return;
    }
    const given = inputs(this.widget.params, values) as State;
    if (this.pending && key === this.#asking) return;
    if (this.#remote && this.widget.work(given) > frameWork) void this.#computeElsewhere(key, given);
    else this.#computeHere(key, given);
  }

  /** stop() ends a long computation: the figure goes back to what it shows. */
  stop = (): void => {
    this.#answered = ++this.#asked;
    this.#stop?.abort();
    this.pending = false;
    this.values = this.drawn?.values ?? this.values;
  };

  #computeHere(key: string, given: State): void {
    this.#answered = ++this.#asked;
    this.pending = false;
    try {
      this.drawn = { result: this.widget.simulate(given), values: this.values };
      this.#computed = key;
      this.failure = undefined;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.#computed = undefined;
    }
  }

  /** Whoever drags sees the answers as they come, each with the values it belongs to; one that comes after a newer one is dropped. */
  async #computeElsewhere(key: string, given: State): Promise<void> {
    const turn = ++this.#asked;
    const { values } = this;
    this.#asking = key;
    this.pending = true;
    try {
      this.#stop = new AbortController();
      const result = await this.#remote!(this.widget.slug, given, this.#stop.signal);
      if (turn < this.#answered) return;
      this.#answered = turn;
      // What only the view shows may have changed meanwhile.
      this.drawn = { result, values: turn === this.#asked ? this.values : values };
      this.#computed = key;
      this.failure = undefined;
      if (turn === this.#asked) this.pending = false;
    } catch {
      if (turn === this.#asked) this.#computeHere(key, given);
    }
  }
}

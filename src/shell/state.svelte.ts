import type { Drawn } from './change';
import { frameWork, lasting, type AnyWidget } from './contract';
import { everyStep, stepBounds, stepName, type Walk } from './steps';
import { complete, print, sceneOf, tooMuch } from './link';
import { said } from './said';
import { superseded } from './superseded';
import { inputs, range, type Parameter, type Value } from './parameters';

type State = Readonly<Record<string, Value>>;

/** The resident models that a question needs, and who is told of each how much has come. */
export interface Need {
  readonly models: readonly string[];
  /** The figure that asks. */
  readonly asker?: object;
  progress(done: number, all: number): void;
}

/** Computes a result elsewhere; rejects when it cannot, or when the signal says that nobody waits for it any more. */
export type Remote = (slug: string, given: State, signal?: AbortSignal, need?: Need) => Promise<unknown>;

/** Draws when the page has shown what came before. */
export type Later = (draw: () => void) => void;

/** The state of one figure: values in, result out. Nothing else in the shell holds a copy of either. */
export class FigureState {
  values = $state.raw<State>({});
  /** What the controls show: at once what a hand set there; where one press sets many, what was pressed answers first. */
  settings = $state.raw<State>({});
  /** The result, and the values it was computed from: a picture never mixes two settings. */
  drawn = $state.raw<Drawn | undefined>(undefined);
  notices = $state.raw<readonly string[]>([]);
  failure = $state.raw<string | undefined>(undefined);
  pending = $state(false);
  /** How much of a model has come that the picture waits for, in bytes. */
  coming = $state.raw<readonly [done: number, all: number] | undefined>(undefined);
  /** True while the steps run by themselves. */
  playing = $state(false);

  readonly widget: AnyWidget;
  /** What stepping moves, and between which ends; an embed may be locked to a part. */
  readonly walk: Walk;
  readonly #remote: Remote | undefined;
  readonly #later: Later;
  /** True while what was asked for waits to be drawn. */
  #due = false;
  /** True from a wish until something is drawn. What fails then is not of a picture, and no picture shows that it is well again. */
  #wished = false;
  #stays = false;
  #computed: string | undefined;
  /** What the figure was made with: it can go back there without computing. */
  readonly #first: { readonly key: string; readonly result: unknown };
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
    later: Later = (draw) => draw(),
  ) {
    this.widget = widget;
    this.walk = within;
    this.values = this.settings = this.#locked(values);
    this.drawn = { result, values: this.values };
    this.notices = notices;
    this.#remote = remote;
    this.#later = later;
    this.#computed = this.#key(values);
    this.#first = { key: this.#computed, result };
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

  /** The picture in words, as it is or as it was. */
  describe = ({ result, values }: Drawn): string => said(() => this.widget.describe(result, values), '');

  get text(): string {
    return this.drawn ? this.describe(this.drawn) : '';
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
    this.settings = this.values;
  };

  /** choose(id) goes to a scene; an id that there is not is ignored. */
  choose(id: string): void {
    const scene = this.widget.scenes.find((one) => one.id === id);
    if (!scene) return;
    this.go(complete(this.widget, scene.set as State));
    // One press asks for one picture, unlike a hand that drags: what is computed elsewhere need not wait until the press is painted.
    const key = this.#key(this.values);
    if (this.#due && key !== this.#computed && key !== this.#first.key) this.#compute(key, this.values, false);
  }

  reset = (): void => this.go(complete(this.widget, {}));

  /**
   * go(values, notices?) moves to a complete state. What was asked for is in `values` at once, so that a control follows the hand; the
   * picture comes later, computed if its result differs from the one at hand.
   */
  go(values: State, notices: readonly string[] = []): void {
    const refused = tooMuch(this.widget, values);
    if (refused) {
      this.notices = [...notices, refused];
      return;
    }
    values = this.#locked(values);
    this.values = values;
    this.notices = notices;
    this.pending = this.#wished = true;
    this.#stays = false;
    if (this.#due) return;
    this.#due = true;
    this.#later(this.draw);
  }

  /** draw() brings the picture up to what was asked for, without waiting any longer; nothing where it is there or being computed. */
  draw = (): void => {
    if (!this.#due) return;
    this.#due = false;
    const { values } = this;
    this.settings = values;
    const key = this.#key(values);
    if (key === this.#computed && this.drawn) {
      // An answer that is still on its way belongs to a state that was left.
      this.#answer(++this.#asked, this.drawn.result, values);
      return;
    }
    if (key === this.#first.key) {
      this.#computed = key;
      this.#answer(++this.#asked, this.#first.result, values);
      return;
    }
    this.#compute(key, values, true);
  };

  /** Computes a state that is not being computed: elsewhere where it is much, and otherwise here, if it may. */
  #compute(key: string, values: State, here: boolean): void {
    if (key === this.#asking) return;
    const given = inputs(this.widget.params, values) as State;
    if (lasting(this.widget, given)) void this.#computeElsewhere(key, given, values);
    else if (this.#remote && this.widget.work(given) > frameWork) void this.#computeElsewhere(key, given, values);
    else if (here) this.#computeHere(key, given, values);
  }

  /** fail(error) says that something of the figure could not be drawn; the next state that is asked for tries again. */
  fail = (error: unknown): void => {
    this.failure = error instanceof Error ? error.message : String(error);
    this.#stays = this.#wished;
  };

  /** stop() ends a long computation: the figure goes back to what it shows. */
  stop = (): void => {
    this.#answered = ++this.#asked;
    this.#asking = undefined;
    this.#stop?.abort();
    this.pending = false;
    this.coming = undefined;
    this.values = this.drawn?.values ?? this.values;
    this.#later(() => (this.settings = this.values));
  };

  /** Draws a result with the values it belongs to. What was asked for after it keeps waiting. */
  #answer(turn: number, result: unknown, values: State): void {
    this.#answered = turn;
    this.drawn = { result, values };
    this.#wished = false;
    if (!this.#stays) this.failure = undefined;
    if (turn !== this.#asked) return;
    this.#asking = undefined;
    this.pending = this.#due;
  }

  #modelsOf(given: State): readonly string[] {
    return this.widget.models?.(given) ?? [];
  }

  #computeHere(key: string, given: State, values: State): void {
    const turn = ++this.#asked;
    try {
      this.#answer(turn, this.widget.simulate(given), values);
      this.#computed = key;
    } catch (error) {
      this.#failed(turn, error);
    }
  }

  #failed(turn: number, error: unknown): void {
    this.#answered = turn;
    this.#asking = this.#computed = undefined;
    this.pending = this.#due;
    this.#wished = false;
    this.fail(error);
  }

  /** Whoever drags sees the answers as they come, each with the values it belongs to; one that comes after a newer one is dropped. */
  async #computeElsewhere(key: string, given: State, values: State): Promise<void> {
    const turn = ++this.#asked;
    this.#asking = key;
    this.pending = true;
    try {
      this.#stop = new AbortController();
      const need = {
        models: this.#modelsOf(given),
        asker: this,
        progress: (done: number, all: number) => turn === this.#asked && (this.coming = [done, all]),
      };
      if (!this.#remote) throw new Error('there is nothing here that runs it');
      const result = await this.#remote(this.widget.slug, given, this.#stop.signal, need);
      if (turn < this.#answered) return;
      this.#computed = key;
      // What only the view shows may have changed meanwhile.
      this.#answer(turn, result, turn === this.#asked && !this.#due ? this.values : values);
    } catch (error) {
      if (turn !== this.#asked) return;
      // Nothing newer was asked for by this figure: it still wants to know.
      if ((error as Error).message === superseded) return void this.#computeElsewhere(key, given, values);
      // What needs a model cannot be computed without the worker that has it; what trains one would hold the page up.
      if (lasting(this.widget, given)) this.#failed(turn, error);
      else this.#computeHere(key, given, values);
    } finally {
      if (turn === this.#asked) this.coming = undefined;
    }
  }
}

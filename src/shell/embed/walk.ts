import type { AnyWidget } from '../contract';
import type { FigureState } from '../state.svelte';
import { stepName, type Walk } from '../steps';

/**
 * walk(widget, through, from, to) reads what a link asked for. Steps are counted from 0, scenes are named or counted from 1.
 * A figure without steps is walked scene by scene; what makes no sense leaves that end open.
 */
export function walk(widget: AnyWidget, through: string, from?: string, to?: string): Walk {
  const steps = through !== 'scenes' && stepName(widget) !== undefined;
  const last = steps ? Infinity : widget.scenes.length - 1;
  const end = (text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    const named = steps ? -1 : widget.scenes.findIndex(({ id }) => id === text);
    if (named >= 0) return named;
    return /^\d{1,5}$/.test(text) ? Math.min(last, Math.max(0, Number(text) - (steps ? 0 : 1))) : otherwise;
  };
  const [a, b] = [end(from, 0), end(to, last)];
  return { through: steps ? 'steps' : 'scenes', from: Math.min(a, b), to: Math.max(a, b) };
}

/** How many presses of a presenter's remote go through a long run of steps. */
const presses = 10;

/** stride(bounds): how far one press of a presenter's remote goes, so that a run of hundreds of steps does not hold up a talk. */
export const stride = ([first, last]: readonly [number, number]): number => Math.max(1, Math.ceil((last - first) / presses));

/**
 * walker(figure) moves it one step or scene on (1) or back (-1), `far` by a presenter's stride. False at the end: nothing moved.
 * `saw` hears which scene the figure is in: who plays with the controls and steps on goes to the one after it.
 */
export function walker(figure: FigureState): { move: (by: 1 | -1, far?: boolean) => boolean; saw: (scene?: string) => void } {
  const { widget, walk: within } = figure;
  const { through, from, to } = within;
  const number = (scene?: string) => widget.scenes.findIndex(({ id }) => id === scene);
  let last = number(figure.scene?.id);

  function scene(by: 1 | -1): boolean {
    const next = last < 0 && by > 0 ? from : last + by;
    if (next < from || next > to) return false;
    figure.choose(widget.scenes[next]!.id);
    last = next;
    return true;
  }
  function step(by: 1 | -1, far: boolean): boolean {
    const name = stepName(widget)!;
    const [first, end] = figure.steps!;
    const now = figure.values[name] as number;
    if (by > 0 ? now >= end : now <= first) return false;
    figure.set({ [name]: Math.min(end, Math.max(first, now + by * (far ? stride([first, end]) : 1))) });
    return true;
  }
  return {
    move: (by, far = false) => (through === 'scenes' ? scene(by) : step(by, far)),
    saw: (id) => {
      if (number(id) >= 0) last = number(id);
    },
  };
}

import { number } from '@/marks/format';
import { bend, curveAt, flow, type CurveName } from '@/mechanisms/positional-extrapolation/clex';
import { evaluations, steps, type Rule } from '@/mechanisms/positional-extrapolation/clex-solver';
import { readAlong, type Turned } from '@/mechanisms/positional-extrapolation/clex-text';
import type { LossCurve } from '@/mechanisms/positional-extrapolation/giraffe-text';
import { arc, rope, similarity, yarnMagnitude } from '@/mechanisms/positional-extrapolation/rotary';
import type { Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';

export const methods = {
  rope: 'RoPE, unchanged',
  linear: 'PI (linear)',
  ntk: 'NTK, α = t',
  ntk2: 'NTK, α = 2t − 1',
  yarn: 'YaRN',
  clex: 'CLEX',
} as const satisfies Record<CurveName, string>;
export const order = Object.keys(methods) as CurveName[];

/** The sizes of the resident model, which are those of the pictures too. */
export const dim = 32;
export const pairs = dim / 2;
export const trained = 256;
/** Where the curves end. */
export const farthest = 8;
/** The distances at which resolution is looked at. */
export const near = 33;

export interface Settings {
  readonly measured: string;
  readonly method: string;
  readonly t: number;
  readonly mid: number;
  readonly slow: number;
  readonly rule: string;
  readonly step: number;
  readonly practised: number;
  readonly schedule: string;
  readonly passage: string;
}

/** The grid that curves over t are drawn on: finer where they bend. */
export const grid = Array.from({ length: 33 }, (_, i) => Number((1 + ((farthest - 1) * (i / 32) * (i / 32 + 0.5)) / 1.5).toFixed(3)));
const whole = Array.from({ length: farthest }, (_, i) => i + 1);

/** The finest solution that is asked for here: the authors' rule and step. */
const finest = { rule: 'rk4', step: 0.01 } as const;
export const isFinest = ({ rule, step }: Pick<Settings, 'rule' | 'step'>): boolean => rule === finest.rule && step === finest.step;
const bent = ({ mid, slow }: Pick<Settings, 'mid' | 'slow'>) => mid !== 0 || slow !== 0;

/** How many tokens of the text are read. */
export const lengthOf = (t: number): number => Math.round(t * trained);

/** The curve whose loss is measured beside the chosen one: unchanged RoPE, or the flow before it was bent; none beside RoPE itself. */
export const beside = (settings: Pick<Settings, 'method' | 'mid' | 'slow'>): CurveName | undefined =>
  settings.method === 'rope' ? undefined : settings.method === 'clex' && bent(settings) ? 'ntk2' : 'rope';

/** About how many operations the flow takes: a step's velocities and what is added up from them. */
export function flowWork({ rule, step, mid, slow }: Settings): number {
  const one = (r: Rule, h: number) => steps(farthest - 1, h) * evaluations[r] * pairs * (bent({ mid, slow }) ? 16 : 7);
  return one(rule as Rule, step) + (isFinest({ rule, step }) ? 0 : one(finest.rule, finest.step));
}

/** theta at any of `times`, for every method. */
function solved(settings: Settings, times: readonly number[]) {
  const network = bent(settings) ? bend(dim, settings.mid, settings.slow) : undefined;
  const own = flow(times, { dim, network, rule: settings.rule as Rule, step: settings.step });
  const exact = isFinest(settings) ? own : flow(times, { dim, network, ...finest });
  const at = (name: CurveName, t: number) => (name === 'clex' ? own[times.indexOf(t)]! : curveAt(name, t, { dim, trained }));
  return { at, exact: (t: number) => exact[times.indexOf(t)]! };
}

/** Passages that were read already: who compares settings reads the baseline once. */
const known = new Map<string, LossCurve>();

/** What the resident model pays for the text under the chosen curve, and under those it is compared with. */
function onText(settings: Settings, at: (name: CurveName, t: number) => Float64Array) {
  if (settings.measured !== 'text') return undefined;
  const { method, t, mid, slow, rule, step, schedule, passage } = settings;
  const length = lengthOf(t);
  const read = (name: CurveName) => {
    // Where frequencies never move, it makes no difference which t they are read with.
    const growing = schedule === 'growing' || name === 'rope';
    const key = JSON.stringify([name, passage, length, growing, ...(name === 'clex' ? [mid, slow, rule, step] : [])]);
    let found = known.get(key);
    if (!found) {
      const turned = (ratio: number): Turned => ({
        theta: at(name, growing ? ratio : t),
        sharper: name === 'yarn' ? yarnMagnitude(growing ? ratio : t) ** 2 : 1,
      });
      found = readAlong(resident('rope'), passageText(passage as Passage), turned, { length, window: trained, growing });
      known.set(key, found);
    }
    return found;
  };
  const other = beside(settings);
  return {
    length,
    chosen: read(method as CurveName),
    compared: other && { name: other === 'rope' ? 'unchanged RoPE' : 'CLEX untouched', isRope: other === 'rope', ...read(other) },
  };
}

const sum = (x: Float64Array) => x.reduce((total, value) => total + value, 0);

/** simulate(settings): every curve at t, the chosen one over all t, and what each shows that training did not. */
export function simulate(settings: Settings) {
  const { measured, method, practised, schedule } = settings;
  // The end of a text is read with a whole t where that grows.
  const t = measured === 'text' && schedule === 'growing' ? Math.ceil(settings.t) : settings.t;
  const times = [...new Set([...grid, ...whole, t])].sort((a, b) => a - b);
  const { at, exact } = solved(settings, times);
  const plain = rope(dim);
  const text = onText(settings, at);

  /** The arc that training swept: plain RoPE, and each whole t that was practised along the curve. */
  const seenBy = (name: CurveName) =>
    whole.slice(1, practised).reduce(
      (most, ratio) => {
        const swept = arc(at(name, ratio), ratio * trained);
        return most.map((angle, i) => Math.max(angle, swept[i]!));
      },
      arc(plain, trained),
    );
  /** Per pair, angles at a ratio beyond those seen, which may come from several t. */
  const beyond = (name: CurveName, ratio: number, seen: Float64Array, length = ratio * trained) => {
    const unseen = arc(at(name, ratio), length);
    for (let i = 0; i < pairs; i++) unseen[i] = Math.max(0, unseen[i]! - seen[i]!);
    return unseen;
  };
  const isNew = (radians: number, i: number) => radians > plain[i]! + 1e-9;
  // A picture's numbers need no more digits than it can show, and travel with the page.
  const short = (x: ArrayLike<number>) => Array.from(x, (value) => Math.round(value * 1e5) / 1e5);
  const speeds = grid.map((ratio) => at(method as CurveName, ratio).map((theta, i) => theta / plain[i]!));
  const seenByChosen = seenBy(method as CurveName);
  const newness = grid.map((ratio) => beyond(method as CurveName, ratio, seenByChosen));

  const all = order.map((name) => {
    const seen = seenBy(name);
    const theta = at(name, t);
    const unseen = beyond(name, t, seen, settings.t * trained);
    return {
      name,
      theta: [...theta],
      // Of the two that dials are drawn of.
      ...(measured === 'angles' && (name === method || name === 'rope')
        ? { seen: short(seen), reached: short(arc(theta, t * trained)), unseen: short(unseen) }
        : {}),
      // Positions that are squeezed end less than a step past the last whole one: that is not new.
      left: Array.from(unseen, isNew),
      radians: sum(unseen),
      resolution: theta[0]! / plain[0]!,
      /** Radians never seen, at each t of the grid. */
      course: measured === 'text' ? [] : short(grid.map((ratio) => sum(beyond(name, ratio, seen)))),
    };
  });
  const chosen = all.find(({ name }) => name === method)!;
  const clexAt = exact(t);
  return {
    /** That of the curves, also where a text reads with a whole t. */
    t,
    text,
    all,
    chosen,
    baseline: all[0]!,
    /** The chosen curve over t: of each pair, how fast it turns as a share of its speed under RoPE. */
    speeds: Array.from(plain, (_, i) => short(speeds.map((speed) => speed[i]!))),
    /** Of each pair, 1 at each t of the grid where it shows angles that training did not. */
    news: Array.from(plain, (_, i) => newness.map((unseen) => (isNew(unseen[i]!, i) ? 1 : 0))),
    /** The finest solution's last pair, which a coarse one is furthest off. */
    exact: method === 'clex' && !isFinest(settings) ? short(grid.map((ratio) => exact(ratio)[pairs - 1]! / plain[pairs - 1]!)) : undefined,
    /** How far a coarse solution is off at t, as a share of the frequency: the worst pair. */
    error: method === 'clex' ? Math.max(...chosen.theta.map((theta, i) => Math.abs(theta / clexAt[i]! - 1))) : 0,
    /** From NTK-aware scaling with alpha = 2t - 1, as a share of the frequency: the worst pair. */
    offNtk: Math.max(...chosen.theta.map((theta, i) => Math.abs(theta / all[3]!.theta[i]! - 1))),
    near:
      measured === 'text'
        ? undefined
        : {
            chosen: short(Array.from({ length: near }, (_, r) => similarity(Float64Array.from(chosen.theta), r))),
            baseline: short(Array.from({ length: near }, (_, r) => similarity(plain, r))),
          },
  };
}

/** titled(result, method): its name in what is said of a text. */
export const titled = ({ text }: Pick<ReturnType<typeof simulate>, 'text'>, method: string): string =>
  method === 'clex' && text?.compared && !text.compared.isRope ? 'CLEX, bent' : methods[method as CurveName];

/** unseen(method): its new angles in words. Squeezed positions end within a step past the last angle seen: that is summed, but no pair is counted for it. */
export function unseen({ left, radians }: { readonly left: readonly boolean[]; readonly radians: number }): string {
  const count = left.filter(Boolean).length;
  const said =
    radians > 0.005 && !count
      ? 'no pair goes more than one step past the angles of training'
      : `${count} of ${pairs} pairs show angles not seen in training`;
  return `${said}, ${number(radians, 2)} radians in all`;
}

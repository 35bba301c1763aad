import { target } from '@/mechanisms/positional-extrapolation/giraffe-fit';
import {
  gathered,
  held,
  pairs,
  pairsBeyond,
  rowsOf,
  seen,
  type Pattern,
  type Reach,
} from '@/mechanisms/positional-extrapolation/lm-infinite';
import { cosine, fittedLogit, toyHead } from '@/mechanisms/positional-extrapolation/lm-infinite-toy';
import { entropy } from '@/tensor/softmax';
import { trained } from './names';
import { readText } from './beside';
import { reachIn, type Settings } from './text';

/** Points of a curve over the position: each the mean of a stretch of queries. */
const most = 24;

const mean = (x: ArrayLike<number>, from = 0, to = x.length): number => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]!;
  return to > from ? sum / (to - from) : 0;
};

/** The penalty of the fit: large enough that the logit still fits its frame past the trained length. */
const epsilon = 1e-3;

/** stretches(n): [from, to) of the queries that share a point. The last query, which asks for the needle, is unlike the others and is left out. */
const stretches = (n: number): [number, number][] =>
  Array.from({ length: most }, (_, i) => [Math.round((i * (n - 1)) / most), Math.round(((i + 1) * (n - 1)) / most)]);

type Head = ReturnType<typeof toyHead>;

/** Each query of the synthetic head by itself. */
function queries(head: Head, reach: Reach, { query, needle }: Pick<Settings, 'query' | 'needle'>) {
  const n = head.q.shape[0]!;
  const rowAt = rowsOf(head, reach);
  const entropies = new Float64Array(n);
  const outputs: Float64Array[] = [];
  let looked: number[] = [];
  let onNeedle = 0;
  for (let i = 0; i < n; i++) {
    const row = rowAt(i);
    entropies[i] = entropy(row.weights);
    outputs.push(gathered(row, head.v));
    // A key that is not seen has no weight, which is not a weight of 0.
    if (i === query) {
      looked = new Array<number>(i + 1).fill(-1);
      row.keys.forEach((key, s) => (looked[key] = row.weights[s]!));
    }
    if (i === n - 1) row.keys.forEach((key, s) => (onNeedle += key === needle ? row.weights[s]! : 0));
  }
  return { entropies, outputs, looked, onNeedle };
}

/** What full attention made of its head last: no control of a pattern changes that, and it is the dearer half. */
let last: { readonly key: string; readonly head: Head; readonly full: ReturnType<typeof queries> } | undefined;

function headOf(settings: Settings) {
  const { length, strength, needle, seed, query } = settings;
  const key = [length, strength, needle, seed, query].join();
  if (last?.key !== key) {
    const head = toyHead({ length, strength, needle, seed });
    last = { key, head, full: queries(head, reachIn(settings, 'full'), settings) };
  }
  return last;
}

/** One pattern on the synthetic head. */
function measured({ outputs, entropies, looked, onNeedle }: ReturnType<typeof queries>, reach: Reach, window: number, home?: Float64Array) {
  const n = outputs.length;
  // Where outputs point while the text fits the trained length.
  const own = home ?? outputs[0]!.map((_, c) => mean(outputs.slice(0, window).map((o) => o[c]!)));
  const directions = outputs.map((o) => cosine(o, own));
  const parts = stretches(n);
  const inside = Math.min(window, n - 1);
  return {
    home: own,
    entropies: parts.map(([from, to]) => mean(entropies, from, to)),
    directions: parts.map(([from, to]) => mean(directions, from, to)),
    entropy: { inside: mean(entropies, inside >> 1, inside), outside: mean(entropies, inside, n - 1) },
    direction: { inside: mean(directions, inside >> 1, inside), outside: mean(directions, inside, n - 1) },
    seen: parts.map(([from, to]) => mean(Array.from({ length: to - from }, (_, i) => seen(from + i, reach)))),
    looked,
    onNeedle,
  };
}

function onHead(settings: Settings) {
  const { window, length } = settings;
  const pattern = settings.pattern as Pattern;
  const reach = reachIn(settings, pattern);
  const { head, full: all } = headOf(settings);
  const { home, ...full } = measured(all, reachIn(settings, 'full'), window);
  const { home: _, ...chosen } = pattern === 'full' ? { home, ...full } : measured(queries(head, reach, settings), reach, window, home);
  const fit = fittedLogit(target('wave', window), length, Math.min(reach.ceiling, length), epsilon);
  // The mask alone hides what is far; what it leaves of it are the starting tokens, at their true distances.
  const largest = (x: Float64Array, from: number) => x.subarray(from).reduce((top, v) => Math.max(top, Math.abs(v)), 0);
  return {
    full,
    chosen,
    positions: stretches(length).map(([from, to]) => (from + to - 1) / 2),
    logits: {
      free: [...fit.free],
      chosen: [...fit.capped],
      freeOutside: largest(fit.free, window),
      chosenOutside: largest(fit.capped, window),
    },
  };
}

/** simulate(settings): who sees whom, and what comes of it on the synthetic head or in a resident model; full attention beside it. */
export function simulate(settings: Settings) {
  const { measured: source, length, tokens } = settings;
  const toy = source === 'head';
  const n = toy ? length : tokens;
  const window = toy ? settings.window : settings.local;
  const pattern = settings.pattern as Pattern;
  const reach = reachIn(settings, pattern);
  const full = reachIn(settings, 'full');
  const known = toy ? window : trained;
  return {
    n,
    window,
    pattern,
    pairs: { chosen: pairs(n, reach), full: pairs(n, full) },
    /** The share of them that is given a distance beyond the trained length. */
    unseen: { chosen: pairsBeyond(n, reach, known) / pairs(n, reach), full: pairsBeyond(n, full, known) / pairs(n, full) },
    held: { chosen: held(n, reach), full: n },
    /** Whether any query sees a key that is a window away or further. */
    far: !Number.isFinite(reach.window) || reach.starting > 0,
    head: toy ? onHead(settings) : null,
    text: toy ? null : readText(settings),
  };
}

export type Result = ReturnType<typeof simulate>;

/** work(settings): the synthetic head's products, twice; or tokens through a model, and its queries' keys, dearer where each pair has a distance of its own. */
export function work(settings: Settings): number {
  const { measured: source, length, tokens, starting, local } = settings;
  const pattern = settings.pattern as Pattern;
  if (source === 'head') {
    const reach = reachIn(settings, pattern);
    const products = pairs(length, reachIn(settings, 'full')) + (pattern === 'full' ? 0 : pairs(length, reach));
    return 40 * products + 600 * length + 60 * 32 ** 2 + (32 ** 2 * settings.window + 32 * length) * 1.5 + 32 ** 3 / 3;
  }
  const scale = source === 'rope' ? 1 : 0.75;
  const each = (one: Pattern) => {
    const reach = reachIn(settings, one);
    const dear = Number.isFinite(reach.ceiling) && source !== 'alibi' ? 3.5 : 1;
    // A masked text is read in pieces, and the keys of a piece are scored before they are hidden.
    const met = Number.isFinite(reach.window) ? tokens * Math.min(tokens / 2, local + starting + 32) : tokens ** 2 / 2;
    return scale * (1.8e5 * tokens + 230 * dear * met);
  };
  return [...new Set<Pattern>(['full', 'window', 'lambda', pattern])].reduce((sum, one) => sum + each(one), 0);
}

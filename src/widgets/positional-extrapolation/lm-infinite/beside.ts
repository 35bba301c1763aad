/** What only the worker runs: a resident model under each pattern. */
import type { Pattern } from '@/mechanisms/positional-extrapolation/lm-infinite';
import { read, type Reading } from '@/mechanisms/positional-extrapolation/lm-infinite-resident';
import type { Passage } from '@/model/passages';
import { passage as passageText, resident } from '@/model/resident';
import { tokens as tokensOf } from '@/model/text';
import { trained } from './names';
import { every, firsts, reachIn, stretch, type Settings } from './text';

/** Readings that were made already: a reader who compares patterns has full attention computed once. */
const known = new Map<string, Reading>();
function reading(pattern: Pattern, settings: Settings): Reading {
  const { measured, passage, tokens } = settings;
  const reach = reachIn(settings, pattern);
  const key = JSON.stringify([measured, passage, tokens, Object.values(reach).map(String)]);
  let found = known.get(key);
  if (!found) {
    if (known.size > 100) known.clear();
    const ids = tokensOf(passageText(passage as Passage)).slice(0, tokens + 1);
    known.set(key, (found = read(resident(measured), ids, reach, { every, first: firsts })));
  }
  return found;
}

const round = (x: number): number => Number(x.toFixed(4));
const mean = (x: ArrayLike<number>, from = 0, to = x.length): number => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]!;
  return to > from ? sum / (to - from) : 0;
};
/** Means of four looks each; a place where nothing is seen stays empty. */
const byStretch = (x: readonly number[]): (number | null)[] =>
  Array.from({ length: Math.ceil(x.length / 4) }, (_, i) => {
    const own = x.slice(4 * i, 4 * i + 4).filter((value) => !Number.isNaN(value));
    return own.length ? round(mean(own)) : null;
  });

function told(found: Reading) {
  const { losses, entropies, queries, seen, shares, far, heads, scores, largest } = found;
  const past = (x: readonly number[]) => x.filter((_, i) => queries[i]! >= trained);
  const within = (x: readonly number[]) => x.filter((_, i) => queries[i]! < trained && queries[i]! >= trained / 2);
  return {
    /** Mean nats per character of each stretch, within the trained window, and past it. */
    loss: Array.from({ length: losses.length / stretch }, (_, i) => round(mean(losses, i * stretch, (i + 1) * stretch))),
    inside: round(mean(losses, 0, trained)),
    outside: round(mean(losses, trained)),
    entropies: byStretch(entropies),
    /** In the second half of the trained window, and past it. */
    entropy: { inside: round(mean(within(entropies))), outside: round(mean(past(entropies))) },
    seen: byStretch(seen),
    shares: byStretch(shares),
    share: { inside: round(mean(within(shares))), outside: round(mean(past(shares))) },
    far: round(mean(past(far))),
    heads: heads.map(round),
    scores: byStretch(scores),
    largest: round(largest),
  };
}

export type Told = ReturnType<typeof told>;

/** readText(settings): the resident model under full attention, a window, LM-Infinite, and the pattern that is chosen. Plain data. */
export function readText(settings: Settings) {
  const pattern = settings.pattern as Pattern;
  // What others are held against has the paper's ceiling.
  const own = (one: Pattern) => (one === pattern ? settings : { ...settings, ceiling: 1 });
  const [full, window, lambda, chosen] = (['full', 'window', 'lambda', pattern] as const).map((one) => told(reading(one, own(one)))) as [
    Told,
    Told,
    Told,
    Told,
  ];
  const brief = ({ loss, inside, outside }: Told) => ({ loss, inside, outside });
  const { layers, heads } = resident(settings.measured).shape;
  return {
    layers,
    heads,
    full,
    chosen,
    window: brief(window),
    lambda: brief(lambda),
  };
}

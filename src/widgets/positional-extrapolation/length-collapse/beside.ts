/** What only the worker runs: a resident model at a temperature. */
import { evenCausal, filterRate, meanCosine } from '@/mechanisms/positional-extrapolation/length-collapse';
import { readTexts, type Reading } from '@/mechanisms/positional-extrapolation/length-collapse-text';
import { cosines, sizesUpTo } from '@/mechanisms/positional-extrapolation/length-collapse-toys';
import { passages, type Passage } from '@/model/passages';
import { passage, resident } from '@/model/resident';
import { tokens } from '@/model/text';
import type { Inputs } from './simulate';
import { mean, rated, round, short, textsOf, window, type Crowd } from './sizes';

/** The held-out texts: one from each novel, and then another from each. */
export const chosen = (read: number): { readonly name: Passage; readonly at: number }[] =>
  Array.from({ length: textsOf(read) }, (_, i) => ({
    name: (Object.keys(passages) as Passage[])[i % 4]!,
    at: i < 4 ? 0 : 540,
  }));

export const sizesOf = (read: number): number[] => sizesUpTo(read);

/** Readings that were made already: who turns the temperature reads the baseline once. */
const known = new Map<string, Reading>();
function readAt(read: number, tau: number): Reading {
  const key = `${read} ${tau}`;
  let found = known.get(key);
  if (!found) {
    const texts = chosen(read).map(({ name, at }) => tokens(passage(name).slice(at, at + read)));
    known.set(key, (found = readTexts(resident('rope'), texts, { tau, sizes: sizesOf(read), rated })));
  }
  return found;
}

/** ofModel(inputs): how alike the vectors of texts are in the model, and what its heads let through. */
export function ofModel({ tau, read, pooling }: Pick<Inputs, 'tau' | 'read' | 'pooling'>) {
  const own = readAt(read, tau);
  const base = tau === 1 ? own : readAt(read, 1);
  const vectors = (one: Reading) => (pooling === 'mean' ? one.mean : one.last);
  /** Nats a character inside the window, and past it; a text's character i stands at i + 1, after the start token. */
  const lossOf = ({ losses }: Reading) => ({
    inside: round(mean(losses.map((one) => mean(one.subarray(0, window - 1))))),
    ...(read > window && { past: round(mean(losses.map((one) => mean(one.subarray(window - 1))))) }),
  });
  const crowd: Crowd = {
    sizes: own.sizes,
    own: vectors(own).map((all) => round(meanCosine(all))),
    base: vectors(base).map((all) => round(meanCosine(all))),
    law: null,
    shortest: cosines(vectors(own)[0]!),
    longest: cosines(vectors(own).at(-1)!),
    longestBase: cosines(vectors(base).at(-1)!),
  };
  const heads = (x: Reading['effective']) => x.map((one) => one.map(short));
  return {
    crowd,
    effective: heads(own.effective),
    effectiveBase: heads(base.effective),
    rates: heads(own.rates),
    ratesBase: heads(base.rates),
    /** The same of even attention under a causal mask. */
    ratesEven: own.sizes.filter((n) => n <= rated).map((n) => short(filterRate(evenCausal(n + 1), { tolerance: 1e-5 }))),
    share: heads(own.share),
    shareBase: heads(base.share),
    loss: lossOf(own),
    lossBase: lossOf(base),
  };
}

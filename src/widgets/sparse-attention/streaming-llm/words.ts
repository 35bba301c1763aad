import { number } from '@/marks/format';
import type { Policy } from '@/mechanisms/sparse-attention/streaming-llm';
import { queryAt, spans, unit, type Result } from './simulate';

export const names = {
  dense: 'Dense',
  window: 'Window',
  recompute: 'Recompute',
  streaming: 'StreamingLLM',
} as const satisfies Record<Policy, string>;

/** Two decimals below ten, one below a hundred. */
export const plainly = (x: number): string => number(x, x < 10 ? 2 : x < 100 ? 1 : 0);
/** perplexity(loss): the exponential of a mean of nats, as it is written. */
export const perplexity = (loss: number): string => plainly(Math.exp(loss));

export const headName = ({ layer, head }: { readonly layer: number; readonly head: number }): string =>
  `layer ${layer + 1}, head ${head + 1}`;

interface Look {
  readonly slots: number;
  readonly bars: readonly number[];
}

/** sumOn(look, n): what the first n slots get. */
export const sumOn = ({ slots, bars }: Look, n: number): number =>
  spans(slots).reduce((sum, { from, to }, i) => sum + (from < n ? bars[i]! * (Math.min(n, to) - from) * unit : 0), 0);

/** ordinary(look, firsts): the mean weight of the tokens that are not among the first. */
export const ordinary = (look: Look, firsts: number): number => {
  const rest = look.slots - firsts;
  return rest > 0 ? (sumOn(look, look.slots) - sumOn(look, firsts)) / rest : 0;
};

/**
 * firstsSeen(policy, values, first): how many of the first slots that a query sees are such first tokens as `first` counts. A window that has moved on
 * has none of them left; one that is computed anew has its own.
 */
export function firstsSeen(
  policy: Policy,
  { position, sinks, cache }: { position: number; sinks: number; cache: number },
  first: number,
): number {
  const query = queryAt(position);
  const all = Math.min(first, query + 1);
  if (policy === 'dense' || policy === 'recompute' || query <= cache) return all;
  const gone = query - cache;
  return policy === 'streaming' && sinks ? Math.min(all, sinks) : Math.max(0, all - gone);
}

/** answerAt(r, policy, step): the last answer that was given by then. */
export const answerAt = (r: Pick<Result, 'fact'>, policy: Policy, step: number) =>
  r.fact?.answers[policy].filter(({ after }) => after <= queryAt(step)).at(-1);

/** How many digits of the fact are said at a step. */
export function digits(r: Pick<Result, 'fact'>, policy: Policy, step: number): string {
  const said = answerAt(r, policy, step);
  if (!said) return 'The fact has not been asked for yet.';
  return `Asked after ${said.after} tokens for the fact at token ${r.fact!.at[0]}, it has ${said.right} of 4 digits right.`;
}

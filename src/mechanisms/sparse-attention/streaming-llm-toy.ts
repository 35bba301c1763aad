import { loss } from '@/model/text';
import { random } from '@/tensor/random';
import { softmax } from '@/tensor/softmax';
import { evict, policies, softmaxOffByOne, type Policy, type Sizes } from './streaming-llm';

/**
 * A stand-in for a language model with an attention sink, small enough to be written down. The text is a chain of 16 letters whose next-letter
 * probabilities the model knows, so at its best it pays the chain's own entropy. One idle head has nothing to add: it scores every
 * token 0, but a token whose key was computed at one of the first positions higher, and what it reads there is 0. What it reads elsewhere is noise.
 */
export const letters = 16;

/** Scores of the keys computed at positions 0, 1, 2, ...; those of all others are 0. */
export const profiles = {
  spread: [4.5, 4.5, 4.5, 4.5],
  steep: [6, 5, 4, 4],
  dedicated: [7],
  'off-by-one': [],
} as const satisfies Record<string, readonly number[]>;
export type Profile = keyof typeof profiles;

/** With the softmax off by one a head need not choose a token to be idle on: it scores all of them this low. The same total as with four sinks of 4.5. */
export const idle = -Math.log(4 * Math.exp(4.5));

/** A text and a model of it. */
export interface StandIn {
  /** Letters, 0 to 15: one more than are read, as each is followed by another. */
  readonly text: readonly number[];
  /** Of each letter, the logarithms of what follows with which probability [letter][letter]. */
  readonly next: readonly Float64Array[];
  /** What the idle head reads from a token with this letter, if it stands at no first position [letter][letter]. */
  readonly values: readonly Float64Array[];
}

/** standIn(tokens, seed): a text with that many tokens to read. */
export function standIn(tokens: number, seed: number): StandIn {
  const source = random(seed);
  const row = (scale: number) => Float64Array.from({ length: letters }, () => scale * source.normal());
  const chances = Array.from({ length: letters }, () => softmax(row(2)));
  const values = Array.from({ length: letters }, () => row(1));
  const text = [source.integer(letters)];
  while (text.length <= tokens) text.push(source.weighted(chances[text.at(-1)!]!));
  return { text, next: chances.map((p) => p.map(Math.log)), values };
}

/** What one query meets: the tokens that it can see, in order, and at which position each one's key was computed. */
interface Met {
  readonly token: number;
  readonly position: number;
}

/** met(policy, sizes, tokens): what each query of a stream can see. The window's sizes are { sinks: 0, recent: capacity }. */
function* met(policy: Policy, sizes: Sizes, tokens: number): Generator<readonly Met[]> {
  let held: readonly Met[] = [];
  const most = sizes.sinks + sizes.recent;
  for (let token = 0; token < tokens; token++) {
    if (policy === 'recompute') {
      // Everything is computed anew from the first of the window, whose position is then 0.
      const first = Math.max(0, token + 1 - most);
      yield Array.from({ length: token + 1 - first }, (_, i) => ({ token: first + i, position: i }));
      continue;
    }
    held = [...held, { token, position: token }];
    yield held;
    if (policy !== 'dense') held = evict(held, sizes);
  }
}

/** idleWeights(positions, profile): what the idle head gives to keys that were computed at these positions. */
export function idleWeights(positions: readonly number[], profile: Profile): Float64Array {
  const logits: readonly number[] = profiles[profile];
  if (profile === 'off-by-one') return softmaxOffByOne(positions.map(() => idle));
  return softmax(positions.map((position) => logits[position] ?? 0));
}

/** How a stream was read. */
export interface Reading {
  /** Nats for each token that follows one that was read. */
  readonly losses: Float64Array;
  /** At the queries that were asked for: the weights of what each could see, in order. */
  readonly weights: ReadonlyMap<number, Float64Array>;
}

/**
 * readStandIn(model, policy, sizes, options): the idle head's output, times `gain`, is added to the logarithms of the chain, and the next letter is
 * paid for. `looks` are queries whose weights to note.
 */
export function readStandIn(
  { text, next, values }: StandIn,
  policy: Policy,
  sizes: Sizes,
  { profile, gain, looks = [] }: { readonly profile: Profile; readonly gain: number; readonly looks?: readonly number[] },
): Reading {
  if (!policies.includes(policy)) throw new RangeError(`${policy} is no policy`);
  const losses = new Float64Array(text.length - 1);
  const weights = new Map<number, Float64Array>();
  const wanted = new Set(looks);
  const sinks = profiles[profile].length;
  let query = 0;
  for (const seen of met(policy, sizes, losses.length)) {
    const w = idleWeights(
      seen.map(({ position }) => position),
      profile,
    );
    if (wanted.has(query)) weights.set(query, w);
    // Letters repeat: their weights are summed before their values are read.
    const mass = new Float64Array(letters);
    seen.forEach(({ token, position }, i) => position >= sinks && (mass[text[token]!]! += w[i]!));
    const logits = next[text[query]!]!.slice();
    mass.forEach((m, letter) => {
      if (m) for (let c = 0; c < letters; c++) logits[c]! += gain * m * values[letter]![c]!;
    });
    losses[query] = loss(logits, text[query + 1]!);
    query++;
  }
  return { losses, weights };
}

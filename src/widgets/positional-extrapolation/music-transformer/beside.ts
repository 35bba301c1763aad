/** What only the worker runs: a resident model that hears a motif twice. */
import { decode } from '@/model/alphabet';
import { passage, resident } from '@/model/resident';
import { hear, repeated, withoutDistance, type Look } from '@/mechanisms/positional-extrapolation/music-transformer-text';
import { random } from '@/tensor/random';
import { lead, lineLength } from './sizes';

/** A weight below this is not drawn. */
const least = 0.02;
const round = (x: number, digits = 3): number => Number(x.toFixed(digits));
const known = new Map<string, ReturnType<typeof read>>();

/** What comes back: a line as the model was trained to look up, or words of another part of the passage. */
function motifOf(motif: 'line' | 'words', seed: number): string {
  const source = random(seed);
  const drawn = (from: string, n: number) => Array.from({ length: n }, () => from[source.integer(from.length)]!).join('');
  if (motif === 'line') return `[${drawn('abcdefghijklmnopqrstuvwxyz', 3)}=${drawn('0123456789', 4)}]`;
  const prose = passage('persuasion');
  // After the prose that stands around it.
  const at = 200 + ((37 * seed) % (prose.length - 200 - lineLength));
  return prose.slice(at, at + lineLength);
}

/** Weights of a head as [key, weight] for each character of the motif. */
const sparse = ({ weights }: Look) =>
  weights.map((row) => [...row.entries()].filter(([, w]) => w >= least).map(([key, w]) => [key, round(w)] as const));

function read({ motif, gap, seed }: { motif: 'line' | 'words'; gap: number; seed: number }) {
  const model = resident('rope');
  const repeat = repeated(passage('persuasion'), motifOf(motif, seed), { lead, gap });
  const as = hear(model, repeat);
  const without = hear(model, repeat, withoutDistance);
  const best = as.looks.reduce((most, one) => (one.next > most.next ? one : most));
  // The head of the first layer that looks one back the most: what stands there does not matter to it, that it stands there does.
  const back = ({ weights }: Look) => weights.reduce((sum, row) => sum + row.at(-2)!, 0) / weights.length;
  const fixed = as.looks.filter(({ layer }) => layer === 0).reduce((most, one) => (back(one) > back(most) ? one : most));
  const mean = (x: ArrayLike<number>) => round(Array.from(x).reduce((a, b) => a + b, 0) / x.length);
  const costs = (x: Float64Array) => Array.from(x, (nats) => round(nats));
  return {
    show: 'model' as const,
    text: `▸${decode(repeat.ids.subarray(1))}`,
    written: decode(repeat.ids.subarray(repeat.first, repeat.first + repeat.length)),
    first: repeat.first,
    again: repeat.again,
    trained: model.shape.window,
    layers: model.shape.layers,
    headsOfLayer: model.shape.heads,
    costs: { first: costs(as.first), again: costs(as.again), without: costs(without.again), withoutFirst: costs(without.first) },
    means: { first: mean(as.first), again: mean(as.again), without: mean(without.again), withoutFirst: mean(without.first) },
    /** Of each head, attention on the character that came next the first time. */
    next: as.looks.map(({ next }) => round(next)),
    nextWithout: round(Math.max(...without.looks.map(({ next }) => next))),
    follows: { layer: best.layer, head: best.head, next: round(best.next), weights: sparse(best) },
    fixed: { layer: fixed.layer, head: fixed.head, back: round(back(fixed)), weights: sparse(fixed) },
  };
}

/** hearModel(settings): the text with the motif, read as the model was trained and with its distances taken away. */
export function hearModel({ motif, gap, seed }: { motif: 'line' | 'words'; gap: number; seed: number }) {
  const key = `${motif} ${gap} ${seed}`;
  let told = known.get(key);
  if (!told) {
    if (known.size > 100) known.clear();
    known.set(key, (told = read({ motif, gap, seed })));
  }
  return told;
}

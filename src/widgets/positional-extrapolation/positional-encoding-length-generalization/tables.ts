import type { Table } from '@/shell/contract';
import { batchesOf, lengths } from './course';
import { encodingNames, positions, stretch } from './names';
import { patterns, type Result, type Settings } from './simulate';

type Values = Pick<Settings, 'task' | 'layers' | 'encoding'>;

/** tables(result, values): the numbers of whichever figure is looked at. */
export function tables({ train, terms, count, alike, text }: Result, { task, layers, encoding }: Values): Table[] {
  if (train)
    return [
      {
        name: `Trained to the end: share answered without an error (${task}, ${layers} layers)`,
        columns: ['encoding', 'seed', '1 to 8 symbols', '9 to 16', '17 to 20', 'loss at the end (nats per token)'],
        rows: train.all.flatMap(({ encoding: name, runs }) =>
          runs.map(({ exact, loss }, seed) => {
            const over = (from: number, to: number) => exact.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
            return [encodingNames[name], seed + 1, over(0, 8), over(8, 16), over(16, 20), loss.at(-1)!];
          }),
        ),
      },
      {
        name: `The training in view, ${encodingNames[encoding]}: loss`,
        columns: ['batches', 'nats per token'],
        rows: train.live.loss.map((loss, i) => [(i + 1) * batchesOf(layers), loss]),
      },
      {
        name: 'The training in view: tests',
        columns: ['symbols', 'answered without an error', 'symbols right'],
        rows: train.live.exact.map((exact, i) => [lengths[i]!, exact, train.live.symbols[i]!]),
      },
    ];
  if (terms)
    return [
      {
        name: 'Pairs past the trained positions with a term never seen',
        columns: ['encoding', 'first distance that is new', 'share of pairs'],
        rows: terms.all.map((one) => [
          encodingNames[one.encoding],
          one.encoding === 'ape' ? 'any' : one.first === Infinity ? 'none' : one.first,
          one.unseen,
        ]),
      },
      {
        name: 'Term by distance',
        columns: ['distance', ...terms.all.map((one) => encodingNames[one.encoding])],
        rows: Array.from({ length: positions }, (_, r) => [r, ...terms.all.map(({ term }) => term[r]!)]),
      },
    ];
  if (count)
    return [
      {
        name: 'Counting behind the mask',
        columns: ['position', 'weight on the first token', 'position read', 'divergence from ALiBi (nats)'],
        rows: count.shares.map((share, t) => [t + 1, share, count.decoded[t]!, count.divergence[t]!]),
      },
    ];
  if (alike)
    return [
      {
        name: 'Divergence between patterns set by hand (nats)',
        columns: ['pattern', ...patterns],
        rows: patterns.map((name, i) => [name, ...alike.matrix[i]!]),
      },
      {
        name: `Divergence of trained networks from those without positions (nats; ${task}, ${layers} layers)`,
        columns: ['encoding', 'pair of seeds', ...Array.from({ length: layers }, (_, l) => `layer ${l + 1}`)],
        rows: alike.trained.flatMap(({ encoding: name, found }) =>
          found.map((row, i) => [name === 'nope' ? 'none, of another seed' : encodingNames[name], i + 1, ...row]),
        ),
      },
    ];
  return [
    {
      name: 'Nats per character by position',
      columns: ['from position', 'RoPE', 'ALiBi'],
      rows: text!.rope.loss.map((nats, i) => [i * stretch, nats, text!.alibi.loss[i]!]),
    },
  ];
}

import type { Place } from '@/mechanisms/positional-extrapolation/music-transformer-moves';
import type { Table } from '@/shell/contract';
import type { Of, Result } from './simulate';

const place = (at: Place): string => (at ? `${at[0]}, ${at[1]}` : 'none');

const tablesOf = {
  skew: (r: Of<'skew'>): Table[] => [
    {
      name: 'Where each number stands (row, column)',
      columns: ['query', 'distance', 'at first', 'padded', 'reshaped', 'cut'],
      rows: r.moves.cells.map(({ query, distance, at }) => [query ?? 'zero', distance ?? 'none', ...at.map(place)]),
    },
  ],
  memory: (r: Of<'memory'>): Table[] => [
    {
      name: 'Memory of a layer [bytes]',
      columns: [
        'length',
        'one embedding for each pair',
        'one for each distance',
        'one for each distance in two blocks',
        'logits',
        'logits in blocks',
      ],
      rows: r.curve.map((at) => [at.length, at.gathered, at.skewed, at.local, at.logits, at.localLogits]),
    },
  ],
  heads: (r: Of<'heads'>): Table[] => [
    {
      name: 'Learned logit by distance',
      columns: ['distance', 'logit'],
      rows: r.learned.map((logit, d) => [d, logit]),
    },
    {
      name: 'Attention of the repeat',
      columns: ['query', 'key', 'note of the key', 'relative head', 'absolute head'],
      rows: r.relative.weights
        .slice(r.start + r.lag, r.start + r.lag + 6)
        .flatMap((row, k) =>
          row
            .slice(0, r.start + r.lag + k + 1)
            .map((w, j) => [r.start + r.lag + k, j, r.notes[j]!, w, r.absolute.weights[r.start + r.lag + k]![j]!]),
        ),
    },
  ],
  model: (r: Of<'model'>): Table[] => [
    {
      name: 'Nats per character of what comes back',
      columns: ['character', 'first time', 'again', 'first time, without distances', 'again, without distances'],
      rows: [...r.written].map((sign, k) => [sign, r.costs.first[k]!, r.costs.again[k]!, r.costs.withoutFirst[k]!, r.costs.without[k]!]),
    },
    {
      name: 'Attention on what came next the first time',
      columns: ['layer', 'head', 'attention'],
      rows: r.next.map((share, n) => [Math.floor(n / r.headsOfLayer) + 1, (n % r.headsOfLayer) + 1, share]),
    },
  ],
};

export const tables = (r: Result): Table[] => (tablesOf[r.show] as (r: Result) => Table[])(r);

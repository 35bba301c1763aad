import type { Table } from '@/shell/contract';
import { distances, kinds, type Result } from './simulate';

/** The plotted numbers. */
export function tables(
  { rows, supply, work, devices, text }: Result,
  { row, mask }: { readonly row: number; readonly mask: boolean },
): Table[] {
  const list: Table[] = [];
  if (rows)
    list.push({
      name: `Rows that are drawn (${row}K tokens each)`,
      columns: ['row', 'filled with', 'documents', 'longest [tokens]', 'scores within documents', 'scores of the whole row'],
      rows: rows.map(({ name, lengths }, i) => [
        i + 1,
        name,
        lengths.length,
        Math.max(...lengths),
        lengths.reduce((sum, n) => sum + (n * (n + 1)) / 2, 0),
        (row * 1024 * (row * 1024 + 1)) / 2,
      ]),
    });
  if (supply)
    list.push({
      name: 'Share of tokens with a key of their own document so far back',
      columns: [
        'distance [K tokens]',
        ...supply.curves.map(({ length }) => `rows of ${length}K`),
        ...(supply.short ? ['short documents alone'] : []),
      ],
      rows: distances.map((d, i) => [d, ...supply.curves.map(({ values }) => values[i]!), ...(supply.short ? [supply.short[i]!] : [])]),
    });
  if (work)
    list.push({
      name: 'Keys that a token attends to, on average',
      columns: ['rows', 'share of the tokens', 'with the mask', 'without'],
      rows: [
        ...work.kinds.map(({ kind, share, keys }) => [kinds[kind], share, keys, work.open]),
        ['all', 1, work.masked, work.open] as (string | number)[],
      ],
    });
  if (devices)
    list.push(
      {
        name: 'Waiting, over a hundred steps',
        columns: ['rows', 'share of device time spent waiting'],
        rows: [
          ['as they come', devices.idle.asTheyCome],
          ['sorted', devices.idle.sorted],
        ],
      },
      {
        name: `One step, in 10^15 operations${mask ? '' : ', without the mask'}`,
        columns: ['device', 'turn', 'as they come', 'begins', 'sorted', 'begins, sorted'],
        rows: devices.asTheyCome.rows.flatMap((own, d) =>
          own.map(({ cost }, t) => [
            d + 1,
            t + 1,
            cost,
            devices.asTheyCome.starts[t]!,
            devices.sorted.rows[d]![t]!.cost,
            devices.sorted.starts[t]!,
          ]),
        ),
      },
    );
  if (text) {
    const ways = [
      ['alone', text.alone],
      ['with the mask, positions run on', text.masked],
      ['with the mask, positions begin again', text.maskedAnew],
      ['without it, positions run on', text.open],
      ['without it, positions begin again', text.openAnew],
    ] as const;
    list.push(
      {
        name: 'How the second document is read',
        columns: [
          'read',
          'nats per character of prose',
          'attention on the first document',
          ...text.alone.digits.map((_, i) => `probability of digit ${i + 1}`),
        ],
        rows: ways.map(([name, way]) => [name, way.prose, way.elsewhere, ...way.digits]),
      },
      {
        name: 'Nats per character, by tens',
        columns: ['from character', ...ways.map(([name]) => name)],
        rows: text.alone.curve.map((_, i) => [10 * i, ...ways.map(([, way]) => way.curve[i]!)]),
      },
    );
  }
  return list;
}

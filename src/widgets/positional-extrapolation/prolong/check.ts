import { collate, cost, cut, pack, sortByCost } from '@/mechanisms/positional-extrapolation/prolong';
import { stages } from '@/mechanisms/positional-extrapolation/prolong-recipe';
import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { dot } from '@/tensor/matmul';
import { normals } from '@/tensor/random';
import golden from '@tests/golden/prolong.json';

interface Case {
  params: {
    method: string;
    rows: number[][];
    room: number;
    single: boolean;
    answers: number;
    block: number;
    documents: number[];
    length: number;
    minimum: number;
    piece: number;
  };
  expected: { ids: number[]; labels: number[]; lengths: number[]; order: number[]; costs: number[]; rows: number[][][] };
}

/** Largest difference of two lists of whole numbers; infinite where one is longer. */
const apart = (a: readonly number[], b: readonly number[]) => (a.length === b.length ? (a.length ? maxDifference(a, b) : 0) : Infinity);

const replay: Record<string, (p: Case['params'], e: Case['expected']) => number> = {
  collate({ rows, room, single, answers }, { ids, labels, lengths }) {
    const items = rows.map((row, number) => {
      let end = 0;
      const documents = row.map((n) => [end, (end += n)] as const);
      return {
        ids: Array.from({ length: end }, (_, i) => 1000 * number + i),
        documents,
        answers: answers ? Array.from({ length: end }, (_, i) => ((i * answers) % 5 < 2 ? 1 : 0)) : undefined,
      };
    });
    const own = collate(items, { room, single });
    return Math.max(apart(own.ids, ids), apart(own.labels, labels), apart(own.lengths, lengths));
  },
  sort({ rows, block }, { order, costs }) {
    const own: number[] = [];
    for (let i = 0; i < rows.length; i += block)
      own.push(...sortByCost(rows.slice(i, i + block)).map((row) => rows.indexOf(row as number[])));
    // Where two rows are the same, either may stand for the other.
    return Math.max(
      apart(
        rows.map((row) => cost(row)),
        costs,
      ),
      apart(own.map((i) => rows[i]!).flat(), order.map((i) => rows[i]!).flat()),
    );
  },
  pack({ documents, length, minimum, piece }, { rows }) {
    const pieces = piece ? cut(documents, piece) : undefined;
    const own = pack(pieces ? pieces.map(({ tokens }) => tokens) : documents, { length, minimum }).rows.map((row) =>
      row.map(({ document, from, tokens }) => [pieces?.[document]!.document ?? document, pieces?.[document]!.from ?? from, tokens]),
    );
    return apart(own.flat(2), rows.flat(2));
  },
};

const kinds: [method: string, what: string, name: string][] = [
  ['collate', 'ids, labels and document lengths of a batch', 'DataCollator'],
  ['sort', 'costs and the order of rows', 'SortByLengthDataset'],
  ['pack', 'packed and cut documents', 'pack_fn'],
];

/** Scores of one pair of vectors at equal distances, near the beginning of a row and far into it. */
function restarted(): number {
  const theta = rope(128, stages.first.base);
  const [q, k] = [normals(1, 128), normals(2, 128)];
  const score = (m: number, n: number) => dot(rotate(q, m, theta), 0, rotate(k, n, theta), 0, 128) / Math.sqrt(128);
  const starts = [1, 17, 200, 512];
  return Math.max(...starts.map((start) => Math.abs(score(start + 300, start + 7) - score(300, 7))));
}

export default function check(): Check[] {
  const cases = golden.cases as unknown as Case[];
  return [
    ...kinds.map(([method, what, name]) => {
      const own = cases.filter(({ params }) => params.method === method);
      const source = method === 'pack' ? golden.packing : golden;
      return {
        what: `${what}, ${own.length} cases`,
        error: Math.max(...own.map(({ params, expected }) => replay[method]!(params, expected))),
        tolerance: 1e-9,
        reference: { repository: source.repository, commit: source.commit, function: name },
      };
    }),
    { what: 'rotary scores where positions run on and where they begin again', error: restarted(), tolerance: 1e-12 },
  ];
}

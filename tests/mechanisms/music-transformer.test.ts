import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  embeddingsFor,
  gathered,
  gatheredLogits,
  relativeAttention,
  relativeLogits,
  skew,
  skewStages,
  unskew,
  type ByKey,
} from '@/mechanisms/positional-extrapolation/music-transformer';
import {
  blockOf,
  localLogits,
  localRelativeAttention,
  seesLocally,
  skewUnmasked,
} from '@/mechanisms/positional-extrapolation/music-transformer-local';
import { layerMemory, longest } from '@/mechanisms/positional-extrapolation/music-transformer-memory';
import { moves } from '@/mechanisms/positional-extrapolation/music-transformer-moves';
import { attention, causal } from '@/tensor/attention';
import { maxDifference } from '@/tensor/compare';
import { counter } from '@/tensor/counter';
import { matmulTransposed } from '@/tensor/matmul';
import { normals } from '@/tensor/random';
import { at, generate, row, tensor } from '@/tensor/tensor';
import file from '../golden/music-transformer.json';

interface Case {
  name: string;
  params: Record<string, number> & { method: string };
  expected: number[][];
}
const cases = (method: string) => (file.cases as unknown as Case[]).filter(({ params }) => params.method === method);

// The closed forms of tests/golden/make/music-transformer.py.
const queries = (n: number, d: number) => generate(['query', 'channel'], [n, d], (i, c) => Math.sin(0.7 * i + 1.3 * c + 0.1));
const keys = (n: number, d: number) => generate(['key', 'channel'], [n, d], (i, c) => Math.cos(0.5 * i + 0.9 * c + 0.2));
const values = (n: number, d: number) => generate(['key', 'channel'], [n, d], (i, c) => Math.sin(0.3 * i - 0.6 * c + 0.4));
const embeddings = (n: number, d: number) => generate(['distance', 'channel'], [n, d], (r, c) => Math.cos(0.4 * r + 0.7 * c));
const valueEmbeddings = (n: number, d: number) => generate(['distance', 'channel'], [n, d], (r, c) => Math.sin(0.9 * r + 0.2 * c + 0.5));
const products = (n: number, d: number, width = n) => matmulTransposed(queries(n, d), embeddings(width, d));

const lower = ({ data, shape: [n] }: ByKey) =>
  Array.from({ length: n! }, (_, i) => Array.from(data.subarray(i * n!, i * n! + i + 1))).flat();
const drawn = <const A extends readonly [string, string]>(axes: A, n: number, d: number, seed: number) =>
  tensor(axes, [n, d], normals(seed, n * d));
/** Sizes and a seed. */
const sized = (most = 12) =>
  [fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 9999 })] as const;

describe('tensor2tensor agrees', () => {
  it.each([...cases('skew')])('$name', ({ params: { length, channels }, expected }) => {
    expect(maxDifference(skew(products(length!, channels!)).data, expected.flat())).toBeLessThan(1e-11);
  });
  it.each([...cases('unskew')])('$name', ({ params: { length, channels }, expected }) => {
    const a = tensor(['query', 'key'], [length!, length!], products(length!, channels!).data);
    expect(maxDifference(unskew(a).data, expected.flat())).toBeLessThan(1e-11);
  });
  it.each([...cases('unmasked')])('$name', ({ params: { length, channels }, expected }) => {
    expect(maxDifference(skewUnmasked(products(length!, channels!, 2 * length! - 1)).data, expected.flat())).toBeLessThan(1e-11);
  });
  it.each([...cases('attention')])('$name', ({ params: { length, channels, most, values: right }, expected }) => {
    const [n, d] = [length!, channels!];
    const { output } = relativeAttention(queries(n, d), keys(n, d), values(n, d), embeddings(most!, d), {
      valueEmbeddings: right ? valueEmbeddings(most!, d) : undefined,
    });
    expect(maxDifference(output.data, expected.flat())).toBeLessThan(1e-11);
  });
  it.each([...cases('local')])('$name', ({ params: { length, channels, block }, expected }) => {
    const [n, d] = [length!, channels!];
    const { output } = localRelativeAttention(queries(n, d), keys(n, d), values(n, d), embeddings(4 * block!, d), { block: block! });
    expect(maxDifference(output.data, expected.flat())).toBeLessThan(1e-11);
  });
  it('has cases of every kind', () => {
    expect(['skew', 'unskew', 'unmasked', 'attention', 'local'].map((method) => cases(method).length)).toEqual([3, 3, 3, 4, 4]);
  });
});

it.each(file.other.cases as unknown as Case[])(
  'MusicTransformer-Pytorch agrees on and below the diagonal: $name',
  ({ params, expected }) => {
    const n = params['length']!;
    const theirs = generate(['query', 'key'], [n, n], (i, j) => expected[i]![j]!);
    expect(maxDifference(lower(skew(products(n, params['channels']!))), lower(theirs))).toBeLessThan(1e-6);
  },
);

describe('skewing', () => {
  const [n, d] = [5, 3];
  const m = products(n, d);
  const result = skew(m);

  it('is the double loop on and below the diagonal', () => {
    const [q, e] = [queries(n, d), embeddings(n, d)];
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let wanted = 0;
        for (let c = 0; c < d; c++) wanted += at(q, i, c) * at(e, j - i + n - 1, c);
        expect(Math.abs(at(result, i, j) - wanted)).toBeLessThan(1e-15);
      }
  });

  it('has the numbers worked out by hand', () => {
    const last = [-0.54728726, -0.01467993, 0.52024505, 0.97303477, 1.2722037];
    expect(maxDifference(row(m, 4), last)).toBeLessThan(5e-9);
    expect(maxDifference(row(result, 4), last)).toBeLessThan(5e-9);
    expect(at(result, 0, 0)).toBeCloseTo(-1.08259949, 8);
    expect(at(result, 0, 0)).toBe(at(m, 0, 4));
    expect(maxDifference(row(result, 2).subarray(0, 3), [1.20021457, 0.95432432, 0.55776725])).toBeLessThan(5e-9);
  });

  it('any matrix: entry (i, j) is M[i, j - i + L - 1]; then a 0; then what the next query has farthest away', () => {
    fc.assert(
      fc.property(...sized(), (length, _, seed) => {
        const any = drawn(['query', 'distance'], length, length, seed);
        const moved = skew(any);
        for (let i = 0; i < length; i++)
          for (let j = 0; j < length; j++)
            expect(at(moved, i, j)).toBe(j <= i ? at(any, i, j - i + length - 1) : j === i + 1 ? 0 : at(any, i + 1, j - i - 2));
      }),
    );
  });

  it('agrees with one dot product for each pair, whatever queries and embeddings are', () => {
    fc.assert(
      fc.property(...sized(), (length, channels, seed) => {
        const q = drawn(['query', 'channel'], length, channels, seed);
        const e = drawn(['distance', 'channel'], length, channels, seed + 1);
        expect(maxDifference(lower(relativeLogits(q, e)), lower(gatheredLogits(q, gathered(e, length))))).toBeLessThan(1e-12);
      }),
    );
  });

  it('is undone by unskew where it meant something', () => {
    fc.assert(
      fc.property(...sized(), (length, _, seed) => {
        const any = drawn(['query', 'distance'], length, length, seed);
        const back = unskew(skew(any));
        for (let i = 0; i < length; i++) for (let r = length - 1 - i; r < length; r++) expect(at(back, i, r)).toBe(at(any, i, r));
        const lowerOnly = generate(['query', 'key'], [length, length], (i, j) => (j <= i ? at(any, i, j) : 0));
        expect(lower(skew(unskew(lowerOnly)))).toEqual(lower(lowerOnly));
      }),
    );
  });

  it('reshapes without moving a number in memory', () => {
    const { padded, reshaped } = skewStages(m);
    expect(reshaped.data).toBe(padded.data);
  });

  it('with its zeros on the right, everything stands one key too far left', () => {
    const wrong = skewStages(m, 'right').result;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) expect(at(wrong, i, j)).toBe(at(result, i, j + 1));
      expect(at(wrong, i, i)).toBe(0);
    }
  });

  it('with the table the wrong way round, distances are counted from the far end', () => {
    const q = queries(n, d);
    const reversed = generate(['distance', 'channel'], [n, d], (r, c) => at(embeddings(n, d), n - 1 - r, c));
    const wrong = relativeLogits(q, reversed);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) expect(at(wrong, i, j)).toBeCloseTo(at(m, i, i - j), 14);
    expect(maxDifference(lower(wrong), lower(result))).toBeGreaterThan(0.1);
  });

  it('is Toeplitz where all queries are alike', () => {
    const alike = generate(['query', 'channel'], [7, 3], (_, c) => 0.3 + c);
    const s = relativeLogits(alike, embeddings(7, 3));
    for (let i = 1; i < 7; i++) for (let j = 1; j <= i; j++) expect(at(s, i, j)).toBe(at(s, i - 1, j - 1));
  });

  it('wants a square', () => {
    expect(() => skew(products(3, 2, 4))).toThrow(RangeError);
    expect(() => unskew(tensor(['query', 'key'], [2, 3]))).toThrow(RangeError);
    expect(() => skewUnmasked(products(3, 2, 6))).toThrow(RangeError);
    expect(() => gatheredLogits(queries(3, 2), gathered(embeddings(3, 3), 3))).toThrow(RangeError);
  });
});

describe('the table of distances', () => {
  it('a longer one gives its last rows, a shorter one is filled with 0 in front', () => {
    const e = embeddings(4, 2);
    expect(embeddingsFor(e, 3).data).toEqual(e.data.slice(2));
    const filled = embeddingsFor(e, 6);
    expect(filled.data.subarray(0, 4)).toEqual(new Float64Array(4));
    expect(filled.data.slice(4)).toEqual(e.data);
    expect(embeddingsFor(e, 4).data).toEqual(e.data);
  });

  it('distances past it add nothing', () => {
    fc.assert(
      fc.property(...sized(), fc.integer({ min: 1, max: 12 }), (length, channels, seed, most) => {
        const s = relativeLogits(
          drawn(['query', 'channel'], length, channels, seed),
          drawn(['distance', 'channel'], most, channels, seed + 1),
        );
        for (let i = 0; i < length; i++) for (let j = 0; j <= i - most; j++) expect(at(s, i, j)).toBe(0);
      }),
    );
  });
});

describe('relative attention', () => {
  it('has the output worked out by hand', () => {
    const { output } = relativeAttention(queries(5, 3), keys(5, 3), values(5, 3), embeddings(5, 3));
    expect(maxDifference(row(output, 4), [0.87718566, 0.53836297, 0.0114746])).toBeLessThan(5e-9);
  });

  it('with embeddings of 0 it is plain causal attention', () => {
    fc.assert(
      fc.property(...sized(), (length, channels, seed) => {
        const q = drawn(['query', 'channel'], length, channels, seed);
        const k = drawn(['key', 'channel'], length, channels, seed + 1);
        const v = drawn(['key', 'channel'], length, channels, seed + 2);
        const none = tensor(['distance', 'channel'], [length, channels]);
        const plain = attention(q, k, v, { mask: causal });
        const { output, probabilities } = relativeAttention(q, k, v, none);
        expect(maxDifference(output.data, plain.output.data)).toBeLessThan(1e-12);
        expect(maxDifference(probabilities.data, plain.probabilities.data)).toBeLessThan(1e-12);
      }),
    );
  });

  it('rows sum to 1 and see nothing later', () => {
    const { probabilities } = relativeAttention(queries(6, 3), keys(6, 3), values(6, 3), embeddings(6, 3));
    for (let i = 0; i < 6; i++) {
      expect(row(probabilities, i).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(Array.from(row(probabilities, i).subarray(i + 1)).every((p) => p === 0)).toBe(true);
    }
  });

  it('embeddings of values are added by the weight of their distance', () => {
    const [n, d] = [6, 2];
    const given = [queries(n, d), keys(n, d), values(n, d), embeddings(n, d)] as const;
    const plain = relativeAttention(...given);
    const added = relativeAttention(...given, { valueEmbeddings: valueEmbeddings(n, d) });
    for (let i = 0; i < n; i++)
      for (let c = 0; c < d; c++) {
        let wanted = at(plain.output, i, c);
        for (let j = 0; j <= i; j++) wanted += at(plain.probabilities, i, j) * at(valueEmbeddings(n, d), j - i + n - 1, c);
        expect(at(added.output, i, c)).toBeCloseTo(wanted, 13);
      }
  });

  it('costs one matrix product more than attention with absolute positions', () => {
    const [with_, without] = [counter(), counter()];
    relativeAttention(queries(9, 4), keys(9, 4), values(9, 4), embeddings(9, 4), { counter: with_ });
    attention(queries(9, 4), keys(9, 4), values(9, 4), { counter: without });
    expect(with_.flops - without.flops).toBe(2 * 9 * 9 * 4);
  });
});

describe('in blocks', () => {
  it('is relative attention under a mask', () => {
    fc.assert(
      fc.property(...sized(20), fc.integer({ min: 1, max: 8 }), (length, channels, seed, block) => {
        const q = drawn(['query', 'channel'], length, channels, seed);
        const k = drawn(['key', 'channel'], length, channels, seed + 1);
        const v = drawn(['key', 'channel'], length, channels, seed + 2);
        const e = drawn(['distance', 'channel'], 4 * block, channels, seed + 3);
        const n = blockOf(length, block);
        const local = localRelativeAttention(q, k, v, e, { block });
        // Content and distance added up pair by pair, and all but two blocks hidden.
        const relative = relativeLogits(q, e);
        const content = matmulTransposed(q, k);
        for (let i = 0; i < length; i++) {
          const logits = Array.from({ length }, (_, j) =>
            seesLocally(i, j, n) ? (at(content, i, j) + at(relative, i, j)) / Math.sqrt(channels) : -Infinity,
          );
          const most = Math.max(...logits);
          const sum = logits.reduce((all, x) => all + Math.exp(x - most), 0);
          const p = logits.map((x) => Math.exp(x - most) / sum);
          expect(maxDifference(row(local.probabilities, i), p)).toBeLessThan(1e-12);
          for (let c = 0; c < channels; c++)
            expect(at(local.output, i, c)).toBeCloseTo(
              p.reduce((all, x, j) => all + x * at(v, j, c), 0),
              10,
            );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('without two whole blocks there is one, and nothing is local', () => {
    const given = [queries(7, 2), keys(7, 2), values(7, 2), embeddings(16, 2)] as const;
    expect(blockOf(7, 4)).toBe(7);
    expect(maxDifference(localRelativeAttention(...given, { block: 4 }).output.data, relativeAttention(...given).output.data)).toBeLessThan(
      1e-14,
    );
    expect(() => localRelativeAttention(...given, { block: 0 })).toThrow(RangeError);
  });

  it('logits grow with the length, not with its square', () => {
    expect(localLogits(48, 8)).toBe(64 + 5 * 128);
    expect(localLogits(96, 8) - localLogits(48, 8)).toBe(6 * 128);
    expect(localLogits(10, 8)).toBe(100);
  });
});

describe('the moves', () => {
  it.each([
    ['masked', 'left'],
    ['masked', 'right'],
    ['unmasked', 'left'],
  ] as const)('%s, %s: every place is taken once, and a cell is where its number is', (kind, side) => {
    for (let n = 1; n <= 7; n++) {
      const width = kind === 'masked' ? n : 2 * n - 1;
      const m = drawn(['query', 'distance'], n, width, n);
      const end = kind === 'masked' ? skewStages(m, side).result : skewUnmasked(m);
      const { cells, shapes } = moves(n, kind, side);
      shapes.forEach(([rows, columns], stage) => {
        const taken = cells.map((cell) => cell.at[stage]!).filter((place) => place !== null);
        expect(taken.length).toBe(rows * columns);
        expect(new Set(taken.map(([r, c]) => r * columns + c)).size).toBe(rows * columns);
        for (const [r, c] of taken) expect(r >= 0 && r < rows && c >= 0 && c < columns).toBe(true);
      });
      for (const { query, distance, at: places } of cells) {
        const last = places[3];
        if (!last) continue;
        const column = distance === undefined ? NaN : (kind === 'masked' ? n - 1 : 2 * n - 1) - distance;
        expect(at(end, ...last)).toBe(query === undefined ? 0 : at(m, query, column));
      }
    }
  });

  it('what counts is at its distance in the end', () => {
    for (const { distance, at: places } of moves(6, 'masked').cells)
      if (places[3] && places[3][1] <= places[3][0]) expect(distance).toBe(places[3][0] - places[3][1]);
    for (const { distance, at: places } of moves(6, 'unmasked').cells)
      if (places[3]) expect(distance).toBe(6 + places[3][0] - places[3][1]);
  });
});

describe('memory', () => {
  it('is what the paper counts', () => {
    const layer = layerMemory({ length: 2048, width: 512, heads: 8, block: 128 });
    expect(layer.gathered).toBe(8_589_934_592);
    expect(layer.skewed).toBe(4_194_304);
    expect(layer.gathered / 8 / 1e9).toBeCloseTo(1.07, 2);
    expect(layer.skewed / 8 / 1e6).toBeCloseTo(0.524, 3);
    expect(layer.logits).toBe(4 * 2048 * 2048 * 8);
    // The first block sees itself alone, each of the fifteen that follow itself and one more.
    expect(layer.localLogits).toBe(4 * 8 * (128 ** 2 + 15 * 2 * 128 ** 2));
    // Two blocks save the corner that neither sees; one saves nothing.
    const [two, one] = [256, 255].map((length) => layerMemory({ length, width: 512, heads: 8, block: 128 }));
    expect(two!.localLogits / two!.logits).toBe(3 / 4);
    expect(one!.localLogits).toBe(one!.logits);
  });

  it('every pair takes L times every distance; the longest that fits is the longest that fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), fc.constantFrom(64, 512), fc.integer({ min: 1, max: 512 }), (length, width, block) => {
        const layer = layerMemory({ length, width, heads: 8, block });
        expect(layer.gathered).toBe(length * layer.skewed);
        expect(layer.local).toBeLessThanOrEqual(Math.min(layer.skewed, 8 * block * width));
        const most = longest(layer.gathered, { width });
        expect(most).toBe(length);
      }),
    );
    expect(() => layerMemory({ length: 0, width: 1, heads: 1, block: 1 })).toThrow(RangeError);
  });
});

import { stretch } from '@/mechanisms/positional-extrapolation/long-clip';
import { backward, components, type Features } from '@/mechanisms/positional-extrapolation/long-clip-components';
import { contrastive, unit, unitBackward } from '@/mechanisms/positional-extrapolation/long-clip-loss';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { generate, rows, tensor, toRows, type Matrix } from '@/tensor/tensor';
import golden from '@tests/golden/long-clip.json';

type Params = Record<string, number>;
export interface Case {
  readonly name: string;
  readonly params: Record<string, number | string> & { readonly method: string };
  readonly expected: Record<string, unknown>;
}
export const cases = golden.cases as unknown as Case[];

/** The closed forms of the inputs. */
const table = ({ rows: count, channels, phase }: Params) =>
  generate(['position', 'channel'] as const, [count!, channels!], (i, c) => Math.sin(0.1 * i! * (c! + 1) + phase!));
const features = ({ count, width, phase }: Params, shift = 0): Features =>
  generate(
    ['item', 'channel'] as const,
    [count!, width!],
    (i, c) =>
      Math.sin(1.1 * i! + 0.7 * c! + phase! + shift + 0.13 * i! * c!) + (0.9 * Math.sin(0.37 * i! * (c! + 1) + phase! + shift)) / (c! + 1),
  );
const first = (matrix: Matrix, count = 4) => toRows(matrix).slice(0, count).flat();
const far = (found: ArrayLike<number>, expected: unknown) => maxDifference(found, [expected as number[]].flat(2));

/** Largest difference of each kind of case from what the authors' code gave. */
const replay: Record<string, (params: Params, expected: Case['expected']) => number> = {
  stretch(params, expected) {
    const after = stretch('kps', table(params), { keep: 20, factor: 4 });
    const sum = new Float64Array(params.channels!);
    after.data.forEach((x, i) => (sum[i % sum.length]! += x));
    return Math.max(
      Math.abs(after.shape[0]! - (expected.length as number)),
      far(rows(after, expected.at as number[]).data, expected.rows),
      // A sum of 248 numbers.
      far(sum, expected.sum) / 248,
    );
  },
  pca(params, expected) {
    const { coarse, squares } = components(unit(features(params)).rows, params.k!);
    const singular = Array.from(squares, Math.sqrt).slice(0, (expected.singular as number[]).length);
    // Where the batch is too small for all components, the last singular value is a rounding error: of single precision there, of a square root here.
    return Math.max(far(first(coarse), expected.first), far(toRows(coarse).at(-1)!, expected.last), far(singular, expected.singular));
  },
  forward(params, expected) {
    const [image, long, short] = [0, 0.25, 0.5].map((shift) => unit(features(params, shift))) as [Unit, Unit, Unit];
    const main = components(image.rows, params.k!);
    const options = { scale: params.scale! };
    const [ofLong, ofShort] = [contrastive(image.rows, long.rows, options), contrastive(main.coarse, short.rows, options)];
    const losses = Math.max(Math.abs(ofLong.loss - (expected.long as number)), Math.abs(ofShort.loss - (expected.short as number)));
    if (!expected.imageGradient) return losses;
    const through = backward(main, ofShort.x);
    const whole = tensor(
      image.rows.axes,
      image.rows.shape,
      ofLong.x.data.map((g, i) => g + through.data[i]!),
    );
    return Math.max(
      losses,
      far(first(unitBackward(image, whole)), expected.imageGradient),
      far(first(unitBackward(long, ofLong.y)), expected.longGradient),
      far(first(unitBackward(short, ofShort.y)), expected.shortGradient),
    );
  },
};
type Unit = ReturnType<typeof unit>;

/** difference(case): the largest, of all its numbers. */
export const difference = ({ params, expected }: Case): number => replay[params.method]!(params as Params, expected);

const kinds: [method: string, precision: string | undefined, what: string, name: string, tolerance: number][] = [
  ['stretch', 'float64', 'stretched tables of positions', 'load_from_clip', 1e-10],
  ['stretch', 'float32', 'stretched tables of positions in single precision', 'load_from_clip', 1e-6],
  ['pca', undefined, 'image features reduced to their main components', 'CLIP.PCA', 5e-6],
  ['forward', undefined, 'both losses, and their gradients through the components', 'CLIP.forward', 2e-5],
];

/** All golden cases, a line for each kind; tolerances are those of the precision that the authors' code computes in. */
export default function check(): Check[] {
  return kinds.map(([method, precision, what, name, tolerance]) => {
    const own = cases.filter(({ params }) => params.method === method && params.precision === precision);
    return {
      what: `${what}, ${own.length} ${own.length === 1 ? 'case' : 'cases'}`,
      error: Math.max(...own.map(difference)),
      tolerance,
      reference: { repository: golden.repository, commit: golden.commit, function: name },
    };
  });
}

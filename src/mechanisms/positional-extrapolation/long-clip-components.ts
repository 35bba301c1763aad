/**
 * Long-CLIP, primary component matching: image features reduced to the main directions of their batch, for short captions to be matched with
 * (section 3.3; model/model_longclip.py::CLIP.PCA), and the gradient that flows through it in training.
 */
import { eigenSymmetric } from '@/tensor/linalg';
import { matmul, matmulTransposed } from '@/tensor/matmul';
import { tensor, transpose, type Matrix } from '@/tensor/tensor';

export type Features = Matrix<'item', 'channel'>;

export interface Components {
  /** How many were kept, k. */
  readonly kept: number;
  /** The mean of the batch [e]. */
  readonly mean: Float64Array;
  /** The features less their mean [B, e]. */
  readonly centred: Features;
  /** Variances along the axes, times B: the squared singular values of the centred batch, descending [e]. */
  readonly squares: Float64Array;
  /** Orthonormal axes as columns [e, e], in that order. */
  readonly axes: Matrix<'channel', 'component'>;
  /** What is left of the features: mean + the part along the first k axes [B, e]. Rows are not brought back to length 1. */
  readonly coarse: Features;
}

const centre = (features: Features): { mean: Float64Array; centred: Features } => {
  const [count, width] = features.shape as [number, number];
  const mean = new Float64Array(width);
  features.data.forEach((x, i) => (mean[i % width]! += x / count));
  return {
    mean,
    centred: tensor(
      features.axes,
      [count, width],
      Float64Array.from(features.data, (x, i) => x - mean[i % width]!),
    ),
  };
};

/** The first k columns. */
function columns<R extends string, C extends string>(matrix: Matrix<R, C>, k: number): Matrix<R, C> {
  const [height, width] = matrix.shape as [number, number];
  return tensor(
    matrix.axes,
    [height, k],
    Float64Array.from({ length: height * k }, (_, i) => matrix.data[Math.floor(i / k) * width + (i % k)]!),
  );
}

/**
 * components(features, k): principal components of a batch [B, e] and the batch rebuilt from the first k, by the eigenvectors of its Gram matrix
 * over channels; B e^2 multiply-adds and an eigendecomposition. Throws RangeError unless k is whole and 0 <= k <= e.
 */
export function components(features: Features, k: number): Components {
  const width = features.shape[1]!;
  if (!Number.isInteger(k) || k < 0 || k > width) throw new RangeError(`cannot keep ${k} of ${width} components`);
  const { mean, centred } = centre(features);
  const { values, vectors } = eigenSymmetric(matmul(transpose(centred), centred));
  // Ascending there, descending here.
  const axes = tensor(['channel', 'component'] as const, [width, width]);
  for (let i = 0; i < width; i++) for (let c = 0; c < width; c++) axes.data[i * width + c] = vectors.data[i * width + width - 1 - c]!;
  const squares = Float64Array.from(values, (value) => Math.max(0, value)).reverse();
  return { kept: k, mean, centred, squares, axes, coarse: rebuilt({ mean, centred, axes }, k) };
}

/** rebuilt(parts, k): the batch from its mean and its first k axes, for another k than the one it was decomposed for. */
export function rebuilt({ mean, centred, axes }: Pick<Components, 'mean' | 'centred' | 'axes'>, k: number): Features {
  const main = columns(axes, k);
  const { data } = matmulTransposed(matmul(centred, main), main);
  for (let i = 0; i < data.length; i++) data[i]! += mean[i % mean.length]!;
  return tensor(centred.axes, centred.shape, data);
}

/**
 * agreement(parts, targets): for k = 1 to e, the mean cosine of the batch rebuilt from k components with targets [B, e] whose rows have length 1.
 * In the basis of the axes each further component adds one product to a dot product and one square to a length, so that all k cost B e^2.
 */
export function agreement({ mean, centred, axes }: Pick<Components, 'mean' | 'centred' | 'axes'>, targets: Features): Float64Array {
  const [count, width] = centred.shape as [number, number];
  const [own, other] = [matmul(centred, axes).data, matmul(targets, axes).data];
  const middle = matmul(tensor(['item', 'channel'] as const, [1, width], mean), axes).data;
  const result = new Float64Array(width);
  for (let i = 0; i < count * width; i += width) {
    let [along, square] = [0, 0];
    for (let c = 0; c < width; c++) {
      along += middle[c]! * other[i + c]!;
      square += middle[c]! ** 2;
    }
    for (let c = 0; c < width; c++) {
      along += own[i + c]! * other[i + c]!;
      square += own[i + c]! * (own[i + c]! + 2 * middle[c]!);
      result[c]! += along / Math.sqrt(square) / count;
    }
  }
  return result;
}

/**
 * backward(parts, gradient): the gradient [B, e] with respect to the features of what has `gradient` [B, e] with respect to the coarse ones. Axes
 * turn with the batch: a kept axis i and a dropped one j mix by 1 / (square_i - square_j). Where two such are equal there is no gradient, and that
 * part is left out.
 */
export function backward({ kept, centred, squares, axes }: Components, gradient: Features): Features {
  const [count, width] = centred.shape as [number, number];
  const main = columns(axes, kept);
  const result = matmulTransposed(matmul(gradient, main), main);
  // How the loss changes with the projection, in the basis of the axes, symmetric.
  const rotated = matmul(transpose(axes), matmul(matmul(transpose(centred), gradient), axes));
  const turn = tensor(['component', 'component'] as const, [width, width]);
  for (let i = 0; i < kept; i++) {
    for (let j = kept; j < width; j++) {
      const gap = squares[i]! - squares[j]!;
      if (gap <= 1e-12 * squares[0]!) continue;
      turn.data[i * width + j] = turn.data[j * width + i] = (rotated.data[i * width + j]! + rotated.data[j * width + i]!) / gap;
    }
  }
  const turning = matmulTransposed(matmul(matmul(centred, axes), turn), axes);
  // The mean is taken off before the projection and put back after it.
  const [total, projected] = [new Float64Array(width), new Float64Array(width)];
  for (let i = 0; i < count * width; i++) {
    const sum = (result.data[i]! += turning.data[i]!);
    total[i % width]! += gradient.data[i]! / count;
    projected[i % width]! += sum / count;
  }
  return tensor(
    centred.axes,
    [count, width],
    result.data.map((x, i) => x - projected[i % width]! + total[i % width]!),
  );
}

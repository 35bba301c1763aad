/**
 * The contrastive loss of CLIP (Radford et al. 2021) with its gradient, as Long-CLIP uses it twice: long captions against image features, short ones
 * against their main components (model/model_longclip.py::CLIP.forward, on one device).
 */
import { matmul, matmulTransposed } from '@/tensor/matmul';
import { softmaxInto } from '@/tensor/softmax';
import { row, tensor, transpose, type Matrix } from '@/tensor/tensor';
import type { Features } from './long-clip-components';

export interface LossOptions {
  /** What cosines are multiplied by: exp(logit_scale), 100 at the start of the paper's training. */
  readonly scale: number;
  /** The share of each target spread over the whole batch; 0.1 in the paper's code. */
  readonly smoothing?: number;
}

export interface Loss {
  readonly loss: number;
  /** Gradients with respect to x and y [B, e]. */
  readonly x: Features;
  readonly y: Features;
}

/**
 * contrastive(x, y, options): the mean of two cross-entropies over the logits scale x y^T, each row's against its own item and each column's; in nats.
 * Rows of x need not have length 1: those of coarse features have not. Throws RangeError where the shapes differ.
 */
export function contrastive(x: Features, y: Features, { scale, smoothing = 0.1 }: LossOptions): Loss {
  const [count, width] = x.shape as [number, number];
  if (y.shape[0] !== count || y.shape[1] !== width) throw new RangeError(`${x.shape.join('x')} against ${y.shape.join('x')}`);
  const logits = matmulTransposed(x, y);
  for (let i = 0; i < logits.data.length; i++) logits.data[i]! *= scale;
  const [rows, columns] = [crossEntropy(logits, smoothing), crossEntropy(transpose(logits), smoothing)];
  // With respect to the cosines.
  const gradient = tensor(['row', 'column'] as const, [count, count]);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      gradient.data[i * count + j] = ((rows.gradient.data[i * count + j]! + columns.gradient.data[j * count + i]!) * scale) / 2;
  return {
    loss: (rows.loss + columns.loss) / 2,
    x: tensor(x.axes, [count, width], matmul(gradient, y).data),
    y: tensor(y.axes, [count, width], matmul(transpose(gradient), x).data),
  };
}

/** The mean over rows of the cross-entropy with the row's own column, smoothed, and its gradient. */
function crossEntropy(logits: Matrix, smoothing: number) {
  const count = logits.shape[0]!;
  const gradient = tensor(['row', 'column'] as const, [count, count]);
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const [z, out] = [row(logits, i), row(gradient, i)];
    loss += softmaxInto(out, z);
    for (let j = 0; j < count; j++) {
      const wanted = smoothing / count + (i === j ? 1 - smoothing : 0);
      if (wanted) loss -= wanted * z[j]!;
      out[j] = (out[j]! - wanted) / count;
    }
  }
  return { loss: loss / count, gradient };
}

/** unit(x): rows brought to length 1, and how long they were. Throws RangeError on a row of zeros. */
export function unit(x: Features): { rows: Features; lengths: Float64Array } {
  const [count, width] = x.shape as [number, number];
  const lengths = Float64Array.from({ length: count }, (_, i) => Math.sqrt(row(x, i).reduce((sum, v) => sum + v * v, 0)));
  if (lengths.some((length) => !(length > 0))) throw new RangeError('a row of zeros has no direction');
  return {
    rows: tensor(
      x.axes,
      [count, width],
      x.data.map((v, i) => v / lengths[Math.floor(i / width)]!),
    ),
    lengths,
  };
}

/** unitBackward(unit, gradient): the gradient with respect to the rows as they were. */
export function unitBackward({ rows, lengths }: ReturnType<typeof unit>, gradient: Features): Features {
  const [count, width] = rows.shape as [number, number];
  const result = tensor(rows.axes, [count, width]);
  for (let i = 0; i < count; i++) {
    const [u, g, out] = [row(rows, i), row(gradient, i), row(result, i)];
    const along = u.reduce((sum, v, c) => sum + v * g[c]!, 0);
    for (let c = 0; c < width; c++) out[c] = (g[c]! - along * u[c]!) / lengths[i]!;
  }
  return result;
}

/**
 * An n-d array of float64 in row-major order, each axis with a name.
 * A plain object, so that it crosses to a worker by structured clone and tree-shakes to nothing.
 */
export interface Tensor<Axes extends readonly string[] = readonly string[]> {
  readonly axes: Axes;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A tensor with two axes, the first one the rows. */
export type Matrix<Rows extends string = string, Columns extends string = string> = Tensor<readonly [Rows, Columns]>;

/** tensor(axes, shape, data?) makes a tensor over data, or of zeros. Throws RangeError when the sizes disagree. */
export function tensor<const Axes extends readonly string[]>(
  axes: Axes,
  shape: readonly number[],
  data: Float64Array = new Float64Array(shape.reduce((size, n) => size * n, 1)),
): Tensor<Axes> {
  if (axes.length !== shape.length) throw new RangeError(`${axes.length} axes but ${shape.length} sizes`);
  const size = shape.reduce((product, n) => product * n, 1);
  if (data.length !== size) throw new RangeError(`shape ${shape.join('x')} holds ${size} numbers, got ${data.length}`);
  return { axes, shape, data };
}

/** generate(axes, shape, f) makes a tensor whose entry at indices i, j, ... is f(i, j, ...). */
export function generate<const Axes extends readonly string[]>(
  axes: Axes,
  shape: readonly number[],
  f: (...indices: number[]) => number,
): Tensor<Axes> {
  const result = tensor(axes, shape);
  const indices = shape.map(() => 0);
  for (let offset = 0; offset < result.data.length; offset++) {
    result.data[offset] = f(...indices);
    for (let axis = shape.length - 1; axis >= 0 && ++indices[axis]! === shape[axis]; axis--) indices[axis] = 0;
  }
  return result;
}

/** fromRows(axes, rows) makes a matrix from nested arrays. Throws RangeError on ragged rows. */
export function fromRows<const Axes extends readonly [string, string]>(axes: Axes, rows: readonly (readonly number[])[]): Tensor<Axes> {
  const columns = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== columns)) throw new RangeError('rows differ in length');
  return tensor(axes, [rows.length, columns], Float64Array.from(rows.flat()));
}

/** toRows(matrix) gives nested arrays, for tables and for comparing with golden vectors. */
export function toRows(matrix: Tensor): number[][] {
  const [rows = 0] = matrix.shape;
  return Array.from({ length: rows }, (_, i) => Array.from(row(matrix, i)));
}

/** size(t, axis) is the length of the axis with that name. Throws RangeError when there is none. */
export function size(t: Tensor, axis: string): number {
  const index = t.axes.indexOf(axis);
  if (index < 0) throw new RangeError(`no axis ${axis} among ${t.axes.join(', ')}`);
  return t.shape[index]!;
}

/** at(t, i, j, ...) reads one entry. Throws RangeError outside the bounds. */
export function at(t: Tensor, ...indices: number[]): number {
  let offset = 0;
  for (let axis = 0; axis < t.shape.length; axis++) {
    const i = indices[axis]!;
    if (!(i >= 0 && i < t.shape[axis]!)) throw new RangeError(`index ${i} outside axis ${t.axes[axis]}`);
    offset = offset * t.shape[axis]! + i;
  }
  return t.data[offset]!;
}

/** row(matrix, i) is row i as a view: writing to it writes to the matrix. For n-d, everything below index i. */
export function row(matrix: Tensor, i: number): Float64Array {
  const width = matrix.data.length / matrix.shape[0]!;
  return matrix.data.subarray(i * width, (i + 1) * width);
}

/** rows(matrix, indices) copies those rows, in that order: a gather. */
export function rows<Axes extends readonly string[]>(matrix: Tensor<Axes>, indices: ArrayLike<number>): Tensor<Axes> {
  const width = matrix.data.length / matrix.shape[0]!;
  const result = tensor(matrix.axes, [indices.length, ...matrix.shape.slice(1)]);
  for (let i = 0; i < indices.length; i++) result.data.set(row(matrix, indices[i]!), i * width);
  return result;
}

/** transpose(matrix) swaps the two axes and copies. */
export function transpose<R extends string, C extends string>(matrix: Tensor<readonly [R, C]>): Tensor<readonly [C, R]> {
  const [height, width] = matrix.shape as [number, number];
  const result = tensor([matrix.axes[1], matrix.axes[0]] as const, [width, height]);
  for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) result.data[j * height + i] = matrix.data[i * width + j]!;
  return result;
}

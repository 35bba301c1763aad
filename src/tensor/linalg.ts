// The only door to ml-matrix: a widget that needs a solve or eigenvalues pays its 16 kB, the others do not.
import { EigenvalueDecomposition, Matrix as Dense, solve as denseSolve } from 'ml-matrix';
import { toRows, tensor, type Matrix, type Tensor } from './tensor';

/** solve(a, b) is x with a x = b (least squares when a is tall), for a [i, j] and b [i, k]. */
export function solve<J extends string, K extends string>(a: Tensor<readonly [string, J]>, b: Tensor<readonly [string, K]>): Tensor<readonly [J, K]> {
  const x = denseSolve(new Dense(toRows(a)), new Dense(toRows(b)));
  return tensor([a.axes[1], b.axes[1]] as const, [x.rows, x.columns], Float64Array.from(x.to1DArray()));
}

/** eigenvalues(a) of a square real matrix, as real and imaginary parts. */
export function eigenvalues(a: Matrix): { re: number[]; im: number[] } {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(new Dense(toRows(a)));
  return { re: realEigenvalues, im: imaginaryEigenvalues };
}

/** eigenSymmetric(a): ascending eigenvalues and the orthonormal eigenvectors as columns, for a real symmetric matrix. */
export function eigenSymmetric(a: Matrix): { values: number[]; vectors: Matrix } {
  const result = new EigenvalueDecomposition(new Dense(toRows(a)), { assumeSymmetric: true });
  const vectors = result.eigenvectorMatrix;
  return {
    values: result.realEigenvalues,
    vectors: tensor(['row', 'column'] as const, [vectors.rows, vectors.columns], Float64Array.from(vectors.to1DArray())),
  };
}

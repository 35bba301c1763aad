import { EigenvalueDecomposition, Matrix as Dense } from 'ml-matrix';
import { toRows, type Matrix } from '@/tensor/tensor';

/** Eigenvalues of any square real matrix, by a library that only the tests use. */
export function eigenvalues(a: Matrix): { re: number[]; im: number[] } {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(new Dense(toRows(a)));
  return { re: realEigenvalues, im: imaginaryEigenvalues };
}

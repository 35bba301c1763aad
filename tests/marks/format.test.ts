import { expect, it } from 'vitest';
import { bytes, number, percent, powerOfTen } from '@/marks/format';

it('numbers have no more digits than they mean', () => {
  expect([0, 3, 0.123456, 12.3456, 1234.5, 131072, 1e12, 2.13e-16, -0.5].map((x) => number(x))).toEqual([
    '0',
    '3',
    '0.123',
    '12.3',
    '1,235',
    '131,072',
    '1\u00a0×\u00a010¹²',
    '2.1\u00a0×\u00a010⁻¹⁶',
    '−0.5',
  ]);
  expect(number(9.97e-16)).toBe('1\u00a0×\u00a010⁻¹⁵');
  expect(number(-9.94e-16)).toBe('−9.9\u00a0×\u00a010⁻¹⁶');
  expect(number(2.5, 2)).toBe('2.50');
  expect([NaN, Infinity, -Infinity].map((x) => number(x))).toEqual(['not a number', '∞', '−∞']);
});

it('shares and sizes do not break between number and unit', () => {
  expect(percent(0.756)).toBe('76\u00a0%');
  expect(percent(0.0123)).toBe('1.2\u00a0%');
  expect(percent(0)).toBe('0\u00a0%');
  expect(bytes(0)).toBe('0\u00a0B');
  expect(bytes(1500)).toBe('1.5\u00a0kB');
  expect(bytes(2e9)).toBe('2\u00a0GB');
});

it('powers of ten, for logarithmic axes', () => {
  expect([-16, -4, 0, 1, 8].map(powerOfTen)).toEqual(['10⁻¹⁶', '10⁻⁴', '1', '10¹', '10⁸']);
});

import { expect, test } from 'vitest';
import { printExponent, printTime } from './go-format.ts';

test('times', () => {
  expect(printTime(undefined)).toBe('0001-01-01T00:00:00Z');
  expect(printTime(1_700_000_000_000)).toBe('2023-11-14T22:13:20Z');
  expect(printTime(1_700_000_000_120)).toBe('2023-11-14T22:13:20.12Z');
});

test('numbers with an exponent', () => {
  expect([2, 0, -0, 1234.5, 1e-7, 1e100, Number.NaN, -Infinity].map(printExponent)).toEqual([
    '2e+00',
    '0e+00',
    '-0e+00',
    '1.2345e+03',
    '1e-07',
    '1e+100',
    'NaN',
    '-Inf',
  ]);
});

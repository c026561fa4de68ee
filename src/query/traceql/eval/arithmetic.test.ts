import { expect, it } from 'vitest';
import type { ArithmeticOperator } from '../syntax/ast.ts';
import { calculateInts } from './arithmetic.ts';

const maxInt = 2n ** 63n - 1n;
type Operand = number | bigint;

const gives = (left: Operand, operator: ArithmeticOperator, right: Operand, value: Operand) =>
  it(`${left} ${operator} ${right} = ${value}`, () =>
    expect(calculateInts(operator, left, right)).toEqual({ type: 'int', value }));

gives(2 ** 53 - 1, '+', 2, 2n ** 53n + 1n);
gives(2n ** 53n + 1n, '-', 2n ** 53n, 1);
gives(maxInt, '+', 1, -(2n ** 63n));
gives(-(2n ** 63n), '-', 1, maxInt);
gives(maxInt, '*', 2, -2);
gives(3_037_000_500, '*', 3_037_000_500, -9_223_372_036_709_301_616n);
gives(maxInt, '/', 2, 2n ** 62n - 1n);
gives(-7, '%', 4, -3);
gives(3, '^', 39, 3n ** 39n);
gives(-2, '^', 63, -(2n ** 63n));
gives(10, '^', -1, 0);

const overflows = (base: Operand, exponent: Operand, value: number) =>
  it(`${base} ^ ${exponent} = ${value}`, () =>
    expect(calculateInts('^', base, exponent)).toEqual({ type: 'float', value }));
overflows(2, 63, Number.POSITIVE_INFINITY);
overflows(-3, 1001, Number.NEGATIVE_INFINITY);
overflows(-3, 1000, Number.POSITIVE_INFINITY);
overflows(0, -1, Number.POSITIVE_INFINITY);

it.each(['/', '%'] as const)('%s by zero has no result', (operator) => {
  expect(calculateInts(operator, 1, 0)).toEqual({ type: 'nil' });
  expect(calculateInts(operator, maxInt, 0n)).toEqual({ type: 'nil' });
});

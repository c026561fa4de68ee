import { expect, test } from 'vitest';
import { toJson } from './json.ts';
import { parse } from './parse.ts';

const json = (text: string) => toJson(parse(text));

test('selectors: the name in front of the braces comes last, one inside is a matcher', () => {
  expect(json('a{b!="c"}[5m] @ end() offset 1m')).toEqual({
    type: 'matrixSelector',
    name: 'a',
    matchers: [
      { name: 'b', value: 'c', type: '!=' },
      { name: '__name__', value: 'a', type: '=' },
    ],
    range: 300_000,
    offset: 60_000,
    timestamp: null,
    startOrEnd: 'end',
  });
  expect(json('{"a b"} smoothed @ 1.5')).toMatchObject({
    name: '',
    matchers: [{ name: '__name__', value: 'a b', type: '=' }],
    timestamp: 1500,
    smoothed: true,
  });
});

test('matching only between vectors', () => {
  expect(json('a > bool 5')).toMatchObject({ matching: null, bool: true, op: '>' });
  expect(json('a and b')).toMatchObject({ matching: { card: 'many-to-many', on: false } });
  expect(json('a + on(x) group_left(y) fill(1) b')).toMatchObject({
    matching: {
      card: 'many-to-one',
      labels: ['x'],
      on: true,
      include: ['y'],
      fillValues: { lhs: 1, rhs: 1 },
    },
  });
});

test('functions tell how many arguments they take', () => {
  const variadic = (text: string) => (json(text).func as { variadic: number }).variadic;
  expect(variadic('rate(a[5m])')).toBe(0);
  expect(variadic('round(a)')).toBe(1);
  expect(variadic('label_join(a, "b", "c")')).toBe(-1);
});

test('the rest', () => {
  expect(json('- (1 + -2e30)')).toEqual({
    type: 'unaryExpr',
    op: '-',
    expr: {
      type: 'parenExpr',
      expr: {
        type: 'binaryExpr',
        op: '+',
        lhs: { type: 'numberLiteral', val: '1' },
        rhs: { type: 'numberLiteral', val: '-2000000000000000000000000000000' },
        matching: null,
        bool: false,
      },
    },
  });
  expect(json('sum without(x) (a[5m:1m])')).toMatchObject({
    param: null,
    grouping: ['x'],
    without: true,
    expr: { type: 'subquery', range: 300_000, step: 60_000, offset: 0 },
  });
});

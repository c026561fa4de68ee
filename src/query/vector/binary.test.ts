import { expect, test } from 'vitest';
import { combineVectors, combineWithScalar } from './binary.ts';
import { type Matching, matchAllLabels } from './matching.ts';
import { withoutMarkedNames } from './name.ts';
import type { ElementOperator } from './operation.ts';
import { combineSets } from './set.ts';
import type { GridSeries, Labels } from './value.ts';

const gap = undefined;

function series(labels: Labels, ...values: (number | undefined)[]): GridSeries {
  return {
    labels,
    values: Float64Array.from(values, (value) => value ?? 0),
    present: Uint8Array.from(values, (value) => Number(value !== undefined)),
  };
}

const shown = (result: readonly GridSeries[]) =>
  withoutMarkedNames(result).map(({ labels, values, present }) => [
    labels,
    ...Array.from(values, (value, i) => (present[i] ? value : gap)),
  ]);

const errors = [
  series({ __name__: 'errors', code: '500', method: 'get' }, 24, gap),
  series({ __name__: 'errors', code: '404', method: 'get' }, 30, 6),
];
const total = [series({ __name__: 'total', method: 'get' }, 600, 60)];
const ignoringCode: Matching = { ...matchAllLabels, labels: ['code'] };
const manyToOne: Matching = { ...ignoringCode, cardinality: 'many-to-one' };

const combine = (
  operator: ElementOperator,
  matching: Matching,
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  isBool = false,
) => shown(combineVectors(left, right, { operator, isBool, matching }));

test('many to one keeps the labels of the many side', () => {
  expect(combine('/', manyToOne, errors, total)).toEqual([
    [{ code: '500', method: 'get' }, 0.04, gap],
    [{ code: '404', method: 'get' }, 0.05, 0.1],
  ]);
});

test('one to many swaps the sides and not the operands', () => {
  const matching: Matching = { ...ignoringCode, cardinality: 'one-to-many', include: ['__name__'] };
  expect(combine('-', matching, total, errors.slice(1))).toEqual([
    [{ __name__: 'total', code: '404', method: 'get' }, 570, 54],
  ]);
});

test('many to many is refused, but only at steps where the other side has something', () => {
  expect(() => combine('/', ignoringCode, total, errors)).toThrow(
    'many-to-many matching not allowed',
  );
  const later = [series({ method: 'get' }, gap, 1)];
  expect(combine('/', ignoringCode, later, errors)).toEqual([[{ method: 'get' }, gap, 1 / 6]]);
});

test('several lefts of a one-to-one match are refused, filtered away or not', () => {
  expect(() => combine('/', ignoringCode, errors, total)).toThrow('must be explicit');
  const middle = [series({ method: 'get' }, 25, 7)];
  expect(() => combine('<', ignoringCode, errors, middle)).toThrow('must be explicit');
  expect(combine('<', ignoringCode, errors, [series({ method: 'get' }, gap, 7)])).toEqual([
    [{ __name__: 'errors', method: 'get' }, gap, 6],
  ]);
});

test('a comparison keeps the name, with bool it gives 0 and 1 and drops it', () => {
  const same: Matching = matchAllLabels;
  const other = [series({ __name__: 'o', method: 'get' }, 1, 60)];
  expect(combine('==', same, total, other)).toEqual([[total[0]?.labels, gap, 60]]);
  expect(combine('==', same, total, other, true)).toEqual([[{ method: 'get' }, 0, 1]]);
});

test('on() keeps only its labels', () => {
  const on: Matching = { ...matchAllLabels, mode: 'on', labels: ['method'] };
  expect(combine('*', on, errors.slice(1), total)).toEqual([[{ method: 'get' }, 18000, 360]]);
});

test('a scalar on either side', () => {
  const scalar = Float64Array.of(100, 50);
  const with_ = (operator: ElementOperator, isScalarLeft: boolean, isBool = false) =>
    shown(combineWithScalar(total, { operator, isBool, scalar, isScalarLeft }));
  expect(with_('-', true)).toEqual([[{ method: 'get' }, -500, -10]]);
  expect(with_('<', true)).toEqual([[total[0]?.labels, 600, 60]]);
  expect(with_('<', false, true)).toEqual([[{ method: 'get' }, 0, 0]]);
  expect(with_('^', false)[0]?.[0]).toEqual({ method: 'get' });
});

test('names dropped by arithmetic may make series equal', () => {
  const two = [series({ __name__: 'a' }, 1, gap), series({ __name__: 'b' }, gap, 2)];
  const side = {
    operator: '+',
    isBool: false,
    scalar: Float64Array.of(1, 1),
    isScalarLeft: false,
  } as const;
  expect(shown(combineWithScalar(two, side))).toEqual([[{}, 2, 3]]);
  const both = [series({ __name__: 'a' }, 1, 1), series({ __name__: 'b' }, gap, 2)];
  expect(() => shown(combineWithScalar(both, side))).toThrow('same labelset');
});

const left = [series({ a: '1' }, 1, 2), series({ a: '2' }, 3, gap)];
const right = [series({ a: '1' }, 9, gap), series({ a: '3' }, 9, 9)];

test('set operators decide per step', () => {
  const set = (operator: 'and' | 'or' | 'unless') =>
    shown(combineSets(operator, left, right, matchAllLabels));
  expect(set('and')).toEqual([[{ a: '1' }, 1, gap]]);
  expect(set('unless')).toEqual([
    [{ a: '1' }, gap, 2],
    [{ a: '2' }, 3, gap],
  ]);
  expect(set('or')).toEqual([
    [{ a: '1' }, 1, 2],
    [{ a: '2' }, 3, gap],
    [{ a: '3' }, 9, 9],
  ]);
});

test('power as IEEE has it', () => {
  const pow = (base: number, exponent: number) =>
    combine('^', matchAllLabels, [series({}, base)], [series({}, exponent)])[0]?.[1];
  expect(pow(1, Number.NaN)).toBe(1);
  expect(pow(-1, Infinity)).toBe(1);
  expect(pow(2, -1)).toBe(0.5);
});

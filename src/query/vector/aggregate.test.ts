import { expect, test } from 'vitest';
import { aggregate, aggregateQuantile, type FoldName } from './aggregate.ts';
import { type Grouping, oneGroup } from './group.ts';
import { aggregateTop } from './top.ts';
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
  result.map(({ labels, values, present }) => [
    labels,
    ...Array.from(values, (value, i) => (present[i] ? value : gap)),
  ]);

const input = [
  series({ __name__: 'm', job: 'a', pod: '1' }, 1, gap, 3),
  series({ __name__: 'm', job: 'a', pod: '2' }, 5, gap, Number.NaN),
  series({ __name__: 'm', job: 'b', pod: '1' }, 2, 4, gap),
];

const fold = (name: FoldName, expected: unknown[], grouping: Grouping = oneGroup) =>
  test(`${name} ${grouping.mode} (${grouping.labels})`, () => {
    expect(shown(aggregate(name, input, grouping))).toEqual(expected);
  });

fold('sum', [[{}, 8, 4, Number.NaN]]);
fold('count', [[{}, 3, 1, 2]]);
fold('group', [[{}, 1, 1, 1]]);
fold('min', [[{}, 1, 4, 3]]);
fold('max', [[{}, 5, 4, 3]]);
fold('avg', [[{}, 8 / 3, 4, Number.NaN]]);
fold(
  'stdvar',
  [
    [{ job: 'a' }, 4, gap, Number.NaN],
    [{ job: 'b' }, 0, 0, gap],
  ],
  {
    mode: 'by',
    labels: ['job'],
  },
);
fold(
  'sum',
  [
    [{ job: 'a' }, 6, gap, Number.NaN],
    [{ job: 'b' }, 2, 4, gap],
  ],
  {
    mode: 'without',
    labels: ['pod'],
  },
);
fold('sum', [[{ __name__: 'm' }, 8, 4, Number.NaN]], { mode: 'by', labels: ['__name__', 'none'] });

test('sum keeps what rounding loses', () => {
  const parts = [1, 1e100, 1, -1e100].map((value, i) => series({ i: String(i) }, value));
  expect(shown(aggregate('sum', parts, oneGroup))).toEqual([[{}, 2]]);
});

test('avg does not overflow', () => {
  const parts = [1.7e308, 1.7e308, 1.7e308].map((value, i) => series({ i: String(i) }, value));
  expect(aggregate('avg', parts, oneGroup)[0]?.values[0]).toBeCloseTo(1.7e308, -300);
});

test('quantile interpolates, φ per step', () => {
  const phi = Float64Array.of(0.5, 2, -1);
  expect(shown(aggregateQuantile(phi, input, oneGroup))).toEqual([[{}, 2, Infinity, -Infinity]]);
});

test('topk ranks one step and keeps labels, NaN last', () => {
  const two = input.map(({ labels, values }) => series(labels, values[0]));
  expect(shown(aggregateTop('topk', Float64Array.of(2), two, oneGroup))).toEqual([
    [{ __name__: 'm', job: 'a', pod: '2' }, 5],
    [{ __name__: 'm', job: 'b', pod: '1' }, 2],
  ]);
});

test('topk over steps chooses anew at each and keeps the order of the series', () => {
  expect(shown(aggregateTop('topk', Float64Array.of(1, 1, 1), input, oneGroup))).toEqual([
    [{ __name__: 'm', job: 'a', pod: '1' }, gap, gap, 3],
    [{ __name__: 'm', job: 'a', pod: '2' }, 5, gap, gap],
    [{ __name__: 'm', job: 'b', pod: '1' }, gap, 4, gap],
  ]);
});

test('bottomk and limitk', () => {
  const k = Float64Array.of(1, 0, 1);
  expect(shown(aggregateTop('bottomk', k, input, oneGroup))).toEqual([
    [{ __name__: 'm', job: 'a', pod: '1' }, 1, gap, 3],
  ]);
  expect(shown(aggregateTop('limitk', k, input, oneGroup))).toHaveLength(1);
});

test('a NaN k is refused', () => {
  expect(() => aggregateTop('topk', Float64Array.of(Number.NaN), input, oneGroup)).toThrow('NaN');
});

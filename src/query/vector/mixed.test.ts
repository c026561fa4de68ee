// Operators and aggregations over numbers and histograms together.
import { expect, test } from 'vitest';
import { aggregateInParts, aggregateQuantileInParts, type FoldName } from './aggregate.ts';
import { combineVectorsInParts, combineWithScalarInParts } from './binary.ts';
import { oneGroup } from './group.ts';
import { histogramFromSpans } from './histogram/construct.ts';
import { customSchema, type Histogram } from './histogram/histogram.ts';
import { matchAllLabels } from './matching.ts';
import { markName, withoutMarkedNames } from './name.ts';
import type { Note } from './note.ts';
import type { ElementOperator } from './operation.ts';
import { finishNow } from './pausable.ts';
import { isHistogram, type Point, Points, pointAt, seriesOfPoints } from './point.ts';
import { aggregateTopInParts } from './top.ts';
import type { GridSeries, Labels } from './value.ts';

const histogram = (count: number, schema = 0): Histogram =>
  histogramFromSpans({
    schema,
    count,
    sum: count,
    positiveSpans: [0, 1],
    positiveCounts: [count],
  });

function series(labels: Labels, ...points: (Point | undefined)[]): GridSeries {
  const made = new Points(points.length);
  points.forEach((point, step) => {
    if (point !== undefined) made.set(step, point);
  });
  const empty = { values: new Float64Array(1), present: new Uint8Array(1) };
  return seriesOfPoints(labels, made.parts ?? empty, false);
}

/** Counts of histograms as `h4`. */
const shown = (all: readonly GridSeries[]) =>
  all.map((one) =>
    Array.from(one.present, (here, step) => {
      if (!here) return undefined;
      const point = pointAt(one, step);
      return isHistogram(point) ? `h${point.count}` : point;
    }),
  );

const members = [
  series({ __name__: 'a' }, histogram(4), 1, histogram(2), 3),
  series({ __name__: 'b' }, histogram(6), histogram(1), histogram(2, customSchema), 5),
];

test.each<[FoldName, unknown[], string[]]>([
  [
    'sum',
    ['h10', undefined, undefined, 8],
    [
      'encountered a mix of histograms and floats for aggregation',
      'vector contains a mix of histograms with exponential and custom buckets schemas for metric name "b"',
    ],
  ],
  ['avg', ['h5', undefined, undefined, 4], []],
  ['count', [2, 2, 2, 2], []],
  ['max', [undefined, 1, undefined, 5], ['ignored histogram in max aggregation']],
])('%s', (name, values, texts) => {
  const notes = new Set<string>();
  const work = aggregateInParts(name, members, oneGroup, (note) => notes.add(note.text));
  expect(shown(finishNow(work))).toEqual([values]);
  if (texts.length > 0) expect([...notes]).toEqual(texts);
});

test('quantile and topk pass over histograms, limitk does not', () => {
  const notes: Note[] = [];
  const phi = new Float64Array(4).fill(1);
  const quantiles = aggregateQuantileInParts(phi, members, oneGroup, (note) => notes.push(note));
  expect(shown(finishNow(quantiles))).toEqual([[undefined, 1, undefined, 5]]);
  const top = aggregateTopInParts('topk', phi, members, oneGroup, (note) => notes.push(note));
  expect(shown(finishNow(top))).toEqual([
    [undefined, 1, undefined, undefined],
    [undefined, undefined, undefined, 5],
  ]);
  expect(notes.map(({ text }) => text)).toContain('ignored histogram in topk aggregation');
  const limited = aggregateTopInParts('limitk', phi, members, oneGroup);
  expect(shown(finishNow(limited))).toEqual([['h4', 1, 'h2', 3]]);
});

test.each<[ElementOperator, boolean, unknown, string | undefined]>([
  ['*', false, 'h8', undefined],
  ['*', true, 'h8', undefined],
  ['/', false, 'h2', undefined],
  ['/', true, undefined, '"/": float / histogram'],
  ['+', false, undefined, '"+": histogram + float'],
  ['==', false, undefined, '"==": histogram == float'],
  ['</', true, undefined, '"</": float </ histogram'],
  ['>/', false, 'h0', undefined],
])('histogram %s scalar, scalar left: %s', (operator, isScalarLeft, value, text) => {
  const notes: string[] = [];
  const scalar = Float64Array.of(2);
  const side = { operator, isBool: false, scalar, isScalarLeft };
  const one = series({ __name__: 'h' }, histogram(4));
  const work = combineWithScalarInParts([one], side, (note) => notes.push(note.text));
  expect(shown(finishNow(work))).toEqual(value === undefined ? [] : [[value]]);
  const prefix = 'incompatible sample types encountered for binary operator';
  expect(notes).toEqual(text ? [`${prefix} ${text}`] : []);
});

test('histogram with histogram', () => {
  const left = [series({ a: '1' }, histogram(4), histogram(4), 1)];
  const right = [series({ a: '1' }, histogram(4), histogram(1), histogram(1))];
  const combine = (operator: ElementOperator, isBool = false) => {
    const notes: string[] = [];
    const operation = { operator, isBool, matching: matchAllLabels };
    const work = combineVectorsInParts(left, right, operation, ({ text }) => notes.push(text));
    return [...shown(finishNow(work)), notes.length];
  };
  expect(combine('+')).toEqual([['h8', 'h5', undefined], 1]);
  expect(combine('-')).toEqual([['h0', 'h3', undefined], 1]);
  expect(combine('==')).toEqual([['h4', undefined, undefined], 1]);
  expect(combine('!=', true)).toEqual([[0, 1, undefined], 1]);
  expect(combine('atan2')).toEqual([3]);
});

test('marked names go at the end, and what is equal then must not meet', () => {
  const early = markName(series({ __name__: 'a', x: '1' }, 1, undefined));
  const late = markName(series({ __name__: 'b', x: '1' }, undefined, histogram(2)));
  expect(withoutMarkedNames([early, late])).toMatchObject([{ labels: { x: '1' } }]);
  expect(shown(withoutMarkedNames([early, late]))).toEqual([[1, 'h2']]);
  const both = markName(series({ __name__: 'c', x: '1' }, 1, 1));
  expect(() => withoutMarkedNames([early, both])).toThrow('same labelset');
  const kept = series({ __name__: 'a', x: '1' }, 1, 1);
  expect(withoutMarkedNames([early, kept])).toHaveLength(2);
});

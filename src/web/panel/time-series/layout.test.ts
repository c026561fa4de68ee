import { describe, expect, it } from 'vitest';
import type { PlotBox } from '../../chart/plot-box.ts';
import type { Exemplar, SeriesFrame } from '../../frame/series.ts';
import { layoutExemplars, layoutTimeSeries, sortItems, valuesAt } from './layout.ts';

const series = (name: string, ...points: [number, number][]): SeriesFrame => ({
  labels: { __name__: 'm', method: name, job: 'api' },
  times: Float64Array.from(points, ([at]) => at),
  values: Float64Array.from(points, ([, value]) => value),
});
const grid = { fromMs: 0, toMs: 3000, stepMs: 1000 };

describe('layoutTimeSeries', () => {
  const scene = layoutTimeSeries(
    [series('GET', [0, 1], [1000, 3], [3000, 2]), series('POST', [2000, Number.NaN])],
    grid,
  );
  it('has every step of the range on the axis', () =>
    expect(scene.times).toEqual([0, 1000, 2000, 3000]));
  it('leaves gaps where there is no sample, and where it is not a number', () =>
    expect(scene.items.map(({ column }) => column)).toEqual([
      [1, 3, null, 2],
      [null, null, null, null],
    ]));
  it('names series by the labels in which they differ', () =>
    expect(scene.items.map(({ name }) => name)).toEqual(['GET', 'POST']));
  it('counts', () => expect(scene.items[0]?.stats).toEqual({ last: 2, min: 1, max: 3, mean: 2 }));
  it('names one series alone by all its labels', () =>
    expect(layoutTimeSeries([series('GET', [0, 1])], grid).items[0]?.name).toBe(
      'm{method="GET", job="api"}',
    ));
  it('keeps the largest of too many', () => {
    const many = Array.from({ length: 130 }, (_, i) => series(`${i}`, [0, i]));
    const { items, leftOut } = layoutTimeSeries(many, grid);
    expect(items).toHaveLength(100);
    expect(leftOut).toBe(30);
    expect(items[0]?.labels['method']).toBe('30');
  });
});

describe('legend and tooltip', () => {
  const { items } = layoutTimeSeries([series('b', [0, 1]), series('a', [0, 5]), series('c')], grid);
  const names = (by: 'name' | 'last') => sortItems(items, by).map((item) => item.labels['method']);
  it('sorts by name', () => expect(names('name')).toEqual(['a', 'b', 'c']));
  it('sorts by value, without value last', () => expect(names('last')).toEqual(['a', 'b', 'c']));
  it('finds the nearest series under the pointer', () => {
    const { rows, nearest } = valuesAt(items, 0, 1.5);
    expect(rows.map(({ value }) => value)).toEqual([5, 1]);
    expect(nearest).toBe(items[0]?.key);
  });
});

describe('layoutExemplars', () => {
  const box: PlotBox = {
    left: 10,
    top: 0,
    width: 100,
    height: 50,
    fromMs: 0,
    toMs: 1000,
    yMin: 0,
    yMax: 10,
  };
  const exemplar = (timeMs: number, value: number): Exemplar => ({
    timeMs,
    value,
    traceId: 'aa',
    spanId: undefined,
    labels: {},
    seriesLabels: {},
  });
  it('stands at its value', () =>
    expect(layoutExemplars([exemplar(500, 5)], box, true)).toMatchObject([
      { x: 60, y: 25, isClamped: false },
    ]));
  it('stands at the edge when its value is outside', () =>
    expect(layoutExemplars([exemplar(500, 99)], box, true)).toMatchObject([
      { y: 0, isClamped: true },
    ]));
  it('stands at the foot when the value means something else', () =>
    expect(layoutExemplars([exemplar(500, 99)], box, false)).toMatchObject([{ y: 44 }]));
  it('keeps the largest of those that would hide each other', () =>
    expect(
      layoutExemplars([exemplar(500, 5), exemplar(501, 5.1)], box, true).map(
        (point) => point.exemplar.value,
      ),
    ).toEqual([5.1]));
  it('keeps three of many at one time', () =>
    expect(
      layoutExemplars(
        [1, 4, 7, 10].map((value) => exemplar(500, value)),
        { ...box, height: 200 },
        true,
      ).map((point) => point.exemplar.value),
    ).toEqual([10, 7, 4]));
  it('leaves out what is not in the range', () =>
    expect(layoutExemplars([exemplar(1500, 5)], box, true)).toEqual([]));
});

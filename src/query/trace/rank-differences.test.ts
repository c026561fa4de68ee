import { describe, expect, it } from 'vitest';
import { text, type Value } from '../traceql/eval/value.ts';
import type { MetricsSeries } from '../traceql/metrics/answer.ts';
import { rankDifferences } from './rank-differences.ts';

const series = (type: string, name: string, value: Value, count: number): MetricsSeries => ({
  labels: [
    { name: '__meta_type', value: text(type) },
    { name, value },
  ],
  samples: [{ timeMs: 0, value: count }],
  exemplars: [],
});

const nil: Value = { type: 'nil' };

describe('rankDifferences', () => {
  const {
    selection,
    baseline,
    attributes: ranked,
  } = rankDifferences([
    series('selection', 'span.version', text('2'), 8),
    series('selection', 'span.version', text('1'), 2),
    series('baseline', 'span.version', text('1'), 90),
    series('baseline', 'span.version', text('2'), 10),
    series('selection_total', 'span.version', nil, 10),
    series('baseline_total', 'span.version', nil, 100),
    series('selection', 'kind', text('server'), 10),
    series('baseline', 'kind', text('server'), 100),
    series('selection_total', 'kind', nil, 10),
    series('baseline_total', 'kind', nil, 100),
    series('selection', 'span.host', text('a'), 10),
    series('selection_total', 'span.host', nil, 10),
    series('baseline_total', 'span.host', nil, 100),
    series('baseline', 'span.rare', text('x'), 3),
    series('baseline_total', 'span.rare', nil, 3),
  ]);

  it('the sizes of both sets', () => expect([selection, baseline]).toEqual([10, 100]));

  it('the most telling first, what tells nothing not at all', () => {
    expect(ranked.map(({ attribute, score }) => [attribute, score])).toEqual([
      ['span.host', 1],
      ['span.version', 0.7],
      ['span.rare', 0.03],
    ]);
  });

  it('counts and shares by value', () => {
    expect(ranked[1]?.values[0]).toEqual({
      value: text('2'),
      selection: 8,
      baseline: 10,
      selectionShare: 0.8,
      baselineShare: 0.1,
    });
  });

  it('an empty set has no shares', () => {
    const { attributes } = rankDifferences([
      series('baseline', 'kind', text('server'), 3),
      series('baseline_total', 'kind', nil, 3),
    ]);
    expect(attributes[0]?.values[0]).toMatchObject({ selectionShare: 0, baselineShare: 1 });
  });

  it('nothing of nothing', () =>
    expect(rankDifferences([])).toEqual({ selection: 0, baseline: 0, attributes: [] }));
});

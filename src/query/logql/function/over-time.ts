// Functions of unwrapped values.
// https://grafana.com/docs/loki/latest/query/metric_queries/#unwrapped-range-aggregations
import { variance } from '#query/vector/aggregate.ts';
import { quantileOf } from '#query/vector/quantile.ts';
import { meanOf, sumOf } from '#query/vector/sum.ts';
import { defineRangeFunction, fold, valuesOf } from './definition.ts';

export const sumOverTime = defineRangeFunction({
  name: 'sum_over_time',
  doc: 'Sum of the values.',
  example: 'sum_over_time({job="a"} | json | unwrap bytes(size) [5m])',
  isAdditive: true,
  evaluate: (window) => {
    const values = valuesOf(window);
    return sumOf(values, 0, values.length);
  },
});

export const avgOverTime = defineRangeFunction({
  name: 'avg_over_time',
  doc: 'Mean of the values.',
  example: 'avg_over_time({job="a"} | json | unwrap latency [5m]) by (path)',
  evaluate: (window) => {
    const values = valuesOf(window);
    return meanOf(values, 0, values.length);
  },
});

export const maxOverTime = defineRangeFunction({
  name: 'max_over_time',
  doc: 'Largest value.',
  example: 'max_over_time({job="a"} | json | unwrap latency [5m])',
  evaluate: (window) => fold(window, (a, b) => (b > a || Number.isNaN(a) ? b : a)),
});

export const minOverTime = defineRangeFunction({
  name: 'min_over_time',
  doc: 'Smallest value.',
  example: 'min_over_time({job="a"} | json | unwrap latency [5m])',
  evaluate: (window) => fold(window, (a, b) => (b < a || Number.isNaN(a) ? b : a)),
});

export const firstOverTime = defineRangeFunction({
  name: 'first_over_time',
  doc: 'Earliest value.',
  example: 'first_over_time({job="a"} | json | unwrap latency [5m])',
  evaluate: ({ values, from }) => values[from],
});

export const lastOverTime = defineRangeFunction({
  name: 'last_over_time',
  doc: 'Latest value.',
  example: 'last_over_time({job="a"} | json | unwrap latency [5m])',
  evaluate: ({ values, to }) => values[to - 1],
});

export const stddevOverTime = defineRangeFunction({
  name: 'stddev_over_time',
  doc: 'Standard deviation of the values.',
  example: 'stddev_over_time({job="a"} | json | unwrap latency [5m])',
  evaluate: (window) => Math.sqrt(variance(valuesOf(window))),
});

export const stdvarOverTime = defineRangeFunction({
  name: 'stdvar_over_time',
  doc: 'Variance of the values.',
  example: 'stdvar_over_time({job="a"} | json | unwrap latency [5m])',
  evaluate: (window) => variance(valuesOf(window)),
});

export const quantileOverTime = defineRangeFunction({
  name: 'quantile_over_time',
  doc: 'The φ-quantile of the values.',
  example: 'quantile_over_time(0.99, {job="a"} | json | unwrap latency [5m]) by (path)',
  evaluate: (window) => quantileOf(valuesOf(window), window.parameter ?? Number.NaN),
});

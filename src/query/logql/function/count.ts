// Functions that count lines and bytes; `rate` also adds up unwrapped values.
// https://grafana.com/docs/loki/latest/query/metric_queries/#log-range-aggregations
import { sumOf } from '#query/vector/sum.ts';
import { defineRangeFunction, valuesOf } from './definition.ts';

export const countOverTime = defineRangeFunction({
  name: 'count_over_time',
  doc: 'Lines in the range.',
  example: 'count_over_time({job="a"}[5m])',
  counts: 'lines',
  isAdditive: true,
});

export const rate = defineRangeFunction({
  name: 'rate',
  doc: 'Lines per second; of unwrapped values, their sum per second.',
  example: 'rate({job="a"} |= "error"[5m])',
  counts: 'lines',
  isPerSecond: true,
  isAdditive: true,
  evaluate: (window) => {
    const values = valuesOf(window);
    return sumOf(values, 0, values.length) / window.rangeSeconds;
  },
});

export const bytesOverTime = defineRangeFunction({
  name: 'bytes_over_time',
  doc: 'Bytes of the lines in the range.',
  example: 'bytes_over_time({job="a"}[5m])',
  counts: 'bytes',
  isAdditive: true,
});

export const bytesRate = defineRangeFunction({
  name: 'bytes_rate',
  doc: 'Bytes of lines per second.',
  example: 'bytes_rate({job="a"}[5m])',
  counts: 'bytes',
  isPerSecond: true,
  isAdditive: true,
});

export const absentOverTime = defineRangeFunction({
  name: 'absent_over_time',
  doc: '1 where the range has no line.',
  example: 'absent_over_time({job="a"}[5m])',
  counts: 'lines',
  isAbsence: true,
  evaluate: () => 1,
});

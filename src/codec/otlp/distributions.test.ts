// Data points of histograms, exponential histograms and summaries.
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/lib/columns.ts';
import { decodeMetricsOf as decode, samplesOf } from '../../../test/lib/decode-otlp.ts';
import { attributes, type Json, type JsonObject } from '../../../test/lib/otlp-json.ts';

const time = '1700000000123456789';
const timeMs = 1700000000123;

describe('a histogram', () => {
  const point: JsonObject = {
    timeUnixNano: time,
    startTimeUnixNano: '1700000000000000000',
    count: '10',
    sum: 2.5,
    bucketCounts: ['1', '2', '7'],
    explicitBounds: [0.5, 1e21],
  };
  const histogram = (points: Json[], temporality = 2): JsonObject => ({
    name: 'd',
    unit: 's',
    histogram: { dataPoints: points, aggregationTemporality: temporality },
  });

  it('becomes buckets that add up, a sum and a count', () => {
    expect(samplesOf(decode([histogram([point])]).batch)).toEqual({
      'd_seconds_bucket{le="0.5"}': [1],
      'd_seconds_bucket{le="1000000000000000000000"}': [3],
      'd_seconds_bucket{le="+Inf"}': [10],
      'd_seconds_sum{}': [2.5],
      'd_seconds_count{}': [10],
    });
  });

  it('of delta temporality is delta in every series, and one data point', () => {
    const { batch } = decode([histogram([point], 1)]);
    expect(batch.items).toBe(1);
    expect(rowsOf(batch, 'otel_delta_samples')).toHaveLength(5);
    expect(rowsOf(batch, 'otel_series').every((row) => row.temporality === 1)).toBe(true);
    expect(rowsOf(batch, 'otel_metric_metadata')).toMatchObject([
      { name: 'd_seconds', type: 'histogram' },
    ]);
  });

  it('has no sum when it has none, and no buckets but the last', () => {
    expect(samplesOf(decode([histogram([{ count: '4' }])]).batch)).toEqual({
      'd_seconds_bucket{le="+Inf"}': [4],
      'd_seconds_count{}': [4],
    });
  });

  it('ends all its series when nothing was recorded', () => {
    const { batch } = decode([histogram([{ ...point, flags: 1, bucketCounts: [] }])]);
    const samples = rowsOf(batch, 'otel_samples');
    expect(samples).toHaveLength(5);
    expect(samples.every((row) => row.has_stale === 1)).toBe(true);
  });

  it('has the exemplars in the bucket that they fall in', () => {
    const exemplar = (value: number) => ({ asDouble: value, timeUnixNano: time });
    const exemplars = [
      {
        ...exemplar(0.5),
        traceId: '0102030405060708090a0b0c0d0e0f10',
        spanId: '0102030405060708',
        filteredAttributes: attributes({ user: 7 }),
      },
      { asInt: '2' },
      exemplar(1e300),
    ];
    const { batch } = decode([histogram([{ ...point, exemplars }])]);
    const series = new Map(rowsOf(batch, 'otel_series').map((row) => [row.series_id, row.labels]));
    const rows = rowsOf(batch, 'otel_exemplars');
    expect(rows.map((row) => series.get(row.series_id))).toEqual([
      { le: '0.5' },
      { le: '1000000000000000000000' },
      { le: '+Inf' },
    ]);
    expect(rows[0]).toEqual({
      bucket: 472_222,
      name: 'd_seconds_bucket',
      series_id: expect.anything(),
      time: timeMs,
      value: 0.5,
      trace_id: '0102030405060708090a0b0c0d0e0f10',
      span_id: '0102030405060708',
      attributes: { user: '\x027' },
    });
    expect(rows[1]).toMatchObject({ value: 2, time: timeMs, trace_id: '0'.repeat(32) });
  });

  const rejected = (title: string, change: JsonObject, reason: string) =>
    it(`is rejected with ${title}`, () => {
      const { batch, rejection } = decode([histogram([{ ...point, ...change }, point])]);
      expect(rejection?.message).toContain(`1 data point rejected: 1 ${reason}; the first: data`);
      expect(rowsOf(batch, 'otel_samples')).toHaveLength(5);
    });
  rejected(
    'too few counts',
    { bucketCounts: ['1'] },
    'with bucket counts that do not fit the bounds',
  );
  rejected(
    'no counts for bounds',
    { bucketCounts: [] },
    'with bucket counts that do not fit the bounds',
  );
  rejected(
    'counts without bounds',
    { explicitBounds: [] },
    'with bucket counts that do not fit the bounds',
  );
  rejected('falling bounds', { explicitBounds: [2, 1] }, 'with bounds that do not rise');
  rejected('a bound of NaN', { explicitBounds: ['NaN', 1] }, 'with bounds that do not rise');
});

describe('an exponential histogram', () => {
  const point = {
    timeUnixNano: time,
    startTimeUnixNano: '1700000000000000000',
    count: '18446744073709551615',
    sum: -1.5,
    scale: -3,
    zeroCount: '2',
    positive: { offset: -7, bucketCounts: ['1', '0', '18446744073709551615'] },
    negative: { offset: 2147483647, bucketCounts: [] },
    min: 0,
    zeroThreshold: 1e-9,
    attributes: attributes({ a: 'x' }),
  };
  const histogram = (one: Json): JsonObject => ({
    name: 'e',
    exponentialHistogram: { dataPoints: [one], aggregationTemporality: 1 },
  });

  it('is kept as it is', () => {
    const { batch } = decode([histogram(point)]);
    const [series] = rowsOf(batch, 'otel_series');
    expect(series).toMatchObject({
      name: 'e',
      type: 'histogram',
      labels: { a: 'x' },
      temporality: 1,
    });
    expect(rowsOf(batch, 'otel_histograms')).toEqual([
      {
        bucket: 472_222,
        name: 'e',
        series_id: series?.series_id,
        time: timeMs,
        start_time: 1_700_000_000_000,
        count: 2 ** 64,
        sum: -1.5,
        min: 0,
        max: 0,
        scale: -3,
        zero_threshold: 1e-9,
        zero_count: 2,
        positive_spans: [-6, 3],
        positive_counts: [1, 0, 2 ** 64],
        negative_spans: [],
        negative_counts: [],
        custom_bounds: [],
        counter_reset: 0,
        flags: 19,
      },
    ]);
  });

  it('says when nothing was recorded', () => {
    expect(rowsOf(decode([histogram({ flags: 1 })]).batch, 'otel_histograms')).toMatchObject([
      { flags: 8 + 16, positive_counts: [], negative_counts: [] },
    ]);
  });

  it('has its exemplars', () => {
    const { batch } = decode([histogram({ ...point, exemplars: [{ asDouble: 3 }] })]);
    const [row] = rowsOf(batch, 'otel_exemplars');
    expect(row?.series_id).toBe(rowsOf(batch, 'otel_histograms')[0]?.series_id);
  });

  it('is rejected with a scale that cannot be', () => {
    const { batch, rejection } = decode([histogram({ ...point, scale: 21 })]);
    expect(rejection?.message).toContain('1 with a scale outside of -10 to 20');
    expect(rowsOf(batch, 'otel_histograms')).toEqual([]);
  });
});

describe('a summary', () => {
  const quantileValues = [
    { quantile: 0.5, value: 10 },
    { quantile: 1e-7, value: 20 },
  ];
  const summary = (rest: JsonObject): JsonObject => ({
    name: 's',
    summary: { dataPoints: [{ count: '3', sum: 4.5, quantileValues, ...rest }] },
  });

  it('becomes a series per quantile, a sum and a count', () => {
    expect(samplesOf(decode([summary({})]).batch)).toEqual({
      's{quantile="0.5"}': [10],
      's{quantile="0.0000001"}': [20],
      's_sum{}': [4.5],
      's_count{}': [3],
    });
  });

  it('ends all its series when nothing was recorded', () => {
    const samples = rowsOf(decode([summary({ flags: 1 })]).batch, 'otel_samples');
    expect(samples.map((row) => row.has_stale)).toEqual([1, 1, 1, 1]);
  });
});

describe('a body of many labels', () => {
  it('is refused when its buckets multiply them beyond all measure', () => {
    const explicitBounds = Array.from({ length: 1000 }, (_, i) => i);
    const bucketCounts = Array.from({ length: 1001 }, () => '1');
    const point = {
      explicitBounds,
      bucketCounts,
      attributes: attributes({ a: 'x'.repeat(500_000) }),
    };
    expect(() => decode([{ name: 'd', histogram: { dataPoints: [point] } }])).toThrow(
      'its new series have too many labels for its size',
    );
  });
});
